import Foundation
import WinnowNetworkIR
import WinnowTraining

/// The events of a training: which file, which of its arrays are inputs and targets, and who trains.
public struct DataRecipe: Sendable {
  struct Column: Sendable {
    var name: String
    var selection: String
    var scaler: Scaler.Method?
  }

  public var file: String
  var inputs: [Column]
  var targets: [Column]
  var weights: String?
  /// Columns of noise, drawn anew at each step, by name and width.
  var noise: [StreamedBatches.NoiseColumn]
  var validation: Double
  var test: Double
  var splitSeed: UInt64
  /// The events as they are stored: the first train, then validation, then test.
  var splitsInOrder: Bool
  var shuffles: Bool
  /// Of a cross-validation; `nil` without one.
  public var folds: Int?
  /// The fold that validates, from 1; `nil` for all, one after another.
  public internal(set) var fold: Int?
  /// The target whose values are spread evenly over the folds.
  var stratifiedBy: String?

  static let weightName = "event_weight"

  init(_ value: RecipeValue, _ files: RecipeFiles, seed: UInt64) throws {
    let table = try RecipeTable(
      value,
      keys: [
        "file", "inputs", "targets", "weights", "noise", "split", "scaler", "shuffle",
        "folds", "fold", "stratify",
      ])
    file = files.path(try table.required("file").string())
    let scaler = try table["scaler"].flatMap(Scaler.Method.read)
    inputs = try Self.columns(table.required("inputs"), scaler: scaler)
    guard !inputs.isEmpty else { throw try table.required("inputs").error("names no array") }
    targets = try table["targets"].map { try Self.columns($0, scaler: nil) } ?? []
    weights = try table.string("weights")
    noise =
      try table["noise"]?.table().map {
        StreamedBatches.NoiseColumn($0.key, width: try $0.value.integer(1...1 << 20))
      } ?? []
    shuffles = try table.bool("shuffle") ?? true
    let split = try table["split"].map {
      try RecipeTable($0, keys: ["validation", "test", "seed", "shuffle"])
    }
    validation = try Self.share(split?["validation"]) ?? 0.1
    test = try Self.share(split?["test"]) ?? 0
    splitsInOrder = try split?.bool("shuffle") == false
    splitSeed = UInt64(try split?.integer("seed") ?? Int(clamping: seed))
    folds = try table.integer("folds", 2...255)
    fold = try table.integer("fold", 1...(folds ?? 255))
    stratifiedBy = try table.string("stratify")
    try checkFolds(table, split)
  }

  private func checkFolds(_ table: RecipeTable, _ split: RecipeTable?) throws {
    guard folds != nil else {
      for key in ["fold", "stratify"] {
        if let entry = table[key] { throw entry.error("belongs to 'data.folds'; give their number") }
      }
      return
    }
    if splitsInOrder, let order = split?["shuffle"] {
      throw order.error("does not go with 'data.folds', which are drawn at random; leave it out")
    }
    if let label = table["stratify"], let name = stratifiedBy,
      !targets.contains(where: { $0.name == name })
    {
      throw label.unknown(name, among: targets.map(\.name))
    }
  }

  /// The arrays of the file that are read.
  var arrays: [String] {
    let selections = (inputs + targets).map(\.selection) + [weights].compactMap { $0 }
    let names = selections.map {
      $0.prefix { $0 != "[" }.trimmingCharacters(in: .whitespaces)
    }
    return Set(names).sorted()
  }

  /// Noise that no layer reads is a slip: an autoencoder would train without its sampling.
  func checkNoise(isReadBy network: Network) throws {
    let read = Set(network.nodes.flatMap(\.inputs))
    for column in noise where !read.contains(column.name) {
      throw RecipeError(
        "'data.noise.\(column.name)' is read by no layer; let one read it ('multiply: \(column.name)', or 'from: \(column.name)'), or leave it out"
      )
    }
  }

  private static func share(_ value: RecipeValue?) throws -> Double? {
    guard let value else { return nil }
    let share = try value.number()
    guard share >= 0, share < 1 else { throw value.error("is \(share); give a share from 0 to below 1") }
    return share
  }

  private static func columns(_ value: RecipeValue, scaler: Scaler.Method?) throws -> [Column] {
    try value.table().map { name, entry in
      guard entry.isTable else {
        return Column(name: name, selection: try entry.string(), scaler: scaler)
      }
      let table = try RecipeTable(entry, keys: ["columns", "scaler"])
      return Column(
        name: name, selection: try table.required("columns").string(),
        scaler: try table["scaler"].map(Scaler.Method.read) ?? scaler)
    }
  }
}

extension Scaler.Method {
  private enum Kind: String, CaseIterable { case none, standard, robust, minmax, quantile }

  /// `none` gives `nil`.
  static func read(_ value: RecipeValue) throws -> Scaler.Method? {
    guard value.isTable else { return try make(value.choice(Kind.self)) }
    let table = try RecipeTable(value, keys: ["kind", "lower", "upper", "knots", "output"])
    let kind = try table.required("kind").choice(Kind.self)
    let (lower, upper) = (try table.number("lower"), try table.number("upper"))
    switch kind {
    case .robust: return .robust(lower: lower ?? 25, upper: upper ?? 75)
    case .minmax: return .minMax(lower: lower ?? 0, upper: upper ?? 1)
    case .quantile:
      let output = try table.string("output") ?? "uniform"
      guard let output = Scaler.QuantileOutput(rawValue: output) else {
        throw value.error("has the output '\(output)'; give uniform or normal")
      }
      return .quantile(count: try table.integer("knots", 2...65536) ?? 64, output: output)
    default: return make(kind)
    }
  }

  private static func make(_ kind: Kind) -> Scaler.Method? {
    switch kind {
    case .none: nil
    case .standard: .standard
    case .robust: .robust()
    case .minmax: .minMax()
    case .quantile: .quantile()
    }
  }
}
