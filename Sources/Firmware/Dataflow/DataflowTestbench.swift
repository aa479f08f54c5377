import WinnowNetworkIR

/// A self-checking testbench of a dataflow.
///
/// It sends the events twice: once as fast as the design takes them, comparing latency and interval
/// with what is stated; once with random stalls on both sides. Each time every token is compared, a
/// result that waits must not change, and none may be missing or too many.
struct DataflowTestbench {
  let design: DataflowDesign
  let vectors: Int
  let timed: ScheduleModel.Result?

  init(_ design: DataflowDesign, vectors: Int) {
    self.design = design
    self.vectors = vectors
    var blocked: [String] = []
    timed = ScheduleModel(design.graph).run(images: vectors, blocked: &blocked)
  }

  private var name: String { design.name }
  private var module: DataflowVerilog { DataflowVerilog(graph: design.graph, name: name) }

  static func stimulusFile(_ name: String, _ port: Int) -> String { "\(name)_in\(port).hex" }
  static func expectedFile(_ name: String, _ port: Int) -> String { "\(name)_expected\(port).hex" }
  static func maskFile(_ name: String, _ port: Int) -> String { "\(name)_mask\(port).hex" }
  static func resultFile(_ name: String, _ port: Int) -> String { "\(name)_result\(port).txt" }

  func text() -> String { benchModule() + Testbench.top([name]) }

