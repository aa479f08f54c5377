import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct SymbolTests {
  private var network: Network {
    let type = FixedPointType(signed: true, width: 8, integer: 4)
    return Network(
      name: "symbols",
      inputs: [
        .init("x", TensorType([.symbol("batch", bound: nil), .symbol("nodes", bound: 5), 2], .float64)),
        .init("y", TensorType([.symbol("batch", bound: nil), .symbol("nodes", bound: 5), 2], .float64)),
      ],
      nodes: [
        Node("a", Quantize(type), "x"), Node("b", Quantize(type), "y"), Node("c", Arithmetic(.add), "a", "b"),
      ], outputs: ["c"])
  }

  @Test func names() { #expect(network.symbols == ["batch", "nodes"]) }

  @Test func binding() throws {
    let bound = try network.binding(["batch": 1, "nodes": 4])
    #expect(bound.symbols.isEmpty)
    #expect(try bound.verify()["c"]?.sizes == [1, 4, 2])
    expectLowers(bound)
    let half = try network.bindingBatch()
    #expect(half.symbols == ["nodes"])
    #expect(try half.verify()["c"]?.description == "[1, nodes≤5, 2] fixed, step 2^-4")
    #expect(try network.binding(["nodes": 0]).binding(["batch": 2]).verify()["c"]?.sizes == [2, 0, 2])
  }

  @Test func bounds() {
    let above = #expect(throws: NetworkError.self) { try network.binding(["nodes": 6]) }
    #expect(above?.message == "symbol 'nodes' cannot be 6; it takes 0 to 5")
    let negative = #expect(throws: NetworkError.self) { try network.binding(["batch": -1]) }
    #expect(negative?.message == "symbol 'batch' cannot be -1; it takes 0 and more")
  }

  @Test func unboundSymbolsAreNotLowered() {
    let error = #expect(throws: NetworkError.self) { try FixedPointProgram(network) }
    #expect(error?.message.contains("whose symbols are unbound; bind them with --bind NAME=SIZE") == true)
  }

  @Test func interpreterTakesAnySizeUpToTheBound() throws {
    let interpreter = try Interpreter(network)
    func tensor(_ shape: [Int]) -> Tensor {
      Tensor(shape, .float64(Array(repeating: 1, count: shape.reduce(1, *))))
    }
    #expect(try interpreter.run(["x": tensor([2, 5, 2]), "y": tensor([2, 5, 2])])[0].shape == [2, 5, 2])
    for wrong in [[2, 6, 2], [2, 5], [2, 5, 3]] {
      let error = #expect(throws: NetworkError.self) {
        try interpreter.run(["x": tensor(wrong), "y": tensor([2, 5, 2])])
      }
      #expect(error?.message == "input 'x' takes [batch, nodes≤5, 2] float64, not a tensor of shape \(wrong)")
    }
    let differing = #expect(throws: NetworkError.self) {
      try interpreter.run(["x": tensor([2, 5, 2]), "y": tensor([2, 4, 2])])
    }
    #expect(differing?.message == "input 'y' has nodes = 4, but it was 5 before")
    let missing = #expect(throws: NetworkError.self) { try interpreter.run(["x": tensor([1, 1, 2])]) }
    #expect(missing?.message == "no values were given for the graph input 'y'")
  }
}
