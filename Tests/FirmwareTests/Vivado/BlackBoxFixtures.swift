@testable import WinnowFirmware

/// What stands in for AMD's headers where there are none, and the bench of the handshakes.
enum BlackBoxFixtures {
  /// `ap_uint` of any width with ranges of up to 64 bits: as much as a C model uses.
  static let integers = """
    #ifndef STAND_IN_AP_INT_H
    #define STAND_IN_AP_INT_H
    #include <cstdint>
    template <int W>
    struct ap_uint {
      bool bits[W] = {};
      ap_uint(std::uint64_t value = 0) { for (int i = 0; i < W && i < 64; ++i) bits[i] = value >> i & 1; }
      struct part {
        ap_uint& word;
        int high, low;
        std::uint64_t to_uint64() const {
          std::uint64_t value = 0;
          for (int i = low; i <= high; ++i) value |= std::uint64_t{word.bits[i]} << (i - low);
          return value;
        }
        template <int V>
        part& operator=(const ap_uint<V>& value) {
          for (int i = low; i <= high; ++i) word.bits[i] = value.bits[i - low];
          return *this;
        }
        part& operator=(const part& other) {
          for (int i = low; i <= high; ++i) word.bits[i] = other.to_uint64() >> (i - low) & 1;
          return *this;
        }
        template <class P>
        part& operator=(const P& other) {
          return *this = ap_uint<64>(other.to_uint64());
        }
      };
      part range(int high, int low) const { return {const_cast<ap_uint&>(*this), high, low}; }
    };
    #endif

    """

  /// Numbers that a port's packers take and give, by their bits.
  static let fixed = """
    #ifndef STAND_IN_AP_FIXED_H
    #define STAND_IN_AP_FIXED_H
    #include "ap_int.h"
    enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
    enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP };
    template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP>
    struct ap_fixed : ap_uint<W> {
      using ap_uint<W>::range;
      typename ap_uint<W>::part range() const { return ap_uint<W>::range(W - 1, 0); }
    };
    template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP>
    struct ap_ufixed : ap_fixed<W, I, Q, O> {};
    #endif

    """

  /// Replays one input port's events against one output port's words. The first eighth runs without a
  /// stall; then starts, stalls and clock enables are random.
  static func bench(of box: BlackBox, events: Int) -> String {
    let (name, latency) = (box.name, box.design.pipeline.latency)
    let (inputs, outputs) = (box.inputWidth(0), box.outputWidth(0))
    return """
      module \(name)_bench (output reg done);
        reg clock = 1'b0;
        always #1 clock = ~clock;
        reg reset = 1'b1, enable = 1'b1, start = 1'b0, take = 1'b1;
        wire idle, ready, finished, valid;
        reg [\(inputs - 1):0] x;
        wire [\(outputs - 1):0] y;
        reg [\(inputs - 1):0] stimulus [0:\(events - 1)];
        reg [\(outputs - 1):0] expected [0:\(events - 1)];
        reg [\(outputs - 1):0] held;
        reg waits;
        integer given, taken, errors, edges, enabled;
        integer starts [0:\(events - 1)];
        \(name) box (
          .ap_clk(clock), .ap_rst(reset), .ap_ce(enable), .ap_start(start), .ap_continue(take),
          .ap_idle(idle), .ap_ready(ready), .ap_done(finished), .\(box.inputName(0))(x),
          .\(box.outputName(0))(y), .\(box.outputName(0))_ap_vld(valid)
        );
        task wrong(input integer code);
          begin
            if (errors == 0) $display("\(name): WRONG %0d at edge %0d, event %0d", code, edges, taken);
            errors = errors + 1;
          end
        endtask
        initial begin
          done = 1'b0;
          $readmemh("\(Testbench.stimulusFile(box.design.name, 0))", stimulus);
          $readmemh("\(Testbench.expectedFile(box.design.name, 0))", expected);
          given = 0; taken = 0; errors = 0; enabled = 0; waits = 1'b0; held = 0;
          repeat (3) @(negedge clock);
          reset = 1'b0;
          for (edges = 0; taken < \(events) && edges < \(40 * events); edges = edges + 1) begin
            // Drive between edges; then what the next edge will do is settled.
            if (given < \(events)) x = stimulus[given];
            start = given < \(events) && (given < \(events / 8) || $random % 3 != 0);
            enable = given < \(events / 8) || $random % 5 != 0;
            take = given < \(events / 8) || $random % 2 == 0;
            #0.5;
            if (valid !== finished) wrong(1);
            if (!enable && (ready || finished)) wrong(2);
            if (enable && waits && (!finished || y !== held)) wrong(3);
            if (idle && (start || given != taken)) wrong(4);
            if (enable && finished && take) begin
              if (y !== expected[taken]) wrong(5);
              // No stall yet: the latency in edges is the stated one. Later it is at least that.
              if (enabled - starts[taken] < \(latency)) wrong(6);
              if (taken < \(events / 8 - latency) && enabled - starts[taken] != \(latency)) wrong(7);
              taken = taken + 1;
              waits = 1'b0;
            end else if (enable && finished) begin
              waits = 1'b1;
              held = y;
            end
            if (ready) begin
              if (!start) wrong(8);
              starts[given] = enabled;
              given = given + 1;
            end
            if (enable) enabled = enabled + 1;
            @(negedge clock);
          end
          start = 1'b0; enable = 1'b1; take = 1'b1;
          #0.5;
          if (taken != \(events) || given != \(events)) wrong(9);
          repeat (\(latency + 1)) begin
            @(negedge clock);
            if (finished) wrong(10);
          end
          if (!idle) wrong(11);
          if (errors == 0) $display("\(name): PASS \(events) events in %0d edges", edges);
          else $display("\(name): FAIL %0d faults", errors);
          done = 1'b1;
        end
      endmodule

      """
  }
}
