import WinnowFixedPoint
import WinnowNetworkIR

/// Pipelined logic inside a kernel: all its registers wait while `enable` is low.
struct StreamLogic: Sendable {
  let netlist: Netlist
  let pipeline: Pipeline
  let moduleName: String

  /// - Throws: ``NetworkError`` when a gate is slower than the clock.
  init(
    _ program: FixedPointProgram, name: String, settings: FoldedSettings
  ) throws {
    let form = try GateForm(
      program,
      options: AdderGraphOptions(
        extraDepth: settings.extraDepth, seed: settings.seed, work: settings.work))
    let logic = MinimalTables(form.logic).logic.prunedToOutputs()
    netlist = Netlist(logic: logic, names: signalNames(logic), adderGraphs: form.summaries)
    pipeline = try Pipeline(netlist, clock: settings.clock, model: settings.delays)
    moduleName = name
  }

  /// Clock edges from the input port to the output port.
  var latency: Int { pipeline.latency }

  var module: VerilogModule { VerilogModule(netlist, pipeline, name: moduleName, stalls: true) }

  var inputWidth: Int { module.logicInputWidths.reduce(0, +) }
  var outputWidth: Int { module.logicOutputWidths.reduce(0, +) }

  /// An instance; several ports are parts of one vector each.
  func instance(_ label: String, inputs: [String], outputs: [String]) -> [String] {
    let module = module
    var connections = [".clock(clock)", ".enable(enable)"]
    for (index, text) in inputs.enumerated() { connections.append(".\(module.inputName(index))(\(text))") }
    for (index, text) in outputs.enumerated() {
      connections.append(".\(module.outputName(index))(\(text))")
    }
    return ["  \(moduleName) \(label) (", "    " + connections.joined(separator: ",\n    "), "  );"]
  }

  var resources: Resources {
    var resources = Resources(netlist, pipeline)
    // Its valid bits are the kernel's.
    resources.flipFlops -= pipeline.latency
    return resources
  }
}

extension VerilogModule {
  var logicInputWidths: [Int] { netlist.logic.inputs.map(inputWidth) }
  var logicOutputWidths: [Int] { netlist.logic.outputs.map(outputWidth) }
}

/// Parts of a packed vector, one after another from bit 0.
func packedParts(_ vector: String, _ widths: [Int]) -> [String] {
  let total = widths.reduce(0, +)
  var start = 0
  return widths.map { width in
    defer { start += width }
    if total == 1 { return vector }
    return width == 1 ? "\(vector)[\(start)]" : "\(vector)[\(start + width - 1):\(start)]"
  }
}

/// `[7:0] `, or nothing for a single bit.
func vectorRange(_ width: Int) -> String { width == 1 ? "" : "[\(width - 1):0] " }
