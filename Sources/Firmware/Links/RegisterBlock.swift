/// The Verilog of the registers behind AXI4-Lite: `NAME_registers`.
///
/// 32-bit words at byte addresses 0x00 to 0x2C; `docs/firmware/links.md` has the map. The interface
/// runs on the design's clock. A write needs address and data; no output depends on an input within
/// a cycle.
struct RegisterBlock {
  let name: String
  let choice: TriggerChoice

  /// Name and byte address of every register, in order.
  static let addresses: [(name: String, address: Int)] = [
    "STAMP_LOW", "STAMP_HIGH", "THRESHOLD_LOW", "THRESHOLD_HIGH", "CONTROL", "EVENTS_LOW",
    "EVENTS_HIGH", "PASSED_LOW", "PASSED_HIGH", "FAULTS", "ACTIVE_LOW", "ACTIVE_HIGH",
  ].enumerated().map { ($1, 4 * $0) }

  /// The interface's ports, as each top level declares them.
  static let ports = [
    "  input  wire s_axi_awvalid", "  output wire s_axi_awready", "  input  wire [5:0] s_axi_awaddr",
    "  input  wire s_axi_wvalid", "  output wire s_axi_wready", "  input  wire [31:0] s_axi_wdata",
    "  input  wire [3:0] s_axi_wstrb", "  output wire s_axi_bvalid", "  input  wire s_axi_bready",
    "  output wire [1:0] s_axi_bresp", "  input  wire s_axi_arvalid", "  output wire s_axi_arready",
    "  input  wire [5:0] s_axi_araddr", "  output wire s_axi_rvalid", "  input  wire s_axi_rready",
    "  output wire [31:0] s_axi_rdata", "  output wire [1:0] s_axi_rresp",
  ]

  /// Connections of an instance to ports of the same names.
  static let connections = ports.map { port in
    let name = port.split(separator: " ").last!
    return ".\(name)(\(name))"
  }

