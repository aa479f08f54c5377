import ArgumentParser
import Foundation
import Winnow
import WinnowStudies

extension Study {
  struct AnomalyDetection: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: AnomalyDetectionStudy.name,
      abstract: "Autoencoders for the unexpected at 40 MHz (arXiv:2108.03986).",
      discussion: """
        Trains the paper's four networks on background events, scores signals that
        they never saw, and writes a page with the paper's figures and tables. A
        study that was stopped goes on where it was.

        Example:
          winnow study anomaly-detection --data Examples/anomaly-detection \\
            --quick -o build/anomaly-detection
        """)

    @Option(
      help: ArgumentHelp(
        "Events in the published layout: background*.h5, a file for each signal, and zero-bias.h5 if there is one; generated where none is given.",
        valueName: "folder"))
    var data: String?

    @Option(
      help: "Background events to use at most, or to generate, with a fifteenth of them for each signal.")
    var events: Int = 300_000

    @Flag(help: "Few epochs and widths; the sample that comes with Winnow unless --data names one.")
    var quick = false

    @Option(
      help: ArgumentHelp(
        "Do one step, again if it was done: \(AnomalyDetectionStudy.steps.joined(separator: ", ")).",
        valueName: "step"))
    var only: String?

    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Trainings at a time (default: one for each core); they change no bit.")
    var threads: Int?

    @Option(
      name: [.short, .customLong("output")],
      help: ArgumentHelp("The folder to write.", valueName: "run"))
    var output: String

    func validate() throws {
      // The trigger keeps three quarters of what is generated, and a step of training takes 1024.
      let least = data == nil && !quick ? 4096 : 2048
      guard events >= least else {
        throw ValidationError("--events takes \(least) or more here, not \(events).")
      }
      if let only, !AnomalyDetectionStudy.steps.contains(only) {
        throw ValidationError(
          "--only takes \(AnomalyDetectionStudy.steps.joined(separator: ", ")), not '\(only)'.")
      }
      if let threads, !(1...256).contains(threads) {
        throw ValidationError("--threads takes 1 to 256, not \(threads).")
      }
    }

    /// A quick look takes the sample that comes with Winnow.
    private func samples() throws -> String? {
      guard quick, data == nil else { return data }
      let own = "Examples/anomaly-detection"
      guard FileManager.default.fileExists(atPath: own) else {
        throw StudyError(
          "--quick reads \(own), which is not in this folder; start it in Winnow's, or give --data a folder with samples"
        )
      }
      return own
    }

    func run() async throws {
      let progress = Progress(silent: false)
      let study = AnomalyDetectionStudy(
        AnomalyDetectionSettings(
          data: try samples(), events: events, quick: quick, seed: seed,
          threads: threads ?? ProcessInfo.processInfo.activeProcessorCount))
      try await study.run(
        in: output, only: only, command: ["winnow"] + CommandLine.arguments.dropFirst()
      ) { progress($0) }
      progress.finish()
      print(only == nil || only == "page" ? "\(output)/index.html" : output)
    }
  }
}
