import Foundation
import WinnowFirmware
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowReports
import WinnowTensors

/// Loss against the firmware's cost, for the networks of a run or a scan.
public struct ParetoReport: Sendable, Codable {
  public struct Point: Sendable, Codable {
    /// The file, below the folder.
    public var network: String
    public var loss: Double
    public var lookUpTables: Int
    public var flipFlops: Int
    public var latencyCycles: Int
    public var latencyNanoseconds: Double
    public var effectiveBitOperations: Int
    /// No other point has both a smaller loss and fewer look-up tables.
    public var isOnFront = false
  }

  public var folder: String
  public var clockMHz: Double
  public var device: String
  /// By rising number of look-up tables.
  public var points: [Point]

  /// Compiles every network.
  ///
  /// - Throws: ``NetworkError`` where the folder holds no finished run, or a network does not compile.
  public init(
    _ folder: String, options: FirmwareOptions, progress: (String) -> Void = { _ in }
  ) throws {
    self.folder = folder
    clockMHz = options.clock
    device = options.part
    points = []
    for (file, loss) in try Self.networks(folder) {
      progress("compiling \(file)")
      let report = FirmwareReport(
        try Design(NetworkFile.read(path: "\(folder)/\(file)"), options: options))
      points.append(
        Point(
          network: file, loss: loss, lookUpTables: report.estimate.lookUpTables,
          flipFlops: report.estimate.flipFlops, latencyCycles: report.latencyCycles,
          latencyNanoseconds: report.latencyNanoseconds,
          effectiveBitOperations: report.effectiveBitOperations))
    }
    points.sort { ($0.lookUpTables, $0.loss) < ($1.lookUpTables, $1.loss) }
    var least = Double.infinity
    for index in points.indices where points[index].loss < least {
      least = points[index].loss
      points[index].isOnFront = true
    }
  }

  private static func networks(_ folder: String) throws -> [(file: String, loss: Double)] {
    if FileManager.default.fileExists(atPath: folder + "/scan.json") {
      return try ScanResults(contentsOf: folder).runs.flatMap { run in
        guard let loss = run.validationLoss else { return [(file: String, loss: Double)]() }
        if let folds = folds("\(folder)/\(run.run)") {
          return folds.map { ("\(run.run)/\($0.file)", $0.loss) }
        }
        return [("\(run.run)/network.onnx", loss)]
      }
    }
    if let folds = folds(folder) { return folds }
    let files = TrainingFiles(folder: folder)
    let bytes: [UInt8]
    do { bytes = try InputFile.read(files.metrics) } catch {
      throw NetworkError(
        "'\(folder)' holds no finished training or scan; give the folder of 'winnow train' or 'winnow scan'"
      )
    }
    guard let metrics = try? JSONDecoder().decode(TrainingMetrics.self, from: Data(bytes)) else {
      throw NetworkError("'\(files.metrics)' is damaged; train again in another folder")
    }
    if !metrics.pareto.isEmpty {
      return metrics.pareto.map { ("pareto/epoch-\($0.epoch).onnx", $0.loss) }
    }
    guard let loss = metrics.validation?.loss ?? metrics.epochs.map(\.loss).min() else {
      throw NetworkError("'\(folder)' has no loss to show; train at least one epoch")
    }
    return [("network.onnx", loss)]
  }

  /// The networks of a cross-validation; `nil` for another folder.
  private static func folds(_ folder: String) -> [(file: String, loss: Double)]? {
    guard let bytes = try? InputFile.read(TrainingFiles(folder: folder).metrics),
      let metrics = try? JSONDecoder().decode(CrossValidationMetrics.self, from: Data(bytes))
    else { return nil }
    return metrics.folds.map { ("\($0.folder)/network.onnx", $0.validation.loss) }
  }

  /// Why there is a figure, or none.
  public enum Figure: Sendable, Hashable {
    case written
    case singleNetwork
    case withoutGnuplot
    case gnuplotFailed
  }

  /// Writes `pareto.json`, and `figures/pareto.json` and `.csv`, drawn where gnuplot is installed.
  public func write() throws -> Figure {
    try AtomicFile.write(TrainingFiles.encode(self), to: folder + "/pareto.json")
    guard points.count > 1 else { return .singleNetwork }
    do {
      return try drawing.writeWherePossible(to: folder) ? .written : .withoutGnuplot
    } catch is ReportError {
      return .gnuplotFailed
    }
  }

  private var drawing: WinnowReports.Figure {
    func series(_ label: String, _ style: Series.Style, _ points: [Point], _ color: FigureColor)
      -> Series
    {
      Series(
        label, style, x: points.map { Double($0.lookUpTables) }, y: points.map(\.loss),
        color: color)
    }
    return WinnowReports.Figure(
      "pareto", title: "Loss against logic", x: Axis("look-up tables (estimate)"),
      y: Axis("validation loss"),
      series: [
        series("networks", .points, points, .grey),
        series("front", .lineAndPoints, points.filter(\.isOnFront), .blue),
      ])
  }
}
