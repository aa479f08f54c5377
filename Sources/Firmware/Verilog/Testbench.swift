import WinnowNetworkIR

/// A self-checking testbench: replays vectors, one event per clock edge, compares every output and the
/// latency, prints PASS or the first mismatch, and writes what came out.
///
/// It reads and writes its files in the current folder, as `$readmemh` finds them; any simulator of
/// Verilog-2001 runs it.
struct Testbench {
  let module: VerilogModule
  let vectors: Int

  private var name: String { module.moduleName }

  static func stimulusFile(_ name: String, _ port: Int) -> String { "\(name)_in\(port).hex" }
  static func expectedFile(_ name: String, _ port: Int) -> String { "\(name)_expected\(port).hex" }
  static func resultFile(_ name: String) -> String { "\(name)_result.txt" }

  /// The testbench of one design, and the top that runs it.
  func text() -> String { benchModule() + Self.top([name]) }

  /// A top module that runs several benches to their end.
  static func top(_ names: [String]) -> String {
    var lines = ["", "module testbench;", "  wire [\(names.count - 1):0] done;"]
    for (index, name) in names.enumerated() {
      lines.append("  \(name)_bench bench_\(index) (.done(done[\(index)]));")
    }
    lines += ["  always @(done) if (&done) $finish;", "endmodule", ""]
    return lines.joined(separator: "\n")
  }

  func benchModule() -> String {
    let logic = module.netlist.logic
    let outputs = logic.outputs
    let latency = module.pipeline.latency
    var connections = [".clock(clock)", ".valid_in(valid_in)", ".valid_out(valid_out)"]
    var declarations: [String] = []
    var loads: [String] = []
    var drive: [String] = []
    for (index, port) in logic.inputs.enumerated() {
      let width = module.inputWidth(port)
      declarations += [
        "  reg [\(width - 1):0] stimulus\(index) [0:\(vectors - 1)];", "  reg [\(width - 1):0] in\(index);",
      ]
      loads.append(
        "    $readmemh(\"\(Self.stimulusFile(name, index))\", stimulus\(index));")
      drive.append("        in\(index) = stimulus\(index)[event_index];")
      connections.append(".\(module.inputName(index))(in\(index))")
    }
    var checks: [String] = []
    for (index, port) in outputs.enumerated() {
      let width = module.outputWidth(port)
      declarations += [
        "  reg [\(width - 1):0] expected\(index) [0:\(vectors - 1)];", "  wire [\(width - 1):0] out\(index);",
      ]
      loads.append("    $readmemh(\"\(Self.expectedFile(name, index))\", expected\(index));")
      connections.append(".\(module.outputName(index))(out\(index))")
      checks += [
        "        if (out\(index) !== expected\(index)[result_index]) begin",
        "          if (errors == 0) $display(\"\(name): MISMATCH vector %0d cycle %0d output \(commentText(port.name)): %h, expected %h\", result_index, event_index, out\(index), expected\(index)[result_index]);",
        "          errors = errors + 1;", "        end",
      ]
    }
    let format = outputs.map { _ in "%h" }.joined(separator: " ")
    let values = outputs.indices.map { "out\($0)" }.joined(separator: ", ")
    return """
      // Testbench of \(name). Replays \(vectors) vectors; run it in the folder of the vectors.
      `timescale 1ns / 1ps
      `default_nettype none
      module \(name)_bench (output reg done);
        reg clock = 1'b0;
        always #1 clock = ~clock;
        reg valid_in = 1'b0;
        wire valid_out;
        integer event_index;
        integer result_index;
        integer errors;
        integer results;
      \(declarations.joined(separator: "\n"))
        \(name) design_under_test (
          \(connections.joined(separator: ",\n    "))
        );
        initial begin
          done = 1'b0;
          errors = 0;
      \(loads.joined(separator: "\n"))
          results = $fopen("\(Self.resultFile(name))", "w");
          for (event_index = 0; event_index < \(vectors + latency); event_index = event_index + 1) begin
            @(negedge clock);
            result_index = event_index - \(latency);
            if (valid_out !== (result_index >= 0)) begin
              if (errors == 0) $display("\(name): LATENCY valid_out is %b at cycle %0d; the stated latency is \(latency)", valid_out, event_index);
              errors = errors + 1;
            end
            if (result_index >= 0) begin
      \(checks.joined(separator: "\n"))
              $fdisplay(results, "\(format)", \(values));
            end
            if (event_index < \(vectors)) begin
              valid_in = 1'b1;
      \(drive.joined(separator: "\n"))
            end else valid_in = 1'b0;
          end
          $fclose(results);
          if (errors == 0) $display("\(name): PASS \(vectors) vectors");
          else $display("\(name): FAIL %0d mismatches in \(vectors) vectors", errors);
          done = 1'b1;
        end
      endmodule

      """
  }
}
