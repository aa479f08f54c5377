public import WinnowNetworkIR

extension Convolution: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func scope(_ inputs: [TensorType]) -> Scope { layout.scope }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    if let link = ConvolutionLink(self) {
      return try ConvolutionChain(links: [link], hasBias: [site.inputs.count == 3]).pullback(site)
    }
    var turned = self
    turned.layout = .channelsFirst
    return try ChannelsLast(.convolution(turned), site)
  }
}

extension DataLayout {
  /// An image with channels last has no batch.
  var scope: Scope { self == .channelsFirst ? .rows : .whole }
}
