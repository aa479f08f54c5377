/// A self-checking testbench of a ``StreamKernel``: tokens in, expected tokens out.
///
/// The first tokens come and go without a stall: the latency of the first and the interval between
/// results are checked. Before the others both sides wait at random. A token lost, doubled, changed
/// while it waits, or withdrawn is an error, as is an `out_valid` that follows `out_ready` within a
/// cycle. Three tokens and a reset go ahead of all. Files are read from the current folder.
struct StreamTestbench {
  let name: String
  let inputWidth: Int
  let outputWidth: Int
  let interval: Int
  let latency: Int
  let tokens: Int
  /// Tokens before the first stall.
  let free: Int
  /// Results after which the interval is settled.
  let settling: Int

  static func stimulusFile(_ name: String) -> String { "\(name)_in.hex" }
  static func expectedFile(_ name: String) -> String { "\(name)_expected.hex" }
  static func resultFile(_ name: String) -> String { "\(name)_result.txt" }

  func text() -> String { benchModule() + Testbench.top([name]) }

  func benchModule() -> String {
    """
    // Testbench of \(name). Replays \(tokens) tokens, \(free) of them without stalls; run it in the folder of the vectors.
    `timescale 1ns / 1ps
    `default_nettype none
    module \(name)_bench (output reg done);
      reg clock = 1'b0;
      always #1 clock = ~clock;
      reg reset;
      reg in_valid;
      wire in_ready;
      reg [\(inputWidth - 1):0] in_data;
      wire out_valid;
      reg ready;
      reg flip;
      wire out_ready = ready ^ flip;
      wire [\(outputWidth - 1):0] out_data;
      \(name) design_under_test (
        .clock(clock), .reset(reset),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
      );
      reg [\(inputWidth - 1):0] stimulus [0:\(tokens - 1)];
      reg [\(outputWidth - 1):0] expected [0:\(tokens - 1)];
      integer cycle;
      integer sent;
      integer received;
      integer errors;
      integer results;
      // Not $random: simulators differ in it, and Verilator's can fall into a short cycle.
      reg [31:0] seed;
      reg [14:0] noise;
      integer taken;
      integer arrived;
      integer mode;
      reg waits;
      reg [\(outputWidth - 1):0] held;
      reg offered;
      initial begin
        done = 1'b0;
        reset = 1'b1;
        in_valid = 1'b0;
        in_data = \(inputWidth)'d0;
        ready = 1'b1;
        flip = 1'b0;
        cycle = 0;
        sent = 0;
        received = 0;
        errors = 0;
        seed = 32'd\(tokens + 17);
        taken = 0;
        arrived = 0;
        mode = 0;
        waits = 1'b0;
        held = \(outputWidth)'d0;
        $readmemh("\(Self.stimulusFile(name))", stimulus);
        $readmemh("\(Self.expectedFile(name))", expected);
        results = $fopen("\(Self.resultFile(name))", "w");
      end
      // What a kernel offers must not depend on whether it is taken.
      always @(negedge clock) if (!reset && !done) begin
        offered = out_valid;
        flip = 1'b1;
        #0.25;
        if (out_valid !== offered) begin
          if (errors == 0) $display("\(name): PROTOCOL out_valid follows out_ready at cycle %0d", cycle);
          errors = errors + 1;
        end
        flip = 1'b0;
      end
      always @(posedge clock) if (!done) begin
        cycle = cycle + 1;
        if (cycle < \(3 * interval + 10)) begin
          // Some tokens that a reset will sweep away.
          reset <= cycle < 3 || cycle >= \(3 * interval + 8);
          in_valid <= cycle > 3 && cycle < \(3 * interval + 8);
          in_data <= ~stimulus[0];
        end else if (reset) begin
          reset <= 1'b0;
          in_valid <= 1'b1;
          in_data <= stimulus[0];
        end else begin
          if (in_valid && in_ready) begin
            if (sent == 0) taken = cycle;
            sent = sent + 1;
          end
          if (waits && !(out_valid === 1'b1 && out_data === held)) begin
            if (errors == 0) $display("\(name): PROTOCOL a waiting result changed at cycle %0d", cycle);
            errors = errors + 1;
          end
          if (out_valid !== 1'b0 && out_ready) begin
            if (received >= \(tokens)) begin
              if (errors == 0) $display("\(name): PROTOCOL more results than tokens at cycle %0d", cycle);
              errors = errors + 1;
            end else begin
              if (out_data !== expected[received]) begin
                if (errors == 0) $display("\(name): MISMATCH token %0d cycle %0d: %h, expected %h", received, cycle, out_data, expected[received]);
                errors = errors + 1;
              end
              $fdisplay(results, "%h", out_data);
            end
            if (received == 0 && cycle - taken != \(latency)) begin
              if (errors == 0) $display("\(name): LATENCY %0d, stated \(latency)", cycle - taken);
              errors = errors + 1;
            end
            if (received > \(settling) && received < \(free) && cycle - arrived != \(interval)) begin
              if (errors == 0) $display("\(name): INTERVAL %0d before token %0d, stated \(interval)", cycle - arrived, received);
              errors = errors + 1;
            end
            arrived = cycle;
            received = received + 1;
          end
          waits = out_valid && !out_ready;
          held = out_data;
          mode = received < \(free) ? 4 : (received / 8) % 4;
          seed = seed * 32'd1103515245 + 32'd12345;
          noise = seed[30:16];
          if (!in_valid || in_ready) begin
            in_valid <= sent < \(tokens) && (mode == 4 || mode == 1 || (noise % (mode == 2 ? \(2 * interval + 3) : 2)) == 0);
            if (sent < \(tokens)) in_data <= stimulus[sent];
          end
          seed = seed * 32'd1103515245 + 32'd12345;
          noise = seed[30:16];
          ready <= mode == 4 || mode == 2 || (noise % (mode == 1 ? \(2 * interval + 3) : 2)) == 0;
          if ((received == \(tokens) && cycle > arrived + \(2 * interval + 4)) || cycle > \(200 + 40 * latency + 12 * (interval + 3) * (tokens + 4))) begin
            if (received != \(tokens)) begin
              if (errors == 0) $display("\(name): PROTOCOL %0d results of \(tokens) tokens after %0d cycles", received, cycle);
              errors = errors + 1;
            end
            $fclose(results);
            if (errors == 0) $display("\(name): PASS \(tokens) tokens, interval \(interval), latency \(latency)");
            else $display("\(name): FAIL %0d errors in \(tokens) tokens", errors);
            done = 1'b1;
          end
        end
      end
    endmodule

    """
  }
}
