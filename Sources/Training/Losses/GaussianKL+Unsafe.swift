import CWinnowFloatKernels

/// The divergence of diagonal Gaussians from the standard one, the latent part of a variational
/// autoencoder's loss: `−½ Σ (1 + ln σ² − μ² − σ²)`, or its mean over the latent dimensions.
///
/// - Reference: D. P. Kingma and M. Welling, arXiv:1312.6114, appendix B; the mean is what the
///   dense code of the Level-1 autoencoder paper takes.
public struct GaussianKL: Loss {
  public static let kind = LossKind.gaussianKL

  /// Whether to take the mean over the latent dimensions; else their sum.
  public var takesMean: Bool

  public init(takesMean: Bool) { self.takesMean = takesMean }

  public var inputNames: [String] { ["mu", "logVariance"] }
  public var target: LossTarget { .none }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try checkLatent(widths[0], widths[1])
  }

  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    guard let logVariance = unsafe data.second else { return }
    let width = unsafe data.widths.0
    unsafe Scalar.gaussianDivergence(
      data.first, logVariance, rows, width, keep: 0, factor: takesMean ? 1 / Double(width) : 1,
      losses)
  }

  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let logVariance = unsafe data.second else { return }
    let width = unsafe data.widths.0
    unsafe Scalar.gaussianDivergencePull(
      data.first, logVariance, rows, width, seeds, factor: takesMean ? 1 / Double(width) : 1,
      gradients.first, gradients.second)
  }
}

/// Throws unless the means and logarithms of variances are as many.
func checkLatent(_ means: Int, _ variances: Int) throws(HyperparameterError) {
  try HyperparameterError.require(
    means == variances,
    "\(means) latent means do not go with \(variances) logarithms of variances; give as many")
}

extension RealScalar {
  /// `losses = keep · losses + factor · ½ Σ (μ² + σ² − 1 − ln σ²)` for each event of `rows`.
  static func gaussianDivergence(
    _ mu: UnsafePointer<Self>, _ logVariance: UnsafePointer<Self>, _ rows: Range<Int>, _ width: Int,
    keep: Double, factor: Double, _ losses: UnsafeMutablePointer<Self>
  ) {
    let start = rows.lowerBound * width
    unsafe kernels.pointee.gaussian_divergence(
      mu + start, logVariance + start, rows.count, width, keep, factor / 2,
      losses + rows.lowerBound)
  }

  /// The gradients of `Σ seed · factor · divergence`: `μ` and `½ (σ² − 1)`.
  static func gaussianDivergencePull(
    _ mu: UnsafePointer<Self>, _ logVariance: UnsafePointer<Self>, _ rows: Range<Int>, _ width: Int,
    _ seeds: UnsafePointer<Self>, factor: Double, _ ofMu: UnsafeMutablePointer<Self>?,
    _ ofLogVariance: UnsafeMutablePointer<Self>?
  ) {
    let start = rows.lowerBound * width
    unsafe kernels.pointee.gaussian_divergence_backward(
      mu + start, logVariance + start, seeds + rows.lowerBound, rows.count, width, factor / 2,
      ofMu.map { unsafe $0 + start }, ofLogVariance.map { unsafe $0 + start })
  }
}
