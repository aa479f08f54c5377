extension Network {
  /// Names of the symbols in the inputs' shapes, in order.
  public var symbols: [String] {
    var names: [String] = []
    for dimension in inputs.flatMap(\.type.shape) {
      if case .symbol(let name, _) = dimension, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The network with symbols replaced by numbers.
  ///
  /// - Throws: ``NetworkError`` when a size is negative or above the symbol's bound.
  public func binding(_ sizes: [String: Int]) throws -> Network {
    var bound = self
    for index in bound.inputs.indices {
      bound.inputs[index].type.shape = try inputs[index].type.shape.map { dimension in
        guard case .symbol(let name, let bound) = dimension, let size = sizes[name] else {
          return dimension
        }
        guard size >= 0, size <= bound ?? .max else {
          throw NetworkError(
            "symbol '\(name)' cannot be \(size); it takes \(bound.map { "0 to \($0)" } ?? "0 and more")")
        }
        return .fixed(size)
      }
    }
    return bound
  }

  /// One event at a time: a symbol that stands first in an input's shape (the batch) becomes 1.
  public func bindingBatch() throws -> Network {
    var sizes: [String: Int] = [:]
    for input in inputs {
      if case .symbol(let name, _) = input.type.shape.first { sizes[name] = 1 }
    }
    return try binding(sizes)
  }
}
