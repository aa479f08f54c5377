/// Writes rows into a tensor: `y = data`, then for each entry e `y[indices[e]] = f(y[…], updates[e])`.
///
/// Inputs: data `[V, …]`, integer indices `[E]` or `[E, 1]`, updates `[E, …]`. A negative index
/// counts from the end. Entries are taken in order, so that without a reduction the last one wins.
/// ONNX's `ScatterND` with one index per row. Firmware needs constant indices.
public struct Scatter: Operator {
  public static let name = "Scatter"

  public enum Reduction: String, Sendable, Hashable, Codable, CaseIterable {
    case none, add, maximum, minimum
  }

  public var reduction: Reduction

  public init(_ reduction: Reduction = .none) { self.reduction = reduction }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(3...3, inputs.count)
    let (data, indices, updates) = (inputs[0], inputs[1], inputs[2])
    try requireIndices(indices, "indices")
    guard let entries = updates.shape.first, indices.shape == [entries] || indices.shape == [entries, 1],
      !data.shape.isEmpty, data.shape.dropFirst() == updates.shape.dropFirst()
    else {
      throw NetworkError("writes \(updates) at the rows \(indices) of \(data); shapes must fit")
    }
    return [TensorType(data.shape, try element(data, updates))]
  }

  private func element(_ data: TensorType, _ updates: TensorType) throws -> ElementType {
    try Concatenate.joined(
      reduction == .none
        ? [data.element, updates.element] : [data.arithmetic.element, updates.arithmetic.element])
  }

  /// Combines the elements of two lists of values at the right places.
  private func combined<Value>(
    _ data: [Value], _ updates: [Value], rows: [Int], width: Int,
    _ combine: (Value, Value) throws -> Value
  ) rethrows -> [Value] {
    var result = data
    for (entry, row) in rows.enumerated() {
      for column in 0..<width {
        let place = row * width + column
        result[place] = try combine(result[place], updates[entry * width + column])
      }
    }
    return result
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (data, updates) = (inputs[0], inputs[2])
    let width = data.shape.dropFirst().reduce(1, *)
    let rows = try inputs[1].indices(below: data.shape[0], fromEnd: true, "indices")
    let element = try element(data.type, updates.type)
    if !element.isFloat, let (xs, xf) = data.mantissas, let (us, uf) = updates.mantissas {
      let fraction = max(xf, uf)
      let values = try combined(
        Exact.align(xs, from: xf, to: fraction), Exact.align(us, from: uf, to: fraction), rows: rows,
        width: width
      ) { old, new in
        switch reduction {
        case .none: new
        case .add: try Exact.add(old, new)
        case .maximum: max(old, new)
        case .minimum: min(old, new)
        }
      }
      return [Tensor(data.shape, .init(mantissas: values, as: element))]
    }
    let values = combined(data.elements.doubles, updates.elements.doubles, rows: rows, width: width) {
      old, new in
      switch reduction {
      case .none: new
      case .add: old + new
      case .maximum: max(old, new)
      case .minimum: min(old, new)
      }
    }
    return [Tensor(data.shape, .init(reals: values, as: element))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let data = inputs[0]
    let rows = try inputs[1].constantIndices("indices")
      .indices(below: data.shape[0], fromEnd: true, "indices")
    let scalars = try combined(
      data.scalars, inputs[2].scalars, rows: rows, width: data.shape.dropFirst().reduce(1, *)
    ) { old, new in
      switch reduction {
      case .none: new
      case .add: try program.add(old, new)
      case .maximum: try program.maximum(old, new)
      case .minimum: try program.minimum(old, new)
      }
    }
    return [ScalarTensor(data.shape, scalars)]
  }
}
