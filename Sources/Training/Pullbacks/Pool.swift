public import WinnowNetworkIR

extension Pool: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { layout.scope }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    if let link = ConvolutionLink(self) {
      return try ConvolutionChain(links: [link], hasBias: []).pullback(site)
    }
    var turned = self
    turned.layout = .channelsFirst
    return try ChannelsLast(.pool(turned), site)
  }
}
