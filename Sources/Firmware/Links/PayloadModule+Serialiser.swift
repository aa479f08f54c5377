extension PayloadModule {
  /// Results leave as packets, frame 0 at the edge after the core's.
  func serialiser() -> [String] {
    var lines = ["", "  // Output packets"]
    let frames = layout.outputFrames
    let width = counterWidth(frames - 1)
    lines += queues ? queue() : direct()
    let begins = queues ? "assign begins" : "wire begins"
    if frames > 1 {
      lines += [
        "  reg \(bits(width))send = \(width)'d0;  // the frame that leaves next",
        "  \(begins) = available & send == \(width)'d0;",
        "  always @(posedge clock)",
        "    if (reset | send == \(width)'d\(frames - 1)) send <= \(width)'d0;",
        "    else if (begins | send != \(width)'d0) send <= send + \(width)'d1;",
      ]
    } else {
      lines.append("  \(begins) = available;")
    }
    lines += kept()
    for link in layout.outputLinks { lines += registers(link, width) }
    return lines
  }

  /// Every result is sent as it comes.
  private func direct() -> [String] {
    ["  wire available = result_valid;", "  wire source_orbit = result_orbit;"]
      + layout.outputs.map {
        "  wire \(bits($0.width))\(sourceName($0)) = \(resultBits($0));"
      }
  }

  /// A result waits while the one before it is sent.
  private func queue() -> [String] {
    let depth = Self.queueDepth
    let total = layout.outputs.map(\.width).reduce(1, +)
    let count = counterWidth(depth)
    var lines = [
      "  // Packets may come faster than results leave: up to \(depth) wait.",
      "  wire [\(total - 1):0] result = {\((["result_orbit"] + layout.outputs.reversed().map(resultBits)).joined(separator: ", "))};",
    ]
    for place in 0..<depth { lines.append("  reg [\(total - 1):0] waiting_\(place);") }
    lines += [
      "  reg [\(count - 1):0] waiting = \(count)'d0;",
      "  wire nobody_waits = waiting == \(count)'d0;",
      "  wire available = result_valid | ~nobody_waits;",
      "  wire begins;",
      "  wire [\(total - 1):0] source = nobody_waits ? result : waiting_0;",
      "  wire source_orbit = source[\(total - 1)];",
      // One joins that cannot leave at once; one leaves that did wait.
      "  wire joins = result_valid & ~(begins & nobody_waits);",
      "  wire leaves = begins & ~nobody_waits;",
      "  assign overflow = joins & ~leaves & waiting == \(count)'d\(depth);",
      "  always @(posedge clock) begin",
      "    if (reset) waiting <= \(count)'d0;",
      "    else if (joins & ~leaves & ~overflow) waiting <= waiting + \(count)'d1;",
      "    else if (leaves & ~joins) waiting <= waiting - \(count)'d1;",
    ]
    for place in 0..<depth {
      let next = place + 1 < depth ? "waiting_\(place + 1)" : "result"
      lines += [
        "    if (leaves) waiting_\(place) <= waiting == \(count)'d\(place + 1) ? result : \(next);",
        "    else if (joins & waiting == \(count)'d\(place)) waiting_\(place) <= result;",
      ]
    }
    lines.append("  end")
    var low = 0
    for placement in layout.outputs {
      let part = placement.width == 1 ? "[\(low)]" : "[\(low + placement.width - 1):\(low)]"
      lines.append("  wire \(bits(placement.width))\(sourceName(placement)) = source\(part);")
      low += placement.width
    }
    return lines
  }

  /// What later frames need is kept while the first leaves.
  private func kept() -> [String] {
    let later = layout.outputs.filter { $0.frame > 0 }
    guard !later.isEmpty else { return [] }
    return later.map { "  reg \(bits($0.width))\(sourceName($0))_kept;" }
      + ["  always @(posedge clock) if (begins) begin"]
      + later.map { "    \(sourceName($0))_kept <= \(sourceName($0));" } + ["  end"]
  }

  private func registers(_ link: Int, _ width: Int) -> [String] {
    let name = "link_out_\(link)"
    let frames = layout.outputFrames(link)
    let single = layout.outputFrames == 1
    let placements = layout.outputs.filter { $0.link == link }
    var lines = [
      "", "  // Output link \(link): \(frames) frames",
      "  assign \(name)_strobe = 1'b1;",
      "  always @(posedge clock) begin",
    ]
    var sending = "begins"
    if frames > 1 {
      sending =
        frames == layout.outputFrames
        ? "(begins | send != \(width)'d0)"
        : "(begins | (send != \(width)'d0 & send < \(width)'d\(frames)))"
    }
    lines += [
      "    \(name)_valid <= ~reset & \(sending);",
      "    \(name)_start <= ~reset & begins;",
      "    \(name)_end <= ~reset & \(frames == 1 ? "begins" : "send == \(width)'d\(frames - 1)");",
      "    \(name)_orbit <= ~reset & begins & source_orbit;",
    ]
    let first = frameWord(placements.filter { $0.frame == 0 }, kept: false)
    if single || frames == 1 {
      lines.append("    \(name)_data <= begins ? \(first) : 64'd0;")
    } else {
      lines += ["    case (send)", "      \(width)'d0: \(name)_data <= begins ? \(first) : 64'd0;"]
      for frame in 1..<frames {
        let used = placements.filter { $0.frame == frame }
        if !used.isEmpty {
          lines.append("      \(width)'d\(frame): \(name)_data <= \(frameWord(used, kept: true));")
        }
      }
      lines += ["      default: \(name)_data <= 64'd0;", "    endcase"]
    }
    return lines + ["  end"]
  }

  private func sourceName(_ placement: LinkPlacement) -> String {
    "r_\(core.outputName(placement.port))_\(placement.element)"
  }

  /// A frame's 64 bits: elements in their places, zeros between.
  private func frameWord(_ placements: [LinkPlacement], kept: Bool) -> String {
    var parts: [String] = []
    var next = 0
    for placement in placements.sorted(by: { $0.bit < $1.bit }) {
      if placement.bit > next { parts.append("\(placement.bit - next)'d0") }
      parts.append(sourceName(placement) + (kept ? "_kept" : ""))
      next = placement.bit + placement.width
    }
    if next < 64 { parts.append("\(64 - next)'d0") }
    return parts.count == 1 ? parts[0] : "{\(parts.reversed().joined(separator: ", "))}"
  }
}
