import Testing
import WinnowNetworkIR

@Suite struct ConvolutionTransposeTests {
  /// One channel, kernel 2 × 1 with stride 2: each pixel becomes the kernel times it.
  @Test func repeatsTheKernel() throws {
    let x = fixed([1, 1, 2, 1], [3, -5])
    let w = fixed([1, 1, 2, 1], [1, 10])
    let window = SlidingWindow(kernel: [2, 1], strides: [2, 1])
    #expect(try evaluate(ConvolutionTranspose(window), x, w) == [fixed([1, 1, 4, 1], [3, 30, -5, -50])])
    let bias = fixed([1], [1], 1)
    #expect(
      try evaluate(ConvolutionTranspose(window, outputPadding: [1, 0]), x, w, bias)
        == [fixed([1, 1, 5, 1], [7, 61, -9, -99, 1], 1)])
  }

  /// With the same weights it is the adjoint of the convolution: `⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩`, exactly,
  /// for all integers.
  @Test(arguments: [1, 2], [0, 1]) func adjointOfConvolution(groups: Int, extra: Int) throws {
    var random = SeededGenerator(seed: 11)
    func values(_ count: Int) -> [Int128] { (0..<count).map { _ in Int128(random.int(-9...9)) } }
    let window = SlidingWindow(
      kernel: [3, 2], strides: [2, 1], padding: [1, 0, 2, 1], dilations: [1, 2])
    // 6 and 7 rows both become 4; the output padding says which it was.
    let extents = [6 + extra, 4]
    let x = fixed([2, 4] + extents, values(8 * extents[0] * 4))
    let w = fixed([6, 4 / groups, 3, 2], values(6 * 4 / groups * 6))
    let forward = try evaluate(Convolution(window, groups: groups), x, w)[0]
    let y = fixed(forward.shape, values(forward.count))
    let back = try evaluate(
      ConvolutionTranspose(window, groups: groups, outputPadding: [extra, 0]), y, w)[0]
    #expect(back.shape == x.shape)
    func dot(_ a: Tensor, _ b: Tensor) -> Int128 {
      zip(a.mantissas!.values, b.mantissas!.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(dot(forward, y) == dot(x, back))
  }

  @Test func symbolicBatchAndLowering() throws {
    let window = SlidingWindow(kernel: [2], strides: [2], padding: [0, 1])
    let operation = ConvolutionTranspose(window)
    let x = TensorType([batch, 2, 3], .float32)
    #expect(
      try operation.infer([x, TensorType([2, 3, 2], .float32)]) == [TensorType([batch, 3, 5], .float32)])
    var graph = GraphWriter()
    graph.input("x", [1, 2, 3])
    graph.quantize("fixed<6,3,RND,SAT>")
    let w = graph.constant([2, 3, 2], [1, -2, 3, 0, 5, 7, -1, 4, 2, 2, 0, -3], fraction: 2)
    graph.add(operation, w, graph.constant([3], [1, 2, 3], fraction: 1))
    expectLowers(graph.finished())
  }

  @Test func refusals() {
    let x = TensorType([1, 2, 3], .float32)
    let window = SlidingWindow(kernel: [2], strides: [2])
    expectRefusal(
      ConvolutionTranspose(window), [x, TensorType([3, 2, 2], .float32)],
      "has weights of shape [3, 2, 2] in 1 groups for 2 channels")
    expectRefusal(
      ConvolutionTranspose(window, outputPadding: [2]), [x, TensorType([2, 2, 2], .float32)],
      "has the output padding [2]; each must be less than the stride or the dilation")
  }
}
