import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Gather, scatter and segments: what graph networks are made of.
@Suite struct GraphOperatorTests {
  @Test func gather() throws {
    let x = fixed([3, 2], [0, 1, 2, 3, 4, 5], 1)
    #expect(
      try evaluate(Gather(), x, integers([4], [2, 0, -1, 0]))
        == [fixed([4, 2], [4, 5, 0, 1, 4, 5, 0, 1], 1)])
    #expect(
      try evaluate(Gather(axis: -1), x, integers([1, 2], [1, 1]))
        == [fixed([3, 1, 2], [1, 1, 3, 3, 5, 5], 1)])
    #expect(try evaluate(Gather(axis: 1), x, integers([], [0])) == [fixed([3], [0, 2, 4], 1)])
    #expect(
      try Gather().infer([TensorType([nodes, 4], .float32), TensorType([edges], .integer)])
        == [TensorType([edges, 4], .float32)])
    expectRefusal(
      Gather(), [x.type, real([1], [0]).type], "takes integers as its indices, not [1] float64")
    #expect(throws: NetworkError("has 3.0 among its indices; whole numbers below 3 are possible")) {
      try Gather().evaluate([x, integers([1], [3])])
    }
  }

  /// Rows 0, 2, 3 belong to segment 1, row 1 to segment 0, none to segment 2.
  @Test func segments() throws {
    let x = fixed([4, 2], [1, -2, 3, 4, -5, 6, 8, 2], 1)
    let ids = integers([4], [1, 0, 1, 1])
    let reference = real([3, 7], Array(repeating: 0, count: 21))
    func reduced(_ function: Reduce.Function) throws -> Tensor {
      let counted = try evaluate(SegmentReduce(function, segments: 3), x, ids)
      #expect(try evaluate(SegmentReduce(function), x, ids, reference) == counted)
      return counted[0]
    }
    #expect(try reduced(.sum) == fixed([3, 2], [3, 4, 4, 6, 0, 0], 1))
    #expect(try reduced(.maximum) == fixed([3, 2], [3, 4, 8, 6, 0, 0], 1))
    #expect(try reduced(.minimum) == fixed([3, 2], [3, 4, -5, -2, 0, 0], 1))
    #expect(try reduced(.mean) == real([3, 2], [1.5, 2, 2.0 / 3, 1, 0, 0]))
    // The largest of negative numbers is negative: the 0 of empty segments takes no part.
    #expect(
      try evaluate(SegmentReduce(.maximum, segments: 1), real([2], [-3, -4]), integers([2], [0, 0]))
        == [real([1], [-3])])
    let single = Tensor([2, 1], .float32([0.1, 0.2]))
    #expect(
      try evaluate(SegmentReduce(.sum, segments: 1), single, integers([2], [0, 0]))
        == [Tensor([1, 1], .float32([Float(Double(Float(0.1)) + Double(Float(0.2)))]))])
  }

  @Test func segmentTypes() throws {
    let x = TensorType([edges, 8], .float32)
    let ids = TensorType([edges], .integer)
    #expect(
      try SegmentReduce(.mean).infer([x, ids, TensorType([nodes, 3], .float32)])
        == [TensorType([nodes, 8], .float32)])
    #expect(
      try SegmentSoftmax().infer([x, ids, TensorType([nodes, 3], .float32)])
        == [TensorType([edges, 8], .float32)])
    expectRefusal(
      SegmentReduce(.sum), [x, ids],
      "takes values, segment ids and a tensor of as many rows as there are segments, not 2 inputs")
    expectRefusal(
      SegmentReduce(.sum, segments: 3), [x, TensorType([nodes], .integer)],
      "takes one segment id for each row of [edges, 8] float32, not [nodes] integer")
    #expect(throws: NetworkError("has -1.0 among its segment ids; whole numbers below 3 are possible")) {
      try SegmentReduce(.sum, segments: 3).evaluate([real([1], [0]), integers([1], [-1])])
    }
  }

  /// Every segment's softmax is the softmax of its rows alone.
  @Test func segmentSoftmax() throws {
    let x = real([4, 2], [0, 1, 2, -3, 4, 5, -6, 7])
    let found = try evaluate(SegmentSoftmax(segments: 3), x, integers([4], [2, 0, 2, 2]))[0].elements.doubles
    for column in 0..<2 {
      let rows = [0, 2, 3].map { x.elements.doubles[2 * $0 + column] }
      let expected = try Softmax().evaluate([real([3], rows)])[0].elements.doubles
      #expect([0, 2, 3].map { found[2 * $0 + column] } == expected)
      #expect(found[2 + column] == 1)
    }
  }

  @Test func scatter() throws {
    let data = fixed([3, 2], [1, 2, 3, 4, 5, 6])
    let updates = fixed([3, 2], [20, -1, 30, 7, 1, 9], 1)
    let rows = integers([3], [2, 0, -1])
    func scattered(_ reduction: Scatter.Reduction) throws -> Tensor {
      let flat = try evaluate(Scatter(reduction), data, rows, updates)
      #expect(try evaluate(Scatter(reduction), data, rows.reshaped([3, 1]), updates) == flat)
      return flat[0]
    }
    #expect(try scattered(.none) == fixed([3, 2], [30, 7, 6, 8, 1, 9], 1))
    #expect(try scattered(.add) == fixed([3, 2], [32, 11, 6, 8, 31, 20], 1))
    #expect(try scattered(.maximum) == fixed([3, 2], [30, 7, 6, 8, 20, 12], 1))
    #expect(try scattered(.minimum) == fixed([3, 2], [2, 4, 6, 8, 1, -1], 1))
    #expect(
      try evaluate(Scatter(), integers([2], [1, 2]), integers([1], [1]), integers([1], [9]))
        == [integers([2], [1, 9])])
    // Onto zeros with "add" it is a segment sum.
    let ids = integers([3], [1, 1, 0])
    #expect(
      try evaluate(Scatter(.add), fixed([3, 2], [0, 0, 0, 0, 0, 0]), ids, updates)
        == evaluate(SegmentReduce(.sum, segments: 3), updates, ids))
    expectRefusal(
      Scatter(), [data.type, rows.type, fixed([2, 2], [0, 0, 0, 0]).type],
      "writes [2, 2] fixed, step 2^0 at the rows [3] integer of [3, 2] fixed, step 2^0; shapes must fit")
  }

  /// With constant connections all of it is wires, sums and comparisons.
  @Test func constantConnectionsLower() throws {
    var graph = GraphWriter()
    graph.input("x", [3, 2])
    graph.quantize("fixed<6,3,RND,SAT>")
    let senders = graph.constant(integers([5], [0, 2, 2, 1, 0]))
    let receivers = graph.constant(integers([5], [2, 0, 2, 2, 0]))
    let messages = graph.add(Gather(), senders)
    var results: [String] = []
    for function in Reduce.Function.allCases {
      let reduced = graph.add(SegmentReduce(function, segments: 3), reading: [messages, receivers])
      results.append(function == .mean ? graph.quantize("fixed<9,4,RND_CONV,SAT>") : reduced)
    }
    let sums = results[0]
    for reduction in Scatter.Reduction.allCases {
      results.append(graph.add(Scatter(reduction), reading: [sums, receivers, messages]))
    }
    var network = graph.network
    network.outputs = results
    #expect(expectLowers(network) > 1000)
  }

  @Test func computedConnectionsDoNotLower() throws {
    var graph = GraphWriter()
    graph.input("x", [2, 2])
    graph.quantize("fixed<6,3>")
    let index = graph.add(ArgMax())
    graph.add(Gather(), reading: ["n0", index])
    #expect(
      throws: NetworkError(
        "node 'n2' (Gather): has indices that are computed; the exact form needs constants: fix the graph's connections, or run the node in the interpreter"
      )
    ) { try FixedPointProgram(graph.finished()) }
  }
}
