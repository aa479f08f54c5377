import WinnowTensors

/// An array of a file and the part of each row that is used, written as in NumPy:
/// `Particles[:, :, 0:3]`, `jets[:, 0]`, `x`.
///
/// The first axis counts the rows and is taken whole (`:`). Of the others a range `a:b`, `a:b:step`
/// or a single place is kept; negative places count from the end, and axes that are not named are
/// whole.
public struct ColumnSelection: Sendable, Hashable {
  /// What is kept along one axis.
  public enum Axis: Sendable, Hashable {
    case range(start: Int?, end: Int?, step: Int)
    /// One place; the axis disappears.
    case place(Int)
  }

  /// The array's name in its file.
  public var array: String
  /// The axes after the first; those left out are whole.
  public var axes: [Axis]

  public init(_ array: String, axes: [Axis] = []) {
    self.array = array
    self.axes = axes
  }

  /// - Throws: ``TrainingError`` with what is not understood.
  public init(parsing text: String) throws(TrainingError) {
    func wrong(_ reason: String) -> TrainingError {
      TrainingError("the selection '\(text)' \(reason); write it like 'Particles[:, :, 0:3]'")
    }
    guard let open = text.firstIndex(of: "[") else {
      self.init(text.trimmed)
      if array.isEmpty { throw wrong("names no array") }
      return
    }
    guard text.trimmed.last == "]", let close = text.lastIndex(of: "]") else {
      throw wrong("does not end with ']'")
    }
    self.init(String(text[..<open]).trimmed)
    if array.isEmpty { throw wrong("names no array") }
    let parts = text[text.index(after: open)..<close]
      .split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
    guard parts[0] == ":" else { throw wrong("does not take all rows with ':' first") }
    for part in parts.dropFirst() {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
        .map { String($0).trimmed }
      let numbers = fields.map { Int($0) }
      guard zip(fields, numbers).allSatisfy({ $0.isEmpty || $1 != nil }), fields.count <= 3 else {
        throw wrong("holds '\(part)', which is no place or range")
      }
      if fields.count == 1 {
        guard let place = numbers[0] else { throw wrong("has an empty axis") }
        axes.append(.place(place))
      } else {
        let step = fields.count == 3 ? numbers[2] ?? 1 : 1
        guard step > 0 else { throw wrong("has the step \(step), and steps are above 0") }
        axes.append(.range(start: numbers[0], end: numbers[1], step: step))
      }
    }
  }

  /// The shape that is kept of a row, and its elements.
  ///
  /// - Throws: ``TrainingError`` for more axes than there are, places outside, and an empty part.
  func resolved(rowShape: [Int], source: String) throws(TrainingError) -> (
    shape: [Int], elements: ElementRuns
  ) {
    guard axes.count <= rowShape.count else {
      throw TrainingError(
        "\(source) has \(rowShape.count) axes after the rows; the selection names \(axes.count)")
    }
    var places: [[Int]] = []
    var shape: [Int] = []
    for (axis, extent) in rowShape.enumerated() {
      switch axis < axes.count ? axes[axis] : .range(start: nil, end: nil, step: 1) {
      case .place(let place):
        let resolved = place < 0 ? place + extent : place
        guard resolved >= 0, resolved < extent else {
          throw TrainingError(
            "axis \(axis + 1) of \(source) has the extent \(extent); the selection takes \(place)")
        }
        places.append([resolved])
      case .range(let start, let end, let step):
        func resolve(_ place: Int) -> Int { min(max(place < 0 ? place + extent : place, 0), extent) }
        let kept = Array(stride(from: resolve(start ?? 0), to: resolve(end ?? extent), by: step))
        guard !kept.isEmpty else {
          throw TrainingError(
            "the selection takes nothing of axis \(axis + 1) of \(source), whose extent is \(extent)")
        }
        places.append(kept)
        shape.append(kept.count)
      }
    }
    // From the last axis to the first: the runs of one entry, repeated at every kept place.
    var runs = [0..<1]
    var inner = 1
    for (axis, extent) in rowShape.enumerated().reversed() {
      runs =
        ElementRuns(
          places[axis].flatMap { place in
            runs.map { $0.lowerBound + place * inner..<$0.upperBound + place * inner }
          }
        ).runs
      inner *= extent
    }
    return (shape, ElementRuns(runs))
  }
}

extension String {
  /// Without spaces at both ends.
  fileprivate var trimmed: String {
    let body = drop { $0 == " " }
    return String(body.prefix(body.count - body.reversed().prefix { $0 == " " }.count))
  }
}
