import Foundation
import WinnowTensors

/// The losses over the epochs as an SVG, by gnuplot where it is installed.
struct LossFigure {
  private let lines: [EpochLine]

  init(_ lines: [EpochLine]) { self.lines = lines }

  func write(_ files: TrainingFiles) throws {
    guard lines.count > 1, let svg = try Gnuplot.svg(script) else { return }
    try files.makeFolder("figures")
    try AtomicFile.write(svg, to: files.figure)
  }

  private var script: String {
    let training = lines.enumerated().map { "\($0 + 1) \($1.loss)" }
    let validation = lines.enumerated().compactMap { index, line in
      line.validationLoss.map { "\(index + 1) \($0)" }
    }
    var text = """
      $training << END
      \(training.joined(separator: "\n"))
      END

      """
    var curves = "$training with linespoints pt 7 ps 0.4 lc rgb '#0072b2' title 'training'"
    if !validation.isEmpty {
      text += """
        $validation << END
        \(validation.joined(separator: "\n"))
        END

        """
      curves += ", $validation with linespoints pt 5 ps 0.4 lc rgb '#d55e00' title 'validation'"
    }
    let isPositive = lines.allSatisfy { $0.loss > 0 && $0.validationLoss ?? 1 > 0 }
    text += "set xlabel 'epoch'\nset ylabel 'loss'\nset key top right\nset grid\n"
    if isPositive { text += "set logscale y\n" }
    if let change = lines.firstIndex(where: { $0.stage.hasPrefix("quantized") }), change > 0 {
      text +=
        "set arrow from \(Double(change) + 0.5), graph 0 to \(Double(change) + 0.5), graph 1 nohead dt 2\n"
      text += "set label 'quantised' at \(Double(change) + 0.6), graph 0.95\n"
    }
    return text + "plot \(curves)\n"
  }
}

/// Runs gnuplot.
enum Gnuplot {
  static var path: String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/gnuplot" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A drawing as SVG; `nil` where gnuplot is not installed or fails.
  static func svg(_ script: String) throws -> [UInt8]? {
    guard let path else { return nil }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-plot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (
      folder.appendingPathComponent("plot.gp"), folder.appendingPathComponent("plot.svg")
    )
    try Data(
      ("set terminal svg size 720,480 font 'sans,14' background 'white'\nset output 'plot.svg'\n" + script)
        .utf8
    ).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [input.path]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let data = try? Data(contentsOf: output) else { return nil }
    return Array(data)
  }
}
