/// An array whose rows (the entries of its first axis) are read piece by piece and converted:
/// mapped NPY files, HDF5 datasets, arrays in memory.
public protocol ArrayRows: Sendable {
  /// The array in messages: "the array 'x' of 'jets.npz'".
  var source: String { get }
  /// The extents; the first counts the rows.
  var shape: [Int] { get }
  var elementType: StoredElementType { get }
  /// How many consecutive rows are cheap to read together; `nil` where any row is as cheap as any
  /// other.
  var blockRows: Int? { get }

  /// Reads consecutive rows.
  ///
  /// - Parameters:
  ///   - elements: the elements of each row to keep, in C order.
  ///   - buffer: `rows.count * elements.count` values, written in full.
  func read<Value: RowValue>(
    rows: Range<Int>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError)

  /// Reads rows in any order; `buffer` holds `rows.count * elements.count` values.
  func gather<Value: RowValue>(
    rows: Span<UInt32>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError)
}

extension ArrayRows {
  public var rowCount: Int { shape.first ?? 1 }
  public var rowShape: [Int] { Array(shape.dropFirst()) }
  public var rowElements: Int { shape.dropFirst().reduce(1, *) }

  /// Checks a range of rows and the size of the buffer.
  func check(rows: Range<Int>, elements: ElementRuns, bufferCount: Int) throws(TensorFileError) {
    guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
      throw TensorFileError(
        "\(source) has \(rowCount) rows; rows \(rows.lowerBound) to \(rows.upperBound) were asked for")
    }
    precondition(elements.limit <= rowElements, "elements beyond a row of \(rowElements)")
    precondition(
      bufferCount == rows.count * elements.count,
      "\(rows.count) rows of \(elements.count) do not fit a buffer of \(bufferCount)")
  }
}

/// A type into which rows are converted, rounding to nearest: `Float` and `Double`.
public protocol RowValue: HDF5Number {
  init(_ value: Float16)
  init(_ value: Float)
  init(_ value: Double)
  init(_ value: Int64)
  init(_ value: UInt64)
}

extension Float: RowValue {}
extension Double: RowValue {}

/// Which elements of a row are kept, as runs of neighbours in C order.
public struct ElementRuns: Sendable, Hashable {
  /// Where each run begins in the row, and its length; in the order in which they are kept.
  public let runs: [Range<Int>]
  /// The number of elements kept.
  public let count: Int

  /// The whole of a row.
  public init(all count: Int) { self.init(count == 0 ? [] : [0..<count]) }

  /// - Precondition: no bound is negative.
  public init(_ runs: [Range<Int>]) {
    var merged: [Range<Int>] = []
    for run in runs where !run.isEmpty {
      precondition(run.lowerBound >= 0, "a row has no element \(run.lowerBound)")
      if let last = merged.last, last.upperBound == run.lowerBound {
        merged[merged.count - 1] = last.lowerBound..<run.upperBound
      } else {
        merged.append(run)
      }
    }
    self.runs = merged
    count = merged.reduce(0) { $0 + $1.count }
  }

  /// Whether these are all elements of a row, in order.
  func isWhole(_ rowElements: Int) -> Bool {
    count == rowElements && runs.count <= 1 && limit == rowElements
  }

  /// One more than the last element that is kept.
  var limit: Int { runs.reduce(0) { max($0, $1.upperBound) } }

  /// The place in the row of the element that is kept as number `index`.
  public func place(_ index: Int) -> Int {
    var rest = index
    for run in runs {
      if rest < run.count { return run.lowerBound + rest }
      rest -= run.count
    }
    preconditionFailure("\(count) elements are kept; there is no number \(index)")
  }
}
