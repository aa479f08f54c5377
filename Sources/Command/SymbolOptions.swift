import ArgumentParser
import Winnow

/// `--bind nodes=64`: numbers for the symbols of a network's shapes.
struct SymbolOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Give a symbolic dimension a size; may be repeated. The batch is 1 by itself.", valueName: "name=size"))
  var bind: [String] = []

  func validate() throws { _ = try sizes() }

  private func sizes() throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for entry in bind {
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let size = Int(parts[1]), !parts[0].isEmpty else {
        throw ValidationError("--bind takes NAME=SIZE, not '\(entry)'.")
      }
      sizes[String(parts[0])] = size
    }
    return sizes
  }

  /// Reads a network and binds its symbols.
  func network(_ path: String) throws -> Network {
    let network = try NetworkFile.read(path: path)
    let sizes = try sizes()
    for name in sizes.keys where !network.symbols.contains(name) {
      throw NetworkError(
        "'\(path)' has no symbol '\(name)' to bind; it has \(network.symbols.isEmpty ? "none" : network.symbols.joined(separator: ", "))"
      )
    }
    return try network.binding(sizes)
  }
}
