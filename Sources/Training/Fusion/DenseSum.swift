import WinnowNetworkIR

/// A dense layer whose input is given in parts, with the rectifier after it:
///
///     y = rectify(b + Σ x_i · W[rows of i] + Σ p_j[index_j] + Σ a_k)
///
/// The concatenation is never formed. A part that was gathered from nodes for edges arrives as the
/// product of the nodes with their rows of W, which is fewer multiplications where a node has many
/// edges; a part that several layers share arrives as a product that was formed once.
struct DenseSum: Differentiable {
  static let name = "DenseSum"

  enum Term: Sendable, Hashable, Codable {
    /// One input, multiplied by rows of the weights.
    case product(rows: Range<Int>)
    /// Two inputs: a table of `[nodes, outputs]` and an index per row.
    case gathered
    /// One input of the result's shape.
    case added
  }

  /// Inputs in this order, then the weights and the bias.
  var terms: [Term]
  var hasBias: Bool
  /// Of the rectifier for negative values; 1 for none.
  var slope: Double

  var inputCount: Int {
    terms.reduce(1 + (hasBias ? 1 : 0)) { $0 + ($1 == .gathered ? 2 : 1) }
  }

  /// Where each term's first input stands.
  var places: [Int] {
    var places: [Int] = []
    var next = 0
    for term in terms {
      places.append(next)
      next += term == .gathered ? 2 : 1
    }
    return places
  }

  var weightPlace: Int { inputCount - (hasBias ? 2 : 1) }
  var parameterInputs: [Int] { Array(weightPlace..<inputCount) }

  func isDifferentiable(input: Int) -> Bool {
    !zip(terms, places).contains { $0 == .gathered && $1 + 1 == input }
  }

  /// Tables are read at any row.
  var wholeInputs: Set<Int> {
    Set(zip(terms, places).filter { $0.0 == .gathered }.map(\.1))
  }

  func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    guard inputs.count == inputCount else {
      throw NetworkError("takes \(inputCount) inputs, not \(inputs.count)")
    }
    let rows = terms[0] == .gathered ? inputs[1].shape : Array(inputs[0].shape.dropLast())
    return [TensorType(rows + [inputs[weightPlace].shape[1]], inputs[weightPlace].element)]
  }

  func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let weights = inputs[weightPlace]
    let columns = weights.shape[1]
    let rows = terms[0] == .gathered ? inputs[1].count : inputs[0].count / max(inputs[0].shape.last!, 1)
    var sums = Array(repeating: 0.0, count: rows * columns)
    if hasBias {
      let bias = inputs[weightPlace + 1].elements.doubles
      for place in sums.indices { sums[place] = bias[place % columns] }
    }
    for (term, place) in zip(terms, places) {
      let values = inputs[place].elements.doubles
      for row in 0..<rows {
        for column in 0..<columns {
          switch term {
          case .product(let range):
            let kernel = weights.elements.doubles
            for (k, w) in range.enumerated() {
              sums[row * columns + column] +=
                values[row * range.count + k] * kernel[w * columns + column]
            }
          case .gathered:
            let source = Int(inputs[place + 1].elements.doubles[row])
            sums[row * columns + column] += values[source * columns + column]
          case .added: sums[row * columns + column] += values[row * columns + column]
          }
        }
      }
    }
    return [
      Tensor(
        Array(terms[0] == .gathered ? inputs[1].shape : inputs[0].shape.dropLast()) + [columns],
        .float64(sums.map { $0 > 0 ? $0 : $0 * slope }))
    ]
  }

  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    DenseSumPullback(self, site)
  }
}

private final class DenseSumPullback<Scalar: TrainingScalar>: Pullback {
  private let operation: DenseSum
  private let products: [(x: Operand<Scalar>, first: Int)]
  private let gathered: [(table: Operand<Scalar>, index: Operand<Scalar>)]
  private let added: [Operand<Scalar>]
  private let w, y: Operand<Scalar>
  private let b: Operand<Scalar>?
  private let rows, columns: Int
  private let scratch: ScratchPad<Scalar>

  init(_ operation: DenseSum, _ site: Site<Scalar>) {
    self.operation = operation
    var products: [(Operand<Scalar>, Int)] = []
    var gathered: [(Operand<Scalar>, Operand<Scalar>)] = []
    var added: [Operand<Scalar>] = []
    for (term, place) in zip(operation.terms, operation.places) {
      switch term {
      case .product(let rows): products.append((site.inputs[place], rows.lowerBound))
      case .gathered: gathered.append((site.inputs[place], site.inputs[place + 1]))
      case .added: added.append(site.inputs[place])
      }
    }
    self.products = products
    self.gathered = gathered
    self.added = added
    w = site.inputs[operation.weightPlace]
    b = operation.hasBias ? site.inputs[operation.weightPlace + 1] : nil
    y = site.outputs[0]
    columns = w.shape[1]
    let rows = y.count / max(columns, 1)
    self.rows = rows
    let columns = columns
    let most = products.map { x, _ in
      Scalar.scratchCount(rows: rows, inner: x.columns, columns: columns)
    }
    scratch = site.scratch((most.max() ?? 1) + rows * columns)
  }

  /// The rows of the weights from one on.
  private func weights(from row: Int) -> UnsafeMutablePointer<Scalar> {
    unsafe w.values.base + row * columns
  }

