import Foundation
import WinnowNetworkIR

/// The Verilog's names as VHDL takes them: the same where the language allows.
///
/// VHDL does not tell upper from lower case, has no doubled or last underscore, and keeps other words.
struct VHDLNames {
  let entity: String
  let inputs: [String]
  let outputs: [String]
  let signals: [String]
  /// By the signal that a table is named after.
  private(set) var tables: [Int: String] = [:]

  init(_ netlist: Netlist, name: String) {
    let logic = netlist.logic
    var used = vhdlReserved
    func unique(_ wanted: String, isSignal: Bool = false) -> String {
      var base = vhdlIdentifier(wanted)
      // Chains of registers have names of this form.
      if isSignal, let tail = base.range(of: "_s", options: [.backwards, .caseInsensitive]),
        Int(base[tail.upperBound...]) != nil
      {
        base += "_x"
      }
      var name = base
      var suffix = 1
      while !used.insert(name.lowercased()).inserted {
        suffix += 1
        name = "\(base)_\(suffix)"
      }
      return name
    }
    entity = unique(name)
    inputs = portNames(logic.inputs.map(\.name), prefix: "in_").map { unique($0) }
    outputs = portNames(logic.outputs.map(\.name), prefix: "out_").map { unique($0) }
    signals = netlist.names.map { unique($0, isSignal: true) }
    for (value, gate) in logic.instructions.enumerated() {
      if case .table = gate {
        tables[value] = unique("table_\(netlist.names[value])")
        used.insert("\(tables[value]!.lowercased())_type")
      }
    }
  }
}

/// A Verilog name made into a VHDL one.
func vhdlIdentifier(_ name: String) -> String {
  let result = name.split(separator: "_").joined(separator: "_")
  return result.isEmpty ? "n" : result
}

/// A network's own name in a comment or string: VHDL's characters are Latin-1, not Unicode.
func vhdlText(_ name: String) -> String {
  String(commentText(name).unicodeScalars.map { $0.isASCII ? Character($0) : "_" })
}

/// Words that VHDL-2008 keeps, names of the packages used, and names that the entities use
/// themselves.
private let vhdlReserved: Set<String> = [
  "abs", "access", "after", "alias", "all", "and", "architecture", "array", "assert", "assume",
  "assume_guarantee", "attribute", "begin", "block", "body", "buffer", "bus", "case", "component",
  "configuration", "constant", "context", "cover", "default", "disconnect", "downto", "else",
  "elsif", "end", "entity", "exit", "fairness", "file", "for", "force", "function", "generate",
  "generic", "group", "guarded", "if", "impure", "in", "inertial", "inout", "is", "label",
  "library", "linkage", "literal", "loop", "map", "mod", "nand", "new", "next", "nor", "not",
  "null", "of", "on", "open", "or", "others", "out", "package", "parameter", "port", "postponed",
  "procedure", "process", "property", "protected", "pure", "range", "record", "register", "reject",
  "release", "rem", "report", "restrict", "restrict_guarantee", "return", "rol", "ror", "select",
  "sequence", "severity", "shared", "signal", "sla", "sll", "sra", "srl", "strong", "subtype",
  "then", "to", "transport", "type", "unaffected", "units", "until", "use", "variable", "view",
  "vmode", "vprop", "vunit", "wait", "when", "while", "with", "xnor", "xor",
  // Packages and what is used of them.
  "ieee", "std", "work", "std_logic_1164", "numeric_std", "textio", "standard", "std_logic",
  "std_logic_vector", "std_ulogic", "std_ulogic_vector", "signed", "unsigned", "u_signed",
  "u_unsigned", "resize", "shift_left", "shift_right", "to_integer", "rising_edge", "boolean",
  "integer", "natural", "positive", "true", "false", "bit", "bit_vector", "string", "character",
  "real", "time", "line", "text", "output", "input",
  // The entities' own.
  "clock", "valid", "valid_in", "valid_out", "rtl", "testbench", "stamp",
]
