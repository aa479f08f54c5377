/// Some rows of the training data, in ascending order: a split, a fold, all.
public struct RowSet: Sendable, Hashable {
  private enum Rows: Hashable, Sendable {
    case range(Range<Int>)
    case list([UInt32])
  }

  private let rows: Rows

  /// Consecutive rows.
  public init(_ range: Range<Int>) { rows = .range(range) }

  /// Rows in ascending order, each once.
  init(ascending list: [UInt32]) { rows = .list(list) }

  public var count: Int {
    switch rows {
    case .range(let range): range.count
    case .list(let list): list.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// The row of a place in the set.
  public subscript(place: Int) -> Int {
    switch rows {
    case .range(let range): range.lowerBound + place
    case .list(let list): Int(list[place])
    }
  }

  /// The rows, where they are consecutive.
  public var range: Range<Int>? {
    switch rows {
    case .range(let range): return range
    case .list(let list):
      guard let first = list.first, let last = list.last else { return 0..<0 }
      return Int(last - first) == list.count - 1 ? Int(first)..<Int(last) + 1 : nil
    }
  }

  /// As many rows at even distances, or all of fewer: from the whole of a file that is sorted.
  public func evenlySpaced(_ wanted: Int) -> RowSet {
    guard wanted < count else { return self }
    return RowSet(ascending: (0..<wanted).map { UInt32(self[$0 * count / wanted]) })
  }

  /// The place of the first row that is not below `row`; `count` where all are.
  func place(notBelow row: Int) -> Int {
    switch rows {
    case .range(let range): return min(max(row - range.lowerBound, 0), range.count)
    case .list(let list):
      var (low, high) = (0, list.count)
      while low < high {
        let middle = (low + high) / 2
        if Int(list[middle]) < row { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
