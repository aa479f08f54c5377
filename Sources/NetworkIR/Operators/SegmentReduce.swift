/// Combines the rows of each segment: sum, mean, maximum, minimum; what a graph network does with the
/// messages that reach a node.
///
/// `y[v] = f({x[e] : ids[e] = v})`, 0 where a segment is empty. Inputs: values x `[E, …]`, integer ids
/// `[E]` in any order, and unless ``segments`` is given a tensor of V rows, of which nothing but the
/// shape is used; result `[V, …]`. The same as ONNX's `ScatterND` with `reduction="add"` onto zeros and
/// as PyTorch's `index_add`. Firmware needs constant ids. A mean is a real number.
public struct SegmentReduce: SegmentOperator {
  public static let name = "SegmentReduce"

  public var function: Reduce.Function
  /// The number of segments; `nil` where a third input's leading dimension gives it.
  public var segments: Int?

  public init(_ function: Reduce.Function, segments: Int? = nil) {
    self.function = function
    self.segments = segments
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    let count = try segmentDimension(inputs)
    return [TensorType([count] + inputs[0].shape.dropFirst(), element(inputs[0]))]
  }

  private func element(_ values: TensorType) -> ElementType {
    function == .mean ? values.real.element : values.arithmetic.element
  }

  /// The places of the elements of each group, groups in output order.
  private func groups(
    _ x: [Int], ids: Tensor, reference: [Int]?
  ) throws -> (shape: [Int], groups: [[Int]]) {
    let width = x.dropFirst().reduce(1, *)
    let rows = try rows(ids: ids, reference: reference)
    let groups = rows.flatMap { rows in (0..<width).map { column in rows.map { $0 * width + column } } }
    return ([rows.count] + x.dropFirst(), groups)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let (shape, groups) = try groups(
      x.shape, ids: inputs[1], reference: inputs.count == 3 ? inputs[2].shape : nil)
    let element = element(x.type)
    if let (values, _) = x.mantissas, function != .mean {
      let results: [Int128] = try groups.map { group in
        switch function {
        case .sum, .mean: try group.reduce(0) { try Exact.add($0, values[$1]) }
        case .maximum: group.map { values[$0] }.max() ?? 0
        case .minimum: group.map { values[$0] }.min() ?? 0
        }
      }
      return [Tensor(shape, .init(mantissas: results, as: element))]
    }
    let values = x.elements.doubles
    let results = groups.map { group -> Double in
      switch function {
      case .sum: group.reduce(0) { $0 + values[$1] }
      case .mean: group.isEmpty ? 0 : group.reduce(0) { $0 + values[$1] } / Double(group.count)
      case .maximum: group.map { values[$0] }.max() ?? 0
      case .minimum: group.map { values[$0] }.min() ?? 0
      }
    }
    return [Tensor(shape, .init(reals: results, as: element))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, groups) = try groups(
      inputs[0].shape, ids: inputs[1].constantIndices("segment ids"),
      reference: inputs.count == 3 ? inputs[2].shape : nil)
    var scalars: [Scalar] = []
    for group in groups {
      let members = group.map { inputs[0].scalars[$0] }
      switch function {
      case _ where members.isEmpty:
        scalars.append(function == .mean ? .realConstant(0) : .constant(0, fraction: 0))
      case .sum: scalars.append(try program.linear(members.map { ($0, 1) }, coefficientFraction: 0))
      case .maximum: scalars.append(try balanced(members) { try program.maximum($0, $1) })
      case .minimum: scalars.append(try balanced(members) { try program.minimum($0, $1) })
      case .mean:
        let sum = try program.linear(members.map { ($0, 1) }, coefficientFraction: 0)
        let count = Double(members.count)
        scalars.append(try program.apply({ $0 / count }, to: sum))
      }
    }
    return [ScalarTensor(shape, scalars)]
  }
}
