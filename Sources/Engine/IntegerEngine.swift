import WinnowFixedPoint
public import WinnowNetworkIR

/// Runs a quantised network in exact integers, many events at a time.
///
/// A value of the program is a column: one lane per event of a block, 16, 32, 64 or 128 bits wide
/// as the value's exact interval asks. Results equal `FixedPointProgram.evaluate` on every input.
///
/// An engine is compiled once, never changes and may be shared by threads; every thread makes its
/// own ``Context``.
///
///     let engine = try IntegerEngine(network)
///     let context = engine.makeContext()
///     var scores = engine.makeOutputs(events: 1000, of: Int32.self)
///     try context.run([features], events: 1000, into: &scores)
public struct IntegerEngine: Sendable {
  public struct Options: Sendable {
    /// `nil` for the best one that the machine has.
    public var instructionSet: InstructionSet?
    /// Events that go through the program together; a multiple of 32.
    public var blockSize: Int
    /// Whether the network's exact intermediate results become outputs too.
    public var tracing: Bool

    public init(
      instructionSet: InstructionSet? = nil, blockSize: Int = 128, tracing: Bool = false
    ) {
      self.instructionSet = instructionSet
      self.blockSize = blockSize
      self.tracing = tracing
    }
  }

  let plan: Plan

  /// Compiles a network; a symbolic batch is one event.
  ///
  /// - Throws: `NetworkError` when the network has no exact form, ``EngineError`` when the options
  ///   do not fit this machine or the program is too large.
  public init(_ network: Network, options: Options = Options()) throws {
    try self.init(FixedPointProgram(network.bindingBatch()), options: options)
  }

  /// Compiles a program; what no output needs is left out.
  public init(_ program: FixedPointProgram, options: Options = Options()) throws(EngineError) {
    plan = try Plan(program, options)
  }

  /// In the order of the inputs that `run` takes. Mantissas of a port count steps of
  /// `2^−fraction`, row-major, event after event.
  public var inputs: [FixedPointProgram.InputPort] { plan.inputPorts }

  /// In the order of the outputs that `run` gives; traces, if kept, stand last.
  public var outputs: [FixedPointProgram.OutputPort] { plan.outputPorts }

  public var instructionSet: InstructionSet { plan.instructionSet }
  public var blockSize: Int { plan.blockSize }

  /// Bytes of a context: every live column of a block.
  public var workspaceBytes: Int { plan.workspaceBytes }

  /// Steps per block, after fusion.
  public var stepCount: Int { plan.steps.count }

  /// Bits that the mantissas of an output port need, the sign counted.
  public func bits(ofOutput port: Int) -> Int { plan.outputs[port].bits }

  /// A workspace for one thread; everything a run needs is allocated here.
  public func makeContext() -> Context { Context(plan) }

  /// Zeros in the shape that `run(_:events:into:)` fills.
  public func makeOutputs<Mantissa: FixedWidthInteger>(
    events: Int, of type: Mantissa.Type
  ) -> [[Mantissa]] {
    outputs.map { Array(repeating: 0, count: events * $0.values.count) }
  }

  /// Runs once with a context of its own.
  public func run(_ inputs: [[Int64]], events: Int) throws(EngineError) -> [[Int64]] {
    var results = makeOutputs(events: events, of: Int64.self)
    try makeContext().run(inputs, events: events, into: &results)
    return results
  }

  /// Runs once on real numbers with a context of its own; each element's fixed-point type converts.
  public func run(_ inputs: [[Double]], events: Int) throws(EngineError) -> [[Int64]] {
    var results = makeOutputs(events: events, of: Int64.self)
    try makeContext().run(inputs, events: events, into: &results)
    return results
  }
}
