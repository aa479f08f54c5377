import Foundation
import WinnowTraining
import WinnowTensors

/// How a network is trained, as a file says it: data, network, loss, optimiser, number formats.
///
///     let recipe = try Recipe(contentsOf: "Examples/jet-tagger/jet-tagger.yaml", setting: ["epochs=5"])
///     let run = try TrainingRun(recipe, in: "build/jets")
///     let summary = try run.run()
///
/// `docs/training.md` lists every key. A key that is not known is refused, and the nearest that is
/// known suggested.
public struct Recipe: Sendable {
  public var name: String
  public var seed: UInt64
  public var threads: Int
  public var data: DataRecipe
  var network: NetworkRecipe
  var losses: [LossRecipe]
  var graphLosses: [GraphLossRecipe]
  var optimizer: AnyOptimizer
  var schedule: ScheduleRecipe?
  var plateau: PlateauRecipe?
  var earlyStopping: EarlyStopping?
  public var epochs: Int
  public var batch: Int
  var clipping: GradientClipping
  var l1: Double
  var l2: Double
  var movingAverage: ExponentialMovingAverage?
  var quantization: QuantizationRecipe?
  var widths: WidthsRecipe?
  var pruning: PruningRecipe?
  /// What estimates of the firmware are made for.
  var firmware: FirmwareRecipe
  var distillation: DistillationRecipe?
  var metrics: [MetricKind]
  var checkpointing: CheckpointRecipe
  /// Everything that was said, as plain data.
  public internal(set) var settings: RecipeSetting

  private static let keys = [
    "name", "seed", "threads", "data", "network", "loss", "optimizer", "schedule", "plateau",
    "early_stopping", "epochs", "batch", "clip", "l1", "l2", "ema", "quantization", "widths",
    "pruning", "firmware", "distillation", "metrics", "checkpoint",
  ]

  /// Reads a recipe; files that it names are looked for beside it, then in the current folder.
  ///
  /// - Parameter assignments: `key.path=value`, each in the place of what the file says.
  /// - Throws: ``RecipeError``: the path, the line and the key, and what is wrong with it.
  public init(contentsOf path: String, setting assignments: [String] = []) throws {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: 1 << 24) } catch { throw RecipeError(error.message) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RecipeError("'\(path)' is no text; give a recipe in YAML")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do { try self.init(yaml: text, folder: folder, setting: assignments) } catch let error as RecipeError {
      throw RecipeError("'\(path)', \(error.message)")
    }
  }

  /// Reads a recipe's text.
  ///
  /// - Parameter folder: where files that it names are looked for first.
  public init(yaml text: String, folder: String = ".", setting assignments: [String] = []) throws {
    var value = try RecipeValue(yaml: text)
    for assignment in assignments { try value.set(assignment) }
    let table = try RecipeTable(value, keys: Self.keys)
    settings = value.setting
    let files = RecipeFiles(folder: folder)
    name = try table.string("name") ?? "network"
    let seed = UInt64(try table.integer("seed") ?? 1)
    let epochs = try table.integer("epochs") ?? 10
    self.seed = seed
    self.epochs = epochs
    threads = try table.integer("threads", 1...256) ?? 1
    batch = try table.integer("batch", 1...1 << 24) ?? 1024
    data = try DataRecipe(table.required("data"), files, seed: seed)
    network = try NetworkRecipe(table.required("network"), files)
    distillation = try table["distillation"].map { try DistillationRecipe($0, files) }
    if let loss = table["loss"] {
      (losses, graphLosses) = ([], [])
      for loss in loss.elements {
        if let graph = try GraphLossRecipe(loss, files) {
          graphLosses.append(graph)
        } else {
          losses.append(try LossRecipe(loss, seed: seed))
        }
      }
    } else {
      guard distillation != nil else { throw RecipeError("the recipe has no 'loss'; give it") }
      (losses, graphLosses) = ([], [])
    }
    optimizer = try table["optimizer"].map(AnyOptimizer.init(recipe:)) ?? .adam(Adam(convention: .keras3))
    schedule = try table["schedule"].map(ScheduleRecipe.init)
    plateau = try table["plateau"].map(PlateauRecipe.init)
    earlyStopping = try table["early_stopping"].map(EarlyStopping.init(recipe:))
    clipping = try table["clip"].map(GradientClipping.init(recipe:)) ?? .none
    l1 = try table.number("l1") ?? 0
    l2 = try table.number("l2") ?? 0
    movingAverage = try table["ema"].map(ExponentialMovingAverage.init(recipe:))
    quantization = try table["quantization"].map { try QuantizationRecipe($0, epochs: epochs) }
    widths = try table["widths"].map(WidthsRecipe.init)
    pruning = try table["pruning"].map(PruningRecipe.init)
    firmware = try table["firmware"].map(FirmwareRecipe.init) ?? FirmwareRecipe()
    metrics = try table["metrics"]?.elements.map { try $0.choice(MetricKind.self) } ?? []
    checkpointing = try table["checkpoint"].map(CheckpointRecipe.init) ?? CheckpointRecipe()
    try checkTogether(table)
  }

  private func checkTogether(_ table: RecipeTable) throws {
    if let plateau = table["plateau"], schedule != nil {
      throw plateau.error("and 'schedule' both set the learning rate; keep one")
    }
    if let widths = table["widths"] {
      guard quantization != nil else {
        throw widths.error("learns widths of a quantised network; give 'quantization' too")
      }
      guard movingAverage == nil else {
        throw widths.error("does not go with 'ema': averages of widths are no widths; leave one out")
      }
    }
    if let place = table["pruning"], let pruning { try checkLength(pruning, place) }
    if let average = table["ema"], pruning != nil {
      throw average.error("does not go with 'pruning': averages of pruned weights are not zero")
    }
    if let pruning = table["pruning"] { try checkPruning(pruning) }
    let names = data.inputs.map(\.name)
    for target in data.targets where names.contains(target.name) {
      throw table.value.error(
        "the name '\(target.name)' stands for an input and a target; rename one")
    }
  }
}

