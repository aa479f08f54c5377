import Foundation
import WinnowNetworkIR

/// Names signals after the network's nodes.
///
/// An element of a node's result is `node_3`; a signal on the way to it `node_t17`; an input
/// element `port_5`.
func signalNames(_ logic: FixedPointProgram) -> [String] {
  var names = Array(repeating: "", count: logic.count)
  var used: Set<String> = verilogKeywords
  func unique(_ wanted: String) -> String {
    // Ports, tables and register chains have names of these forms.
    var name = ["in_", "out_", "table_"].contains { wanted.hasPrefix($0) } ? "n_" + wanted : wanted
    if let tail = name.range(of: "_s", options: .backwards), Int(name[tail.upperBound...]) != nil {
      name += "_x"
    }
    let wanted = name
    var suffix = 1
    while !used.insert(name).inserted {
      suffix += 1
      name = "\(wanted)_\(suffix)"
    }
    return name
  }
  for (value, gate) in logic.instructions.enumerated() {
    if case .input(let port, let element) = gate {
      names[value] = unique("\(verilogIdentifier(logic.inputs[port].name))_\(element)")
    }
  }
  for trace in logic.traces {
    for (element, value) in trace.values.enumerated() where names[value].isEmpty {
      names[value] = unique("\(verilogIdentifier(trace.name))_\(element)")
    }
  }
  var counters: [Int: Int] = [:]
  for value in 0..<logic.count where names[value].isEmpty {
    let origin = logic.origins[value]
    let count = counters[origin, default: 0]
    counters[origin] = count + 1
    names[value] = unique(
      origin < 0 ? "constant_\(count)" : "\(verilogIdentifier(logic.nodeNames[origin]))_t\(count)")
  }
  return names
}

/// A name that Verilog, C++ and shells all take: letters, digits and underscores.
package func verilogIdentifier(_ name: String) -> String {
  var result = String(
    name.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
      default: "_"
      }
    })
  if result.isEmpty || result.first!.isNumber || result.hasPrefix("_") { result = "n" + result }
  return verilogKeywords.contains(result) ? result + "_x" : result
}

/// Words that Verilog or C++ keep, and names that the modules use themselves.
let verilogKeywords: Set<String> = [
  "address", "always", "and", "assign", "automatic", "auto", "begin", "bit", "bool", "break", "buf", "byte",
  "case", "catch", "cell", "char", "class", "clock", "config", "const", "constant", "continue",
  "default", "delete", "design", "disable", "do", "double", "edge", "else", "end", "endcase",
  "endfunction", "endmodule", "enum", "event", "explicit", "export", "extern", "final", "float",
  "for", "force", "forever", "fork", "function", "generate", "genvar", "goto", "if", "initial",
  "inout", "input", "inputs", "int", "integer", "interface", "join", "library", "local", "localparam",
  "logic", "long", "module", "nand", "negedge", "new", "nor", "not", "operator", "or", "output",
  "outputs", "package", "parameter", "posedge", "primitive", "private", "property", "protected",
  "public", "pulldown", "pullup", "rand", "real", "ref", "reg", "register", "release", "repeat",
  "return", "sequence", "short", "signed", "sizeof", "specify", "static", "string", "strong",
  "struct", "super", "supply0", "supply1", "switch", "table", "task", "template", "this", "throw",
  "time", "tri", "true", "false", "try", "type", "typedef", "union", "unique", "unsigned", "use",
  "using", "valid", "valid_in", "valid_out", "var", "virtual", "void", "volatile", "wait", "weak", "while",
  "wire", "with", "xnor", "xor",
]
