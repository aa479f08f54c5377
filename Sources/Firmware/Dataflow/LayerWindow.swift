import WinnowFixedPoint
import WinnowNetworkIR

/// What a layer's window reads from which stream, and in which formats.
struct LayerWindow {
  let layer: StreamLayer
  /// For each pixel all elements of its window, operands in their order.
  let taps: [[Tap]]
  /// For each element of the window the stream it is read from; `nil` when it is always padding.
  private(set) var streamOf: [Int?]
  private(set) var streamsRead: [Int] = []
  /// Wide enough for all that an element of the window may be.
  private(set) var formats: [FixedPointFormat] = []
  /// For each stream and pixel the last token of the stream that the pixel needs.
  private var needs: [Int: [Int]] = [:]
  private let tokens: [Int: Int]
  private var mixed = false

  init(_ layer: StreamLayer, streams: [TokenStream]) {
    self.layer = layer
    taps = (0..<layer.pixelCount).map { pixel in layer.operands.flatMap { $0.taps[pixel] } }
    let count = taps.first?.count ?? 0
    streamOf = Array(repeating: nil, count: count)
    var found = Array(repeating: Set<FixedPointFormat>(), count: count)
    var padded = Array(repeating: false, count: count)
    var places: [Int: [Int: (token: Int, slot: Int)]] = [:]
    for (pixel, taps) in taps.enumerated() {
      for (element, tap) in taps.enumerated() {
        guard case .element(let stream, let source) = tap else {
          padded[element] = padded[element] || tap == .zero
          continue
        }
        if places[stream] == nil {
          places[stream] = streams[stream].places
          needs[stream] = Array(repeating: 0, count: layer.pixelCount)
          streamsRead.append(stream)
        }
        if let before = streamOf[element], before != stream { mixed = true }
        streamOf[element] = stream
        let (token, slot) = places[stream]![source]!
        found[element].insert(streams[stream].formats[slot])
        needs[stream]![pixel] = max(needs[stream]![pixel], token)
      }
    }
    tokens = Dictionary(uniqueKeysWithValues: streamsRead.map { ($0, streams[$0].tokens.count) })
    formats = found.indices.map { element in
      let hasZero = padded[element] || found[element].contains { $0.width == 0 }
      if found[element].count == 1, let only = found[element].first, !hasZero { return only }
      return FixedPointFormat(covering: found[element], zero: hasZero)
    }
  }

  /// - Throws: ``NetworkError`` when one element of the window comes from different streams.
  func checkStreams() throws {
    guard !mixed else {
      throw NetworkError(
        "layer '\(layer.name)' reads images joined along rows or columns; join them along the channels, or put the layer before the concatenation"
      )
    }
    guard !streamsRead.isEmpty else {
      throw NetworkError("layer '\(layer.name)' reads nothing but padding; fold it into a constant")
    }
  }

  /// The least pixels a token with which the layer keeps up with an interval.
  func copies(interval: Int?) -> Int {
    let count = layer.pixelCount
    // Element by element a token in is a token out.
    if layer.kind == "elements" || layer.kind == "merge", let most = tokens.values.max() {
      let same = max(1, (count + most - 1) / max(most, 1))
      if (count + same - 1) / same == most, interval.map({ steps(same) <= $0 }) ?? true { return same }
    }
    guard let interval else { return 1 }
    var copies = max(1, (count + interval - 1) / interval)
    while copies < count, steps(copies) > interval { copies += 1 }
    return copies
  }

  /// The most clock edges that a kernel may take for a token, with which the layer keeps up.
  ///
  /// Windows come in bursts, and a former stands still while one waits, so that this may be less than
  /// an image's edges over its tokens.
  func kernelInterval(copies: Int, interval: Int?) -> Int {
    guard let interval else { return 1 }
    let count = (layer.pixelCount + copies - 1) / copies
    let schedules = streamsRead.map { stream -> WindowSchedule in
      let needs = needs[stream]!
      return WindowSchedule(
        tokens: tokens[stream]!,
        needs: stride(from: 0, to: needs.count, by: copies).map {
          needs[$0..<min($0 + copies, needs.count)].max()!
        })
    }
    var (low, high) = (1, max(1, interval / count))
    while low < high {
      let middle = (low + high + 1) / 2
      if schedules.allSatisfy({ $0.interval(kernel: middle) <= interval }) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }

  /// Steps of the slowest of the layer's formers.
  private func steps(_ copies: Int) -> Int {
    streamsRead.map { stream in
      let needs = needs[stream]!
      var last = -1
      for start in stride(from: 0, to: needs.count, by: copies) {
        last = max(last + 1, needs[start..<min(start + copies, needs.count)].max()!)
      }
      return max(last + 1, tokens[stream]!)
    }.max() ?? 0
  }
}