  private var work: UnsafeMutablePointer<Scalar> { unsafe scratch.buffer.base + rows * columns }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    var isStarted = false
    if !gathered.isEmpty || !added.isEmpty {
      // Two tables (receiver and sender) and one term at most in a pass; mostly that is all.
      var (tables, terms) = (gathered[...], added[...])
      var isFirst = true
      while isFirst || !tables.isEmpty || !terms.isEmpty {
        let (one, two) = (tables.popFirst(), tables.popFirst())
        gatherSum(
          y.values, columns: columns, start: isFirst ? b?.values : y.values, repeats: isFirst,
          one.map { ($0.table.values, $0.index.indices) },
          two.map { ($0.table.values, $0.index.indices) }, terms.popFirst()?.values)
        isFirst = false
      }
      isStarted = true
    }
    for (place, (x, first)) in products.enumerated() {
      let isLast = place == products.count - 1
      unsafe Scalar.product(
        x.values.base, leadingA: x.columns, weights(from: first), leadingB: columns,
        into: y.values.base, leadingC: columns, rows: rows, inner: x.columns, columns: columns,
        bias: isStarted ? nil : b?.values.base, accumulate: isStarted,
        leakySlope: isLast && operation.slope != 1 ? operation.slope : nil, scratch: work)
      isStarted = true
    }
    if products.isEmpty, operation.slope != 1 {
      rectify(y.values, y.values, slope: Scalar(operation.slope))
    }
  }

  /// Rows of the weights that products elsewhere use: those add to them later.
  private func clearOtherRows(_ dw: Buffer<Scalar>) {
    var next = 0
    for (x, first) in products.sorted(by: { $0.first < $1.first }) {
      dw.part(next * columns..<first * columns).fill(0)
      next = first + x.columns
    }
    dw.part(next * columns..<w.shape[0] * columns).fill(0)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    var dz = dy
    if operation.slope != 1 {
      dz = scratch.buffer.part(0..<rows * columns)
      pullRectifier(y.values, dy, dz, slope: Scalar(operation.slope), accumulates: false)
    }
    if let b, let db = b.gradient {
      unsafe Scalar.columnSums(
        dz.base, into: db.base, rows: rows, columns: columns, accumulate: b.accumulates)
    }
    if let dw = w.gradient, !w.accumulates { clearOtherRows(dw) }
    for (x, first) in products {
      if let dw = w.gradient {
        // Each product writes its own rows of the weights.
        unsafe Scalar.productTransposedLeft(
          x.values.base, leadingX: x.columns, dz.base, leadingDY: columns,
          into: dw.base + first * columns, leadingDW: columns, rows: rows, inner: x.columns,
          columns: columns, accumulate: w.accumulates, scratch: work)
      }
      if let dx = x.gradient {
        unsafe Scalar.productTransposedRight(
          dz.base, leadingDY: columns, weights(from: first), leadingW: columns, into: dx.base,
          leadingDX: x.columns, rows: rows, inner: x.columns, columns: columns,
          accumulate: x.accumulates, scratch: work)
      }
    }
    for (table, index) in gathered {
      guard let gradient = table.gradient else { continue }
      if !table.accumulates { gradient.fill(0) }
      addToRows(of: gradient, index.indices, from: dz, columns: columns)
    }
    for term in added {
      guard let gradient = term.gradient else { continue }
      if term.accumulates { add(dz, to: gradient) } else { gradient.copy(from: dz) }
    }
  }
}

/// `y[r] = start + one[index[r]] + two[index[r]] + term[r]`; an index out of range gives NaN.
///
/// - Parameters:
///   - start: one row for all where it `repeats` (a bias; zeros if `nil`), else a row each.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func gatherSum<Scalar: TrainingScalar>(
  _ y: Buffer<Scalar>, columns: Int, start: Buffer<Scalar>?, repeats: Bool,
  _ one: (table: Buffer<Scalar>, index: Buffer<Int32>)?,
  _ two: (table: Buffer<Scalar>, index: Buffer<Int32>)?, _ term: Buffer<Scalar>?
) {
  func row(_ source: (table: Buffer<Scalar>, index: Buffer<Int32>), _ row: Int)
    -> UnsafeMutablePointer<Scalar>?
  {
    let place = Int(source.index[row])
    guard place >= 0, (place + 1) * columns <= source.table.count else { return nil }
    return unsafe source.table.base + place * columns
  }
  for place in 0..<y.count / max(columns, 1) {
    let to = unsafe y.base + place * columns
    if let start {
      let from = unsafe repeats ? start.base : start.base + place * columns
      if unsafe from != to { unsafe to.update(from: from, count: columns) }
    } else {
      for n in 0..<columns { unsafe to[n] = 0 }
    }
    let first = unsafe one.flatMap { unsafe row($0, place) }
    let second = unsafe two.flatMap { unsafe row($0, place) }
    let isStray = unsafe (one != nil && first == nil) || (two != nil && second == nil)
    if isStray {
      for n in 0..<columns { unsafe to[n] = .nan }
      continue
    }
    if let first = unsafe first, let second = unsafe second, let term {
      let third = unsafe term.base + place * columns
      for n in 0..<columns { unsafe to[n] += first[n] + second[n] + third[n] }
      continue
    }
    if let first = unsafe first, let second = unsafe second {
      for n in 0..<columns { unsafe to[n] += first[n] + second[n] }
    } else if let first = unsafe first {
      for n in 0..<columns { unsafe to[n] += first[n] }
    }
    if let term {
      let third = unsafe term.base + place * columns
      for n in 0..<columns { unsafe to[n] += third[n] }
    }
  }
}

/// `table[index[r]] += x[r]`, rows in order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addToRows<Scalar: TrainingScalar>(
  of table: Buffer<Scalar>, _ index: Buffer<Int32>, from x: Buffer<Scalar>, columns: Int
) {
  let extent = table.count / max(columns, 1)
  for row in 0..<index.count {
    let target = Int(index[row])
    guard target >= 0, target < extent else { continue }
    let from = unsafe x.base + row * columns
    let to = unsafe table.base + target * columns
    for n in 0..<columns { unsafe to[n] += from[n] }
  }
}
