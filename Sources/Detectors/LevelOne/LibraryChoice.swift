import WinnowEvents
import WinnowTensors

/// Draws events of a library in proportion to their weights.
///
/// Events of equal weight are drawn as whole numbers, others by their place in the running sum of the
/// weights; an event of weight 0 is never drawn.
struct LibraryChoice: Sendable {
  private let count: Int
  /// Up to each event, its own included; empty where all weights are equal.
  private let sums: [Double]
  /// The last event that can be drawn.
  private let last: Int
  /// Events of equal weight that would be as many: (Σw)²/Σw².
  let effectiveCount: Double

  /// - Throws: ``EventError`` for a weight that is negative or no number, or where all are 0.
  init(weights: [Double]) throws {
    count = weights.count
    if let wrong = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw EventError(
        "the pileup library's event \(wrong) has the weight \(weights[wrong]); events are drawn in proportion to their weights, so give 0 or more"
      )
    }
    guard let largest = weights.max(), largest > 0 else {
      throw EventError(
        "the pileup library has no event of a weight above 0; generate minimum-bias events")
    }
    last = weights.lastIndex { $0 > 0 }!
    guard weights.contains(where: { $0 != largest }) else {
      (sums, effectiveCount) = ([], Double(weights.count))
      return
    }
    // Over the largest, so that no sum or square runs out of the numbers' range.
    var (sum, squares) = (0.0, 0.0)
    sums = weights.map {
      sum += $0 / largest
      squares += ($0 / largest) * ($0 / largest)
      return sum
    }
    effectiveCount = sum * sum / squares
  }

  /// The number of an event; O(log n) in the library's size.
  func draw(_ stream: inout RandomStream) -> Int {
    guard let total = sums.last else { return stream.integer(in: 0...(count - 1)) }
    let wanted = stream.uniform() * total
    var (low, high) = (0, last)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > wanted { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
