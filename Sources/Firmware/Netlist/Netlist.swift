public import WinnowNetworkIR

/// A network as logic: a program in which every sum is one two-input adder.
///
/// In this *gate form* a `linear` instruction is an adder `± a·2^s ± b·2^t`, an adder of a constant
/// `± a·2^s + c`, a negation, or a plain wire; there is no `divide`. Everything else is a gate as it
/// stands. The netlist is evaluated like any program, so that a mutated netlist can be tested.
public struct Netlist: Sendable {
  public package(set) var logic: FixedPointProgram
  /// A name for every signal, unique, made of the network's node names.
  public package(set) var names: [String]
  /// What adder sharing did, layer by layer.
  public package(set) var adderGraphs: [AdderGraphSummary]
}

/// The adder graph of one layer.
public struct AdderGraphSummary: Sendable, Codable, Hashable {
  public var node: String
  public var inputs: Int
  public var outputs: Int
  public var adders: Int
  /// Levels of two-input adders.
  public var depth: Int
  /// da4ml's estimate of LUTs.
  public var cost: Double
}

extension Netlist {
  /// Adders between two signals, and adders of a constant.
  public var adderCount: (variable: Int, constant: Int) {
    var counts = (variable: 0, constant: 0)
    for gate in logic.instructions {
      guard case .linear(let terms, let constant) = gate else { continue }
      if terms.count == 2 { counts.variable += 1 } else if constant != 0 { counts.constant += 1 }
    }
    return counts
  }
}
