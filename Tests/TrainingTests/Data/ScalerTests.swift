import Foundation
import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Against scikit-learn: `Tools/golden/training_data/make_scaler_golden.py`.
@Suite struct ScalerTests {
  private static let golden =
    String(#filePath.prefix(upTo: #filePath.range(of: "/Data/ScalerTests.swift")!.lowerBound))
    + "/Golden/Data/scalers.npz"

  private func data() throws -> (NPZ, TrainingColumn) {
    let file = try NPZ(contentsOf: ScalerTests.golden)
    return (file, try TrainingColumn("x", file.array("x")))
  }

  private func numbers(_ file: NPZ, _ name: String) throws -> [Double] {
    try file.array(name).doubles()
  }

  private func affine(_ scaler: Scaler) -> [(offset: Double, divisor: Double)] {
    scaler.features.map {
      if case .affine(let offset, let divisor, _, _) = $0 { return (offset, divisor) }
      return (.nan, .nan)
    }
  }

  private func expectClose(
    _ a: [Double], _ b: [Double], relative: Double, absolute: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.count == b.count, sourceLocation: sourceLocation)
    for (a, b) in zip(a, b) {
      #expect(abs(a - b) <= relative * abs(b) + absolute, sourceLocation: sourceLocation)
    }
  }

  private func scaled(_ scaler: Scaler, _ x: [Double]) -> [Double] {
    x.enumerated().map { scaler($1, feature: $0 % 4) }
  }

  /// Means agree to the rounding of sums of 120 terms, 120 · 2⁻⁵³ < 2e-14 relative; deviations to
  /// twice that, but for the second feature, where differences of 1 are rounded at 10⁶: 1e-10.
  @Test func standard() throws {
    let (file, column) = try data()
    let scaler = try Scaler.fit(.standard, to: column, rows: RowSet(0..<120))
    expectClose(affine(scaler).map(\.offset), try numbers(file, "standard_mean"), relative: 2e-14)
    expectClose(affine(scaler).map(\.divisor), try numbers(file, "standard_scale"), relative: 1e-10)
    #expect(affine(scaler)[2].divisor == 1, "a constant feature keeps its size")
    // (x − mean)/deviation at 10⁶: the mean's rounding, 10⁶ · 2e-14, over a deviation of about 1.
    expectClose(
      scaled(scaler, try numbers(file, "x")), try numbers(file, "standard_y"), relative: 1e-10,
      absolute: 3e-8)
  }

  /// Order statistics and one interpolation, done as NumPy does: equal to 2 units in the last place.
  @Test(arguments: [("robust", 25.0, 75.0), ("robust10", 10, 90)])
  func robust(_ name: String, _ lower: Double, _ upper: Double) throws {
    let (file, column) = try data()
    let scaler = try Scaler.fit(
      .robust(lower: lower, upper: upper), to: column, rows: RowSet(0..<120))
    expectClose(affine(scaler).map(\.offset), try numbers(file, "\(name)_center"), relative: 5e-16)
    // Differences at 10⁶ are multiples of 2⁻³³.
    expectClose(affine(scaler).map(\.divisor), try numbers(file, "\(name)_scale"), relative: 3e-10)
    expectClose(
      scaled(scaler, try numbers(file, "x")), try numbers(file, "\(name)_y"), relative: 1e-9,
      absolute: 1e-9)
  }

  /// scikit-learn multiplies by a factor and adds an offset: at 10⁶ their product's rounding,
  /// 10⁶ · 2⁻⁵² · 2 / range(≈ 5), shows.
  @Test func minMax() throws {
    let (file, column) = try data()
    let scaler = try Scaler.fit(
      .minMax(lower: -1, upper: 1), to: column, rows: RowSet(0..<120))
    #expect(try affine(scaler).map(\.offset) == numbers(file, "minmax_data_min"))
    expectClose(
      scaled(scaler, try numbers(file, "x")), try numbers(file, "minmax_y"), relative: 0,
      absolute: 1e-9)
  }

  /// Ranks are interpolated from equal tables: 10 roundings of numbers up to 1, and at 10⁶ the
  /// rounding of differences of about 0.1, 2⁻³³ · 2 / 0.1.
  @Test func quantileToUniform() throws {
    let (file, column) = try data()
    let scaler = try Scaler.fit(
      .quantile(count: 16, output: .uniform), to: column, rows: RowSet(0..<120))
    let quantiles = try numbers(file, "uniform_quantiles")
    for (feature, table) in scaler.features.enumerated() where feature != 2 {
      guard case .table(let knots) = table else { continue }
      expectClose(
        knots.map(\.x), (0..<16).map { quantiles[4 * $0 + feature] }, relative: 5e-16)
    }
    expectClose(
      scaled(scaler, try numbers(file, "x")), try numbers(file, "uniform_y"), relative: 0,
      absolute: 1e-8)
  }

  /// At the knots; SciPy's inverse normal and ours agree to 1e-14, and at the cut, where a rank of
  /// 1e-7 is rounded at 1, to 2⁻⁵³/1e-7/5.2 ≈ 2e-10.
  @Test func quantileToNormalAtTheKnots() throws {
    let (file, column) = try data()
    let scaler = try Scaler.fit(
      .quantile(count: 16, output: .normal), to: column, rows: RowSet(0..<120))
    let quantiles = try numbers(file, "normal_quantiles")
    let expected = try numbers(file, "normal_knots")
    expectClose(scaled(scaler, quantiles), expected, relative: 1e-9, absolute: 1e-7)
  }

