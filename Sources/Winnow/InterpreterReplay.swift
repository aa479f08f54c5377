public import WinnowFirmware
import WinnowFixedPoint
public import WinnowNetworkIR

/// Runs the interpreter over test vectors and flattens its answers as the other executions give them.
public struct InterpreterReplay: Sendable {
  let interpreter: Interpreter
  let program: FixedPointProgram
  /// The program with the values of every exact node, for comparing nodes.
  public let traced: FixedPointProgram

  public struct Answers: Sendable {
    /// For each output port all events' mantissas.
    public var outputs: [[Int64]]
    /// For each port of ``InterpreterReplay/traced``'s traces all events' mantissas.
    public var traces: [[Int64]]
  }

  public init(_ design: Design) throws { try self.init(design.network, design.program) }

  /// - Parameter program: the network's own, whose ports say how numbers are counted.
  public init(_ network: Network, _ program: FixedPointProgram) throws {
    let bound = try network.bindingBatch()
    interpreter = try Interpreter(bound)
    self.program = program
    traced = try FixedPointProgram(bound)
  }

  /// Evaluates all events.
  public func run(_ vectors: TestVectors, tracing: Bool) throws -> Answers {
    try run(vectors, events: 0..<vectors.count, tracing: tracing)
  }

  /// Evaluates all events on all cores; the answers do not depend on their number.
  public func run(_ vectors: TestVectors, tracing: Bool, tasks: Int) async throws -> Answers {
    let size = max(1, (vectors.count + tasks - 1) / max(tasks, 1))
    let ranges = stride(from: 0, to: vectors.count, by: size).map {
      $0..<min($0 + size, vectors.count)
    }
    return try await withThrowingTaskGroup(of: (Int, Answers).self) { group in
      for (index, range) in ranges.enumerated() {
        group.addTask { (index, try run(vectors, events: range, tracing: tracing)) }
      }
      var parts: [Int: Answers] = [:]
      for try await (index, answers) in group { parts[index] = answers }
      var whole = Answers(
        outputs: program.outputs.map { _ in [] }, traces: traced.traces.map { _ in [] })
      for index in ranges.indices {
        for port in whole.outputs.indices { whole.outputs[port] += parts[index]!.outputs[port] }
        if tracing {
          for port in whole.traces.indices { whole.traces[port] += parts[index]!.traces[port] }
        }
      }
      return whole
    }
  }

  private func run(_ vectors: TestVectors, events: Range<Int>, tracing: Bool) throws -> Answers {
    var answers = Answers(
      outputs: program.outputs.map { _ in [] }, traces: traced.traces.map { _ in [] })
    for event in events {
      var inputs: [String: Tensor] = [:]
      for (index, port) in program.inputs.enumerated() {
        inputs[port.name] = Tensor(
          port.shape,
          .fixed(vectors.event(event, port: index).map { Int128($0) }, fraction: port.fraction))
      }
      let values = try interpreter.trace(inputs)
      for (index, port) in program.outputs.enumerated() {
        answers.outputs[index] += flattened(
          values[port.name] ?? interpreter.network.constants[port.name]!, port)
      }
      if tracing {
        for (index, port) in traced.traces.enumerated() {
          answers.traces[index] += flattened(values[port.name]!, port)
        }
      }
    }
    return answers
  }

  private func flattened(_ tensor: Tensor, _ port: FixedPointProgram.OutputPort) -> [Int64] {
    guard let (mantissas, fraction) = tensor.mantissas else {
      preconditionFailure("the exact value '\(port.name)' is real in the interpreter")
    }
    return mantissas.map { Int64(truncatingIfNeeded: $0 << (port.fraction - fraction)) }
  }
}
