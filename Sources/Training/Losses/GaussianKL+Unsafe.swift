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

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    guard let logVariance = unsafe data.second else { return }
    for row in rows {
      unsafe losses[row] = gaussianDivergence(
        data.first, logVariance, row, data.widths.0, takesMean)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let logVariance = unsafe data.second else { return }
    for row in rows {
      unsafe gaussianSlopes(
        data.first, logVariance, row, data.widths.0, takesMean, seeds[row], gradients.first,
        gradients.second)
    }
  }
}

/// Throws unless the means and logarithms of variances are as many.
func checkLatent(_ means: Int, _ variances: Int) throws(HyperparameterError) {
  try HyperparameterError.require(
    means == variances,
    "\(means) latent means do not go with \(variances) logarithms of variances; give as many")
}

/// The divergence of one event.
@inline(__always)
func gaussianDivergence<Scalar: RealScalar>(
  _ mu: UnsafePointer<Scalar>, _ logVariance: UnsafePointer<Scalar>, _ row: Int, _ width: Int,
  _ takesMean: Bool
) -> Scalar {
  var sum: Scalar = 0
  for i in row * width..<(row + 1) * width {
    let (m, l) = unsafe (mu[i], logVariance[i])
    sum += m * m + (Scalar.exponential(l) - 1 - l)
  }
  return sum / (takesMean ? 2 * Scalar(width) : 2)
}

/// The gradients of one event's divergence times a seed: `μ` and `½ (σ² − 1)`.
@inline(__always)
func gaussianSlopes<Scalar: RealScalar>(
  _ mu: UnsafePointer<Scalar>, _ logVariance: UnsafePointer<Scalar>, _ row: Int, _ width: Int,
  _ takesMean: Bool, _ seed: Scalar, _ ofMu: UnsafeMutablePointer<Scalar>?,
  _ ofLogVariance: UnsafeMutablePointer<Scalar>?
) {
  let scale = takesMean ? seed / Scalar(width) : seed
  let range = row * width..<(row + 1) * width
  if let ofMu = unsafe ofMu { for i in range { unsafe ofMu[i] = scale * mu[i] } }
  if let ofLogVariance = unsafe ofLogVariance {
    for i in range {
      unsafe ofLogVariance[i] = scale / 2 * (Scalar.exponential(logVariance[i]) - 1)
    }
  }
}
