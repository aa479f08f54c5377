public import WinnowFirmware
public import WinnowNetworkIR
public import WinnowTensors
import WinnowEngine
import WinnowFixedPoint

/// Events read from an NPZ file: for each graph input an array with a leading axis of events.
///
/// Integer arrays are mantissas in the input port's step; float arrays are real numbers.
public struct InputEvents: Sendable {
  let arrays: NPZ
  let path: String

  public init(path: String) throws {
    self.path = path
    // Expected outputs and traces may lie beside the inputs; only what is asked for is looked at.
    arrays = try NPZ(contentsOf: path)
  }

  /// Arrays that are in memory.
  ///
  /// - Parameter name: what errors call them.
  public init(_ arrays: NPZ, name: String) { (self.arrays, path) = (arrays, name) }

  /// The array of an input: by its name, by `inputs` or `x` for the only one, or the only array.
  private func array(_ name: String, inputs: Int, shape: [Int]) throws -> NumericArray {
    let size = shape.reduce(1, *)
    let candidates = [name] + (inputs == 1 ? ["inputs", "x"] : [])
    let found =
      candidates.lazy.compactMap { arrays[$0] }.first
      ?? (inputs == 1 && arrays.count == 1 ? arrays[arrays.names[0]] : nil)
    guard let array = found else {
      throw NetworkError(
        "'\(path)' has no array '\(name)'; it has \(arrays.names.joined(separator: ", "))")
    }
    // A leading axis of events, then an event's own shape (its batch of one may be missing) or all its
    // elements in a row; one event may stand alone.
    let event = Array(array.shape.dropFirst())
    let fits =
      event == shape || event == [size] || (shape.first == 1 && event == Array(shape.dropFirst()))
      || array.shape == shape || (size == 1 && event.isEmpty)
    guard fits, size > 0, array.count > 0 else {
      throw NetworkError(
        "the array for input '\(name)' in '\(path)' has the shape \(array.shape); it takes [events] + \(shape)"
      )
    }
    return array
  }

  private func events(_ array: NumericArray, _ size: Int) -> Int { array.count / max(size, 1) }

  /// Mantissas of every port, in its step; real numbers are converted as the port's type says.
  public static func vectors(from path: String, for program: FixedPointProgram) throws -> TestVectors {
    try InputEvents(path: path).vectors(for: program)
  }

  /// Mantissas of every port, in its step; real numbers are converted as the port's type says.
  public func vectors(for program: FixedPointProgram) throws -> TestVectors {
    var inputs: [[Int64]] = []
    var count: Int?
    for port in program.inputs {
      let array = try array(port.name, inputs: program.inputs.count, shape: port.shape)
      let events = events(array, port.types.count)
      guard count == nil || count == events else {
        throw NetworkError("the arrays in '\(path)' hold different numbers of events")
      }
      count = events
      inputs.append(try mantissas(array, port))
    }
    return TestVectors(inputs: inputs, count: count ?? 0)
  }

  private func mantissas(
    _ array: NumericArray, _ port: FixedPointProgram.InputPort
  ) throws -> [Int64] {
    let types = port.types
    var result: [Int64] = []
    result.reserveCapacity(array.count)
    if let integers = array.integers() {
      for (index, mantissa) in integers.enumerated() {
        let type = types[index % types.count]
        let own = type.convert(Int128(mantissa), fraction: port.fraction)
        result.append(Int64(truncatingIfNeeded: own << (port.fraction - type.fraction)))
      }
    } else {
      for (index, value) in array.doubles().enumerated() {
        let type = types[index % types.count]
        guard let own = type.convert(value) else {
          throw NetworkError(
            "the array for input '\(port.name)' in '\(path)' holds a NaN in event \(index / types.count)")
        }
        result.append(Int64(truncatingIfNeeded: own << (port.fraction - type.fraction)))
      }
    }
    return result
  }

