import Foundation

/// What a study of anomaly detection is asked for.
public struct AnomalyDetectionSettings: Sendable, Hashable {
  /// The folder with the events: one background file and one for each signal; `nil` to generate them.
  public var data: String?
  /// The background events to use at most, or to generate.
  public var events: Int
  /// Epochs of each training at most.
  public var epochs: Int
  /// Epochs in which half of the weights go, and of training at a width.
  public var pruningEpochs: Int
  public var quantizationEpochs: Int
  /// Widths of numbers that are tried.
  public var widths: [Int]
  /// Weights of the divergence that are tried.
  public var betas = [0.01, 0.1, 0.3, 0.5, 0.8, 0.95]
  /// Events of a training step at most.
  public var batch: Int
  /// What the firmware is compiled for; the first one's Verilog is simulated.
  public var devices = ["xcvu9p", "xc7vx690t"]
  /// Seconds of a core, counted in steps, that are spent on each network to find less logic.
  public var search: Double
  /// Whether Yosys counts cells.
  public var synthesizes: Bool
  /// Events at most that the Verilog of dense and of convolutional networks is simulated with.
  public var verifiedEvents: Int
  public var verifiedImages: Int
  /// Models whose Verilog is simulated; building a simulator takes a minute.
  public var simulated: [AnomalyModel]
  /// Students whose Verilog is simulated.
  var simulatedStudents: [Student]
  /// Seeds of further trainings in floating point, which tell how far areas vary from seed to seed.
  public var furtherSeeds: [UInt64]
  public var seed: UInt64
  /// Trainings at a time; they change no bit.
  public var threads: Int

  /// - Parameter quick: few epochs, for a sample of some ten thousand events.
  public init(
    data: String? = nil, events: Int = 300_000, quick: Bool = false, seed: UInt64 = 1, threads: Int = 1
  ) {
    self.data = data
    self.events = events
    self.epochs = quick ? 40 : 100
    pruningEpochs = quick ? 20 : 30
    quantizationEpochs = quick ? 8 : 15
    widths = quick ? [2, 4, 8, 16] : Compression.widths
    // A sample of some thousand events would give too few steps.
    batch = quick ? 128 : 1024
    search = quick ? 0 : 10
    synthesizes = !quick
    simulated = quick ? [.denseVariational] : AnomalyModel.allCases
    simulatedStudents = quick ? [] : Student.all
    furtherSeeds = quick ? [] : [seed &+ 1, seed &+ 2]
    verifiedEvents = quick ? 2_000 : 200_000
    verifiedImages = quick ? 100 : 12_000
    self.seed = seed
    self.threads = threads
  }

  /// The folder with the events of a study.
  func samples(in study: StudyFolder) -> String { data ?? "\(study.path)/samples" }

  /// What must be the same for a folder to be gone on with; threads change no bit.
  var named: [String: String] {
    [
      "data": data ?? "generated", "files": files, "events": "\(events)", "epochs": "\(epochs)",
      "batch": "\(batch)",
      "seed": "\(seed)",
      "pruning epochs": "\(pruningEpochs)", "quantization epochs": "\(quantizationEpochs)",
      "widths": "\(widths)", "betas": "\(betas)", "devices": "\(devices)", "search": "\(search)",
      "simulated": (simulated.map(\.rawValue) + simulatedStudents.map(\.name)).joined(separator: " "),
      "further seeds": "\(furtherSeeds)",
      "verified events": "\(verifiedEvents) \(verifiedImages)", "synthesis": "\(synthesizes)",
    ]
  }

  /// Names and bytes of the samples that are given: others need another folder. What is missing is for
  /// the step that reads it to say.
  private var files: String {
    guard let data else { return "generated" }
    return AnomalySample.allCases.compactMap { sample in
      guard let path = try? sample.file(in: data),
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      else { return nil }
      return "\(path.split(separator: "/").last ?? "") (\(size) bytes)"
    }.joined(separator: ", ")
  }
}
