import Foundation

/// Progress of long work on standard error: one line rewritten on a terminal, plain lines elsewhere,
/// nothing with `--json`.
struct Progress {
  private let silent: Bool
  private let isTerminal = isatty(2) == 1
  private let start = ContinuousClock().now

  init(silent: Bool) { self.silent = silent }

  func callAsFunction(_ step: String) {
    if silent { return }
    let seconds = (ContinuousClock().now - start) / .seconds(1)
    let line = "[\(String(format: "%5.1f", seconds)) s] \(step)"
    let text = isTerminal ? "\r\u{1B}[K\(line)" : line + "\n"
    StandardError.write(text)
  }

  /// A line that stays: an epoch's.
  func line(_ text: String) {
    if silent { return }
    StandardError.write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
  }

  /// A line that the next one replaces; nothing where lines cannot be replaced.
  func passing(_ text: String) {
    if silent || !isTerminal { return }
    StandardError.write("\r\u{1B}[K\(text)")
  }

  /// Leaves a clean line behind.
  func finish() {
    if !silent, isTerminal { StandardError.write("\r\u{1B}[K") }
  }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
