public import WinnowNetworkIR

extension Dense: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    guard accumulation == .exact else {
      throw NetworkError(
        "has product or accumulator types, which rounds inside a sum; train it without them and compile the result"
      )
    }
    return DensePullback(site)
  }
}

/// `y = x·w + b`: `dx = dy·wᵀ`, `dw = xᵀ·dy`, `db = Σ dy`.
private final class DensePullback<Scalar: TrainingScalar>: Pullback {
  private let x, w, y: Operand<Scalar>
  private let b: Operand<Scalar>?
  private let rows, inner, columns: Int
  private let scratch: ScratchPad<Scalar>

  init(_ site: Site<Scalar>) {
    (x, w, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    b = site.inputs.count == 3 ? site.inputs[2] : nil
    (inner, columns) = (w.shape[0], w.shape[1])
    rows = x.shape.dropLast().reduce(1, *)
    scratch = site.scratch(Scalar.scratchCount(rows: rows, inner: inner, columns: columns))
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    unsafe Scalar.product(
      x.values.base, w.values.base, into: y.values.base, rows: rows, inner: inner,
      columns: columns, bias: b?.values.base, accumulate: false, scratch: scratch.buffer.base)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let dx = x.gradient {
      unsafe Scalar.productTransposedRight(
        dy.base, w.values.base, into: dx.base, rows: rows, inner: inner, columns: columns,
        accumulate: x.accumulates, scratch: scratch.buffer.base)
    }
    if let dw = w.gradient {
      unsafe Scalar.productTransposedLeft(
        x.values.base, dy.base, into: dw.base, rows: rows, inner: inner, columns: columns,
        accumulate: w.accumulates, scratch: scratch.buffer.base)
    }
    if let b, let db = b.gradient {
      unsafe Scalar.columnSums(
        dy.base, into: db.base, rows: rows, columns: columns, accumulate: b.accumulates)
    }
  }
}
