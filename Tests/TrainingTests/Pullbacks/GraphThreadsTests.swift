import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// A graph network's step, with gathers, segments, normalisation and dense layers.
@Suite struct GraphThreadsTests {
  /// - Parameter smooth: without kinks, which differences would step over.
  private func network(smooth: Bool = false) -> Network {
    var stream = RandomStream(seed: 21)
    func constant(_ shape: [Int]) -> Tensor {
      Tensor(shape, .float32((0..<shape.reduce(1, *)).map { _ in Float(stream.gaussian()) * 0.3 }))
    }
    let (v, e) = (Dimension.symbol("V", bound: nil), Dimension.symbol("E", bound: nil))
    return Network(
      name: "graph",
      inputs: [
        .init("x", TensorType([v, 6], .float32)), .init("from", TensorType([e], .integer)),
        .init("to", TensorType([e], .integer)),
      ],
      constants: [
        "w": constant([12, 9]), "b": constant([9]), "u": constant([15, 5]), "s": constant([9]),
        "t": constant([9]), "m": constant([9]),
        "q": Tensor([9], .float32(Array(repeating: 1, count: 9))), "a": constant([9, 1]),
      ],
      nodes: [
        Node("xf", Gather(), "x", "from"), Node("xt", Gather(), "x", "to"),
        Node("pair", Concatenate(axis: 1), "xf", "xt"), Node("h", Dense(), "pair", "w", "b"),
        Node("n", BatchNormalization(), "h", "s", "t", "m", "q"),
        smooth ? Node("r", RealFunction(.silu), "n") : Node("r", Relu(), "n"),
        Node("score", Dense(), "r", "a"),
        Node("attention", SegmentSoftmax(), "score", "to", "x"),
        Node("weighted", Arithmetic(.multiply), "r", "attention"),
        Node("sum", SegmentReduce(.sum), "weighted", "to", "x"),
        Node("both", Concatenate(axis: 1), "x", "sum"), Node("y", Dense(), "both", "u"),
        Node("back", Gather(), "y", "from"),
        Node("most", SegmentReduce(smooth ? .mean : .maximum), "back", "to", "x"),
      ], outputs: ["y", "most"])
  }

  private let edges = 613
  private let nodes = 97

  private func indices(_ label: String) -> [Int32] {
    var stream = RandomStream(seed: 22, label: label)
    return (0..<edges).map { _ in stream.integer(in: 0...Int32(nodes - 1)) }
  }

  private func step(threads: Int) throws -> [[UInt32]] {
    let plan = try TrainingPlan<Float>(
      network(), sizes: ["V": nodes, "E": edges], seeds: ["y", "most"], gradients: ["x"],
      options: PlanOptions(shards: 5), team: ThreadTeam(threads))
    var stream = RandomStream(seed: 23)
    plan.input("x")!.values.copy(from: (0..<nodes * 6).map { _ in Float(stream.gaussian()) })
    var bits: [[UInt32]] = []
    // Twice, with other edges the second time.
    for names in [("a", "b"), ("c", "a")] {
      plan.input("from")!.indices.copy(from: indices(names.0))
      plan.input("to")!.indices.copy(from: indices(names.1))
      plan.forward()
      for name in ["y", "most"] { plan.seed(name)!.fill(0.5) }
      plan.backward()
      for buffer in [
        plan.value("y")!.values, plan.gradient, plan.parameters.state, plan.value("x")!.gradient!,
      ] { bits.append(buffer.array.map(\.bitPattern)) }
    }
    return bits
  }

  @Test func oneAndTwoThreadsGiveEqualBits() throws {
    let one = try step(threads: 1)
    #expect(one.allSatisfy { $0.contains { $0 != 0 } })
    #expect(try step(threads: 2) == one)
    #expect(try step(threads: 3) == one)
  }

  @Test func gradientsEqualDifferences() throws {
    for shards in [1, 4] {
      try GradientCheck(
        network: network(smooth: true), sizes: ["V": nodes, "E": edges], options: PlanOptions(shards: shards),
        inputs: ["from": indices("a").map { Double($0) }, "to": indices("b").map { Double($0) }]
      ).run()
    }
  }

  /// An edge to a node that does not exist becomes NaN and reaches the result, never other memory.
  @Test func edgesOutOfRangeBecomeNaN() throws {
    let plan = try TrainingPlan<Float>(
      network(), sizes: ["V": nodes, "E": edges], seeds: ["y"], options: PlanOptions(shards: 2))
    for wrong in [Int32(nodes), .max, .min, -1] {
      var ends = indices("b")
      ends[17] = wrong
      plan.input("x")!.values.fill(1)
      plan.input("from")!.indices.copy(from: indices("a"))
      plan.input("to")!.indices.copy(from: ends)
      plan.forward()
      plan.seed("y")!.fill(1)
      plan.backward()
      #expect(plan.value("y")!.values.array.contains { $0.isNaN }, "\(wrong)")
    }
  }
}
