import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

@Suite(.enabled(if: hasYosys, "yosys is not installed; nothing was proved by a solver"))
struct FormalVerificationTests {
  @Test func designsAreProved() async throws {
    let design = try ProofNetworks.design(
      ProofNetworks.layers(inputs: 8, hidden: 6, outputs: 4, seed: 11))
    let report = try await prove(design)
    #expect(report.isProved, "\(report.text)")
  }

  /// Sorting, tables, scores, products, and pipelines with registers of single bits.
  @Test func operatorsAreProved() async throws {
    let networks = [
      SortingTests.network(TopK(2), outputs: 2, type: "fixed<4,3,RND,SAT>", count: 5, keeping: [0, 1]),
      SortingTests.network(ArgMax(), outputs: 1, type: "fixed<5,3,RND,SAT>", count: 6, keeping: [0]),
      TableTests.network(.tanh, "fixed<11,4,RND,SAT>", "fixed<10,2,RND,SAT>"),
      try ScoreTests.network(),
    ]
    for (network, clock) in zip(networks, [100, 400, 300, 200.0]) {
      let design = try Design(network, options: FirmwareOptions(clock: clock))
      let report = try await prove(design)
      #expect(!report.isRefuted, "\(report.text)")
      #expect(report.simulatedOnly.count + report.openExpressions.count <= 2, "\(report.text)")
    }
  }

  /// A file that is not the netlist: each of these changes is found.
  @Test func changedFilesAreCaught() async throws {
    let design = try ProofNetworks.design(
      ProofNetworks.layers(inputs: 4, hidden: 3, outputs: 2, seed: 5))
    let file = design.verilog
    var random = RandomStream(seed: 3, label: "changed files")
    let lines = file.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var caught = 0
    var tried = 0
    while tried < 12 {
      let place = random.integer(in: 0...lines.count - 1)
      guard let changed = Self.changes(lines[place]).randomElement(using: &random),
        changed != lines[place]
      else { continue }
      tried += 1
      var edited = lines
      edited[place] = changed
      let report = try await prove(design, edited.joined(separator: "\n"))
      if !report.isProved { caught += 1 }
      #expect(!report.isProved, "\(lines[place]) changed to \(changed)")
    }
    #expect(caught == tried)
  }

  private static func changes(_ line: String) -> [String] {
    guard
      line.contains("wire [") && line.contains("=") || line.contains("<=")
        || line.contains(": table")
    else { return [] }
    return [
      (" + ", " - "), (" - ", " + "), ("[3:", "[2:"), (" < ", " > "), ("_s1", "_s2"),
      ("'d1;", "'d2;"), ("1'b0", "1'b1"),
    ]
    .filter { line.contains($0.0) }.map { line.replacing($0.0, with: $0.1, maxReplacements: 1) }
  }

  private func prove(_ design: Design, _ verilog: String? = nil) async throws -> FormalReport {
    let folder = NSTemporaryDirectory() + "winnow-proof-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await FormalVerification(design, verilog: verilog).run(in: folder)
  }
}

let hasYosys = ["/usr/bin", "/usr/local/bin", "/opt/bin"].contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/yosys")
}