  @Test func tiesTakeTheMiddleRank() throws {
    // Half of the events are 0, as for absent objects; then 1 to 8.
    let values = Array(repeating: 0.0, count: 4) + [1, 2, 3, 3, 3, 4, 5, 5]
    let column = try TrainingColumn("x", NumericArray(doubles: values))
    let scaler = try Scaler.fit(
      .quantile(count: 12), to: column, rows: RowSet(0..<values.count))
    // Ranks are place/11; scikit-learn 1.9.1 gives the same numbers at these places.
    let expected: [(Double, Double)] = [
      (-1, 0), (0, 0), (1, 4 / 11), (2, 5 / 11), (3, 7 / 11), (4, 9 / 11), (5, 1), (9, 1),
    ]
    for (x, y) in expected { #expect(abs(scaler(x, feature: 0) - y) < 1e-15) }
  }

  @Test func onlyTheGivenRowsCount() throws {
    let (_, column) = try data()
    var values: [Double] = []
    try column.read(0..<120, into: &values)
    let rows: [UInt32] = (0..<120).filter { $0 % 3 != 1 }
    let part = rows.flatMap { row in (0..<4).map { values[4 * Int(row) + $0] } }
    let alone = try TrainingColumn("x", NumericArray(doubles: part, shape: [80, 4]))
    for method: Scaler.Method in [.standard, .robust(), .minMax(), .quantile(count: 7)] {
      let picked = try Scaler.fit(method, to: column, rows: RowSet(ascending: rows))
      let whole = try Scaler.fit(method, to: alone, rows: RowSet(0..<80))
      #expect(picked.features == whole.features)
    }
  }

  @Test func lastAxisAndLogarithm() throws {
    // Two objects of (pT, η) in each of three events.
    let values: [Double] = [1, -1, 3, 1, 5, -2, 7, 2, 9, -3, 11, 3]
    let column = try TrainingColumn("x", NumericArray(doubles: values, shape: [3, 2, 2]))
    let scaler = try Scaler.fit(
      .standard, to: column, rows: RowSet(0..<3), sharesLastAxis: true)
    // pT: 1, 3, …, 11 has mean 6 and variance 35/3; η has mean 0 and variance 28/6.
    #expect(affine(scaler).map(\.offset) == [6, 0, 6, 0])
    let deviations = [(35.0 / 3).squareRoot(), (28.0 / 6).squareRoot()]
    expectClose(affine(scaler).map(\.divisor), deviations + deviations, relative: 5e-16)
    let logarithmic = try Scaler.fit(
      .minMax(), to: column, rows: RowSet(0..<3), logarithmic: [0, 2])
    #expect(abs(logarithmic(1, feature: 0)) < 1e-15)
    #expect(abs(logarithmic(9, feature: 0) - 1) < 1e-15)
    let five = (log(6.0) - log(2)) / (log(10.0) - log(2))
    #expect(abs(logarithmic(5, feature: 0) - five) < 1e-15)
    #expect(logarithmic(-2, feature: 1) == 0.5)
  }

  @Test func refusals() throws {
    let (_, column) = try data()
    func text(
      _ method: Scaler.Method, _ rows: RowSet = RowSet(0..<120), logarithmic: Set<Int> = []
    ) -> String? {
      dataMessage { _ = try Scaler.fit(method, to: column, rows: rows, logarithmic: logarithmic) }
    }
    #expect(
      text(.standard, RowSet(0..<0))
        == "a scaler cannot be fitted on no rows; give the training split some")
    #expect(
      text(.standard, logarithmic: [4])
        == "column 'x' has features 0 to 3; the logarithm names another")
    #expect(text(.standard, logarithmic: [3])?.contains("and ln(1 + x) needs more than −1") == true)
    #expect(
      text(.minMax(lower: 1, upper: 1))
        == "a min–max scaler cannot map to 1.0 to 1.0; the first must be lower")
    #expect(
      text(.robust(lower: 75, upper: 25))
        == "a robust scaler cannot use percentiles 75.0 and 25.0; give 0 to 100, the lower first")
    #expect(
      text(.quantile(count: 1))
        == "a quantile scaler with 1 knots has no slope; give 2 or more")
    let bad = try TrainingColumn("x", NumericArray(doubles: [1, .nan, 2]))
    #expect(
      dataMessage { _ = try Scaler.fit(.standard, to: bad, rows: RowSet(0..<3)) }
        == "row 1, element 0 of the array 'x' in memory (column 'x') is NaN; remove the row or mend "
        + "the value")
  }

  @Test func storedAsJSON() throws {
    let (_, column) = try data()
    for method: Scaler.Method in [.standard, .quantile(count: 5, output: .normal)] {
      let scaler = try Scaler.fit(method, to: column, rows: RowSet(0..<120))
      let text = try JSONEncoder().encode(scaler)
      #expect(try JSONDecoder().decode(Scaler.self, from: text) == scaler)
    }
  }

  @Test func scaledColumn() throws {
    let (_, column) = try data()
    let scaler = try Scaler.fit(.standard, to: column, rows: RowSet(0..<120))
    let target = try column.scaled(by: scaler, name: "target")
    var plain: [Float] = []
    var values: [Float] = []
    try column.read(10..<20, into: &plain)
    try target.read(10..<20, into: &values)
    for (index, value) in values.enumerated() where index % 4 == 0 {
      #expect(abs(value - Float(scaler(Double(plain[index]), feature: 0))) < 1e-5)
    }
    let stream = try BatchStream(
      TrainingData(columns: [target]), rows: RowSet(10..<20),
      .evaluation(columns: ["target"], batchSize: 10))
    #expect(try stream.next()?.columns[0].array == values)
  }
}