  var verilog: String {
    // All 16 digits, as the stamp stands in the other files.
    func constant(_ value: UInt64) -> String { "64'h\(Stamp(value: value))" }
    let threshold = constant(UInt64(bitPattern: choice.threshold))
    let reads = [
      "STAMP[31:0]", "STAMP[63:32]", "threshold[31:0]", "threshold[63:32]", "32'd0", "events[31:0]",
      "events_seen[63:32]", "passed_seen[31:0]", "passed_seen[63:32]", "faults_seen", "active[31:0]",
      "active[63:32]",
    ]
    let cases = zip(Self.addresses, reads).map { register, value in
      "        4'd\(register.address / 4): read_data <= \(value);  // \(register.name)"
    }
    return """
      // \(name): threshold, counters and stamp behind AXI4-Lite. The map stands in docs/firmware/links.md.
      `default_nettype none
      /* verilator lint_off UNUSED */  // the lowest address bits
      module \(name) #(
        parameter [63:0] STAMP = \(constant(choice.stamp)),
        parameter [63:0] THRESHOLD = \(threshold)
      ) (
        input  wire clock,
        input  wire reset,
      \(Self.ports.joined(separator: ",\n")),
        input  wire event_valid,
        input  wire [63:0] event_value,
        input  wire fault,
        output reg  trigger_valid,
        output reg  trigger
      );
        reg [63:0] threshold = THRESHOLD;  // as written
        reg [63:0] active = THRESHOLD;     // as compared with
        reg [63:0] events = 64'd0;
        reg [63:0] passed = 64'd0;
        reg [31:0] faults = 32'd0;
        // As they were when EVENTS_LOW was read.
        reg [63:0] events_seen = 64'd0;
        reg [63:0] passed_seen = 64'd0;
        reg [31:0] faults_seen = 32'd0;
        reg write_ready = 1'b0;
        reg write_done = 1'b0;
        reg write_failed = 1'b0;
        reg read_ready = 1'b0;
        reg read_done = 1'b0;
        reg read_failed = 1'b0;
        reg [31:0] read_data = 32'd0;
        assign s_axi_awready = write_ready;
        assign s_axi_wready = write_ready;
        assign s_axi_bvalid = write_done;
        assign s_axi_bresp = {write_failed, 1'b0};
        assign s_axi_arready = read_ready;
        assign s_axi_rvalid = read_done;
        assign s_axi_rresp = {read_failed, 1'b0};
        assign s_axi_rdata = read_data;

        wire passes = $signed(event_value) >= $signed(active);
        wire control = write_ready & s_axi_awaddr[5:2] == 4'd4 & s_axi_wstrb[0];
        wire apply = control & s_axi_wdata[0];
        wire clear = control & s_axi_wdata[1];
        wire [31:0] mask = {{8{s_axi_wstrb[3]}}, {8{s_axi_wstrb[2]}}, {8{s_axi_wstrb[1]}}, {8{s_axi_wstrb[0]}}};

        always @(posedge clock) begin
          trigger_valid <= event_valid & ~reset;
          trigger <= event_valid & passes & ~reset;
          if (reset | clear) begin
            events <= 64'd0;
            passed <= 64'd0;
            faults <= 32'd0;
          end else begin
            if (event_valid) events <= events + 64'd1;
            if (event_valid & passes) passed <= passed + 64'd1;
            if (fault) faults <= faults + 32'd1;
          end
          // Whole words change at one edge: an event is compared with the old or the new threshold.
          if (reset) active <= THRESHOLD;
          else if (apply) active <= threshold;
        end

        always @(posedge clock) begin
          if (reset) begin
            threshold <= THRESHOLD;
            write_ready <= 1'b0;
            write_done <= 1'b0;
            write_failed <= 1'b0;
          end else begin
            write_ready <= s_axi_awvalid & s_axi_wvalid & ~write_ready & ~write_done;
            if (write_ready) begin
              write_done <= 1'b1;
              write_failed <= ~(s_axi_awaddr[5:2] >= 4'd2 & s_axi_awaddr[5:2] <= 4'd4);
              if (s_axi_awaddr[5:2] == 4'd2)
                threshold[31:0] <= (threshold[31:0] & ~mask) | (s_axi_wdata & mask);
              if (s_axi_awaddr[5:2] == 4'd3)
                threshold[63:32] <= (threshold[63:32] & ~mask) | (s_axi_wdata & mask);
            end else if (s_axi_bready) write_done <= 1'b0;
          end
        end

        always @(posedge clock) begin
          if (reset) begin
            read_ready <= 1'b0;
            read_done <= 1'b0;
            read_failed <= 1'b0;
          end else begin
            read_ready <= s_axi_arvalid & ~read_ready & ~read_done;
            if (read_ready) begin
              read_done <= 1'b1;
              read_failed <= s_axi_araddr[5:2] > 4'd11;
              if (s_axi_araddr[5:2] == 4'd5) begin
                events_seen <= events;
                passed_seen <= passed;
                faults_seen <= faults;
              end
              case (s_axi_araddr[5:2])
      \(cases.joined(separator: "\n"))
                default: read_data <= 32'd0;
              endcase
            end else if (s_axi_rready) read_done <= 1'b0;
          end
        end
      endmodule

      """
  }
}

extension TriggerChoice {
  /// The top levels' ports for the registers and the trigger bit.
  static let ports =
    RegisterBlock.ports + ["  output wire trigger_valid", "  output wire trigger"]

  /// The registers in a top level that has a core's outputs.
  func instance(_ core: LinkedCore, fault: String) -> [String] {
    let connections =
      [
        ".clock(clock)", ".reset(reset)", ".event_valid(result_valid)",
        ".event_value(\(value(core)))", ".fault(\(fault))", ".trigger_valid(trigger_valid)",
        ".trigger(trigger)",
      ] + RegisterBlock.connections
    return [
      "", "  // Threshold and counters", "  \(core.moduleName)_registers registers (",
      "    " + connections.joined(separator: ",\n    "), "  );",
    ]
  }
}
