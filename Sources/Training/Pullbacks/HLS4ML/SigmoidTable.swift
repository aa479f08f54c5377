import Foundation
import WinnowFixedPoint
public import WinnowNetworkIR

extension SigmoidTable: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let slopes = self.slopes
    let perUnit = Double(table.count) / Double(range)
    return ReferencePullback(self, site) { inputs, output in
      guard let dy = output.gradient else { return }
      for place in 0..<inputs[0].count {
        let position = Double(inputs[0].values[place]) * perUnit + Double(slopes.count / 2)
        let inside = position >= 0 && position < Double(slopes.count)
        inputs[0].pull(place, inside ? Double(dy[place]) * slopes[Int(position)] : 0)
      }
    }
  }

  /// The derivative at every entry: the sigmoid's or tanh's if the table is theirs, within its own
  /// step and that of x; otherwise differences of the neighbours. 0 outside the table.
  var slopes: [Double] {
    let unit = Double(sign: .plus, exponent: -type.fraction, significand: 1)
    let step = Double(range) / Double(table.count)
    let values = table.map { Double($0) * unit }
    let places = table.indices.map { Double($0 - table.count / 2) * step }
    func isTable(of function: (Double) -> Double) -> Bool {
      zip(places, values).allSatisfy { abs(function($0) - $1) <= 2 * unit + step }
    }
    if isTable(of: { 1 / (1 + exp(-$0)) }) {
      return places.map { x in
        let y = 1 / (1 + exp(-x))
        return y * (1 - y)
      }
    }
    if isTable(of: { tanh($0) }) { return places.map { 1 - tanh($0) * tanh($0) } }
    return values.indices.map { index in
      let (before, after) = (max(index - 1, 0), min(index + 1, values.count - 1))
      return after > before ? (values[after] - values[before]) / (Double(after - before) * step) : 0
    }
  }
}
