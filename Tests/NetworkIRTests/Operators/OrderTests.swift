import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Sorting, the k largest, the place of the largest; products and up-sampling of tensors.
@Suite struct OrderTests {
  @Test func sort() throws {
    let x = fixed([2, 3], [5, -1, 5, 2, 9, 0], 2)
    #expect(
      try evaluate(Sort(), x) == [
        fixed([2, 3], [-1, 5, 5, 0, 2, 9], 2), integers([2, 3], [1, 0, 2, 2, 0, 1]),
      ])
    #expect(
      try evaluate(Sort(axis: 0, descends: true), x)
        == [fixed([2, 3], [5, 9, 5, 2, -1, 0], 2), integers([2, 3], [0, 1, 0, 1, 0, 1])])
    #expect(
      try evaluate(Sort(axis: 1, descends: true), x)
        == [fixed([2, 3], [5, 5, -1, 9, 2, 0], 2), integers([2, 3], [0, 2, 1, 1, 0, 2])])
    let symbolic = TensorType([batch, nodes], .float32)
    #expect(try Sort().infer([symbolic]) == [symbolic, TensorType([batch, nodes], .integer)])
  }

  @Test func topK() throws {
    let x = real([2, 3], [5, -1, 5.5, 2, 9, 9])
    #expect(
      try evaluate(TopK(2), x) == [real([2, 2], [5.5, 5, 9, 9]), integers([2, 2], [2, 0, 1, 2])])
    #expect(
      try evaluate(TopK(1, axis: 0, largest: false), x)
        == [real([1, 3], [2, -1, 5.5]), integers([1, 3], [1, 0, 0])])
    #expect(try TopK(4, axis: 0).infer([TensorType([nodes, 2], .float32)])[0].shape == [4, 2])
    expectRefusal(TopK(4), [x.type], "takes 4 of 3 elements")
    // A symbol that turned out too small.
    #expect(throws: NetworkError("takes 4 of 2 elements")) { try TopK(4, axis: 0).evaluate([x]) }
  }

  @Test func argMax() throws {
    let x = fixed([2, 3], [5, -1, 5, 2, 9, 0], 2)
    #expect(try evaluate(ArgMax(), x) == [integers([2], [0, 1])])
    #expect(try evaluate(ArgMax(axis: 0, keepsAxis: true), x) == [integers([1, 3], [0, 1, 0])])
    #expect(try ArgMax().infer([TensorType([batch, 3], .float32)]) == [TensorType([batch], .integer)])
    expectRefusal(ArgMax(), [TensorType([2, 0], .float32)], "looks for the largest of no elements")
    var graph = GraphWriter()
    graph.input("x", [2, 3])
    graph.quantize("fixed<4,2,RND,SAT>")
    graph.add(ArgMax(axis: 0))
    let rows = graph.add(ArgMax(), reading: ["n0"])
    expectLowers(graph.finished("n1", rows))
  }

  @Test func matrixProduct() throws {
    let a = fixed([2, 1, 2], [1, 2, 3, 4], 1)
    let b = fixed([2, 2], [1, 2, 3, 4])
    #expect(try evaluate(MatrixProduct(), a, b) == [fixed([2, 1, 2], [7, 10, 15, 22], 1)])
    let c = fixed([2, 2, 1], [1, 2, 3, 4])
    #expect(try evaluate(MatrixProduct(), a, c) == [fixed([2, 1, 1], [5, 25], 1)])
    // One left factor for both right ones.
    #expect(
      try evaluate(MatrixProduct(), fixed([1, 2], [1, 10]), c) == [fixed([2, 1, 1], [21, 43])])
    #expect(
      try MatrixProduct().infer([
        TensorType([batch, nodes, 4], .float32), TensorType([batch, 4, nodes], .float32),
      ]) == [TensorType([batch, nodes, nodes], .float32)])
    expectRefusal(
      MatrixProduct(), [a.type, a.type],
      "multiplies [2, 1, 2] by [2, 1, 2]; the last axis must equal the other's last but one")
    var graph = GraphWriter()
    graph.input("x", [2, 2, 3])
    let x = graph.quantize("fixed<5,3,RND,SAT>")
    graph.input("y", [3, 2])
    let y = graph.quantize("fixed<4,1,RND,SAT>")
    graph.add(MatrixProduct(), reading: [x, y])
    expectLowers(graph.finished())
  }

  @Test func upsample() throws {
    let x = fixed([1, 1, 2, 2], [1, 2, 3, 4])
    #expect(
      try evaluate(Upsample([1, 1, 2, 1]), x) == [fixed([1, 1, 4, 2], [1, 2, 1, 2, 3, 4, 3, 4])])
    #expect(
      try evaluate(Upsample([1, 1, 1, 3]), x)
        == [fixed([1, 1, 2, 6], [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])])
    #expect(
      try Upsample([1, 1, 2]).infer([TensorType([batch, 3, 4], .float32)])
        == [TensorType([batch, 3, 8], .float32)])
    expectRefusal(
      Upsample([2]), [TensorType([batch], .float32)], "up-samples the axis 'batch', whose size is not known")
    expectRefusal(
      Upsample([0]), [TensorType([2], .float32)],
      "repeats by [0] a tensor of rank 1; one factor from 1 per axis")
    expectLowers(network(Upsample([2]), on: try .init(text: "fixed<5,3>")))
  }
}
