import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors
import WinnowTestSupport

@testable import WinnowFirmware

@Suite struct DataflowTests {
  static func weights(_ shape: [Int], _ name: String, bits: Int = 5) -> Tensor {
    var random = RandomStream(seed: 7, label: name)
    let limit = 1 << (bits - 1)
    return Tensor(
      shape,
      .fixed(
        (0..<shape.reduce(1, *)).map { _ in Int128(random.integer(in: -limit...limit - 1)) },
        fraction: bits - 1))
  }

  static let signed = FixedPointType(
    signed: true, width: 6, integer: 3, rounding: .nearest, overflow: .saturate)
  static let unsigned = FixedPointType(
    signed: false, width: 5, integer: 3, rounding: .nearest, overflow: .saturate)

  /// Convolution, ReLU, quantisation, pooling, flatten, dense.
  static func chain(_ name: String) -> Network {
    Network(
      name: name, inputs: [.init("x", TensorType([.batch, 2, 7, 6], .float32))],
      constants: [
        "w": weights([3, 2, 3, 3], "w"), "b": weights([3], "b"), "v": weights([3 * 3 * 3, 4], "v"),
      ],
      nodes: [
        Node("input", Quantize(signed), "x"),
        Node(
          "conv", Convolution(SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1])), "input", "w", "b"),
        Node("relu", Relu(), "conv"), Node("narrow", Quantize(unsigned), "relu"),
        Node("pool", Pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2])), "narrow"),
        Node("flat", Reshape([0, -1]), "pool"), Node("score", Dense(), "flat", "v"),
      ], outputs: ["score"])
  }

  /// An image and a convolution of it, added: the short way must wait for the long one.
  static func residual(_ name: String) -> Network {
    Network(
      name: name, inputs: [.init("x", TensorType([.batch, 1, 6, 5], .float32))],
      constants: ["w": weights([1, 1, 3, 3], "r")],
      nodes: [
        Node("input", Quantize(signed), "x"),
        Node("conv", Convolution(SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1])), "input", "w"),
        Node("narrow", Quantize(signed), "conv"),
        Node("sum", Arithmetic(.add), "narrow", "input"),
      ], outputs: ["sum"])
  }

  @Test(arguments: [(nil, 42 + 7), (14, 14), (7, 7), (3, 3)] as [(Int?, Int)])
  func intervalIsKept(_ wanted: Int?, _ interval: Int) throws {
    let design = try DataflowDesign(
      Self.chain("chain"), dataflow: DataflowOptions(interval: wanted))
    #expect(design.interval == interval)
    // The last pixel goes in after an interval, or later than it where windows end the image.
    #expect(design.latency > design.interval)
    let report = DataflowReport(design)
    #expect(report.processes.map(\.name) == ["conv", "pool", "score"])
    #expect(report.processes[0].nodes == ["conv", "relu", "narrow"])
    #expect(report.processes.allSatisfy { $0.interval <= interval })
    #expect(report.estimate.lookUpTables > 0 && report.estimate.flipFlops > 0)
    #expect(report.text(for: design.device).contains("conv"))
  }

  /// The buffer of the short way holds what the long way is behind; one less, and the design is slower
  /// or blocks at that buffer.
  @Test func mergesAreBuffered() throws {
    let design = try DataflowDesign(Self.residual("residual"))
    let short = try #require(
      design.graph.edges.firstIndex { $0.layer == 1 && $0.stream == 0 })
    let depth = design.graph.edges[short].depth
    // A row and a pixel of the window, and the stages of its kernel.
    #expect(depth >= 6 && depth <= 14)
    let model = ScheduleModel(design.graph)
    var blocked: [String] = []
    let best = try #require(model.run(images: 6, blocked: &blocked))
    #expect(best.interval == design.interval && best.latency == design.latency)
    var depths = design.graph.edges.map(\.depth)
    depths[short] -= 1
    if let slower = model.with(depths).run(images: 6, blocked: &blocked) {
      #expect(slower.interval > best.interval || slower.latency > best.latency)
    } else {
      #expect(!blocked.isEmpty)
    }
    depths[short] = 0
    #expect(model.with(depths).run(images: 6, blocked: &blocked) == nil)
    #expect(blocked.contains("residual_sum_window_1"), "\(blocked)")
  }

  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func chainsAndMergesAreSimulated() async throws {
    var benches: [DataflowSimulation.Bench] = []
    for interval in [nil, 14, 3] {
      let design = try DataflowDesign(
        Self.chain("chain_\(interval ?? 0)"), dataflow: DataflowOptions(interval: interval))
      benches.append(try StreamSimulators.bench(design, events: 8))
    }
    for interval in [nil, 4] {
      let design = try DataflowDesign(
        Self.residual("residual_\(interval ?? 0)"), dataflow: DataflowOptions(interval: interval))
      benches.append(try StreamSimulators.bench(design, events: 8))
    }
    // Layers with few tokens in an image share multipliers, and stall as the model says.
    for interval in [49, 60] {
      let options = FirmwareOptions()
      var kernels = FoldedKernels(options)
      kernels.foldsAll = true
      let design = try DataflowDesign(
        Self.chain("folded_\(interval)"), options: options,
        dataflow: DataflowOptions(interval: interval), kernels: kernels)
      #expect(design.graph.processes.contains { $0.kernel.interval > 1 })
      #expect(design.interval <= interval)
      benches.append(try StreamSimulators.bench(design, events: 6))
    }
    try await StreamSimulators.check(benches, "chains and merges")
  }

  /// Buffers of any depth are clean under every lint; 2 and 8 count to more than they address.
  @Test(
    .enabled(if: isInstalled("verilator"), "verilator is not installed; nothing was linted"))
  func buffersAreLinted() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-buffers-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var graph = try DataflowDesign(Self.residual("buffers")).graph
    for depths in [[1, 2, 3], [4, 7, 8], [9, 16, 17]] {
      for (edge, depth) in zip(graph.edges.indices, depths) { graph.edges[edge].depth = depth }
      let text = DataflowVerilog(graph: graph, name: "buffers").text()
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/buffers.v"))
      try await ExternalTool.verilator.require(
        ["--lint-only", "-Wall", "-Wno-DECLFILENAME", "--top-module", "buffers", "buffers.v"],
        in: folder, doing: "lint of buffers of \(depths)")
    }
  }

  /// The testbench sees windows and results that are lost, a buffer that drops a token, one too many and
  /// a wrong number.
  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func testbenchFindsFaults() async throws {
    let faults: [(name: String, from: String, to: String)] = [
      ("none", "endmodule", "endmodule"),
      ("window", "wire free = ~pending | out_ready;", "wire free = 1'b1;"),
      ("result", "wire advance = ~valid", "wire advance = 1'b1 | ~valid"),
      ("buffer", "wire removed = ~empty & out_ready;", "wire removed = ~empty;"),
      ("many", "pending <= fire & control[1];", "pending <= fire;"),
      ("number", "assign stream_0_data = in_data;", "assign stream_0_data = in_data ^ 1'b1;"),
    ]
    var benches: [DataflowSimulation.Bench] = []
    for fault in faults {
      let design = try DataflowDesign(Self.residual("fault_\(fault.name)"))
      #expect(design.verilog.contains(fault.from))
      let verilog = design.verilog.replacingOccurrences(of: fault.from, with: fault.to)
      benches.append(try StreamSimulators.bench(design, verilog: verilog, events: 4))
    }
    for (fault, outcome) in zip(faults, try await StreamSimulators.run(benches)) {
      #expect(outcome.passed == (fault.name == "none"), "\(fault.name): \(outcome.message)")
    }
  }

  @Test func whatHasNoStreamIsRefusedByName() {
    func message(_ change: (inout Network) -> Void) -> String {
      var network = Self.residual("refused")
      change(&network)
      do {
        _ = try DataflowDesign(network)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { _ in } == "")
    let softmax = message {
      $0.nodes.append(Node("soft", TopK(2), inputs: ["sum"], outputs: ["a", "b"]))
      $0.outputs = ["a"]
    }
    #expect(softmax.contains("node 'soft'") && softmax.contains("no streaming form"), "\(softmax)")
    let rows = message {
      $0.nodes.append(Node("joined", Concatenate(axis: 2), "sum", "narrow"))
      $0.nodes.append(
        Node("after", Convolution(SlidingWindow(kernel: [3, 3])), "joined", "w"))
      $0.outputs = ["after"]
    }
    #expect(rows.contains("layer 'after'") || rows == "", "\(rows)")
    let pixels = message {
      $0.constants["each"] = Tensor([1, 1, 6, 5], .fixed((0..<30).map { Int128($0) }, fraction: 3))
      $0.nodes.append(Node("shifted", Arithmetic(.add), "sum", "each"))
      $0.outputs = ["shifted"]
    }
    #expect(pixels.contains("node 'shifted'") && pixels.contains("per channel"), "\(pixels)")
    let real = message {
      $0.nodes.removeFirst(); $0.nodes[0].inputs[0] = "x"; $0.nodes[2].inputs[1] = "x"
    }
    #expect(real.contains("node 'conv'") && real.contains("not quantised"), "\(real)")
  }
}
