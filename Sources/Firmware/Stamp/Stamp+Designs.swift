import WinnowNetworkIR

// Options are numbers and strings; JSON has them all.

extension Design {
  /// What stands in the Verilog, the VHDL, the emulator and the report of this compilation.
  public var stamp: Stamp { try! Stamp(program, options: options) }
}

extension FoldedDesign {
  /// What stands in the Verilog, the emulator and the report of this compilation.
  public var stamp: Stamp { try! Stamp(program, options: options) }
}

extension DataflowDesign {
  /// What stands in the Verilog, the emulator and the report of this compilation.
  ///
  /// - Complexity: that of ``verilog``, by whose text it tells networks apart: a program of the whole
  ///   would have an instruction for every pixel of every layer.
  public var stamp: Stamp {
    let text = DataflowVerilog(graph: graph, name: name).text()
    return try! Stamp(
      text, ports: inputProgram,
      options: StampedOptions(firmware: options, dataflow: dataflow, outputs: outputs))
  }

  private struct StampedOptions: Encodable {
    var firmware: FirmwareOptions
    var dataflow: DataflowOptions
    var outputs: [Port]
  }
}
