import WinnowFixedPoint

/// One thread's workspace. Runs allocate nothing.
///
/// Every `run` takes for each input port a flat array of `events × elements` numbers, row-major.
/// A mantissa counts steps of `2^−fraction` of its port; one that is outside of its element's
/// fixed-point type, or finer than its step, is converted as a `Quantize` to that type does. Elements
/// that the network does not read are ignored.
public final class Context {
  let plan: Plan
  let workspace: Workspace

  init(_ plan: Plan) {
    self.plan = plan
    workspace = Workspace(plan)
  }

  /// Runs on mantissas.
  ///
  /// - Parameters:
  ///   - inputs: one array for each of the engine's inputs; `Int8` to `Int64` are quick, `Int128` is
  ///     for ports of more than 63 bits.
  ///   - outputs: one array for each of the engine's outputs, as long as `events` asks
  ///     (``IntegerEngine/makeOutputs(events:of:)``); overwritten.
  /// - Throws: ``EngineError`` before anything is computed, when arrays have the wrong size or an
  ///   output's mantissas do not fit its array.
  /// - Complexity: O(events × steps); no allocation.
  public func run<Input, Output>(
    _ inputs: [[Input]], events: Int, into outputs: inout [[Output]]
  ) throws(EngineError)
  where
    Input: FixedWidthInteger & SignedInteger & BitwiseCopyable,
    Output: FixedWidthInteger & SignedInteger & BitwiseCopyable
  {
    try check(inputs, events, outputs)
    var first = 0
    while first < events {
      let count = min(plan.blockSize, events - first)
      for port in inputs.indices { workspace.read(inputs[port], port, first, count) }
      workspace.runSteps(events: count)
      for port in outputs.indices { workspace.write(&outputs[port], port, first, count) }
      first += count
    }
  }

  /// Runs on real numbers; each element's fixed-point type rounds and bounds them.
  ///
  /// - Throws: ``EngineError`` as for mantissas, and for a NaN in an element that the network reads;
  ///   the blocks of events before it are done then.
  public func run<Input, Output>(
    _ inputs: [[Input]], events: Int, into outputs: inout [[Output]]
  ) throws(EngineError)
  where
    Input: BinaryFloatingPoint,
    Output: FixedWidthInteger & SignedInteger & BitwiseCopyable
  {
    try check(inputs, events, outputs)
    var first = 0
    while first < events {
      let count = min(plan.blockSize, events - first)
      for port in inputs.indices { try workspace.convert(inputs[port], port, first, count) }
      workspace.runSteps(events: count)
      for port in outputs.indices { workspace.write(&outputs[port], port, first, count) }
      first += count
    }
  }

  private func check<Input, Output: FixedWidthInteger>(
    _ inputs: [[Input]], _ events: Int, _ outputs: [[Output]]
  ) throws(EngineError) {
    guard events >= 0 else { throw EngineError("cannot run \(events) events") }
    guard inputs.count == plan.inputs.count, outputs.count == plan.outputs.count else {
      throw EngineError(
        "the network has \(plan.inputs.count) inputs and \(plan.outputs.count) outputs, not \(inputs.count) and \(outputs.count); give one array for each"
      )
    }
    for index in inputs.indices {
      let port = plan.inputs[index]
      let wanted = events * port.columns.count
      let found = inputs[index].count
      guard found == wanted else {
        throw EngineError(
          "input '\(port.name)' needs \(wanted) numbers for \(events) events of \(port.columns.count) elements, not \(found)"
        )
      }
    }
    for index in outputs.indices {
      let port = plan.outputs[index]
      let wanted = events * port.columns.count
      let found = outputs[index].count
      guard found == wanted else {
        throw EngineError(
          "output '\(port.name)' needs room for \(wanted) numbers, not \(found); make it with makeOutputs(events:of:)"
        )
      }
      guard port.bits <= Output.bitWidth else {
        throw EngineError(
          "output '\(port.name)' has mantissas of \(port.bits) bits, which do not fit \(Output.self); use a wider array, Int128 at most"
        )
      }
    }
  }
}
