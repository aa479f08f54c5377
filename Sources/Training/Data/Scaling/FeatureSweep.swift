import Foundation
import WinnowTensors

/// Passes over the features of some rows, in ascending order of rows, values made finite and
/// logarithms taken.
struct FeatureSweep {
  let column: TrainingColumn
  let rows: RowSet
  let isLogarithmic: [Bool]
  /// Features whose numbers modulo this are equal share their constants.
  let groups: Int

  /// How many values a group has in all.
  var valuesPerGroup: Int { rows.count * (column.count / groups) }

  /// Hands over every value with its group.
  func run(_ body: (_ group: Int, _ x: Double) -> Void) throws(TrainingError) {
    try run(rows) { values in
      for (index, x) in values.enumerated() { body(index % column.count % groups, x) }
    }
  }

  /// The percentiles of each group, by linear interpolation between neighbours, as NumPy's.
  ///
  /// - Parameter sampleRows: the most rows that are looked at.
  /// - Returns: for each group the values at `percentiles`.
  func percentiles(_ percentiles: [Double], sampleRows: Int) throws(TrainingError) -> [[Double]] {
    let sample = sampled(max(1, sampleRows))
    let perGroup = sample.count * (column.count / groups)
    // Groups are sorted a few at a time, within 256 MiB.
    let step = max(1, min(groups, (1 << 25) / max(1, perGroup)))
    var result: [[Double]] = []
    for first in stride(from: 0, to: groups, by: step) {
      let part = first..<min(first + step, groups)
      var values = part.map { _ in [Double]() }
      for index in values.indices { values[index].reserveCapacity(perGroup) }
      try run(sample) { block in
        for (index, x) in block.enumerated() {
          let group = index % column.count % groups
          if part.contains(group) { values[group - first].append(x) }
        }
      }
      for index in values.indices {
        values[index].sort()
        result.append(percentiles.map { FeatureSweep.percentile($0, of: values[index]) })
      }
    }
    return result
  }

  /// NumPy's `percentile` of sorted values, to the bit.
  private static func percentile(_ percent: Double, of sorted: [Double]) -> Double {
    let place = percent / 100 * Double(sorted.count - 1)
    let below = min(Int(place), sorted.count - 1)
    let (a, b) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    let part = place - Double(below)
    return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part)
  }

  /// Every row, or `limit` of them at even distances.
  private func sampled(_ limit: Int) -> RowSet {
    if rows.count <= limit { return rows }
    return RowSet(
      ascending: (0..<limit).map { UInt32(rows[$0 * rows.count / limit]) })
  }

  /// Hands over blocks of whole rows.
  private func run(_ rows: RowSet, _ body: ([Double]) -> Void) throws(TrainingError) {
    let width = column.count
    let block = column.rows.blockRows ?? 1
    let step = max(1, (1 << 17) / width / block) * block
    var values: [Double] = []
    var place = 0
    while place < rows.count {
      let first = rows[place]
      let stop = rows.place(notBelow: (first / step + 1) * step)
      try column.read(first..<rows[stop - 1] + 1, into: &values)
      // The rows of the set move to the front.
      var kept = 0
      for source in place..<stop {
        let row = rows[source]
        for element in 0..<width {
          values[kept * width + element] = try checked(
            values[(row - first) * width + element], row: row, element: element)
        }
        kept += 1
      }
      values.removeLast(values.count - kept * width)
      body(values)
      place = stop
    }
  }

  private func checked(_ x: Double, row: Int, element: Int) throws(TrainingError) -> Double {
    guard x.isFinite else {
      throw TrainingError(
        "\(column.place(row: row, element: element)) is \(x.isNaN ? "NaN" : "infinite"); "
          + "remove the row or mend the value")
    }
    guard isLogarithmic[element] else { return x }
    guard x > -1 else {
      throw TrainingError(
        "\(column.place(row: row, element: element)) is \(x), and ln(1 + x) needs more than −1; "
          + "leave the logarithm out for this feature")
    }
    return log1p(x)
  }
}
