extension DataflowVerilog {
  /// A first-in first-out memory that a token passes at once when it is empty.
  func bufferModule() -> String {
    """

    // Holds DEPTH tokens; in_ready does not depend on out_ready, and an empty one adds no delay.
    module \(name)_buffer #(parameter WIDTH = 1, parameter DEPTH = 2, parameter BITS = 2, parameter ADDRESS = 1) (
      input  wire clock,
      input  wire reset,
      input  wire in_valid,
      output wire in_ready,
      input  wire [WIDTH-1:0] in_data,
      output wire out_valid,
      input  wire out_ready,
      output wire [WIDTH-1:0] out_data
    );
      localparam LAST = DEPTH - 1;
      localparam [BITS-1:0] FULL = DEPTH;
      reg [WIDTH-1:0] memory [0:DEPTH-1];
      reg [BITS-1:0] count;
      reg [ADDRESS-1:0] first;
      reg [ADDRESS-1:0] next;
      wire empty = count == {BITS{1'b0}};
      assign in_ready = count != FULL;
      assign out_valid = ~empty | in_valid;
      assign out_data = empty ? in_data : memory[first];
      wire stored = in_valid & in_ready & ~(empty & out_ready);
      wire removed = ~empty & out_ready;
      always @(posedge clock) if (stored) memory[next] <= in_data;
      always @(posedge clock)
        if (reset) begin
          count <= {BITS{1'b0}};
          first <= {ADDRESS{1'b0}};
          next <= {ADDRESS{1'b0}};
        end else begin
          if (stored & ~removed) count <= count + 1'b1;
          else if (removed & ~stored) count <= count - 1'b1;
          if (stored) next <= next == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : next + 1'b1;
          if (removed) first <= first == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : first + 1'b1;
        end
    endmodule

    """
  }

  /// The same for one token.
  func registerModule() -> String {
    """

    // Holds one token; in_ready does not depend on out_ready, and an empty one adds no delay.
    module \(name)_register #(parameter WIDTH = 1) (
      input  wire clock,
      input  wire reset,
      input  wire in_valid,
      output wire in_ready,
      input  wire [WIDTH-1:0] in_data,
      output wire out_valid,
      input  wire out_ready,
      output wire [WIDTH-1:0] out_data
    );
      reg full;
      reg [WIDTH-1:0] held;
      assign in_ready = ~full;
      assign out_valid = full | in_valid;
      assign out_data = full ? held : in_data;
      always @(posedge clock) if (~full) held <= in_data;
      always @(posedge clock)
        if (reset) full <= 1'b0;
        else full <= out_valid & ~out_ready;
    endmodule

    """
  }
}
