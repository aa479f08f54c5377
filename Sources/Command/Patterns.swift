import ArgumentParser
import Foundation
import Winnow

struct Patterns: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write and read a board's pattern files, and check what a board gave.",
    discussion: """
      Example, after 'winnow compile … --io io.yaml -o build/encoder':
        winnow patterns write build/encoder --vectors 100 -o in.txt
        winnow patterns check build/encoder in.txt out.txt
      """,
    subcommands: [WritePatterns.self, ReadPatterns.self, CheckPatterns.self])
}

struct WritePatterns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Write events as a pattern file for the input links.",
    discussion: """
      Example:
        winnow patterns write build/encoder --vectors 100 -o in.txt
      """)

  @Argument(help: "A folder that 'winnow compile --io' wrote.")
  var folder: String

  @Option(help: "Events of an NPZ file: mantissas or real numbers, one array a port.")
  var inputs: String?

  @Option(
    parsing: .unconditional,
    help: "How many events to make where --inputs is not given: corners, sparse as real ones, uniform random."
  )
  var vectors: Int = 100

  @Option(parsing: .unconditional, help: "Seed of the events made.")
  var seed: UInt64 = 1

  enum FileFormat: String, ExpressibleByArgument, CaseIterable { case emp, emp2, apx }

  @Option(help: "EMP v1 (emp), EMP v2 (emp2) or APx (apx).")
  var format: FileFormat = .emp2

  @Option(name: [.short, .customLong("output")], help: "The pattern file to write.")
  var output: String

  func validate() throws {
    guard (1...1_000_000).contains(vectors) else {
      throw ValidationError("--vectors takes 1 to 1000000, not \(vectors).")
    }
  }

  func run() throws {
    let patterns = try BoardPatterns(run: folder)
    let events =
      try inputs.map { try InputEvents.vectors(from: $0, for: patterns.program) }
      ?? TestVectors(for: patterns.program, count: vectors, seed: seed)
    let text = try patterns.text(of: events, format: PatternFile.Format(rawValue: format.rawValue)!)
    try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
    try AtomicFile.write(Array(text.utf8), to: output)
    print("\(events.count) events written to \(output)")
  }
}

struct ReadPatterns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read a board's output links into arrays.",
    discussion: """
      Outputs are mantissas, one array an output. The format is told from the file.

      Example:
        winnow patterns read build/encoder out.txt -o outputs.npz
      """)

  @Argument(help: "A folder that 'winnow compile --io' wrote.")
  var folder: String

  @Argument(help: "The pattern file that the board gave.")
  var file: String

  @Option(name: [.short, .customLong("output")], help: "The NPZ file to write.")
  var output: String

  func run() throws {
    let arrays = try BoardPatterns(run: folder).outputs(of: PatternFile(file: file))
    try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
    try arrays.write(to: output)
    print(
      arrays.names.map { "\($0) \(arrays[$0]!.shape)" }.joined(separator: ", ")
        + " written to \(output)")
  }
}

struct CheckPatterns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare what a board gave with what the network gives for the same input file.",
    discussion: """
      Example:
        winnow patterns check build/encoder in.txt out.txt
      """)

  @Argument(help: "A folder that 'winnow compile --io' wrote.")
  var folder: String

  @Argument(help: "The pattern file that went in.")
  var input: String

  @Argument(help: "The pattern file that came out.")
  var output: String

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    let result = try BoardPatterns(run: folder)
      .check(input: PatternFile(file: input), output: PatternFile(file: output))
    if json { try printJSON(result) } else { print(result.text) }
    if !result.isEqual { throw ExitCode(1) }
  }
}
