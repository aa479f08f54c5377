/// Geometry of windows that slide over an image: kernel, strides, padding, dilation.
///
/// One entry per spatial axis; padding lists all beginnings, then all ends, as ONNX does.
public struct SlidingWindow: Sendable, Hashable, Codable {
  public var kernel: [Int]
  public var strides: [Int]
  public var padding: [Int]
  public var dilations: [Int]

  public init(kernel: [Int], strides: [Int]? = nil, padding: [Int]? = nil, dilations: [Int]? = nil) {
    let ones = Array(repeating: 1, count: kernel.count)
    self.kernel = kernel
    self.strides = strides ?? ones
    self.padding = padding ?? Array(repeating: 0, count: 2 * kernel.count)
    self.dilations = dilations ?? ones
  }

  func validate(spatialRank: Int) throws {
    guard kernel.count == spatialRank, strides.count == spatialRank,
      dilations.count == spatialRank, padding.count == 2 * spatialRank
    else {
      throw NetworkError(
        "has a window \(kernel) for \(max(spatialRank, 0)) spatial axes; "
          + (spatialRank > 0
            ? "give one number for each, of strides and dilations too, and two of padding"
            : "it takes an image [batch, channels, rows, …]: reshape what comes before"))
    }
    guard (kernel + strides + dilations).allSatisfy({ $0 >= 1 && $0 < 1 << 20 }),
      padding.allSatisfy({ $0 >= 0 && $0 < 1 << 20 })
    else {
      throw NetworkError(
        "has a window with kernel \(kernel), strides \(strides), dilations \(dilations), padding \(padding); they must be positive (padding may be 0)"
      )
    }
  }

  /// Output extent along each axis.
  func outputs(_ extents: [Int]) throws -> [Int] {
    try extents.indices.map { axis in
      let span = (kernel[axis] - 1) * dilations[axis] + 1
      let padded = extents[axis] + padding[axis] + padding[axis + extents.count]
      guard padded >= span else {
        throw NetworkError("has a window of \(span) for a padded extent of \(padded)")
      }
      return (padded - span) / strides[axis] + 1
    }
  }

  /// The numbers of kernel entries inside the input that occur along one axis.
  func coverage(axis: Int, extent: Int) throws -> Set<Int> {
    var numbers: Set<Int> = []
    var latest = -1
    let extents = kernel.indices.map { $0 == axis ? extent : Int.max >> 1 }
    for output in 0..<(try outputs(extents)[axis]) {
      let start = output * strides[axis] - padding[axis]
      let first = max(0, (dilations[axis] - 1 - start) / dilations[axis])
      let last = start >= extent ? -1 : min(kernel[axis] - 1, (extent - 1 - start) / dilations[axis])
      let number = max(0, last - first + 1)
      if number != latest { numbers.insert(number) }
      latest = number
    }
    return numbers
  }

  /// For each output position, row-major, the input position under each kernel entry, row-major;
  /// `nil` in the padding.
  package func positions(_ extents: [Int]) throws -> [[Int?]] {
    let strides = rowMajorStrides(extents)
    var windows: [[Int?]] = [[0]]
    for (axis, outputs) in try outputs(extents).enumerated() {
      windows = windows.flatMap { window in
        (0..<outputs).map { output in
          window.flatMap { base in
            (0..<kernel[axis]).map { tap -> Int? in
              let place = output * self.strides[axis] + tap * dilations[axis] - padding[axis]
              guard let base, place >= 0, place < extents[axis] else { return nil }
              return base + place * strides[axis]
            }
          }
        }
      }
    }
    return windows
  }
}

/// Where the channels of an image stand.
public enum DataLayout: String, Sendable, Hashable, Codable {
  /// `[batch, channel, row, column]`, as ONNX.
  case channelsFirst
  /// `[row, column, channel]`, as hls4ml; no batch axis.
  case channelsLast
}

/// The shape of an image split into its parts.
struct ImageShape {
  var layout: DataLayout
  var batch: Int
  var channels: Int
  var extents: [Int]

  init(_ shape: [Int], _ layout: DataLayout) throws {
    self.layout = layout
    switch layout {
    case .channelsFirst:
      guard shape.count >= 3 else {
        throw NetworkError("takes [batch, channel, rows, …], not \(shape)")
      }
      (batch, channels, extents) = (shape[0], shape[1], Array(shape[2...]))
    case .channelsLast:
      guard shape.count >= 2 else { throw NetworkError("takes [rows, …, channel], not \(shape)") }
      (batch, channels, extents) = (1, shape[shape.count - 1], Array(shape.dropLast()))
    }
  }

  var positions: Int { extents.reduce(1, *) }

  var shape: [Int] {
    layout == .channelsFirst ? [batch, channels] + extents : extents + [channels]
  }

  func offset(batch: Int, channel: Int, position: Int) -> Int {
    layout == .channelsFirst
      ? (batch * channels + channel) * positions + position : position * channels + channel
  }

  /// Batch, channel and position of every element, in order.
  var elements: [(batch: Int, channel: Int, position: Int)] {
    var list: [(Int, Int, Int)] = []
    for batch in 0..<batch {
      switch layout {
      case .channelsFirst:
        for channel in 0..<channels {
          for position in 0..<positions { list.append((batch, channel, position)) }
        }
      case .channelsLast:
        for position in 0..<positions {
          for channel in 0..<channels { list.append((batch, channel, position)) }
        }
      }
    }
    return list
  }
}

/// Sizes of a type whose shape must be known here.
func knownSizes(_ type: TensorType) throws -> [Int] {
  guard let sizes = type.sizes else {
    throw NetworkError("needs a known shape, not \(type); bind its symbols with --bind NAME=SIZE")
  }
  return sizes
}
