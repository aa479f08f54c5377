/// Joins tensors along an axis.
public struct Concatenate: Operator {
  public static let name = "Concatenate"

  public var axis: Int

  public init(axis: Int) { self.axis = axis }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    guard let first = inputs.first else { throw NetworkError("joins nothing") }
    let axis = try resolveAxis(self.axis, rank: first.shape.count)
    var extent = 0
    for input in inputs {
      var others = input.shape
      var reference = first.shape
      guard others.count == reference.count, let size = others[axis].size else {
        throw NetworkError("joins \(first) and \(input) along axis \(axis)")
      }
      others.remove(at: axis)
      reference.remove(at: axis)
      guard others == reference else {
        throw NetworkError("joins \(first) and \(input) along axis \(axis); the other axes differ")
      }
      extent += size
    }
    var shape = first.shape
    shape[axis] = .fixed(extent)
    return [TensorType(shape, try Self.joined(inputs.map(\.element)))]
  }

  static func joined(_ elements: [ElementType]) throws -> ElementType {
    if Set(elements).count == 1 { return elements[0] }
    var fraction = Int.min
    for element in elements {
      switch element {
      case .fixed(let bits): fraction = max(fraction, bits)
      case .integer, .boolean: fraction = max(fraction, 0)
      case .float32, .float64: return .float64
      }
    }
    return .fixed(fraction: fraction)
  }

  /// For each output element the input tensor and the place in it.
  private func places(_ shapes: [[Int]]) throws -> (shape: [Int], places: [(Int, Int)]) {
    let axis = try resolveAxis(self.axis, rank: shapes[0].count)
    let outer = shapes[0][..<axis].reduce(1, *)
    var places: [(Int, Int)] = []
    for block in 0..<outer {
      for (index, shape) in shapes.enumerated() {
        let length = shape[axis...].reduce(1, *)
        for offset in 0..<length { places.append((index, block * length + offset)) }
      }
    }
    var shape = shapes[0]
    shape[axis] = shapes.map { $0[axis] }.reduce(0, +)
    return (shape, places)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (shape, places) = try places(inputs.map(\.shape))
    switch try Self.joined(inputs.map(\.elementType)) {
    case .fixed(let fraction):
      let parts = try inputs.map { input in
        let (values, bits) = input.mantissas!
        return try Exact.align(values, from: bits, to: fraction)
      }
      return [Tensor(shape, .fixed(places.map { parts[$0.0][$0.1] }, fraction: fraction))]
    case .integer:
      let parts = inputs.map { $0.mantissas!.values }
      return [Tensor(shape, .integer(places.map { Int64(parts[$0.0][$0.1]) }))]
    case .boolean:
      let parts = inputs.map { $0.mantissas!.values }
      return [Tensor(shape, .boolean(places.map { parts[$0.0][$0.1] != 0 }))]
    case .float32:
      let parts = inputs.map(\.elements.doubles)
      return [Tensor(shape, .float32(places.map { Float(parts[$0.0][$0.1]) }))]
    case .float64:
      let parts = inputs.map(\.elements.doubles)
      return [Tensor(shape, .float64(places.map { parts[$0.0][$0.1] }))]
    }
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, places) = try places(inputs.map(\.shape))
    return [ScalarTensor(shape, places.map { inputs[$0.0].scalars[$0.1] })]
  }
}
