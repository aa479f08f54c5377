/// A Verilog module that turns one token into one token, with valid and ready on both sides.
///
/// A token is one plain bit vector: the elements of a window, a pixel or a whole vector, packed from
/// bit 0 in element order. The module's ports are
///
/// ```
/// input  wire clock, input wire reset,
/// input  wire in_valid,  output wire in_ready,  input  wire [inputWidth-1:0]  in_data,
/// output wire out_valid, input  wire out_ready, output wire [outputWidth-1:0] out_data
/// ```
///
/// A token is handed over at a rising edge at which valid and ready are both high. A module that has
/// raised `out_valid` keeps it, and `out_data`, until the token is taken. `out_valid` never depends
/// on `out_ready` within a cycle. `reset` is synchronous and high for at least one edge before the
/// first token.
package protocol StreamKernel: Sendable {
  var moduleName: String { get }
  /// Bits of a token.
  var inputWidth: Int { get }
  var outputWidth: Int { get }
  /// Clock edges between two tokens that it takes when nothing stalls it.
  var interval: Int { get }
  /// Clock edges from the one at which a token is taken to the one at which its result can be.
  var latency: Int { get }
  /// The module and those that only it uses; their names begin with its own.
  var verilog: String { get }
  var resources: Resources { get }
}
