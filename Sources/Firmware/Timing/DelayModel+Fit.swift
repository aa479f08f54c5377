import Foundation
import WinnowNetworkIR

/// A delay model fitted to routed paths.
public struct DelayFit: Sendable, Codable, Hashable {
  public var model: DelayModel
  public var paths: Int
  /// Root of the mean squared difference between the paths and the model, ns.
  public var residual: Double
  /// The largest time by which a path is slower than the model says, ns.
  public var worst: Double
  /// Figures that the paths do not determine; they are those of the model fitted from.
  public var kept: [String]

  public var text: String {
    func round(_ value: Double) -> Double { (value * 10000).rounded() / 10000 }
    return """
      fitted to \(paths) routed paths, residual \(round(residual)) ns, worst path \(round(worst)) ns slower than modelled
        look-up table with a net  \(round(model.lookUpTable)) ns
        carry chain, on and off   \(round(model.carryEntry)) ns
        carry, a bit              \(round(model.carry)) ns
        multiplier block          \(round(model.multiplier)) ns
        registers                 \(round(model.registerOverhead)) ns
      \(kept.isEmpty ? "" : "kept from the family's model: \(kept.joined(separator: ", "))\n")
      """
  }
}

extension DelayModel {
  private static let names = [
    "registers", "look-up table", "carry chain", "carry bit", "multiplier",
  ]

  private var figures: [Double] { [registerOverhead, lookUpTable, carryEntry, carry, multiplier] }

  /// Least squares over the paths: period = registers + LUTs · lookUpTable + chains · carryEntry
  /// + bits · carry + blocks · multiplier.
  ///
  /// A figure that the paths do not determine, or that would become negative, keeps the base's.
  /// - Throws: ``NetworkError`` where there are fewer than two paths.
  public static func fitted(
    to report: VivadoTimingPaths, from base: DelayModel
  ) throws -> DelayFit {
    guard report.paths.count > 1 else {
      throw NetworkError(
        "one path does not fit a delay model; write more with report_timing -max_paths 500 -nworst 1 -file FILE"
      )
    }
    let rows = report.paths.map { path in
      [
        1, Double(path.lookUpTables), Double(path.carryChains), Double(path.carryBits),
        Double(path.multipliers),
      ]
    }
    let periods = report.paths.map(\.nanoseconds)
    var figures = base.figures
    var free = names.indices.filter { column in rows.contains { $0[column] != 0 } }
    while true {
      // What is kept is taken off first.
      let rest = zip(rows, periods).map { row, period in
        period - names.indices.filter { !free.contains($0) }.reduce(0) { $0 + row[$1] * figures[$1] }
      }
      let (solution, loose) = solve(rows.map { row in free.map { row[$0] } }, rest)
      if let loose {
        free.remove(at: loose)
        figures = base.figures
        continue
      }
      if let negative = solution.indices.filter({ solution[$0] < 0 }).min(by: { solution[$0] < solution[$1] })
      {
        free.remove(at: negative)
        figures = base.figures
        continue
      }
      for (column, figure) in zip(free, solution) { figures[column] = figure }
      break
    }
    let errors = zip(rows, periods).map { row, period in
      period - zip(row, figures).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return DelayFit(
      model: DelayModel(
        lookUpTable: figures[1], carryEntry: figures[2], carry: figures[3], multiplier: figures[4],
        registerOverhead: figures[0], maximumClock: base.maximumClock),
      paths: rows.count,
      residual: (errors.reduce(0) { $0 + $1 * $1 } / Double(rows.count)).squareRoot(),
      worst: errors.max() ?? 0, kept: names.indices.filter { !free.contains($0) }.map { names[$0] })
  }

  /// Normal equations by elimination; or the last column that the others determine.
  private static func solve(_ rows: [[Double]], _ values: [Double]) -> ([Double], loose: Int?) {
    let count = rows.first?.count ?? 0
    var matrix = (0..<count).map { i in
      (0..<count).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } }
        + [zip(rows, values).reduce(0) { $0 + $1.0[i] * $1.1 }]
    }
    let sizes = matrix.indices.map { matrix[$0][$0] }
    for column in 0..<count {
      guard matrix[column][column] > 1e-9 * sizes[column] else { return ([], column) }
      for row in 0..<count where row != column {
        let factor = matrix[row][column] / matrix[column][column]
        for k in column...count { matrix[row][k] -= factor * matrix[column][k] }
      }
    }
    return (matrix.indices.map { matrix[$0][count] / matrix[$0][$0] }, nil)
  }

  /// Reads a model that ``json()`` wrote.
  ///
  /// - Throws: ``NetworkError`` where the file is missing or is no delay model.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NetworkError("the delay model '\(path)' cannot be read; check the path")
    }
    do {
      self = try JSONDecoder().decode(DelayModel.self, from: data)
    } catch {
      throw NetworkError(
        "'\(path)' is no delay model; make one with 'winnow fit-delays REPORT -o FILE'")
    }
    guard figures.allSatisfy({ $0 >= 0 && $0.isFinite }), maximumClock > 0, maximumClock.isFinite else {
      throw NetworkError("the delay model '\(path)' has a negative delay; correct it or fit it again")
    }
  }

  /// The model as a small JSON file.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
