import CWinnowFloatKernels
import WinnowNetworkIR

/// How an operand broadcasts to a result seen as rows and columns, where the kernels can do it.
struct KernelBroadcast: Sendable {
  let kind: winnow_broadcast
  let rows, columns: Int

  /// - Returns: `nil` where it broadcasts in the middle, or nothing is there.
  init?(_ shape: [Int], to target: [Int]) {
    let (count, total) = (shape.reduce(1, *), target.reduce(1, *))
    guard count > 0, total > 0 else { return nil }
    let own = Array(shape.drop { $0 == 1 })
    let leading = Array(shape.reversed().drop { $0 == 1 }.reversed())
    if count == total {
      (kind, rows, columns) = (winnow_broadcast_none, 1, total)
    } else if count == 1 {
      (kind, rows, columns) = (winnow_broadcast_scalar, 1, total)
    } else if own == target.suffix(own.count) {
      (kind, rows, columns) = (winnow_broadcast_row, total / count, count)
    } else if shape.count == target.count, leading == Array(target.prefix(leading.count)) {
      (kind, rows, columns) = (winnow_broadcast_column, count, total / count)
    } else {
      return nil
    }
  }
}

/// Sum, difference and product by the kernels: one operand has the result's shape, the other its own,
/// or is a row, a column or a number.
final class KernelArithmeticPullback<Scalar: TrainingScalar>: Pullback {
  private let function: Arithmetic.Function
  private let full, other, y: Operand<Scalar>
  private let way: KernelBroadcast
  /// The second operand is the full one.
  private let isSwapped: Bool

  init(
    _ function: Arithmetic.Function, _ site: Site<Scalar>, _ way: KernelBroadcast, isSwapped: Bool
  ) {
    self.function = function
    self.way = way
    self.isSwapped = isSwapped
    (full, other) = isSwapped ? (site.inputs[1], site.inputs[0]) : (site.inputs[0], site.inputs[1])
    y = site.outputs[0]
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    let kernel =
      switch function {
      case .subtract: isSwapped ? winnow_binary_subtract_reversed : winnow_binary_subtract
      case .multiply: winnow_binary_multiply
      default: winnow_binary_add
      }
    unsafe Scalar.apply(
      kernel, full.values.base, other.values.base, broadcast: way.kind, into: y.values.base,
      rows: way.rows, columns: way.columns)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    // The first input first: both may be one value.
    if isSwapped {
      pullOther(dy)
      pullFull(dy)
    } else {
      pullFull(dy)
      pullOther(dy)
    }
  }

  private func pullFull(_ dy: Buffer<Scalar>) {
    guard let gradient = full.gradient else { return }
    if function == .multiply {
      unsafe Scalar.apply(
        winnow_binary_multiply, dy.base, other.values.base, broadcast: way.kind,
        into: gradient.base, rows: way.rows, columns: way.columns, accumulate: full.accumulates)
    } else {
      unsafe Scalar.scale(
        function == .subtract && isSwapped ? -1 : 1, dy.base, into: gradient.base, count: dy.count,
        accumulate: full.accumulates)
    }
  }

  private func pullOther(_ dy: Buffer<Scalar>) {
    guard let gradient = other.gradient else { return }
    let times = unsafe function == .multiply ? full.values.base : nil
    let factor: Double = function == .subtract && !isSwapped ? -1 : 1
    switch way.kind {
    case winnow_broadcast_row:
      unsafe Scalar.columnSums(
        dy.base, times: times, into: gradient.base, rows: way.rows, columns: way.columns,
        factor: factor, accumulate: other.accumulates)
    case winnow_broadcast_column:
      unsafe Scalar.rowSums(
        dy.base, times: times, into: gradient.base, rows: way.rows, columns: way.columns,
        factor: factor, accumulate: other.accumulates)
    case winnow_broadcast_scalar:
      let sum = unsafe Scalar(factor * Scalar.sum(dy.base, times: times, count: dy.count))
      gradient[0] = other.accumulates ? gradient[0] + sum : sum
    default:
      if let times = unsafe times {
        unsafe Scalar.apply(
          winnow_binary_multiply, dy.base, times, into: gradient.base, rows: 1, columns: dy.count,
          accumulate: other.accumulates)
      } else {
        unsafe Scalar.scale(
          factor, dy.base, into: gradient.base, count: dy.count, accumulate: other.accumulates)
      }
    }
  }
}
