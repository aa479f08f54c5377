import Winnow

/// Compiles the working points with their scores: `firmware/NAME-DEVICE`, `firmware/results.json`.
struct FirmwareStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// One model on one device. No clock was met by a router here.
  struct Result: Codable, Sendable {
    var model: AnomalyModel
    var device: String
    var latencyNanoseconds: Double
    var intervalNanoseconds: Double
    var estimate: Resources
    var synthesis: SynthesisResult?
  }

  /// The paper's, MHz.
  static let clock = 200.0

  static func folder(of model: AnomalyModel, _ device: String, in study: String) -> String {
    "\(study)/firmware/\(model.rawValue)-\(device)"
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/firmware/results.json" }

  func run(_ progress: (String) -> Void) async throws {
    var results: [Result] = []
    for model in AnomalyModel.allCases {
      progress("\(model.label), \(model.workingPoint.label)")
      let compiled = try settings.devices.map { try compile(model, $0) }
      if settings.synthesizes { progress("\(model.label), \(model.workingPoint.label), Yosys") }
      let synthesis = try await synthesize(compiled)
      for (place, device) in settings.devices.enumerated() {
        results.append(try write(compiled[place], synthesis[place], model, device))
      }
    }
    try writeJSON(results, to: Self.results(in: folder))
  }

  private func compile(_ model: AnomalyModel, _ device: String) throws -> CompiledFirmware {
    try OutputFolder.make("\(folder.path)/firmware")
    return try CompiledFirmware(try scored(model), options: options(device), style: model.firmwareStyle)
  }

  /// All devices at a time, if the study has threads for them: Yosys uses one.
  private func synthesize(_ all: [CompiledFirmware]) async throws -> [SynthesisResult?] {
    guard settings.synthesizes else { return all.map { _ in nil } }
    let workers = settings.threads
    return try await withThrowingTaskGroup(of: (Int, SynthesisResult).self) { group in
      var found = [SynthesisResult?](repeating: nil, count: all.count)
      for (place, compiled) in all.enumerated() {
        if place >= workers, let (done, result) = try await group.next() { found[done] = result }
        group.addTask {
          (place, try await ScratchFolder.with { try await compiled.synthesize(in: $0) })
        }
      }
      for try await (place, result) in group { found[place] = result }
      return found
    }
  }

  /// The working point with its score inside.
  private func scored(_ model: AnomalyModel) throws -> Network {
    let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
    let quantized = try NetworkFile.read(
      path: CompressionStep.folder(of: model, model.workingPoint, in: folder.path) + "/network.onnx")
    let code =
      model.isVariational
      ? try LatentRange(of: quantized, events: TrainingSample(in: folder.path).path) : nil
    return try ScoreNetwork(model: model, scale: summary.scale, code: code).appended(to: quantized)
  }

  private func options(_ device: String) -> FirmwareOptions {
    var options = FirmwareOptions(
      clock: Self.clock, part: Device.named(device)!.part, seed: settings.seed)
    options.search = settings.search
    return options
  }

  private func write(
    _ compiled: CompiledFirmware, _ synthesis: SynthesisResult?, _ model: AnomalyModel, _ device: String
  ) throws -> Result {
    var report = CompiledReport(compiled)
    report.synthesis = synthesis
    try RunDirectory(Self.folder(of: model, device, in: folder.path)).write(
      compiled, options: options(device), style: model.firmwareStyle, report: report,
      board: model == .denseVariational ? try board(compiled) : nil,
      command: folder.description.command, model: model.rawValue)
    return Result(model, device, report)
  }

  /// Links for the board test of the paper's section VII.
  private func board(_ compiled: CompiledFirmware) throws -> BoardFiles? {
    guard case .parallel(let design) = compiled else { return nil }
    let map = LinkMap(template: design.program, clock: Self.clock)
    return BoardFiles(design, links: try LinkFiles(design, map: map))
  }
}

extension AnomalyModel {
  /// Dense layers take an event every cycle; images are streamed through their layers.
  var firmwareStyle: FirmwareStyle { isConvolutional ? .dataflow(DataflowOptions()) : .parallel }
}

extension FirmwareStep.Result {
  init(_ model: AnomalyModel, _ device: String, _ report: CompiledReport) {
    let (latency, interval, estimate): (Double, Double, Resources) =
      switch report {
      case .parallel(let report, _):
        (report.latencyNanoseconds, 1000 / report.clockMHz, report.estimate)
      case .folded(let report, _):
        (report.latencyNanoseconds, report.initiationIntervalNanoseconds, report.estimate)
      case .dataflow(let report, _):
        (report.latencyNanoseconds, report.initiationIntervalNanoseconds, report.estimate)
      }
    self.init(
      model: model, device: device, latencyNanoseconds: latency, intervalNanoseconds: interval,
      estimate: estimate, synthesis: report.synthesis)
  }
}
