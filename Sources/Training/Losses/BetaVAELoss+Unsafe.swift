import CWinnowFloatKernels

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

  public func scratchByteCount(widths: [Int]) -> Int { 8 * outputScales.count }

  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe Scalar.errorMeans(reconstruction(data), data, rows, losses)
    guard hasLatent, let mu = unsafe data.second, let logVariance = unsafe data.third else { return }
    unsafe Scalar.gaussianDivergence(
      mu, logVariance, rows, data.widths.1, keep: 1, factor: latentFactor(data.widths.1), losses)
  }

  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    if let gradient = unsafe gradients.first {
      unsafe Scalar.errorMeansPull(reconstruction(data), data, rows, seeds, into: gradient)
    }
    guard hasLatent, let mu = unsafe data.second, let logVariance = unsafe data.third else { return }
    unsafe Scalar.gaussianDivergencePull(
      mu, logVariance, rows, data.widths.1, seeds, factor: latentFactor(data.widths.1),
      gradients.second, gradients.third)
  }

  private func latentFactor(_ width: Int) -> Double { takesLatentMean ? beta / Double(width) : beta }

  /// The squared error behind the bounds, which scratch holds as the kernel reads them.
  private func reconstruction<Scalar: RealScalar>(_ data: LossData<Scalar>) -> winnow_error_mean {
    var bounds: UnsafeMutablePointer<Scalar>?
    if !outputScales.isEmpty, let scratch = unsafe data.scratch {
      let own = unsafe scratch.bindMemory(to: Scalar.self, capacity: outputScales.count)
      for (place, scale) in outputScales.enumerated() { unsafe own[place] = Scalar(scale) }
      unsafe bounds = own
    }
    return unsafe ElementError(function: winnow_error_squared).mean(
      .all, factor: 1 - beta, bounds: UnsafeRawPointer(bounds))
  }
}
