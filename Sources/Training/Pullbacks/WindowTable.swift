import WinnowNetworkIR

/// Which input position stands under each entry of a sliding window, for every output position.
struct WindowTable: Sendable {
  let inputs, outputs, taps: Int
  /// `[tap][output]`; −1 in the padding.
  let positions: Buffer<Int32>

  init<Scalar>(_ site: Site<Scalar>, _ window: SlidingWindow, inputs extents: [Int], outputs: [Int]) {
    inputs = extents.reduce(1, *)
    self.outputs = outputs.reduce(1, *)
    taps = window.kernel.reduce(1, *)
    positions = site.allocate(taps * self.outputs, of: Int32.self)
    let strides = rowMajorStrides(extents)
    for tap in 0..<taps {
      let entry = Self.coordinates(tap, window.kernel)
      for output in 0..<self.outputs {
        let place = Self.coordinates(output, outputs)
        var position = 0
        var isInside = true
        for axis in extents.indices {
          let index =
            place[axis] * window.strides[axis] + entry[axis] * window.dilations[axis]
            - window.padding[axis]
          isInside = isInside && index >= 0 && index < extents[axis]
          position += index * strides[axis]
        }
        positions[tap * self.outputs + output] = isInside ? Int32(position) : -1
      }
    }
  }

  private static func coordinates(_ place: Int, _ shape: [Int]) -> [Int] {
    zip(rowMajorStrides(shape), shape).map { place / $0 % max($1, 1) }
  }
}

/// The parts of an image's shape, in either layout.
struct ImageLayout: Sendable {
  let batch, channels: Int
  let extents: [Int]
  /// How far apart images, channels and positions are.
  let batchStride, channelStride, positionStride: Int

  init(_ shape: [Int], _ layout: DataLayout) {
    switch layout {
    case .channelsFirst:
      (batch, channels, extents) = (shape[0], shape[1], Array(shape[2...]))
      let positions = extents.reduce(1, *)
      (batchStride, channelStride, positionStride) = (channels * positions, positions, 1)
    case .channelsLast:
      (batch, channels, extents) = (1, shape[shape.count - 1], Array(shape.dropLast()))
      (batchStride, channelStride, positionStride) = (0, 1, channels)
    }
  }
}
