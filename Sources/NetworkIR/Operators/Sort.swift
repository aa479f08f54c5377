/// Sorts along an axis; equal elements keep their order.
///
/// Two outputs of the input's shape: the sorted values, and for each the integer place along the axis
/// that it came from.
public struct Sort: Operator {
  public static let name = "Sort"

  public var axis: Int
  public var descends: Bool

  public init(axis: Int = -1, descends: Bool = false) {
    self.axis = axis
    self.descends = descends
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    _ = try resolveAxis(axis, rank: inputs[0].shape.count)
    return [inputs[0], TensorType(inputs[0].shape, .integer)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    try inputs[0].sorted(axis: axis, descends: descends, keeping: nil)
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    try program.sorted(inputs[0], axis: axis, descends: descends, keeping: nil)
  }
}

extension Tensor {
  /// The first elements of each sorted line along an axis, all of them by default, and the places
  /// along the axis that they came from.
  func sorted(axis: Int, descends: Bool, keeping count: Int?) throws -> [Tensor] {
    let lines = try Lines(shape, axis: axis)
    let count = count ?? lines.extent
    let order: (Int, Int) -> Bool
    if let values = mantissas?.values {
      order = descends ? { values[$0] > values[$1] } : { values[$0] < values[$1] }
    } else {
      let values = elements.doubles
      order = descends ? { values[$0] > values[$1] } : { values[$0] < values[$1] }
    }
    var kept = shape
    kept[try resolveAxis(axis, rank: shape.count)] = count
    let targets = try Lines(kept, axis: axis)
    var sources = Array(repeating: 0, count: kept.reduce(1, *))
    var places = Array(repeating: Int64(0), count: sources.count)
    for (start, target) in zip(lines.starts, targets.starts) {
      // Swift's sort is stable.
      for (rank, source) in lines.places(start).sorted(by: order).prefix(count).enumerated() {
        sources[target + rank * targets.stride] = source
        places[target + rank * targets.stride] = Int64((source - start) / lines.stride)
      }
    }
    return [gathered(sources, shape: kept), Tensor(kept, .integer(places))]
  }
}
