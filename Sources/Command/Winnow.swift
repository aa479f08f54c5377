import ArgumentParser
import Foundation
import Winnow

/// The command `winnow`.
@main
struct WinnowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "winnow",
    abstract: "Takes trigger networks from a file to gates and back, and proves the two equal.",
    discussion: """
      Example:
        winnow compile Examples/first-light/encoder.onnx \\
          -o build/encoder --clock 200 --device xcvu9p
        winnow verify build/encoder
      """,
    version: winnowVersion,
    subcommands: [
      Generate.self, Simulate.self, Reconstruct.self, Show.self, Inspect.self, Train.self, Scan.self,
      Pareto.self, Explore.self, Compile.self, Verify.self, Patterns.self, Run.self, PlotCommand.self,
      ReportCommand.self, Study.self,
      Devices.self, FitDelays.self, Doctor.self,
    ])

  /// Usage errors exit with 2 (the parser's own 64 is mapped), failures with 1.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try StandardOutput.finish()
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        // Help and the version are asked for: they are the command's output.
        print(fullMessage(for: error))
        end(0)
      }
      if error is ExitCode { end(code.rawValue) }
      // A failure of the work, not of the words: one sentence on standard error.
      guard code == .validationFailure else {
        StandardError.write("winnow: \(sentence(error))\n")
        // A recipe is the user's words too.
        Foundation.exit(error is RecipeError ? 2 : 1)
      }
      StandardError.write(fullMessage(for: error) + "\n")
      Foundation.exit(2)
    }
  }

  /// Ends the process when its output has arrived.
  private static func end(_ code: Int32) -> Never {
    do { try StandardOutput.finish() } catch {
      StandardError.write("winnow: \(error)\n")
      Foundation.exit(1)
    }
    Foundation.exit(code)
  }

  private static func sentence(_ error: any Error) -> String {
    guard let error = error as? CocoaError else { return "\(error)" }
    let path = error.filePath ?? error.url?.path(percentEncoded: false)
    let reason = (error.underlying as? POSIXError).map { unsafe String(cString: strerror($0.code.rawValue)) }
    return
      "\(path.map { "'\($0)'" } ?? "a file") cannot be read or written (\(reason ?? error.localizedDescription)); check the path, its permissions and the disk"
  }
}
