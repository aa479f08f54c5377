public import WinnowNetworkIR

extension Pool: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    guard let link = ConvolutionLink(self) else { throw channelsLast() }
    return try ConvolutionChain(links: [link], hasBias: []).pullback(site)
  }
}
