// two_two_one: two_two_one, 1 stages, latency 2 clock edges, one event per edge.
// Modelled for 200.0 MHz, not routed.
// in  x: 2 elements, fixed<6,3>, element 0 in the lowest bits
// out score: 1 elements, fixed<9,5>, element 0 in the lowest bits
`default_nettype none
/* verilator lint_off UNUSED */  // rounding drops low bits, wrapping high ones
module two_two_one (
  input  wire clock,
  input  wire valid_in,
  input  wire [11:0] in_x,
  output wire valid_out,
  output wire [8:0] out_score
);

  reg [1:0] valid = 2'd0;
  always @(posedge clock) valid <= {valid[0:0], valid_in};
  assign valid_out = valid[1];
  reg [5:0] x_0;
  reg [5:0] x_1;
  always @(posedge clock) begin
    x_0 <= in_x[5:0];
    x_1 <= in_x[11:6];
  end

  // Stage 0
  // node hidden
  wire [6:0] hidden_t0 = {{{1{x_0[5]}}, x_0[5:2]} + 5'h1d, x_0[1:0]};
  wire [8:0] hidden_t1 = {{{3{x_1[5]}}, x_1[5:2]} + {{1{x_0[5]}}, x_0}, x_1[1:0]};
  wire [8:0] hidden_t2 = hidden_t1 - {{2{hidden_t0[6]}}, hidden_t0};
  wire [6:0] hidden_t3 = {{{1{x_1[5]}}, x_1[5:2]} + 5'h1b, x_1[1:0]};
  wire [7:0] hidden_t4 = {{{2{x_0[5]}}, x_0[5:1]} - {{1{x_1[5]}}, x_1}, x_0[0:0]};
  wire [8:0] hidden_t5 = {{{2{hidden_t3[6]}}, hidden_t3[6:1]} - hidden_t4, hidden_t3[0:0]};
  // node narrow
  wire [5:0] narrow_t0 = {hidden_t2[8:4], hidden_t2[3] & (|hidden_t2[2:0])};
  wire [4:0] narrow_0 = narrow_t0[5] ? 5'd0 : narrow_t0[4:0];
  wire [5:0] narrow_t1 = {hidden_t5[8:4], hidden_t5[3] & (|hidden_t5[2:0])};
  wire [4:0] narrow_1 = narrow_t1[5] ? 5'd0 : narrow_t1[4:0];
  // node score
  wire [5:0] score_t0 = {1'd0, narrow_0} - {1'd0, narrow_1};
  wire [6:0] score_t1 = {{2'd0, narrow_0[4:1]} - {1'd0, narrow_1}, narrow_0[0:0]};
  wire [8:0] score_0 = {{{3{score_t0[5]}}, score_t0[5:2]} - score_t1, score_t0[1:0]};
  reg [1:0] score_t0_s1_from0;
  reg [8:2] score_0_s1_from2;
  always @(posedge clock) begin
    score_t0_s1_from0 <= score_t0[1:0];
    score_0_s1_from2 <= score_0[8:2];
  end

  wire [8:0] score_0_s1 = {score_0_s1_from2, score_t0_s1_from0};
  assign out_score = score_0_s1;
endmodule
