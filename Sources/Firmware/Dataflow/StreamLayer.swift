import WinnowFixedPoint
import WinnowNetworkIR

/// A process of the dataflow: an operator with a window, and what follows it element by element.
struct StreamLayer: Sendable {
  /// A value that the layer reads from outside.
  struct Operand: Sendable {
    var name: String
    /// The shape of what one pixel's computation sees of it.
    var shape: [Int]
    /// For each pixel of the layer the elements of that shape.
    var taps: [[Tap]]
  }

  /// The name of its first node.
  var name: String
  /// What it does, in a word for the report.
  var kind: String
  var operands: [Operand] = []
  /// Its nodes as they stand in the computation of one pixel.
  var nodes: [Node] = []
  /// The axis of the results that is a pixel's channels; `nil` when a result is one pixel as a whole.
  var channelAxis: Int?
  var pixelCount: Int
  /// Results that others read, with their full shape and where their elements begin in the stream.
  var exports: [(name: String, shape: [Int], base: Int)] = []
  /// Whether it holds an operator that deserves a process of its own.
  var isHeavy = false
  /// Pixels of an image row, which the counters of the formers may follow.
  var stream: Int

  /// Elements of a result by pixel.
  func pixels(_ shape: [Int]) -> [[Int]] { WinnowFirmware.pixels(shape, channelAxis: channelAxis) }
}

/// The elements of each pixel of a tensor, pixels in row-major order.
func pixels(_ shape: [Int], channelAxis: Int?) -> [[Int]] {
  let count = shape.reduce(1, *)
  guard let axis = channelAxis else { return [Array(0..<count)] }
  let inner = shape[(axis + 1)...].reduce(1, *)
  let channels = shape[axis]
  return (0..<count / max(channels, 1)).map { pixel in
    let base = pixel / inner * inner * channels + pixel % inner
    return (0..<channels).map { base + $0 * inner }
  }
}

/// A value outside a layer: where each of its elements comes from.
struct StreamView: Sendable {
  var shape: [Int]
  var taps: [Tap]
}
