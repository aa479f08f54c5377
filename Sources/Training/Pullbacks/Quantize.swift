import WinnowFixedPoint
public import WinnowNetworkIR
import WinnowTensors

extension Quantize: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    QuantizePullback(self, site)
  }
}

/// Converts exactly as `FixedPointType.convert` does, where `|x·2^fraction|` is below 2^23 in
/// `Float` and below 2^52 in `Double`; pulls back straight through, as ``QuantizePolicy`` says.
private final class QuantizePullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let table: QuantizerTable<Scalar>
  private let policy: QuantizePolicy
  private let isTraining: Bool
  private let clock: PlanClock
  private let node: RandomStream
  /// Place of the first element in the whole value, for random draws.
  private let first: Int
  private let hasPruned: Bool

  init(_ operation: Quantize, _ site: Site<Scalar>) {
    (x, y) = (site.inputs[0], site.outputs[0])
    policy = site.options.quantization
    isTraining = site.isTraining
    clock = site.clock
    node = RandomStream(seed: site.clock.seed, label: "stochastic rounding").child(site.node)
    first = x.isBatched ? site.firstRow * x.rowCount : 0
    hasPruned = operation.types.contains { $0.width == 0 }
    table = QuantizerTable(operation, x, site)
  }

  private var isDelayed: Bool { isTraining && clock.step < policy.delay }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if isDelayed {
      pass()
    } else if isTraining, policy.stochasticRounding {
      roundStochastically()
    } else if let modes = table.modes {
      unsafe Scalar.quantize(
        x.values.base, into: y.values.base, rows: y.values.count / table.period,
        columns: table.period, rounding: modes.rounding, overflow: modes.overflow,
        factor: table.scale.base, inverse: table.step.base, low: table.low.base,
        high: table.high.base, perColumn: table.period > 1)
    } else {
      for place in 0..<y.values.count {
        let conversion = table.conversions[place % table.period]
        y.values[place] = Scalar(conversion(Double(x.values[place])))
      }
    }
  }

  private func pass() {
    y.values.copy(from: x.values)
    guard hasPruned else { return }
    for place in 0..<y.values.count where table.conversions[place % table.period].type.width == 0 {
      y.values[place] = 0
    }
  }

  private func roundStochastically() {
    var stream = node.child(clock.step)
    let draws = PlacedDraws(key: stream.next())
    for place in 0..<y.values.count {
      let conversion = table.conversions[place % table.period]
      y.values[place] = Scalar(
        conversion.stochastic(Double(x.values[place]), draws(first + place)))
    }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    if isDelayed {
      for place in 0..<dx.count {
        let isPruned = table.conversions[place % table.period].type.width == 0
        dx[place] = (x.accumulates ? dx[place] : 0) + (isPruned ? 0 : dy[place])
      }
    } else {
      unsafe Scalar.quantizePull(
        x.values.base, dy.base, into: dx.base, rows: dx.count / table.period,
        columns: table.period, factor: table.one.base, low: table.passLow.base,
        high: table.passHigh.base, perColumn: table.period > 1, accumulate: x.accumulates)
    }
  }
}
