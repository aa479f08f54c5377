import ArgumentParser

struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repeat a published trigger system, from events to a page beside its numbers.",
    subcommands: [AnomalyDetection.self])
}