extension Recipe {
  private func checkPruning(_ place: RecipeValue) throws {
    if pruning?.target != nil, quantization == nil {
      throw place.error("counts the cost of a quantised network; give 'quantization' too")
    }
    guard let iterative = pruning?.iterative else { return }
    guard widths == nil else {
      throw place.error("goes back to earlier weights, and 'widths' learns which are gone; leave one out")
    }
    let epochs = quantization?.epochs ?? epochs
    guard iterative.rewind < epochs else {
      throw place.error(
        "goes back to the end of epoch \(iterative.rewind) of \(epochs); give an earlier one as 'rewind'")
    }
  }

  /// A schedule of pruning that the epochs cut off would not reach its sparsity.
  private func checkLength(_ pruning: PruningRecipe, _ place: RecipeValue) throws {
    let part = quantization == nil ? "epochs" : "quantization.epochs"
    let epochs = quantization?.epochs ?? self.epochs
    for (key, value) in pruning.epochs where value < 0 || value > Double(epochs) {
      throw place.error(
        "has \(key): \(value), and '\(part)' is \(epochs); give an epoch from 0 to \(epochs)")
    }
  }
}

/// Where the files that a recipe names are.
struct RecipeFiles: Sendable {
  var folder: String

  /// The path beside the recipe where there is such a file, else as it is.
  func path(_ name: String) -> String {
    let beside = URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
      .path
    return FileManager.default.fileExists(atPath: beside) ? beside : name
  }
}

/// How often a run's state is written between epochs.
struct CheckpointRecipe: Sendable {
  var seconds = 30.0
  var steps: Int?

  init() {}

  init(_ value: RecipeValue) throws {
    let table = try RecipeTable(value, keys: ["seconds", "steps"])
    seconds = try table.number("seconds") ?? 30
    guard seconds >= 0 else {
      throw try table.required("seconds").error("is \(seconds); give the seconds between two checkpoints")
    }
    steps = try table.integer("steps", 1...Int.max)
  }
}
