/// Puts zeros around a tensor; ONNX's `Pad` in constant mode.
public struct Pad: Operator {
  public static let name = "Pad"

  /// All beginnings, then all ends, one per axis.
  public var padding: [Int]

  public init(_ padding: [Int]) { self.padding = padding }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    let rank = inputs[0].shape.count
    guard padding.count == 2 * rank, padding.allSatisfy({ $0 >= 0 && $0 < 1 << 20 }) else {
      throw NetworkError("pads by \(padding) a tensor of rank \(rank); negative padding is a Slice")
    }
    let shape = try inputs[0].shape.enumerated().map { axis, dimension in
      let extra = padding[axis] + padding[axis + rank]
      if extra == 0 { return dimension }
      guard let size = dimension.size else {
        throw NetworkError("pads the axis '\(dimension)', whose size is not known")
      }
      return .fixed(size + extra)
    }
    return [TensorType(shape, inputs[0].element)]
  }

  /// For each output element its place in the input; `nil` in the padding.
  private func places(_ input: [Int]) -> (shape: [Int], places: [Int?]) {
    let strides = rowMajorStrides(input)
    var places: [Int?] = [0]
    var shape: [Int] = []
    for (axis, extent) in input.enumerated() {
      let before = padding[axis]
      let total = extent + before + padding[axis + input.count]
      shape.append(total)
      places = places.flatMap { base in
        (0..<total).map { index in
          guard let base, index >= before, index < before + extent else { return nil }
          return base + (index - before) * strides[axis]
        }
      }
    }
    return (shape, places)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (shape, places) = places(inputs[0].shape)
    func padded<T>(_ values: [T], _ zero: T) -> [T] { places.map { $0.map { values[$0] } ?? zero } }
    let elements: Tensor.Elements =
      switch inputs[0].elements {
      case .float32(let values): .float32(padded(values, 0))
      case .float64(let values): .float64(padded(values, 0))
      case .fixed(let values, let fraction): .fixed(padded(values, 0), fraction: fraction)
      case .integer(let values): .integer(padded(values, 0))
      case .boolean(let values): .boolean(padded(values, false))
      }
    return [Tensor(shape, elements)]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, places) = places(inputs[0].shape)
    return [
      ScalarTensor(
        shape, places.map { $0.map { inputs[0].scalars[$0] } ?? .constant(0, fraction: 0) })
    ]
  }
}
