import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// What `winnow verify` says when the Verilog on disk is not what it should be.
@Suite(.tags(.simulator), .enabled(if: isInstalled("verilator"), "verilator is not installed"))
struct VerificationTests {
  static let network = Network(
    name: "small", inputs: [.init("x", TensorType([3], .float32))],
    constants: [
      "w1": Tensor([3, 2], .fixed([3, -2, 1, 5, 6, -7], fraction: 2)),
      "w2": Tensor([2, 1], .fixed([-3, 7], fraction: 2)),
    ],
    nodes: [
      Node("input", Quantize(FixedPointType(signed: true, width: 6, integer: 3)), "x"),
      Node("hidden", Dense(), "input", "w1"), Node("relu", Relu(), "hidden"),
      Node(
        "narrow",
        Quantize(
          FixedPointType(
            signed: false, width: 6, integer: 3, rounding: .nearest, overflow: .saturate)), "relu"),
      Node("score", Dense(), "narrow", "w2"),
    ], outputs: ["score"])

  private func verify(_ verilog: (String) -> String) async throws -> Verification.Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let design = try Design(Self.network)
    try design.write(to: folder, report: FirmwareReport(design))
    let verification = Verification(
      design, verilog: verilog(design.verilog), emulator: folder + "/emulator")
    let vectors = TestVectors(for: design.program, count: 200, seed: 5)
    let result = try await verification.run(vectors, in: folder)
    print("SIMULATED small 200 vectors")
    return result
  }

  @Test func equal() async throws {
    let result = try await verify { $0 }
    #expect(result.isProved)
    #expect(result.mismatches == 0)
    // One output in four executions, and the nodes' values in the engine.
    #expect(result.integers > 4 * 200)
  }

  /// A fault in the clamp of a hidden neuron is located at that node, not at the output.
  @Test func theFirstDifferingNodeIsNamed() async throws {
    let result = try await verify { text in
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.contains("wire [5:0] narrow_1 =")
          ? "  wire [5:0] narrow_1 = 6'd9;" : String(line)
      }.joined(separator: "\n")
    }
    #expect(!result.isProved)
    let verilog = try #require(result.comparisons.last)
    #expect(verilog.mismatches > 0)
    let first = try #require(verilog.firstMismatch)
    #expect(first.node == "narrow" && first.element == 1, "\(first)")
    #expect(first.found == 9 && first.expected != 9)
    #expect(first.cycle.map { $0 >= first.event } == true)
    #expect(first.inputs.count == 3)
    #expect(result.comparisons.dropLast().allSatisfy { $0.mismatches == 0 })
  }

  /// A register too many is a wrong latency, even though every value is right.
  @Test func latencyIsChecked() async throws {
    let result = try await verify {
      $0.replacingOccurrences(of: "assign valid_out = valid[", with: "assign valid_out = valid_in & valid[")
    }
    #expect(!result.isProved)
    #expect(result.testbench.contains("LATENCY"))
  }
}
