extension VerilogText {
  /// The signal that a register's chain starts from: the name itself for wires and input registers.
  func source(of name: String) -> String {
    var name = name
    var steps = 0
    while let source = transfers[name], wires[source] != nil || registerWidths[source] != nil,
      steps < 10_000
    {
      name = source
      steps += 1
    }
    return name
  }

  /// Checks that every path from the input ports to an output passes the same number of registers.
  ///
  /// Then the module is the combinational function of its wires, later by that many clock edges.
  /// - Returns: the faults found.
  func timingFaults(latency: Int, inputs: Set<String>, outputs: [String]) -> [String] {
    var faults: [String] = []
    var times: [String: Int] = [:]
    func time(_ name: String) -> Int? {
      if let known = times[name] { return known }
      var result: Int?
      if let source = transfers[name] {
        let read = Self.identifiers(source).map(\.name)
        if read.count == 1, inputs.contains(read[0]) {
          result = 1
        } else if read.count == 1, source == read[0] {
          result = time(read[0]).map { $0 + 1 }
        } else if name != "valid" {
          faults.append("register \(name) takes '\(source)'")
        }
      } else if let wire = wires[name] {
        result = common(wire.expression, name)
      }
      times[name] = result
      return result
    }
    func common(_ expression: String, _ reader: String) -> Int? {
      let read = Self.identifiers(expression).map(\.name).filter { tables[$0] == nil }
      let found = Set(read.map { time($0) })
      if found.count > 1 {
        faults.append("\(reader) reads signals of different clock edges")
        return nil
      }
      if let first = found.first, first == nil {
        faults.append("\(reader) reads a signal that nothing drives")
      }
      return found.first ?? nil
    }
    // In the order of the file, so that no chain is followed deeply.
    for name in order { _ = time(name) }
    for output in outputs {
      guard let expression = assignments[output] else {
        faults.append("\(output) is not assigned")
        continue
      }
      let read = Self.identifiers(expression)
      if let found = common(expression, output), found != latency {
        faults.append("\(output) comes after \(found) clock edges, not \(latency)")
      } else if read.isEmpty, expression.isEmpty {
        faults.append("\(output) is empty")
      }
    }
    let valid =
      latency > 1 ? "{valid[\(latency - 2):0], valid_in}" : "valid_in"
    if transfers["valid"] != valid || registerWidths["valid"] != latency
      || assignments["valid_out"] != "valid[\(latency - 1)]"
    {
      faults.append("valid_out does not follow valid_in by \(latency) clock edges")
    }
    return faults
  }
}
