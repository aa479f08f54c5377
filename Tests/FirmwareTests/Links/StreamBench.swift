import Foundation

@testable import WinnowFirmware

/// A testbench of an AXI4-Stream wrapper with its registers: beats in and out with random stalls,
/// registers read and written meanwhile.
struct StreamBench {
  var stream: StreamModule
  /// Words of `s_axis_tdata`, in hexadecimal.
  var beats: [String]
  /// Written to the threshold, half by half, while events go through.
  var secondThreshold: UInt64

  /// What it prints: `OUT cycle last trigger data`, `IN cycle`, `READ address data response`, `FAULT …`.
  var text: String {
    let count = beats.count
    let width = stream.inputBeat
    return """
      `timescale 1ns / 1ps
      `default_nettype none
      module testbench;
        reg clock = 1'b0;
        always #1 clock = ~clock;
        reg resetn = 1'b0;
        reg [\(width - 1):0] beats [0:\(count - 1)];
        integer cycle = 0;
        integer sent = 0;
        integer received = 0;
        integer seed = 5;
        integer results;
        reg in_valid = 1'b0;
        wire in_ready;
        wire out_valid;
        reg out_ready = 1'b0;
        wire out_last;
        wire [0:0] out_user;
        wire [\(stream.outputBeat - 1):0] out_data;
        reg held = 1'b0;
        reg taken = 1'b0;
        reg [\(stream.outputBeat + 1):0] held_data;
        reg awvalid = 1'b0;
        reg wvalid = 1'b0;
        reg arvalid = 1'b0;
        reg bready = 1'b0;
        reg rready = 1'b0;
        reg [5:0] awaddr = 6'd0;
        reg [5:0] araddr = 6'd0;
        reg [31:0] wdata = 32'd0;
        reg [3:0] wstrb = 4'hf;
        wire awready, wready, bvalid, arready, rvalid;
        wire [1:0] bresp;
        wire [1:0] rresp;
        wire [31:0] rdata;
        // Events 0 to 39 run free, then both sides stall at random, then the receiver for long.
        wire free = sent < 40;
        \(stream.name) stream (
          .aclk(clock), .aresetn(resetn), .s_axis_tdata(beats[sent < \(count) ? sent : 0]),
          .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tlast(sent % 7 == 3),
          .m_axis_tdata(out_data), .m_axis_tvalid(out_valid), .m_axis_tready(out_ready),
          .m_axis_tlast(out_last), .m_axis_tuser(out_user),
          .s_axi_awvalid(awvalid), .s_axi_awready(awready), .s_axi_awaddr(awaddr),
          .s_axi_wvalid(wvalid), .s_axi_wready(wready), .s_axi_wdata(wdata), .s_axi_wstrb(wstrb),
          .s_axi_bvalid(bvalid), .s_axi_bready(bready), .s_axi_bresp(bresp),
          .s_axi_arvalid(arvalid), .s_axi_arready(arready), .s_axi_araddr(araddr),
          .s_axi_rvalid(rvalid), .s_axi_rready(rready), .s_axi_rdata(rdata), .s_axi_rresp(rresp)
        );
        always @(posedge clock) begin
          cycle <= cycle + 1;
          if (held && (!out_valid || {out_last, out_user, out_data} !== held_data))
            $fdisplay(results, "FAULT cycle %0d: the output changed while it waited", cycle);
          held <= resetn & out_valid & ~out_ready;
          held_data <= {out_last, out_user, out_data};
          taken <= in_valid & in_ready;
          if (in_valid & in_ready) begin
            $fdisplay(results, "IN %0d", cycle);
            sent <= sent + 1;
          end
          if (out_valid & out_ready) begin
            $fdisplay(results, "OUT %0d %b %b %h", cycle, out_last, out_user, out_data);
            received <= received + 1;
          end
        end
        always @(negedge clock) begin
          // An offered beat stays until it is taken.
          if (!resetn) in_valid = 1'b0;
          else if (!in_valid || taken || free) in_valid = sent < \(count) && (free || $random(seed) % 3 != 0);
          if (sent >= \(count)) in_valid = 1'b0;
          out_ready = resetn && (free || (sent > 80 && sent < 120 ? cycle % 64 == 0 : $random(seed) % 2 == 0));
        end
        task write(input [5:0] address, input [31:0] data, input [3:0] strobes, input integer lag);
          begin
            @(negedge clock);
            awvalid = 1'b1; awaddr = address;
            repeat (lag) @(negedge clock);
            wvalid = 1'b1; wdata = data; wstrb = strobes;
            while (!(awready & wready)) @(negedge clock);
            @(negedge clock);
            awvalid = 1'b0; wvalid = 1'b0;
            repeat (lag) @(negedge clock);
            bready = 1'b1;
            while (!bvalid) @(negedge clock);
            $fdisplay(results, "WRITE %0d %0d", address, bresp);
            @(negedge clock);
            bready = 1'b0;
          end
        endtask
        task read(input [5:0] address, input integer lag);
          begin
            @(negedge clock);
            arvalid = 1'b1; araddr = address;
            while (!arready) @(negedge clock);
            @(negedge clock);
            arvalid = 1'b0;
            repeat (lag) @(negedge clock);
            while (!rvalid) @(negedge clock);
            $fdisplay(results, "READ %0d %h %0d", address, rdata, rresp);
            rready = 1'b1;
            @(negedge clock);
            rready = 1'b0;
          end
        endtask
        integer address;
        // Events that are lost are waited for in vain.
        always @(posedge clock) if (cycle == 20000) $finish;
        initial begin
          $readmemh("beats.hex", beats);
          results = $fopen("stream.txt", "w");
          repeat (4) @(negedge clock);
          resetn = 1'b1;
          for (address = 0; address < 64; address = address + 4) read(address[5:0], address % 3);
          write(6'd0, 32'd1, 4'hf, 0);
          // Past the receiver's long stall, so that events flow between the writes.
          while (received < 122) @(negedge clock);
          write(6'd8, 32'h\(String(UInt32(truncatingIfNeeded: secondThreshold), radix: 16)), 4'hf, 1);
          repeat (30) @(negedge clock);
          write(6'd12, 32'h\(String(UInt32(truncatingIfNeeded: secondThreshold >> 32), radix: 16)), 4'h3, 0);
          write(6'd12, 32'h\(String(UInt32(truncatingIfNeeded: secondThreshold >> 32), radix: 16)), 4'hc, 2);
          $fdisplay(results, "APPLY %0d", received);
          write(6'd16, 32'd1, 4'hf, 0);
          $fdisplay(results, "APPLIED %0d", sent);
          while (received < \(count)) @(negedge clock);
          for (address = 20; address < 48; address = address + 4) read(address[5:0], 1);
          write(6'd16, 32'd2, 4'hf, 0);
          for (address = 20; address < 40; address = address + 4) read(address[5:0], 0);
          repeat (40) @(negedge clock);
          $fdisplay(results, "END %0d", received);
          $fclose(results);
          $finish;
        end
      endmodule

      """
  }
}
