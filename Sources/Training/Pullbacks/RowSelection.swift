import WinnowNetworkIR

/// An operator with one input that only moves elements: its reference evaluation on the numbers
/// 1, 2, 3, … tells from where.
protocol RowSelection: Operator {
  /// Whether the leading axis is left alone.
  func keepsRows(_ input: TensorType) -> Bool
}

extension RowSelection {
  func selectionScope(_ inputs: [TensorType]) -> Scope { keepsRows(inputs[0]) ? .rows : .whole }

  /// - Throws: ``NetworkError`` when the shapes do not fit.
  func copies<Scalar>(_ site: Site<Scalar>) throws -> CopyRuns {
    let (x, y) = (site.inputs[0], site.outputs[0])
    let type = TensorType(
      x.shape.enumerated().map { $0 == 0 && x.isBatched ? .symbol("rows", bound: nil) : .fixed($1) },
      .integer)
    let byRow = x.isBatched && y.isBatched && keepsRows(type)
    let shape = byRow ? [1] + x.shape.dropFirst() : x.shape
    let count = shape.reduce(1, *)
    let numbers = Tensor(shape, .integer((0..<count).map { Int64($0 + 1) }))
    guard case .integer(let places)? = try evaluate([numbers]).first?.elements else {
      throw NetworkError("moves no elements")
    }
    return CopyRuns(
      site, rows: byRow ? x.rows : 1, source: count, places: places.map { Int($0) - 1 })
  }
}
