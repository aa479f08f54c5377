import WinnowTensors

/// Batches of a data set, with columns of noise beside its own.
public final class StreamedBatches: BatchSource {
  /// A column that is drawn anew at each step: the noise of a variational autoencoder.
  public struct NoiseColumn: Sendable, Hashable, Codable {
    public var name: String
    public var width: Int
    public init(_ name: String, width: Int) {
      self.name = name
      self.width = width
    }
  }

  public let columns: [String]
  public let widths: [Int]
  public var batchSize: Int { stream.options.batchSize }
  public var batchCount: Int { stream.batchesPerEpoch }
  private let stream: BatchStream
  private let noise: [(column: NoiseColumn, source: GaussianNoise)]
  private var epoch = 0
  private var batch = 0

  /// - Parameters:
  ///   - seed: of the order of rows and of the noise.
  public init(
    _ stream: BatchStream, noise: [NoiseColumn] = [], seed: UInt64
  ) {
    self.stream = stream
    self.noise = noise.map {
      ($0, GaussianNoise(RandomStream(seed: seed, label: "noise").child($0.name)))
    }
    columns = stream.options.columns + noise.map(\.name)
    widths = stream.columnWidths + noise.map(\.width)
  }

  public func seek(epoch: Int, batch: Int) throws {
    try stream.seek(to: BatchPosition(seed: stream.options.seed, epoch: epoch, batch: batch))
    (self.epoch, self.batch) = (epoch, batch)
  }

  public func next(into columns: [Buffer<Float>], weights: Buffer<Float>) throws {
    var rows = try stream.next()
    // Between two epochs the stream says so once.
    if rows == nil { rows = try stream.next() }
    guard let rows else { throw TrainingError("the data ended before the epoch did") }
    for (target, source) in zip(columns, rows.columns) { target.copy(from: source) }
    weights.copy(from: rows.weights)
    for (place, (column, source)) in noise.enumerated() {
      unsafe source.fill(
        columns[rows.columns.count + place].base, events: 0..<batchSize, width: column.width,
        step: epoch * batchCount + batch)
    }
    batch += 1
    if batch == batchCount { (epoch, batch) = (epoch + 1, 0) }
  }
}
