extension PayloadModule {
  /// For every input link the place in its packet, and for every element a wire that holds it when
  /// the event is complete.
  func deserialiser() -> [String] {
    let links = layout.inputLinks
    var lines = ["", "  wire align;  // a packet begins on some link"]
    if queues { lines.append("  wire overflow;") }
    if core.isStream { lines.append("  wire core_ready;  // the network takes an event") }
    for link in links { lines += position(link) }
    lines += ["", "  // An event is complete with the last frame that a link still owes."]
    func each(_ name: String, _ join: String) -> String {
      links.map { "\(name)_\($0)" }.joined(separator: " \(join) ")
    }
    lines += [
      "  assign align = \(each("first", "|"));",
      "  wire aligned = \(each("first", "&"));",
    ]
    for link in links {
      lines += [
        "  reg done_\(link) = 1'b0;",
        "  wire ready_\(link) = align ? first_\(link) & last_\(link) : done_\(link) | last_\(link);",
      ]
    }
    lines += [
      "  wire event_complete = ~reset & \(each("ready", "&"));",
      "  assign lost = ~reset & (\(each("broken", "|"))",
      "    | (align & (~aligned | \(each("running", "|")) | \(each("done", "|"))))\(queues ? " | overflow" : "")\(core.isStream ? " | (event_complete & ~core_ready)" : ""));",
      "  always @(posedge clock) begin",
    ]
    for link in links {
      lines.append("    done_\(link) <= ~reset & ~event_complete & ready_\(link);")
    }
    lines.append("  end")
    // The mark comes with the first frame of the first link.
    let mark = links[0]
    lines += [
      "  reg orbit_kept = 1'b0;",
      "  wire event_orbit = first_\(mark) ? link_in_\(mark)_orbit : orbit_kept;",
      "  always @(posedge clock) if (first_\(mark)) orbit_kept <= link_in_\(mark)_orbit;",
    ]
    return lines + elements()
  }

  /// `first`, `last`, `broken` and `running` of a link.
  private func position(_ link: Int) -> [String] {
    let last = layout.lastInputFrame(link)
    let input = "link_in_\(link)"
    let limit: Int
    switch layout.map.start {
    case .packet: limit = last
    case .valid: limit = layout.packetFrames - 1
    case .orbit: limit = layout.map.period - 1
    }
    let width = counterWidth(limit)
    let frame = "frame_\(link)"
    func number(_ value: Int) -> String { "\(width)'d\(value)" }
    var lines = [
      "", "  // Input link \(link): frames 0 to \(last)",
      "  reg \(bits(width))\(frame) = \(number(0));", "  reg running_\(link) = 1'b0;",
      "  wire taken_\(link) = \(input)_strobe & \(input)_valid;",
    ]
    switch layout.map.start {
    case .packet:
      lines += [
        "  wire first_\(link) = taken_\(link) & \(input)_start;",
        "  wire \(bits(width))place_\(link) = first_\(link) ? \(number(0)) : \(frame);",
        "  wire broken_\(link) = 1'b0;",
        "  always @(posedge clock)",
        "    if (reset | (taken_\(link) & place_\(link) == \(number(limit)))) \(frame) <= \(number(0));",
        "    else if (taken_\(link)) \(frame) <= place_\(link) + \(number(1));",
      ]
    case .valid:
      lines += [
        "  wire first_\(link) = taken_\(link) & \(frame) == \(number(0));",
        "  wire \(bits(width))place_\(link) = \(frame);",
        "  wire broken_\(link) = \(input)_strobe & ~\(input)_valid & running_\(link);",
        "  always @(posedge clock)",
        "    if (reset | (\(input)_strobe & (~\(input)_valid | \(frame) == \(number(limit))))) \(frame) <= \(number(0));",
        "    else if (\(input)_strobe) \(frame) <= \(frame) + \(number(1));",
      ]
    case .orbit:
      lines += [
        "  reg seen_\(link) = 1'b0;",
        "  wire zero_\(link) = taken_\(link) & \(input)_orbit;",
        "  wire \(bits(width))place_\(link) = zero_\(link) ? \(number(0)) : \(frame);",
        "  wire first_\(link) = taken_\(link) & (zero_\(link) | seen_\(link)) & place_\(link) == \(number(0));",
        "  wire broken_\(link) = \(input)_strobe & ~\(input)_valid & running_\(link);",
        "  always @(posedge clock) begin",
        "    seen_\(link) <= ~reset & (seen_\(link) | zero_\(link));",
        "    if (reset | (\(input)_strobe & place_\(link) == \(number(limit)))) \(frame) <= \(number(0));",
        "    else if (\(input)_strobe) \(frame) <= place_\(link) + \(number(1));",
        "  end",
      ]
    }
    return lines + [
      "  wire inside_\(link) = taken_\(link) & (first_\(link) | running_\(link));",
      "  wire last_\(link) = inside_\(link) & place_\(link) == \(number(last));",
      // A link that does not begin with the others has missed the packet.
      "  always @(posedge clock)",
      "    if (reset | last_\(link) | broken_\(link)) running_\(link) <= 1'b0;",
      "    else if (first_\(link)) running_\(link) <= 1'b1;",
      "    else if (align) running_\(link) <= 1'b0;",
    ]
  }

  /// Elements are kept as their frame comes. Those of a link's last frame are taken from the link where
  /// it completes the event.
  private func elements() -> [String] {
    var lines = ["", "  // Elements of the event"]
    let single = layout.inputLinks.count == 1
    for link in layout.inputLinks {
      let last = layout.lastInputFrame(link)
      let placements = layout.inputs.filter { $0.link == link }
      var transfers: [Int: [String]] = [:]
      for placement in placements {
        let name = elementName(placement)
        let source =
          placement.width == 1
          ? "link_in_\(link)_data[\(placement.bit)]"
          : "link_in_\(link)_data[\(placement.bit + placement.width - 1):\(placement.bit)]"
        let direct = placement.frame == last
        if direct, single {
          lines.append("  wire \(bits(placement.width))\(name) = \(source);")
          continue
        }
        lines.append("  reg \(bits(placement.width))\(name)_kept;")
        lines.append(
          "  wire \(bits(placement.width))\(name) = "
            + (direct ? "last_\(link) ? \(source) : \(name)_kept;" : "\(name)_kept;"))
        transfers[placement.frame, default: []].append("\(name)_kept <= \(source);")
      }
      guard !transfers.isEmpty else { continue }
      lines.append("  always @(posedge clock) begin")
      for (frame, statements) in transfers.sorted(by: { $0.key < $1.key }) {
        lines.append("    if (inside_\(link) & place_\(link) == \(placeNumber(link, frame))) begin")
        lines += statements.map { "      \($0)" } + ["    end"]
      }
      lines.append("  end")
    }
    return lines
  }

  private func placeNumber(_ link: Int, _ frame: Int) -> String {
    let limit: Int
    switch layout.map.start {
    case .packet: limit = layout.lastInputFrame(link)
    case .valid: limit = layout.packetFrames - 1
    case .orbit: limit = layout.map.period - 1
    }
    return "\(counterWidth(limit))'d\(frame)"
  }
}
