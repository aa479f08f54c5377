import WinnowNetworkIR

/// One operator of a chain of convolutions.
enum ConvolutionLink: Sendable, Hashable, Codable {
  case convolution(Convolution)
  case transposed(ConvolutionTranspose)
  case pool(Pool)
  case upsample(Upsample)
  case pad(Pad)
  case relu(Relu)
  case leakyRelu(LeakyRelu)

  /// The link of an operator that works on `[batch, channel, positions…]` without mixing events.
  init?(_ operation: any Operator) {
    switch operation {
    case let convolution as Convolution where convolution.layout == .channelsFirst:
      self = .convolution(convolution)
    case let transposed as ConvolutionTranspose: self = .transposed(transposed)
    case let pool as Pool where pool.layout == .channelsFirst: self = .pool(pool)
    case let upsample as Upsample
    where upsample.factors.count >= 3 && upsample.factors[0] == 1 && upsample.factors[1] == 1:
      self = .upsample(upsample)
    case let pad as Pad where Self.isSpatial(pad.padding): self = .pad(pad)
    case let relu as Relu: self = .relu(relu)
    case let leaky as LeakyRelu where leaky.slope >= 0: self = .leakyRelu(leaky)
    default: return nil
    }
  }

  private static func isSpatial(_ padding: [Int]) -> Bool {
    let rank = padding.count / 2
    return rank >= 3 && [0, 1, rank, rank + 1].allSatisfy { padding[$0] == 0 }
  }

  var operation: any Operator {
    switch self {
    case .convolution(let operation): operation
    case .transposed(let operation): operation
    case .pool(let operation): operation
    case .upsample(let operation): operation
    case .pad(let operation): operation
    case .relu(let operation): operation
    case .leakyRelu(let operation): operation
    }
  }

  var isConvolution: Bool {
    switch self {
    case .convolution, .transposed: true
    default: false
    }
  }

  var isRectifier: Bool {
    switch self {
    case .relu, .leakyRelu: true
    default: false
    }
  }
}
