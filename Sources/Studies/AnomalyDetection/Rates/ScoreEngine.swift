import Winnow

/// A network with its score inside, in the integer engine: what the firmware answers, by the million.
struct ScoreEngine {
  private let program: FixedPointProgram
  private let engine: IntegerEngine

  /// - Throws: where the network has no number formats, or more bits than the engine holds.
  init(_ network: Network) throws {
    program = try FixedPointProgram(network.bindingBatch()).prunedToOutputs()
    engine = try IntegerEngine(program)
  }

  /// One number an event, a mantissa.
  ///
  /// - Parameter x: 57 numbers an event, GeV and radian.
  func scores(_ x: [Float]) throws -> [Double] {
    var arrays = NPZ()
    arrays["x"] = NumericArray(floats: x, shape: [x.count / PreparedEvents.width, PreparedEvents.width])
    return try scores(of: InputEvents(arrays, name: "events"))
  }

  /// - Parameter path: prepared events.
  func scores(of path: String) throws -> [Double] { try scores(of: InputEvents(path: path)) }

  private func scores(of events: InputEvents) throws -> [Double] {
    let vectors = try events.vectors(for: program)
    return try engine.run(vectors.inputs, events: vectors.count)[0].map { Double($0) }
  }
}

/// What scores events: the firmware of a model, or a student.
enum ScoreDesign: Sendable, Hashable, Codable {
  case model(AnomalyModel)
  case student(Student)

  static let all = AnomalyModel.allCases.map { ScoreDesign.model($0) } + Student.all.map { .student($0) }

  var label: String {
    switch self {
    case .model(let model): model.label
    case .student(let student): "student: \(student.label)"
    }
  }

  /// - Throws: what reading says of a step's files that are missing.
  func engine(in folder: StudyFolder, _ settings: AnomalyDetectionSettings) throws -> ScoreEngine {
    switch self {
    case .model(let model):
      let path = FirmwareStep.folder(of: model, settings.devices[0], in: folder.path)
      return try ScoreEngine(NetworkFile.read(path: path + "/network.onnx"))
    case .student(let student):
      let network = try NetworkFile.read(
        path: StudentStep.folder(of: student, in: folder.path) + "/network.onnx")
      return try ScoreEngine(network.part(computing: ["answer"]))
    }
  }
}
