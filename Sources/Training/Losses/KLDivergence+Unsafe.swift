/// The Kullback–Leibler divergence of distributions: `Σ_k t_k ln(t_k/p_k)` per event.
///
/// Both are clipped to `[ε, 1]`, as in Keras; no gradient flows through a clipped prediction.
public struct KLDivergence: Loss {
  public static let kind = LossKind.klDivergence

  public var epsilon: Double

  public init(epsilon: Double = 1e-7) { self.epsilon = epsilon }

  public var inputNames: [String] { ["prediction"] }
  public var target: LossTarget { .values }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try checkCrossEntropy(0, epsilon)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target else { return }
    let epsilon = Scalar(epsilon)
    for row in rows {
      var sum: Scalar = 0
      for i in row * width..<(row + 1) * width {
        let (p, t) = unsafe (clip(data.first[i], epsilon), clip(target[i], epsilon))
        sum += t * Scalar.logarithm(t / p)
      }
      unsafe losses[row] = sum
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target, let gradient = unsafe gradients.first else { return }
    let epsilon = Scalar(epsilon)
    for row in rows {
      for i in row * width..<(row + 1) * width {
        let p = unsafe data.first[i]
        let flows = p >= epsilon && p <= 1
        unsafe gradient[i] = flows ? -seeds[row] * clip(target[i], epsilon) / p : 0
      }
    }
  }
}

@inline(__always)
private func clip<Scalar: RealScalar>(_ x: Scalar, _ epsilon: Scalar) -> Scalar {
  let low = x < epsilon ? epsilon : x
  return low > 1 ? 1 : low
}
