/// Comparators that sort lines, or bring the largest of them to the top, whatever the values are.
///
/// Up to 16 lines the networks with the fewest comparators known: Batcher's odd–even merging up to 8
/// (fewest: D. E. Knuth, The Art of Computer Programming 3, section 5.3.4), those of Floyd (9), Waksman
/// (10), Shapiro and Green (11, 12), Juillé (13), and Green's for 16 with lines left out (14, 15).
/// Above, halves are sorted and merged odd–even.
public struct SortingNetwork: Sendable, Hashable {
  /// Puts the smaller value on the first line, the larger on the second.
  public struct Comparator: Sendable, Hashable {
    public var low: Int
    public var high: Int
  }

  public private(set) var comparators: [Comparator] = []
  /// The lines with the largest values, in rising order.
  public private(set) var lines: [Int]

  /// - Parameter keeping: how many of the largest values are wanted; all by default. Comparators
  ///   that none of these need are left out.
  public init(_ count: Int, keeping: Int? = nil) {
    precondition(count >= 0, "a network of \(count) lines")
    lines = []
    let wanted = min(keeping ?? count, count)
    lines = Array(sorted(Array(0..<count), keeping: wanted).suffix(wanted))
    removeDead()
  }

  /// Sorts some lines; gives those with the largest values in rising order.
  private mutating func sorted(_ lines: [Int], keeping: Int) -> [Int] {
    if lines.count <= 16 {
      for layer in Self.smallest(lines.count) {
        for (low, high) in layer {
          comparators.append(Comparator(low: lines[low], high: lines[high]))
        }
      }
      return Array(lines.suffix(keeping))
    }
    let half = lines.count / 2
    let lower = sorted(Array(lines[..<half]), keeping: min(keeping, half))
    let upper = sorted(Array(lines[half...]), keeping: min(keeping, lines.count - half))
    return Array(merged(lower, upper).suffix(keeping))
  }

  /// Odd–even merging of two sorted runs of any lengths; K. E. Batcher, 1968.
  private mutating func merged(_ a: [Int], _ b: [Int]) -> [Int] {
    if a.isEmpty || b.isEmpty { return a + b }
    if a.count == 1, b.count == 1 {
      comparators.append(Comparator(low: a[0], high: b[0]))
      return [a[0], b[0]]
    }
    func every(_ run: [Int], from start: Int) -> [Int] {
      stride(from: start, to: run.count, by: 2).map { run[$0] }
    }
    let odd = merged(every(a, from: 0), every(b, from: 0))
    let even = merged(every(a, from: 1), every(b, from: 1))
    var result = [odd[0]]
    for place in 0..<max(even.count, odd.count - 1) {
      if place < even.count, place + 1 < odd.count {
        comparators.append(Comparator(low: even[place], high: odd[place + 1]))
        result += [even[place], odd[place + 1]]
      } else {
        result.append(place < even.count ? even[place] : odd[place + 1])
      }
    }
    return result
  }

  private mutating func removeDead() {
    var needed = Set(lines)
    comparators = comparators.reversed().filter { comparator in
      guard needed.contains(comparator.low) || needed.contains(comparator.high) else { return false }
      needed.insert(comparator.low)
      needed.insert(comparator.high)
      return true
    }.reversed()
  }

  /// Layers for up to 16 lines.
  private static func smallest(_ count: Int) -> [[(Int, Int)]] {
    if let layers = table[count] { return layers }
    if count <= 8 {
      return SortingNetwork(merging: count).comparators.map { [($0.low, $0.high)] }
    }
    // Lines above the last, with nothing larger to bring, keep their places.
    return table[16]!.map { $0.filter { $0.0 < count && $0.1 < count } }
  }

  /// Batcher's exchanges in place; Knuth, algorithm 5.2.2M.
  private init(merging count: Int) {
    lines = Array(0..<count)
    guard count > 1 else { return }
    var top = 1
    while top * 2 < count { top *= 2 }
    var step = top
    while step > 0 {
      var (far, phase, distance) = (top, 0, step)
      while true {
        for place in 0..<count - distance where place & step == phase {
          comparators.append(Comparator(low: place, high: place + distance))
        }
        if far == step { break }
        distance = far - step
        far /= 2
        phase = step
      }
      step /= 2
    }
  }

