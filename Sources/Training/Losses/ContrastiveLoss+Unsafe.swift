/// A loss over pairs of embeddings `a`, `b`: near where they belong together, else far.
///
/// With `d² = Σ (a − b)²`, a pair that belongs together costs `d²`, and another
///
///     max(0, m − d)²    `squaredMargin`
///     max(0, m − d²)    `hinge`: PyTorch's `hinge_embedding_loss` of the squared distance, as the
///                       metric learning of Exa.TrkX takes it
///
/// Weights of pairs are seeds. At `d = 0` the gradient of `squaredMargin` is taken as 0.
///
/// - Reference: R. Hadsell, S. Chopra and Y. LeCun, CVPR 2006, equation 4 (with factors ½); X. Ju
///   et al., arXiv:2103.06995, section 4.
public struct ContrastiveLoss: Loss {
  public static let kind = LossKind.contrastive

  public enum Form: String, Sendable, Codable, Hashable {
    case squaredMargin
    case hinge
  }

  public var form: Form
  public var margin: Double

  public init(form: Form, margin: Double = 1) {
    self.form = form
    self.margin = margin
  }

  public var inputNames: [String] { ["first", "second"] }
  public var target: LossTarget { .similarity }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try HyperparameterError.require(
      widths[0] == widths[1] && margin > 0 && margin.isFinite,
      "a contrastive loss of embeddings of \(widths[0]) and \(widths[1]) dimensions with margin "
        + "\(margin) has no meaning; give as many dimensions and a margin above 0")
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    guard let second = unsafe data.second, let similarity = unsafe data.target else { return }
    let margin = Scalar(margin)
    for row in rows {
      let square = unsafe squaredDistance(data.first, second, row, data.widths.0)
      if unsafe similarity[row] > 0 {
        unsafe losses[row] = square
      } else {
        let missing = form == .hinge ? margin - square : margin - square.squareRoot()
        let cost = missing > 0 ? missing : 0
        unsafe losses[row] = form == .hinge ? cost : cost * cost
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let second = unsafe data.second, let similarity = unsafe data.target else { return }
    let margin = Scalar(margin)
    let width = unsafe data.widths.0
    for row in rows {
      // The gradient is `scale · (a − b)`, and its opposite for `b`.
      var scale: Scalar = 2
      if unsafe similarity[row] <= 0 {
        let square = unsafe squaredDistance(data.first, second, row, width)
        let distance = square.squareRoot()
        switch form {
        case .hinge: scale = square < margin ? -2 : 0
        case .squaredMargin:
          scale = distance < margin && distance > 0 ? -2 * (margin - distance) / distance : 0
        }
      }
      scale *= unsafe seeds[row]
      for i in row * width..<(row + 1) * width {
        let slope = unsafe scale * (data.first[i] - second[i])
        if let ofFirst = unsafe gradients.first { unsafe ofFirst[i] = slope }
        if let ofSecond = unsafe gradients.second { unsafe ofSecond[i] = -slope }
      }
    }
  }
}

@inline(__always)
private func squaredDistance<Scalar: RealScalar>(
  _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ row: Int, _ width: Int
) -> Scalar {
  var sum: Scalar = 0
  for i in row * width..<(row + 1) * width {
    let difference = unsafe a[i] - b[i]
    sum += difference * difference
  }
  return sum
}
