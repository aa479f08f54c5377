import WinnowFixedPoint
package import WinnowNetworkIR

/// Makes the kernel of a layer from the program of one window.
///
/// The program has one input port, the window, and one output port, the pixel; a token is the
/// elements of the port, packed from bit 0.
package protocol KernelMaker: Sendable {
  /// - Parameters:
  ///   - name: of the module, and the beginning of the names of those it brings.
  ///   - interval: clock edges between two tokens that the layer's schedule has room for.
  ///   - share: of the whole network's search effort.
  func kernel(
    named name: String, for program: FixedPointProgram, interval: Int, share: Double
  ) throws -> any StreamKernel
}

/// Kernels that take a window on every clock edge.
package struct ParallelKernels: KernelMaker {
  let options: FirmwareOptions

  package init(_ options: FirmwareOptions) { self.options = options }

  package func kernel(
    named name: String, for program: FixedPointProgram, interval: Int, share: Double
  ) throws -> any StreamKernel {
    try ParallelKernel(named: name, program, options: options, share: share)
  }
}

/// A window's whole computation as a pipelined netlist that stands still while its result waits.
package struct ParallelKernel: StreamKernel {
  package let moduleName: String
  package let netlist: Netlist
  package let pipeline: Pipeline
  package let resources: Resources
  package let inputWidth: Int
  package let outputWidth: Int
  package var interval: Int { 1 }
  package var latency: Int { pipeline.latency }

  /// - Throws: ``NetworkError`` when the program has no gate form or no pipeline reaches the clock.
  package init(
    named name: String, _ program: FixedPointProgram, options: FirmwareOptions, share: Double
  ) throws {
    precondition(
      program.inputs.count == 1 && program.outputs.count == 1, "a kernel has one port on each side")
    moduleName = name
    let form = try GateForm(
      program.prunedToOutputs(),
      options: AdderGraphOptions(
        extraDepth: options.extraDepth, seed: options.seed,
        work: Int(Double(options.work) * share)))
    let logic = MinimalTables(form.logic).logic.prunedToOutputs()
    netlist = Netlist(logic: logic, names: signalNames(logic), adderGraphs: form.summaries)
    pipeline = try Pipeline(
      netlist, clock: options.clock, model: options.delays ?? options.device().family.delays,
      rule: options.addersPerStage.map { .levels($0) }, goal: options.goal)
    resources = Resources(netlist, pipeline)
    let module = VerilogModule(netlist, pipeline, name: name + "_logic", stalls: true)
    inputWidth = module.inputWidth(logic.inputs[0])
    outputWidth = module.outputWidth(logic.outputs[0])
  }

  package var verilog: String {
    let logic = VerilogModule(netlist, pipeline, name: moduleName + "_logic", stalls: true)
    let last = latency - 1
    let shifted = last == 0 ? "in_valid" : "{valid[\(last - 1):0], in_valid}"
    return logic.text() + """

      // \(moduleName): a token on every clock edge, its result \(latency) edges later.
      module \(moduleName) (
        input  wire clock,
        input  wire reset,
        input  wire in_valid,
        output wire in_ready,
        input  wire [\(inputWidth - 1):0] in_data,
        output wire out_valid,
        input  wire out_ready,
        output wire [\(outputWidth - 1):0] out_data
      );
        reg [\(last):0] valid;
        // Everything stands still while the last result waits.
        wire advance = ~valid[\(last)] | out_ready;
        always @(posedge clock)
          if (reset) valid <= \(latency)'d0;
          else if (advance) valid <= \(shifted);
        assign in_ready = advance;
        assign out_valid = valid[\(last)];
        \(moduleName)_logic gates (
          .clock(clock), .enable(advance), .\(logic.inputName(0))(in_data), .\(logic.outputName(0))(out_data)
        );
      endmodule

      """
  }
}
