import Foundation
public import WinnowNetworkIR

extension Elu: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let alpha = alpha
    return ElementwisePullback(
      site, value: { self($0) }, slope: { x, _ in x > 0 ? 1 : alpha * exp(x) })
  }
}
