/// The loss of a variational autoencoder: `(1 − β) · reconstruction + β · divergence`.
///
/// The reconstruction is the squared error of the outputs, each passed through
/// `scale · tanh(output)` where it has a scale (an angle or pseudorapidity with bounds), times the
/// mask, as a mean over all elements, masked ones included. The divergence is `GaussianKL`'s, as a
/// mean over the latent dimensions.
///
/// Inputs: the decoder's output, the latent means and logarithms of variances; the target has the
/// output's width. Without a mask every element counts. An autoencoder without latent Gaussians is
/// β = 0 with none of these inputs.
///
/// - Reference: E. Govorkova et al., arXiv:2108.03986, section 3; the scales, mask and means are
///   those of its authors' training code.
public struct BetaVAELoss: Loss {
  public static let kind = LossKind.betaVAE

  public var beta: Double
  /// The bound of each output, 0 where it is taken as it is; empty where all are.
  public var outputScales: [Double]
  /// Whether the divergence is a mean over the latent dimensions; else a sum.
  public var takesLatentMean: Bool
  /// Whether there are latent means and variances at all.
  public var hasLatent: Bool

  public init(
    beta: Double = 0.8, outputScales: [Double] = [], takesLatentMean: Bool = true,
    hasLatent: Bool = true
  ) {
    self.beta = beta
    self.outputScales = outputScales
    self.takesLatentMean = takesLatentMean
    self.hasLatent = hasLatent
  }

  /// The bounds of the 57 outputs of a Level-1 event: 19 objects of pT, η and φ, first missing
  /// transverse momentum (η free), then 4 electrons (|η| < 3), 4 muons (2.1) and 10 jets (4).
  public static let levelOneScales: [Double] = (0..<19).flatMap { object -> [Double] in
    let eta =
      switch object {
      case 0: 0.0
      case 1...4: 3.0
      case 5...8: 2.1
      default: 4.0
      }
    return [0, eta, Double.pi]
  }

  public var inputNames: [String] {
    hasLatent ? ["reconstruction", "mu", "logVariance"] : ["reconstruction"]
  }
  public var target: LossTarget { .values }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    if hasLatent { try checkLatent(widths[1], widths[2]) }
    try HyperparameterError.require(
      (0...1).contains(beta) && (hasLatent || beta == 0),
      "a loss with beta \(beta) has no meaning; give one in 0...1, and 0 without latent inputs")
    try HyperparameterError.require(
      outputScales.isEmpty || outputScales.count == widths[0],
      "\(outputScales.count) output scales do not go with \(widths[0]) outputs; give one each")
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target else { return }
    unsafe outputScales.withUnsafeBufferPointer { scales in
      for row in rows {
        var sum: Scalar = 0
        for k in 0..<width {
          let i = row * width + k
          let weight = unsafe data.mask.map { unsafe $0[i] } ?? 1
          if weight == 0 { continue }
          let output = unsafe bounded(data.first[i], scales.isEmpty ? 0 : Scalar(scales[k])).value
          let difference = unsafe output - target[i]
          sum += weight * (difference * difference)
        }
        var loss = Scalar(1 - beta) * (sum / Scalar(width))
        if hasLatent, let mu = unsafe data.second, let logVariance = unsafe data.third {
          let latent = unsafe gaussianDivergence(
            mu, logVariance, row, data.widths.1, takesLatentMean)
          loss += Scalar(beta) * latent
        }
        unsafe losses[row] = loss
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target else { return }
    unsafe outputScales.withUnsafeBufferPointer { scales in
      for row in rows {
        if let gradient = unsafe gradients.first {
          let scale = unsafe seeds[row] * Scalar(1 - beta) * 2 / Scalar(width)
          for k in 0..<width {
            let i = row * width + k
            let weight = unsafe data.mask.map { unsafe $0[i] } ?? 1
            guard weight != 0 else {
              unsafe gradient[i] = 0
              continue
            }
            let output = unsafe bounded(data.first[i], scales.isEmpty ? 0 : Scalar(scales[k]))
            unsafe gradient[i] = scale * weight * (output.value - target[i]) * output.slope
          }
        }
        if hasLatent, let mu = unsafe data.second, let logVariance = unsafe data.third {
          unsafe gaussianSlopes(
            mu, logVariance, row, data.widths.1, takesLatentMean, seeds[row] * Scalar(beta),
            gradients.second, gradients.third)
        }
      }
    }
  }
}

/// `scale · tanh(x)` and its slope; the value itself where the scale is 0.
@inline(__always)
private func bounded<Scalar: RealScalar>(_ x: Scalar, _ scale: Scalar)
  -> (value: Scalar, slope: Scalar)
{
  if scale == 0 { return (x, 1) }
  let tangent = Scalar.hyperbolicTangent(x)
  return (scale * tangent, scale * (1 - tangent * tangent))
}
