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
      Generate.self, Inspect.self, Train.self, Scan.self, Pareto.self, Compile.self, Verify.self,
      Run.self, Devices.self, Doctor.self,
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
    } catch {
      let code = exitCode(for: error)
      if code == .success { exit(withError: error) }
      // A failure of the work, not of the words: one sentence on standard error.
      if code != .validationFailure, !(error is ExitCode), !(error is CleanExit) {
        FileHandle.standardError.write(Data("winnow: \(sentence(error))\n".utf8))
        // A recipe is the user's words too.
        Foundation.exit(error is RecipeError ? 2 : 1)
      }
      if error is ExitCode { Foundation.exit(code.rawValue) }
      FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
      Foundation.exit(2)
    }
  }

  private static func sentence(_ error: any Error) -> String {
    if let error = error as? CocoaError { return error.localizedDescription }
    return "\(error)"
  }
}
