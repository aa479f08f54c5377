import ArgumentParser
import Winnow

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which tools are here, their versions, and how to install what is missing.",
    discussion: "Example:\n  winnow doctor")

  @Flag(help: "Print the list as JSON.")
  var json = false

  struct Entry: Encodable {
    var tool: String
    var version: String?
    var purpose: String
    var install: String
  }

  func run() async throws {
    var entries: [Entry] = []
    for tool in ExternalTool.all {
      entries.append(
        Entry(
          tool: tool.name, version: await tool.version(), purpose: tool.purpose,
          install: "apt-get install \(tool.package)"))
    }
    if json { return try printJSON(entries) }
    for entry in entries {
      print(column(entry.tool, 12) + (entry.version ?? "missing; install it with: \(entry.install)"))
      print(column("", 12) + entry.purpose)
    }
    let missing = entries.filter { $0.version == nil }.count
    print(missing == 0 ? "everything is here" : "\(missing) missing")
  }
}
