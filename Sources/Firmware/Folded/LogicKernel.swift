import WinnowNetworkIR

/// A stage as parallel logic: a token on every clock edge.
struct LogicKernel: StreamKernel {
  let logic: StreamLogic
  let moduleName: String

  /// - Throws: ``NetworkError`` when a gate is slower than the clock.
  init(_ program: FixedPointProgram, name: String, settings: FoldedSettings) throws {
    moduleName = name
    logic = try StreamLogic(program, name: "\(name)_logic", settings: settings)
  }

  var inputWidth: Int { logic.inputWidth }
  var outputWidth: Int { logic.outputWidth }
  var interval: Int { 1 }
  var latency: Int { logic.latency }

  var resources: Resources {
    var resources = logic.resources
    resources.flipFlops += latency
    resources.lookUpTables += 1
    return resources
  }

  var verilog: String {
    let module = logic.module
    let chain = latency > 1 ? "{valid[\(latency - 2):0], in_valid}" : "in_valid"
    let inputs = packedParts("in_data", module.logicInputWidths)
    let outputs = packedParts("out_data", module.logicOutputWidths)
    let lines =
      [
        module.text(), "// \(moduleName): parallel logic in a stream, a token on every clock edge.",
        "module \(moduleName) (",
      ] + streamPorts(inputWidth, outputWidth) + [
        ");",
        "  reg [\(latency - 1):0] valid;",
        "  wire enable = ~out_valid | out_ready;",
        "  assign in_ready = enable;",
        "  assign out_valid = valid[\(latency - 1)];",
        "  always @(posedge clock) begin",
        "    if (reset) valid <= \(latency)'d0;",
        "    else if (enable) valid <= \(chain);",
        "  end",
      ] + logic.instance("pipeline", inputs: inputs, outputs: outputs) + ["endmodule", ""]
    return lines.joined(separator: "\n")
  }
}

/// The ports of a ``StreamKernel``.
func streamPorts(_ inputWidth: Int, _ outputWidth: Int) -> [String] {
  [
    "  input  wire clock, input  wire reset,",
    "  input  wire in_valid, output wire in_ready, input  wire [\(inputWidth - 1):0] in_data,",
    "  output wire out_valid, input  wire out_ready, output wire [\(outputWidth - 1):0] out_data",
  ]
}
