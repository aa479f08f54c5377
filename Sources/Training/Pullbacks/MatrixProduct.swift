public import WinnowNetworkIR

extension MatrixProduct: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope {
    // The second's rows are contracted unless it is a stack.
    inputs[1].isBatched && inputs[1].shape.count == 2 ? .whole : .broadcasting(inputs)
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    MatrixProductPullback(site)
  }
}

/// One product per matrix of the stack: `da = dy·bᵀ`, `db = aᵀ·dy`, summed where one of them is shared.
private final class MatrixProductPullback<Scalar: TrainingScalar>: Pullback {
  private let a, b, y: Operand<Scalar>
  private let rows, inner, columns: Int
  /// Places of the matrices a, b and y of every product.
  private let places: Buffer<Int>
  private let count: Int
  private let scratch: Buffer<Scalar>

  init(_ site: Site<Scalar>) {
    (a, b, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    inner = a.shape[a.shape.count - 1]
    let leading = Array(y.shape.dropLast(2))
    let matrices = leading.reduce(1, *)
    let isShared = b.shape.dropLast(2).allSatisfy { $0 == 1 }
    let aIsFull = a.shape.dropLast(2).reduce(1, *) == matrices
    columns = y.shape[y.shape.count - 1]
    // A shared second matrix multiplies all rows at once.
    rows = y.shape[y.shape.count - 2] * (isShared && aIsFull ? matrices : 1)
    count = isShared && aIsFull ? min(matrices, 1) : matrices
    places = site.allocate(3 * count, of: Int.self)
    func offsets(_ shape: [Int]) -> [Int] {
      let strides = broadcastStrides(from: Array(shape.dropLast(2)), to: leading)
      return zip(leading, strides).reduce([0]) { places, axis in
        places.flatMap { place in (0..<axis.0).map { place + $0 * axis.1 } }
      }
    }
    if count > 0, !(isShared && aIsFull) {
      for (index, (first, second)) in zip(offsets(a.shape), offsets(b.shape)).enumerated() {
        places[3 * index] = first * rows * inner
        places[3 * index + 1] = second * inner * columns
        places[3 * index + 2] = index * rows * columns
      }
    }
    scratch = site.allocate(Scalar.scratchCount(rows: rows, inner: inner, columns: columns))
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    for index in 0..<count {
      unsafe Scalar.product(
        a.values.base + places[3 * index], b.values.base + places[3 * index + 1],
        into: y.values.base + places[3 * index + 2], rows: rows, inner: inner, columns: columns,
        bias: nil, accumulate: false, scratch: scratch.base)
    }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let da = a.gradient {
      let adds = begin(a, da)
      for index in 0..<count {
        unsafe Scalar.productTransposedRight(
          dy.base + places[3 * index + 2], b.values.base + places[3 * index + 1],
          into: da.base + places[3 * index], rows: rows, inner: inner, columns: columns,
          accumulate: adds, scratch: scratch.base)
      }
    }
    if let db = b.gradient {
      let adds = begin(b, db)
      for index in 0..<count {
        unsafe Scalar.productTransposedLeft(
          a.values.base + places[3 * index], dy.base + places[3 * index + 2],
          into: db.base + places[3 * index + 1], rows: rows, inner: inner, columns: columns,
          accumulate: adds, scratch: scratch.base)
      }
    }
  }

  /// Whether products are added to the gradient: to an earlier one, or to zeros where several
  /// products share a matrix.
  private func begin(_ operand: Operand<Scalar>, _ gradient: Buffer<Scalar>) -> Bool {
    if operand.accumulates { return true }
    let size = operand.shape.suffix(2).reduce(1, *)
    if count * size == operand.count, count > 1 { return false }
    if count == 1 { return false }
    gradient.fill(0)
    return true
  }
}
