public import WinnowNetworkIR

extension ConvolutionTranspose: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    try ConvolutionChain(links: [.transposed(self)], hasBias: [site.inputs.count == 3]).pullback(site)
  }
}
