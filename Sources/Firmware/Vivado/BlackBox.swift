import WinnowFixedPoint
import WinnowNetworkIR

/// A design as a black box of Vitis HLS: a C++ top calls the function `NAME_blackbox`, C simulation runs
/// the emulator in its place, synthesis the Verilog.
///
/// The wrapper speaks ap_ctrl_chain: an event is taken where `ap_start` and `ap_ready` are high, its
/// result is there, with `ap_done`, exactly the latency later in edges with `ap_ce` high, and stays until
/// `ap_continue` is high. While a result waits the whole pipeline stands.
/// - Reference: AMD UG1399, "JSON File for RTL Blackbox".
struct BlackBox {
  let design: Design

  var name: String { "\(design.name)_blackbox" }

  private var module: VerilogModule {
    VerilogModule(design.netlist, design.pipeline, name: "\(design.name)_gated", stalls: true)
  }

  private var inputs: [FixedPointProgram.InputPort] { design.netlist.logic.inputs }
  private var outputs: [FixedPointProgram.OutputPort] { design.netlist.logic.outputs }

  func inputName(_ index: Int) -> String { module.inputName(index) }
  func outputName(_ index: Int) -> String { module.outputName(index) }
  func inputWidth(_ index: Int) -> Int { module.inputWidth(inputs[index]) }
  func outputWidth(_ index: Int) -> Int { module.outputWidth(outputs[index]) }

  /// `NAME_blackbox.v`: the wrapper, and the core with a clock enable.
  func verilog() -> String {
    let latency = design.pipeline.latency
    func range(_ width: Int) -> String { width == 1 ? "" : "[\(width - 1):0] " }
    var ports = [
      "  input  wire ap_clk", "  input  wire ap_rst", "  input  wire ap_ce", "  input  wire ap_start",
      "  input  wire ap_continue", "  output wire ap_idle", "  output wire ap_ready", "  output wire ap_done",
    ]
    var connections = [".clock(ap_clk)", ".enable(enable)"]
    for index in inputs.indices {
      ports.append("  input  wire \(range(inputWidth(index)))\(inputName(index))")
      connections.append(".\(inputName(index))(\(inputName(index)))")
    }
    for index in outputs.indices {
      ports += [
        "  output wire \(range(outputWidth(index)))\(outputName(index))",
        "  output wire \(outputName(index))_ap_vld",
      ]
      connections.append(".\(outputName(index))(\(outputName(index)))")
    }
    let shifted = latency > 1 ? "{flight[\(latency - 2):0], ap_start}" : "ap_start"
    return """
      // \(name): \(design.name) as a Vitis HLS black box, ap_ctrl_chain, latency \(latency), interval 1.
      // \(design.stamp.comment)
      `default_nettype none
      module \(name) (
      \(ports.joined(separator: ",\n"))
      );
        // Which stages hold an event.
        reg [\(latency - 1):0] flight = \(latency)'d0;
        wire done = flight[\(latency - 1)];
        // A result that is not taken holds up all behind it.
        wire enable = ap_ce & (~done | ap_continue);
        always @(posedge ap_clk)
          if (ap_rst) flight <= \(latency)'d0;
          else if (enable) flight <= \(shifted);
        assign ap_ready = ap_start & enable & ~ap_rst;
        assign ap_done = done & ap_ce;
        assign ap_idle = ~ap_start & (flight == \(latency)'d0);
      \(outputs.indices.map { "  assign \(outputName($0))_ap_vld = ap_done;" }.joined(separator: "\n"))
        \(design.name)_gated core (
          \(connections.joined(separator: ",\n    "))
        );
      endmodule

      \(module.text())
      """
  }

  /// `NAME_blackbox.json`, for `add_files -blackbox`. Resources are the model's.
  func json() -> String {
    func parameter(_ name: String, _ direction: String, _ ports: [(String, String)]) -> String {
      let list = ports.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ")
      return
        "    {\"c_name\": \"\(name)\", \"c_port_direction\": \"\(direction)\", \"rtl_ports\": {\(list)}}"
    }
    let parameters =
      inputs.indices.map { parameter(inputName($0), "in", [("data_read_in", inputName($0))]) }
      + outputs.indices.map {
        parameter(
          outputName($0), "out",
          [("data_write_out", outputName($0)), ("data_write_valid", "\(outputName($0))_ap_vld")])
      }
    let control = ["idle", "start", "ready", "done", "continue"].map {
      "    \"ap_ctrl_chain_protocol_\($0)\": \"ap_\($0)\""
    }
    let resources = design.resources
    return """
      {
        "c_function_name": "\(name)",
        "rtl_top_module_name": "\(name)",
        "c_files": [{"c_file": "\(name).cpp", "cflag": "-std=c++17"}],
        "rtl_files": ["\(name).v"],
        "c_parameters": [
      \(parameters.joined(separator: ",\n"))
        ],
        "rtl_common_signal": {
          "module_clock": "ap_clk",
          "module_reset": "ap_rst",
          "module_clock_enable": "ap_ce",
      \(control.joined(separator: ",\n"))
        },
        "rtl_performance": {"latency": "\(design.pipeline.latency)", "II": "1"},
        "rtl_resource_usage": {
          "FF": "\(resources.flipFlops + design.pipeline.latency)", "LUT": "\(resources.lookUpTables)", "BRAM": "\(resources.blockMemories)",
          "URAM": "0", "DSP": "\(resources.multipliers)"
        }
      }

      """
  }
}

extension Design {
  /// The design as a black box of Vitis HLS: files for a folder `hls` beside `emulator`.
  public func blackBoxFiles() -> [(name: String, text: String)] {
    let box = BlackBox(design: self)
    return [
      ("\(box.name).v", box.verilog()), ("\(box.name).json", box.json()), ("\(box.name).h", box.header()),
      ("\(box.name).cpp", box.model()),
    ]
  }
}
