/// What a study of anomaly detection is asked for.
public struct AnomalyDetectionSettings: Sendable, Hashable {
  /// The folder with the events: one background file and one for each signal.
  public var data: String
  /// The background events to use at most.
  public var events: Int
  /// Epochs of each training at most.
  public var epochs: Int
  /// Events of a training step at most.
  public var batch = 1024
  public var seed: UInt64
  public var threads: Int

  /// - Parameter quick: few epochs, for a sample of some ten thousand events.
  public init(
    data: String, events: Int = 300_000, quick: Bool = false, seed: UInt64 = 1, threads: Int = 1
  ) {
    self.data = data
    self.events = events
    self.epochs = quick ? 20 : 100
    self.seed = seed
    self.threads = threads
  }

  /// What must be the same for a folder to be gone on with; threads change no bit.
  var named: [String: String] {
    [
      "data": data, "events": "\(events)", "epochs": "\(epochs)", "batch": "\(batch)", "seed": "\(seed)",
    ]
  }
}
