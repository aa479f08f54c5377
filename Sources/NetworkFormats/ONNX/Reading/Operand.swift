import WinnowNetworkIR

/// What a node of the growing network reads: a computed value, or a form of a constant.
struct Operand {
  enum Source: Hashable {
    case value(String)
    /// A constant of the file in a form that a node needs, such as `fixed` or `transposed`; the
    /// constant itself has the form "".
    case constant(String, form: String)
  }

  var source: Source
  var type: TensorType
  /// The elements, if they are known while reading.
  var tensor: Tensor?

  var isConstant: Bool { tensor != nil }
  var isExact: Bool { !type.element.isFloat }
  var isFloatConstant: Bool { isConstant && type.element.isFloat }
  var rank: Int { type.shape.count }
}

/// A node whose names of constants are not decided yet.
struct PendingNode {
  var name: String
  var operation: any Operator
  var inputs: [Operand.Source]
  var outputs: [String]
}

/// Names that do not collide.
struct UniqueNames {
  private var taken: Set<String> = []

  mutating func reserve(_ name: String) { taken.insert(name) }

  /// `base`, or `base_2`, `base_3`, …
  mutating func fresh(_ base: String) -> String {
    var name = base
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}
