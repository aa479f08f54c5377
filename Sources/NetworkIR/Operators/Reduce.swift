/// Combines all elements along some axes: sum, mean, maximum, minimum.
///
/// A mean over a power of two is exact fixed point; over another count it is a real number, which a
/// `Quantize` turns into a table.
public struct Reduce: Operator {
  public static let name = "Reduce"

  public enum Function: String, Sendable, Hashable, Codable, CaseIterable {
    case sum, mean, maximum, minimum
  }

  public var function: Function
  /// Empty for all axes.
  public var axes: [Int]
  public var keepsAxes: Bool

  public init(_ function: Function, axes: [Int], keepsAxes: Bool) {
    self.function = function
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  private func reduced(rank: Int) throws -> Set<Int> {
    axes.isEmpty ? Set(0..<rank) : Set(try axes.map { try resolveAxis($0, rank: rank) })
  }

  private func count(_ shape: [Dimension]) throws -> Int? {
    let axes = try reduced(rank: shape.count)
    var count = 1
    for axis in axes {
      guard let size = shape[axis].size else { return nil }
      count *= size
    }
    return count
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    let shape = inputs[0].shape
    let axes = try reduced(rank: shape.count)
    if let count = try count(shape), count == 0 { throw NetworkError("reduces no elements") }
    let kept: [Dimension] = shape.indices.compactMap { axis in
      axes.contains(axis) ? (keepsAxes ? 1 : nil) : shape[axis]
    }
    return [TensorType(kept, try element(inputs[0]))]
  }

  private func element(_ input: TensorType) throws -> ElementType {
    let element = input.arithmetic.element
    guard function == .mean, case .fixed(let fraction) = element else { return element }
    guard let count = try count(input.shape), count.nonzeroBitCount == 1 else { return .float64 }
    return .fixed(fraction: fraction + count.trailingZeroBitCount)
  }

  /// The places of the elements of each group, groups in output order.
  private func groups(_ shape: [Int]) throws -> [[Int]] {
    let axes = try reduced(rank: shape.count)
    let strides = rowMajorStrides(shape)
    let outer = shape.indices.filter { !axes.contains($0) }
    let inner = shape.indices.filter { axes.contains($0) }
    let offsets = stridedOffsets(shape: inner.map { shape[$0] }, strides: inner.map { strides[$0] })
    return stridedOffsets(shape: outer.map { shape[$0] }, strides: outer.map { strides[$0] })
      .map { base in offsets.map { base + $0 } }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let shape = try infer([x.type])[0].sizes!
    let groups = try groups(x.shape)
    let element = try element(x.type)
    if let (values, fraction) = x.mantissas {
      let results: [Int128] = try groups.map { group in
        switch function {
        case .sum, .mean: try group.reduce(0) { try Exact.add($0, values[$1]) }
        case .maximum: group.map { values[$0] }.max()!
        case .minimum: group.map { values[$0] }.min()!
        }
      }
      guard case .fixed(let bits) = element else {
        let unit = Double(sign: .plus, exponent: -fraction, significand: 1)
        let count = Double(groups[0].count)
        return [Tensor(shape, .float64(results.map { Double($0) * unit / count }))]
      }
      return [Tensor(shape, .fixed(results, fraction: bits))]
    }
    let values = x.elements.doubles
    let results = groups.map { group -> Double in
      switch function {
      case .sum: group.reduce(0) { $0 + values[$1] }
      case .mean: group.reduce(0) { $0 + values[$1] } / Double(group.count)
      case .maximum: group.map { values[$0] }.max()!
      case .minimum: group.map { values[$0] }.min()!
      }
    }
    return [Tensor(shape, element == .float32 ? .float32(results.map(Float.init)) : .float64(results))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let x = inputs[0]
    let shape = try infer([TensorType(x.shape.map(Dimension.fixed), .float64)])[0].sizes!
    var scalars: [Scalar] = []
    for group in try groups(x.shape) {
      let members = group.map { x.scalars[$0] }
      switch function {
      case .sum: scalars.append(try program.linear(members.map { ($0, 1) }, coefficientFraction: 0))
      case .maximum: scalars.append(try balanced(members) { try program.maximum($0, $1) })
      case .minimum: scalars.append(try balanced(members) { try program.minimum($0, $1) })
      case .mean:
        let sum = try program.linear(members.map { ($0, 1) }, coefficientFraction: 0)
        let count = members.count
        scalars.append(
          count.nonzeroBitCount == 1
            ? try program.scale(sum, byPowerOfTwo: -count.trailingZeroBitCount)
            : try program.apply({ $0 / Double(count) }, to: sum))
      }
    }
    return [ScalarTensor(shape, scalars)]
  }
}

/// Combines scalars in a tree of least depth.
func balanced(_ scalars: [Scalar], _ combine: (Scalar, Scalar) throws -> Scalar) throws -> Scalar {
  var level = scalars
  while level.count > 1 {
    var next: [Scalar] = []
    for index in stride(from: 0, to: level.count - 1, by: 2) {
      next.append(try combine(level[index], level[index + 1]))
    }
    if level.count % 2 == 1 { next.append(level[level.count - 1]) }
    level = next
  }
  return level[0]
}
