import WinnowFixedPoint
import WinnowNetworkIR

extension PayloadModule {
  /// The network with its ports as vectors of the elements' wires; `result_valid`, `result_orbit` and the
  /// outputs' vectors.
  func coreInstance() -> [String] {
    ["", "  // The network"] + (core.isStream ? streamInstance() : parallelInstance())
  }

  private func inputWires() -> [String] {
    core.inputPorts.enumerated().map { index, port in
      let elements = layout.inputs.filter { $0.port == index }.map { elementName($0) }
      return "  wire \(bits(core.inputWidth(port)))\(core.inputName(index)) = "
        + (elements.isEmpty ? "1'b0" : concatenation(elements)) + ";"
    }
  }

  private func parallelInstance() -> [String] {
    var lines: [String] = []
    var connections = [
      ".clock(clock)", ".valid_in(event_complete)", ".valid_out(core_valid)",
    ]
    for (index, wire) in inputWires().enumerated() {
      lines.append(wire)
      connections.append(".\(core.inputName(index))(\(core.inputName(index)))")
    }
    lines.append("  wire core_valid;")
    for (index, port) in core.outputPorts.enumerated() {
      lines.append("  wire \(bits(core.outputWidth(port)))\(core.outputName(index));")
      connections.append(".\(core.outputName(index))(\(core.outputName(index)))")
    }
    lines += [
      "  \(core.moduleName) network (", "    " + connections.joined(separator: ",\n    "), "  );",
    ]
    // An event that a reset met in the core is not heard of again; the mark of an orbit's first event
    // goes along with it.
    lines += delayLines(
      ["flight": "event_complete", "orbits": "event_orbit"], length: core.latency)
    return lines + [
      "  wire result_valid = core_valid & flight[\(core.latency - 1)];",
      "  wire result_orbit = orbits[\(core.latency - 1)];",
    ]
  }

  /// Results are taken as they come, so that none waits in the network and the latency is always the same.
  private func streamInstance() -> [String] {
    // An element without bits takes none in a stream.
    let filled = core.inputPorts.indices.filter { index in
      core.inputPorts[index].types.contains { $0.width > 0 }
    }
    let given = filled.map { core.inputName($0) }
    let results = core.outputPorts.map { core.outputWidth($0) }
    let total = results.reduce(0, +)
    // Events between the one that enters and the one that leaves, both counted.
    let places = (core.latency + core.interval - 1) / core.interval + 1
    let width = counterWidth(places - 1)
    func next(_ place: String) -> String {
      "\(place) == \(width)'d\(places - 1) ? \(width)'d0 : \(place) + \(width)'d1"
    }
    let waits = core.interval > 1
    let pause = counterWidth(core.interval - 1)
    var lines = inputWires()
    lines += [
      "  wire \(bits(total))results;",
      // The network's registers begin as they come: it is reset when the device starts.
      "  reg started = 1'b0;",
      "  always @(posedge clock) started <= 1'b1;",
      "  wire network_reset = reset | ~started;",
      "  wire network_ready;",
      "  wire network_valid;",
      "  wire result_valid = started & network_valid;",
    ]
    if waits { lines.append("  reg \(bits(pause))pause = \(pause)'d0;") }
    lines += [
      "  assign core_ready = started & network_ready\(waits ? " & pause == \(pause)'d0" : "");",
      "  wire event_enters = event_complete & core_ready;",
    ]
    if waits {
      lines += [
        "  // Events enter no faster than they leave, so that none waits on the way.",
        "  always @(posedge clock)",
        "    if (network_reset) pause <= \(pause)'d0;",
        "    else if (event_enters) pause <= \(pause)'d\(core.interval - 1);",
        "    else if (pause != \(pause)'d0) pause <= pause - \(pause)'d1;",
      ]
    }
    lines += [
      "  \(core.moduleName) network (",
      "    .clock(clock), .reset(network_reset),",
      "    .in_valid(event_enters), .in_ready(network_ready),",
      "    .in_data(\(given.isEmpty ? "1'b0" : given.count == 1 ? given[0] : "{\(given.reversed().joined(separator: ", "))}")),",
      "    .out_valid(network_valid), .out_ready(1'b1), .out_data(results)", "  );",
    ]
    for (index, part) in packedParts("results", results).enumerated() {
      lines.append("  wire \(bits(results[index]))\(core.outputName(index)) = \(part);")
    }
    return lines + [
      "  // The marks of orbits' first events, in the order of events on the way",
      "  reg [\(places - 1):0] orbits = \(places)'d0;",
      "  reg \(bits(width))orbit_in = \(width)'d0;",
      "  reg \(bits(width))orbit_out = \(width)'d0;",
      "  wire result_orbit = orbits[orbit_out];",
      "  always @(posedge clock) begin",
      "    if (event_enters) orbits[orbit_in] <= event_orbit;",
      "    if (reset) orbit_in <= \(width)'d0;",
      "    else if (event_enters) orbit_in <= \(next("orbit_in"));",
      "    if (reset) orbit_out <= \(width)'d0;",
      "    else if (result_valid) orbit_out <= \(next("orbit_out"));",
      "  end",
    ]
  }
}
