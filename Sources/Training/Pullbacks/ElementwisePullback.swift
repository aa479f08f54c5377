/// Applies a function to each element, computed in double precision: `dx = slope(x, y) · dy`.
///
/// For functions without a kernel of their own.
final class ElementwisePullback<Scalar: TrainingScalar>: Pullback {
  private let value: (Double) -> Double
  private let slope: (Double, Double) -> Double
  private let x, y: Operand<Scalar>

  /// - Parameters:
  ///   - value: `y` of `x`.
  ///   - slope: `dy/dx` of `x` and `y`.
  init(
    _ site: Site<Scalar>, value: @escaping (Double) -> Double,
    slope: @escaping (_ x: Double, _ y: Double) -> Double
  ) {
    self.value = value
    self.slope = slope
    (x, y) = (site.inputs[0], site.outputs[0])
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { apply(value, x.values, y.values) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    pull(slope, x.values, y.values, dy, dx, accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func apply<Scalar: TrainingScalar>(
  _ function: (Double) -> Double, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>
) {
  for place in 0..<y.count { unsafe y.base[place] = Scalar(function(Double(x.base[place]))) }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pull<Scalar: TrainingScalar>(
  _ slope: (Double, Double) -> Double, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>,
  _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, accumulates: Bool
) {
  for place in 0..<dx.count {
    let pulled = unsafe Scalar(slope(Double(x.base[place]), Double(y.base[place]))) * dy.base[place]
    unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
  }
}