  private static let table: [Int: [[(Int, Int)]]] = [
    9: [
      [(0, 3), (1, 7), (2, 5), (4, 8)], [(0, 7), (2, 4), (3, 8), (5, 6)],
      [(0, 2), (1, 3), (4, 5), (7, 8)], [(1, 4), (3, 6), (5, 7)],
      [(0, 1), (2, 4), (3, 5), (6, 8)], [(2, 3), (4, 5), (6, 7)], [(1, 2), (3, 4), (5, 6)],
    ],
    10: [
      [(0, 8), (1, 9), (2, 7), (3, 5), (4, 6)], [(0, 2), (1, 4), (5, 8), (7, 9)],
      [(0, 3), (2, 4), (5, 7), (6, 9)], [(0, 1), (3, 6), (8, 9)],
      [(1, 5), (2, 3), (4, 8), (6, 7)], [(1, 2), (3, 5), (4, 6), (7, 8)],
      [(2, 3), (4, 5), (6, 7)], [(3, 4), (5, 6)],
    ],
    11: [
      [(0, 9), (1, 6), (2, 4), (3, 7), (5, 8)], [(0, 1), (3, 5), (4, 10), (6, 9), (7, 8)],
      [(1, 3), (2, 5), (4, 7), (8, 10)], [(0, 4), (1, 2), (3, 7), (5, 9), (6, 8)],
      [(0, 1), (2, 6), (4, 5), (7, 8), (9, 10)], [(2, 4), (3, 6), (5, 7), (8, 9)],
      [(1, 2), (3, 4), (5, 6), (7, 8)], [(2, 3), (4, 5), (6, 7)],
    ],
    12: [
      [(0, 8), (1, 7), (2, 6), (3, 11), (4, 10), (5, 9)],
      [(0, 1), (2, 5), (3, 4), (6, 9), (7, 8), (10, 11)], [(0, 2), (1, 6), (5, 10), (9, 11)],
      [(0, 3), (1, 2), (4, 6), (5, 7), (8, 11), (9, 10)], [(1, 4), (3, 5), (6, 8), (7, 10)],
      [(1, 3), (2, 5), (6, 9), (8, 10)], [(2, 3), (4, 5), (6, 7), (8, 9)], [(4, 6), (5, 7)],
      [(3, 4), (5, 6), (7, 8)],
    ],
    13: [
      [(0, 12), (1, 10), (2, 9), (3, 7), (5, 11), (6, 8)], [(1, 6), (2, 3), (4, 11), (7, 9), (8, 10)],
      [(0, 4), (1, 2), (3, 6), (7, 8), (9, 10), (11, 12)], [(4, 6), (5, 9), (8, 11), (10, 12)],
      [(0, 5), (3, 8), (4, 7), (6, 11), (9, 10)], [(0, 1), (2, 5), (6, 9), (7, 8), (10, 11)],
      [(1, 3), (2, 4), (5, 6), (9, 10)], [(1, 2), (3, 4), (5, 7), (6, 8)],
      [(2, 3), (4, 5), (6, 7), (8, 9)], [(3, 4), (5, 6)],
    ],
    16: [
      [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13), (14, 15)],
      [(0, 2), (1, 3), (4, 6), (5, 7), (8, 10), (9, 11), (12, 14), (13, 15)],
      [(0, 4), (1, 5), (2, 6), (3, 7), (8, 12), (9, 13), (10, 14), (11, 15)],
      [(0, 8), (1, 9), (2, 10), (3, 11), (4, 12), (5, 13), (6, 14), (7, 15)],
      [(5, 10), (6, 9), (3, 12), (13, 14), (4, 8), (7, 11), (1, 2)],
      [(1, 4), (7, 13), (2, 8), (11, 14)], [(2, 4), (5, 6), (9, 10), (11, 13), (3, 8), (7, 12)],
      [(6, 8), (10, 12), (3, 5), (7, 9)], [(3, 4), (5, 6), (7, 8), (9, 10), (11, 12)],
      [(6, 7), (8, 9)],
    ],
  ]
}
