/// Reparametrised sampling: `z = μ + exp(½ ln σ²) ε`, with the noise `ε` given.
///
/// - Reference: D. P. Kingma and M. Welling, arXiv:1312.6114, section 2.4.
public enum GaussianSampling {
  /// Writes the samples of the elements of `range`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func forward<Scalar: RealScalar>(
    mu: UnsafePointer<Scalar>, logVariance: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    samples: UnsafeMutablePointer<Scalar>, range: Range<Int>
  ) {
    for i in range {
      unsafe samples[i] = mu[i] + Scalar.exponential(logVariance[i] / 2) * noise[i]
    }
  }

  /// Writes (does not add) the gradients by `μ`, which are those of the samples, and by `ln σ²`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func backward<Scalar: RealScalar>(
    logVariance: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    ofSamples: UnsafePointer<Scalar>, ofMu: UnsafeMutablePointer<Scalar>?,
    ofLogVariance: UnsafeMutablePointer<Scalar>?, range: Range<Int>
  ) {
    if let ofMu = unsafe ofMu { for i in range { unsafe ofMu[i] = ofSamples[i] } }
    if let ofLogVariance = unsafe ofLogVariance {
      for i in range {
        let sigma = unsafe Scalar.exponential(logVariance[i] / 2)
        unsafe ofLogVariance[i] = ofSamples[i] * noise[i] * sigma / 2
      }
    }
  }
}
