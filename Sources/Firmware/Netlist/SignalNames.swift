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

/// The ports' names, unique and with a prefix.
func portNames(_ names: [String], prefix: String) -> [String] {
  var used: Set<String> = []
  return names.map { wanted in
    let base = prefix + verilogIdentifier(wanted)
    var name = base
    var suffix = 1
    while !used.insert(name).inserted {
      suffix += 1
      name = "\(base)_\(suffix)"
    }
    return name
  }
}

/// A network's own name as a comment or message may hold it: nothing that ends a comment or a
/// string, continues a line, or is a directive to a tool.
func commentText(_ name: String) -> String {
  String(
    name.unicodeScalars.map { scalar -> Character in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "_-.:+=()[]#<>,/".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    })
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
  "accept_on", "address", "alias", "always", "always_comb", "always_ff", "always_latch", "and",
  "assert", "assign", "assume", "auto", "automatic", "before", "begin", "bind", "bins", "binsof",
  "bit", "bool", "break", "buf", "bufif0", "bufif1", "byte", "case", "casex", "casez", "catch",
  "cell", "chandle", "char", "checker", "class", "clock", "clocking", "cmos", "config", "const",
  "constant", "constraint", "context", "continue", "cover", "covergroup", "coverpoint", "cross",
  "deassign", "default", "defparam", "delete", "design", "disable", "dist", "do", "double", "edge",
  "else", "end", "endcase", "endchecker", "endclass", "endclocking", "endconfig", "endfunction",
  "endgenerate", "endgroup", "endinterface", "endmodule", "endpackage", "endprimitive",
  "endprogram", "endproperty", "endsequence", "endspecify", "endtable", "endtask", "enum", "event",
  "eventually", "expect", "explicit", "export", "extern", "false", "final", "first_match", "float",
  "for", "force", "foreach", "forever", "fork", "forkjoin", "function", "generate", "genvar",
  "global", "goto", "highz0", "highz1", "if", "iff", "ifnone", "ignore_bins", "illegal_bins",
  "implements", "implies", "import", "incdir", "include", "initial", "inout", "input", "inputs",
  "inside", "instance", "int", "integer", "interconnect", "interface", "intersect", "join",
  "join_any", "join_none", "large", "let", "liblist", "library", "local", "localparam", "logic",
  "long", "longint", "macromodule", "matches", "medium", "modport", "module", "nand", "negedge",
  "nettype", "new", "nexttime", "nmos", "nor", "noshowcancelled", "not", "notif0", "notif1", "null",
  "operator", "or", "output", "outputs", "package", "packed", "parameter", "pmos", "posedge",
  "primitive", "priority", "private", "probe", "program", "property", "protected", "public",
  "pull0", "pull1", "pulldown", "pullup", "pulsestyle_ondetect", "pulsestyle_onevent", "pure",
  "rand", "randc", "randcase", "randsequence", "rcmos", "real", "realtime", "ref", "reg",
  "register", "reject_on", "release", "repeat", "restrict", "return", "rnmos", "rpmos", "rtran",
  "rtranif0", "rtranif1", "s_always", "s_eventually", "s_nexttime", "s_until", "s_until_with",
  "scalared", "sequence", "short", "shortint", "shortreal", "showcancelled", "signed", "sizeof",
  "small", "soft", "solve", "specify", "specparam", "static", "string", "strong", "strong0",
  "strong1", "struct", "super", "supply0", "supply1", "switch", "sync_accept_on", "sync_reject_on",
  "table", "tagged", "task", "template", "testbench", "this", "throughout", "throw", "time",
  "timeprecision", "timeunit", "tran", "tranif0", "tranif1", "tri", "tri0", "tri1", "triand",
  "trior", "trireg", "true", "try", "type", "typedef", "union", "unique", "unique0", "unsigned",
  "until", "until_with", "untyped", "use", "using", "valid", "valid_in", "valid_out", "var",
  "vectored", "virtual", "void", "volatile", "wait", "wait_order", "wand", "weak", "weak0", "weak1",
  "while", "wildcard", "wire", "with", "within", "wor", "xnor", "xor",
]
