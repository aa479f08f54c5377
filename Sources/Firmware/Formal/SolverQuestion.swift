/// A module whose output `bad` is 1 where two descriptions differ.
struct SolverQuestion: Hashable, Sendable {
  /// Declarations of its inputs: name and width.
  var inputs: [Input]
  /// Statements that drive `bad`.
  var body: [String]

  struct Input: Hashable, Sendable {
    var name: String
    var width: Int
  }

  func text(_ name: String) -> String {
    let ports = inputs.map { "input [\($0.width - 1):0] \($0.name), " }.joined()
    return (["module \(name)(\(ports)output bad);"] + body + ["endmodule", ""]).joined(
      separator: "\n")
  }
}

/// What a solver said.
enum SolverAnswer: Sendable, Hashable {
  case equal
  /// Differs; the values of inputs as the solver printed them.
  case differs(String)
  case timeout
}
