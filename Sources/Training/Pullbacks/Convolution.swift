public import WinnowNetworkIR

extension Convolution: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    guard let link = ConvolutionLink(self) else { throw channelsLast() }
    return try ConvolutionChain(links: [link], hasBias: [site.inputs.count == 3]).pullback(site)
  }
}

/// Images of hls4ml's layout carry no batch axis.
func channelsLast() -> NetworkError {
  NetworkError(
    "has channels last and no batch; train the network with channels first ([batch, channel, rows, columns])")
}
