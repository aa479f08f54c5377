/// The cross-entropy of several classes: `−Σ_k t_k ln p_k` per event.
///
/// From logits it is `ln Σ e^z − Σ t_k z_k` (for targets that sum to 1), with the largest logit
/// taken out first. From probabilities, as in Keras, they are scaled to sum to 1 and clipped to
/// `[ε, 1 − ε]`; no gradient flows through a clipped one. Label smoothing `s` makes targets
/// `t (1 − s) + s/K`. A label outside `0..<K` gives a loss that is no number, which stops training
/// with a message.
public struct CategoricalCrossEntropy: Loss {
  public static let kind = LossKind.categoricalCrossEntropy

  /// Whether the predictions are logits; else probabilities.
  public var fromLogits: Bool
  /// Whether targets are one integer per event; else one number per class.
  public var takesLabels: Bool
  public var labelSmoothing: Double
  public var epsilon: Double

  public init(
    fromLogits: Bool, takesLabels: Bool, labelSmoothing: Double = 0, epsilon: Double = 1e-7
  ) {
    self.fromLogits = fromLogits
    self.takesLabels = takesLabels
    self.labelSmoothing = labelSmoothing
    self.epsilon = epsilon
  }

  public var inputNames: [String] { ["prediction"] }
  public var target: LossTarget { takesLabels ? .labels : .values }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try checkCrossEntropy(labelSmoothing, epsilon)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    let width = unsafe data.widths.0
    let epsilon = Scalar(epsilon)
    for row in rows {
      let p = unsafe data.first + row * width
      let targets = unsafe RowTarget(data, row, width, Scalar(labelSmoothing))
      var total: Scalar = 0
      var loss: Scalar = 0
      if fromLogits {
        let largest = unsafe maximum(p, width)
        var sum: Scalar = 0
        for k in 0..<width { unsafe sum += Scalar.exponential(p[k] - largest) }
        let logarithm = Scalar.logarithm(sum)
        for k in 0..<width {
          unsafe loss += targets[k] * (logarithm - (p[k] - largest))
        }
      } else {
        for k in 0..<width { unsafe total += p[k] }
        for k in 0..<width {
          let share = unsafe p[k] / total
          let low = share < epsilon ? epsilon : share
          loss -= unsafe targets[k] * Scalar.logarithm(low > 1 - epsilon ? 1 - epsilon : low)
        }
      }
      unsafe losses[row] = unsafe targets.isSound ? loss : .nan
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let gradient = unsafe gradients.first else { return }
    let width = unsafe data.widths.0
    let epsilon = Scalar(epsilon)
    for row in rows {
      let (p, g) = unsafe (data.first + row * width, gradient + row * width)
      let targets = unsafe RowTarget(data, row, width, Scalar(labelSmoothing))
      let seed = unsafe targets.isSound ? seeds[row] : .nan
      var total: Scalar = 0
      if fromLogits {
        let largest = unsafe maximum(p, width)
        var sumOfTargets: Scalar = 0
        for k in 0..<width {
          let value = unsafe Scalar.exponential(p[k] - largest)
          unsafe g[k] = value
          total += value
          sumOfTargets += unsafe targets[k]
        }
        for k in 0..<width {
          unsafe g[k] = seed * (sumOfTargets * g[k] / total - targets[k])
        }
      } else {
        for k in 0..<width { unsafe total += p[k] }
        // d loss / d p_k = (−t_k/q_k + Σ_j t_j) / total over the classes that are not clipped.
        var flowing: Scalar = 0
        for k in 0..<width {
          let share = unsafe p[k] / total
          if share >= epsilon && share <= 1 - epsilon { flowing += unsafe targets[k] }
        }
        for k in 0..<width {
          let share = unsafe p[k] / total
          let isClipped = share < epsilon || share > 1 - epsilon
          let own = unsafe isClipped ? 0 : targets[k] / share
          unsafe g[k] = seed * (flowing - own) / total
        }
      }
    }
  }
}

@inline(__always)
private func maximum<Scalar: RealScalar>(_ values: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
  var largest = unsafe values[0]
  for k in 1..<max(count, 1) { largest = unsafe values[k] > largest ? values[k] : largest }
  return largest
}

/// The smoothed targets of one event, from labels or values.
@unsafe private struct RowTarget<Scalar: RealScalar> {
  let label: Int
  let values: UnsafePointer<Scalar>?
  let kept: Scalar
  let spread: Scalar
  let isSound: Bool

  @inline(__always)
  init(_ data: LossData<Scalar>, _ row: Int, _ width: Int, _ smoothing: Scalar) {
    unsafe kept = 1 - smoothing
    unsafe spread = smoothing / Scalar(width)
    if let labels = unsafe data.labels {
      unsafe label = Int(labels[row])
      unsafe values = nil
      unsafe isSound = label >= 0 && label < width
    } else {
      unsafe label = -1
      unsafe values = data.target.map { unsafe $0 + row * width }
      unsafe isSound = values != nil
    }
  }

  @inline(__always)
  subscript(k: Int) -> Scalar {
    if let values = unsafe values { return unsafe values[k] * kept + spread }
    return unsafe (k == label ? kept : 0) + spread
  }
}
