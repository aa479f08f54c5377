import Foundation
import WinnowTensors

/// Everything that a training needs to go on with the same bits.
///
/// One NPZ file: parameters and state in float32, the optimiser's slots, averages, the best
/// parameters, what modifiers remember, and the trainer's state as JSON. Written under a temporary
/// name and renamed, so that a checkpoint is whole or not there.
public struct Checkpoint {
  /// The trainer's state, without arrays.
  struct Header: Codable {
    var version = 1
    var layout: ParameterLayout
    var configuration: TrainingConfiguration
    var state: TrainerState
    var optimizerStep: Int
    var momentumProduct: Double
    var slotNames: [String]
    /// Lengths of the modifiers' arrays.
    var modifiers: [Int]
  }

  private var arrays: NPZ

  /// Reads a checkpoint.
  public init(contentsOf path: String) throws { arrays = try NPZ(contentsOf: path) }

  /// What was written beside the trainer's state.
  public var attachment: [UInt8] {
    guard case .uint8(let bytes)? = arrays["attachment"]?.storage else { return [] }
    return bytes
  }

  /// Takes a trainer's state between two steps.
  ///
  /// - Parameter attachment: whatever else a run needs to go on.
  public init(_ trainer: Trainer, attachment: [UInt8] = []) throws {
    let snapshots = trainer.modifiers.map(\.snapshot)
    let header = Header(
      layout: trainer.parameters.layout, configuration: trainer.configuration,
      state: trainer.state, optimizerStep: trainer.optimizerState.step,
      momentumProduct: trainer.optimizerState.momentumProduct,
      slotNames: trainer.optimizerState.slotNames, modifiers: snapshots.map(\.count))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    arrays = NPZ()
    let bytes = [UInt8](try encoder.encode(header))
    arrays["header"] = NumericArray(shape: [bytes.count], storage: .uint8(bytes))
    func set(_ name: String, _ values: [Float]) {
      arrays[name] = NumericArray(shape: [values.count], storage: .float32(values))
    }
    arrays["attachment"] = NumericArray(shape: [attachment.count], storage: .uint8(attachment))
    set("parameters", trainer.snapshot())
    set("optimizer", trainer.optimizerState.values)
    set("averages", trainer.averages)
    set("best", trainer.best)
    set("modifiers", snapshots.flatMap { $0 })
  }

  public func write(to path: String) throws { try arrays.write(to: path, compressed: false) }

  private func values(_ name: String) throws -> [Float] {
    guard case .float32(let values) = try arrays.array(name).storage else {
      throw TrainingError("the checkpoint's '\(name)' is no float32 array; use a file of this version")
    }
    return values
  }

  /// Sets a trainer to the checkpoint's state.
  ///
  /// - Throws: ``TrainingError`` when it is of another network or configuration.
  public func restore(_ trainer: Trainer) throws {
    guard case .uint8(let bytes) = try arrays.array("header").storage else {
      throw TrainingError("the checkpoint has no header; use a file that winnow wrote")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let header: Header
    do { header = try decoder.decode(Header.self, from: Data(bytes)) } catch {
      throw TrainingError("the checkpoint's header cannot be read; use a file of this version")
    }
    guard header.layout == trainer.parameters.layout else {
      throw TrainingError(
        "the checkpoint is of another network: its parameters differ; give another run directory")
    }
    var known = header.configuration
    // More epochs or threads change nothing that was computed.
    known.threads = trainer.configuration.threads
    known.epochs = trainer.configuration.epochs
    guard known == trainer.configuration else {
      throw TrainingError(
        "the checkpoint was made with other settings; give another run directory, or the recipe as it was"
      )
    }
    let parameters = try values("parameters")
    let count = trainer.parameters.values.count + trainer.parameters.state.count
    guard parameters.count == count else {
      throw TrainingError("the checkpoint has \(parameters.count) parameters, not \(count)")
    }
    trainer.optimizerState = try OptimizerState(
      step: header.optimizerStep, momentumProduct: header.momentumProduct,
      parameterCount: trainer.parameters.values.count, slotNames: header.slotNames,
      values: try values("optimizer"))
    trainer.restore(parameters)
    trainer.averages = try values("averages")
    trainer.best = try values("best")
    trainer.state = header.state
    var rest = try values("modifiers")[...]
    for (modifier, count) in zip(trainer.modifiers, header.modifiers) {
      modifier.snapshot = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    try trainer.seek()
  }
}