  func benchModule() -> String {
    let graph = design.graph
    var declarations: [String] = []
    var loads: [String] = []
    var connections = [".clock(clock)", ".reset(reset)"]
    var restart: [String] = []
    var clocked: [String] = []
    var finish: [String] = []
    for index in 0..<graph.inputCount {
      let width = module.inputWidth(index)
      let total = graph.streams[index].tokens.count * vectors
      let prefix = module.inputPrefix(index)
      declarations += [
        "  reg [\(width - 1):0] stimulus\(index) [0:\(total - 1)];",
        "  reg in\(index)_valid;", "  wire in\(index)_ready;", "  reg [\(width - 1):0] in\(index);",
        "  integer in\(index)_next;",
      ]
      loads.append("    $readmemh(\"\(Self.stimulusFile(name, index))\", stimulus\(index));")
      connections += [
        ".\(prefix)_valid(in\(index)_valid)", ".\(prefix)_ready(in\(index)_ready)",
        ".\(prefix)_data(in\(index))",
      ]
      restart.append("      in\(index)_valid <= 1'b0; in\(index)_next <= 0;")
      clocked += [
        "      if (in\(index)_valid & in\(index)_ready) begin",
        index == 0 ? "        if (start < 0) start = cycle;" : "        idle = 0;",
        "        idle = 0;", "      end",
        "      if (~in\(index)_valid | in\(index)_ready) begin",
        "        in\(index) <= {\(width){1'bx}};", "        in\(index)_valid <= 1'b0;",
        "        if (in\(index)_next < \(total) && (~stalls | ((noise[\(7 * index % 29)+:3] & pause) == 3'd0))) begin",
        "          in\(index)_valid <= 1'b1;", "          in\(index) <= stimulus\(index)[in\(index)_next];",
        "          in\(index)_next <= in\(index)_next + 1;", "        end", "      end",
      ]
    }
    for (index, output) in graph.outputs.enumerated() {
      let width = module.outputWidth(index)
      let tokens = output.stream.tokens.count
      let total = tokens * vectors
      let prefix = module.outputPrefix(index)
      declarations += [
        "  reg [\(width - 1):0] expected\(index) [0:\(total - 1)];",
        "  reg [\(width - 1):0] mask\(index) [0:\(tokens - 1)];", "  wire out\(index)_valid;",
        "  reg out\(index)_ready;", "  wire [\(width - 1):0] out\(index);",
        "  reg [\(width - 1):0] waiting\(index);", "  reg waits\(index);",
        "  integer out\(index)_next;", "  integer results\(index);",
      ]
      loads += [
        "    $readmemh(\"\(Self.expectedFile(name, index))\", expected\(index));",
        "    $readmemh(\"\(Self.maskFile(name, index))\", mask\(index));",
        "    results\(index) = $fopen(\"\(Self.resultFile(name, index))\", \"w\");",
      ]
      connections += [
        ".\(prefix)_valid(out\(index)_valid)", ".\(prefix)_ready(out\(index)_ready)",
        ".\(prefix)_data(out\(index))",
      ]
      restart.append("      out\(index)_next <= 0; out\(index)_ready <= 1'b0; waits\(index) <= 1'b0;")
      let what = "output \(commentText(output.name))"
      clocked += [
        "      out\(index)_ready <= ~stalls | ((noise[\((15 + 7 * index) % 29)+:3] & pause) == 3'd0);",
        "      if (waits\(index) && (out\(index)_valid !== 1'b1 || ((out\(index) ^ waiting\(index)) & mask\(index)[out\(index)_next % \(tokens)]) !== {\(width){1'b0}})) begin",
        "        if (errors == 0) $display(\"\(name): UNSTABLE \(what), token %0d changed while it waited\", out\(index)_next);",
        "        errors = errors + 1;", "      end",
        "      waits\(index) <= out\(index)_valid & ~out\(index)_ready;",
        "      waiting\(index) <= out\(index);",
        "      if (out\(index)_valid === 1'bx) begin errors = errors + 1; $display(\"\(name): UNKNOWN valid of \(what)\"); end",
        "      if (out\(index)_valid & out\(index)_ready) begin",
        "        idle = 0;",
        "        if (out\(index)_next >= \(total)) begin",
        "          if (errors == 0) $display(\"\(name): DUPLICATE \(what), a token after the last\");",
        "          errors = errors + 1;",
        "        end else begin",
        "          if (((out\(index) ^ expected\(index)[out\(index)_next]) & mask\(index)[out\(index)_next % \(tokens)]) !== {\(width){1'b0}}) begin",
        "            if (errors == 0) $display(\"\(name): MISMATCH vector %0d token %0d \(what): %h, expected %h\", out\(index)_next / \(tokens), out\(index)_next % \(tokens), out\(index), expected\(index)[out\(index)_next]);",
        "            errors = errors + 1;", "          end",
        "          if (stalls) $fdisplay(results\(index), \"%h\", out\(index));",
        "          if (out\(index)_next == \(tokens - 1) && cycle > first) first = cycle;",
        "          if (out\(index)_next == \(total - 1) && cycle > last) last = cycle;",
        "        end",
        "        out\(index)_next <= out\(index)_next + 1;", "      end",
      ]
      finish.append("out\(index)_next >= \(total)")
    }
    let latency = timed?.latency ?? -1
    let end = timed?.end ?? -1
    return """
      // Testbench of \(name). Replays \(vectors) images, at full speed and with stalls; run it in the folder of the vectors.
      `timescale 1ns / 1ps
      `default_nettype none
      module \(name)_bench (output reg done);
        reg clock = 1'b0;
        always #1 clock = ~clock;
        reg reset = 1'b1;
        reg stalls = 1'b0;
        reg running = 1'b0;
        reg [2:0] pause = 3'd1;
        reg [31:0] noise = 32'd1;
        integer cycle = 0;
        integer idle = 0;
        integer start = -1;
        integer first = -1;
        integer last = -1;
        integer errors = 0;
      \(declarations.joined(separator: "\n"))
        \(name) design_under_test (
          \(connections.joined(separator: ",\n    "))
        );
        // Random bits that every simulator agrees on (Marsaglia's xorshift).
        function [31:0] next_noise(input [31:0] now);
          reg [31:0] mixed;
          begin
            mixed = now ^ (now << 13);
            mixed = mixed ^ (mixed >> 17);
            next_noise = mixed ^ (mixed << 5);
          end
        endfunction
        always @(posedge clock) begin
          cycle = cycle + 1;
          idle = idle + 1;
          // How often both sides pause changes as the images go by.
          noise <= next_noise(noise);
          if (cycle % 64 == 0) pause <= (3'd1 << noise[31:30]) - 3'd1;
          if (~running) begin
      \(restart.joined(separator: "\n"))
          end else begin
      \(clocked.joined(separator: "\n"))
          end
        end
        task replay;
          begin
            reset = 1'b1;
            running = 1'b0;
            start = -1;
            first = -1;
            last = -1;
            repeat (3) @(negedge clock);
            reset = 1'b0;
            running = 1'b1;
            idle = 0;
            while (!(\(finish.joined(separator: " && "))) && idle < 4000) @(negedge clock);
            if (idle >= 4000) begin
              if (errors == 0) $display("\(name): BLOCKED after token %0d of the output", out0_next);
              errors = errors + 1;
            end
            // Nothing may follow.
            repeat (\(latency > 0 ? latency + 8 : 64)) @(negedge clock);
          end
        endtask
        initial begin
          done = 1'b0;
      \(loads.joined(separator: "\n"))
          replay;
          if (first - start != \(latency) || last - start != \(end)) begin
            if (errors == 0) $display("\(name): LATENCY %0d cycles, all \(vectors) images in %0d; stated are \(latency) and \(end)", first - start, last - start);
            errors = errors + 1;
          end
          stalls = 1'b1;
          replay;
      \(graph.outputs.indices.map { "    $fclose(results\($0));" }.joined(separator: "\n"))
          if (errors == 0) $display("\(name): PASS \(vectors) vectors");
          else $display("\(name): FAIL %0d faults in \(vectors) vectors", errors);
          done = 1'b1;
        end
      endmodule

      """
  }
}