  /// Expected outputs that a file holds beside its inputs, for each output port; `nil` where it has none.
  ///
  /// An array is an output's when it is named as the output, or `out_` and its name, or `y` for the only
  /// output; or when it is the one `out_` array left that has the output's size.
  public static func expected(
    from path: String, for program: FixedPointProgram, events: Int
  ) throws -> [[Int64]?] {
    let arrays = try NPZ(contentsOf: path)
    let named = Set(
      program.outputs.flatMap { [$0.name, "out_" + $0.name] })
    let others = arrays.names.filter { $0.hasPrefix("out_") && !named.contains($0) }
    return program.outputs.map { port in
      let size = port.values.count * events
      let only = program.outputs.count == 1 ? ["y"] : []
      if let array = ([port.name, "out_" + port.name] + only).lazy.compactMap({ arrays[$0] }).first {
        return array.count == size ? array.integers() : nil
      }
      let left = others.filter { arrays[$0]!.count == size }
      return left.count == 1 ? arrays[left[0]]!.integers() : nil
    }
  }

  /// Runs the integer engine; outputs are mantissas.
  public func runEngine(_ network: Network) throws -> NPZ {
    let program = try FixedPointProgram(network).prunedToOutputs()
    let vectors = try Self.vectors(from: path, for: program)
    let engine = try IntegerEngine(program)
    let outputs = try engine.run(vectors.inputs, events: vectors.count)
    var results = NPZ()
    for (port, values) in zip(program.outputs, outputs) {
      results[port.name] = NumericArray(
        integers: values, shape: [vectors.count] + Self.eventShape(port.shape))
    }
    return results
  }

  /// Runs the interpreter: exact outputs are mantissas, others real numbers.
  public func runInterpreter(_ network: Network) throws -> NPZ {
    let interpreter = try Interpreter(network)
    var tensors: [String: [Tensor]] = [:]
    var count = 0
    let formats = try? FixedPointProgram(network).inputs
    for (index, input) in network.inputs.enumerated() {
      guard let shape = input.type.sizes else {
        throw NetworkError("input '\(input.name)' is \(input.type); bind its symbols first")
      }
      let size = shape.reduce(1, *)
      let array = try array(input.name, inputs: network.inputs.count, shape: shape)
      count = events(array, size)
      tensors[input.name] = try events(of: array, shape, fraction: formats?[index].fraction)
    }
    var integers: [String: [Int64]] = [:]
    var reals: [String: [Double]] = [:]
    var shapes: [String: [Int]] = [:]
    for event in 0..<count {
      let inputs = try tensors.mapValues { events in
        guard event < events.count else {
          throw NetworkError("the arrays in '\(path)' hold different numbers of events")
        }
        return events[event]
      }
      for (name, tensor) in zip(network.outputs, try interpreter.run(inputs)) {
        shapes[name] = tensor.shape
        if let (values, _) = tensor.mantissas {
          integers[name, default: []] += try values.map { value in
            guard let narrow = Int64(exactly: value) else {
              throw NetworkError(
                "output '\(name)' of event \(event) needs more than 64 bits; quantise it to fewer")
            }
            return narrow
          }
        } else {
          reals[name, default: []] += tensor.elements.doubles
        }
      }
    }
    var results = NPZ()
    for name in network.outputs {
      let shape = [count] + Self.eventShape(shapes[name] ?? [])
      if let values = integers[name] {
        results[name] = NumericArray(integers: values, shape: shape)
      } else {
        results[name] = NumericArray(doubles: reals[name] ?? [], shape: shape)
      }
    }
    return results
  }

  /// A leading batch axis of one is the axis of events.
  private static func eventShape(_ shape: [Int]) -> [Int] {
    shape.count > 1 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
  }

  /// The events of an array as tensors; integers are mantissas where the port's step is known.
  private func events(
    of array: NumericArray, _ shape: [Int], fraction: Int?
  ) throws -> [Tensor] {
    let size = shape.reduce(1, *)
    let count = events(array, size)
    if let integers = array.integers(), let fraction {
      return (0..<count).map { event in
        Tensor(
          shape,
          .fixed(integers[event * size..<(event + 1) * size].map { Int128($0) }, fraction: fraction))
      }
    }
    let doubles = array.doubles()
    return (0..<count).map { event in
      Tensor(shape, .float64(Array(doubles[event * size..<(event + 1) * size])))
    }
  }
}
