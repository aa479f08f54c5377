public import WinnowNetworkIR

/// Finds the events in what input links carry, by the payload's own rules, edge by edge: the
/// reference for its deserialiser.
public struct PacketCollector: Sendable {
  public let packer: EventPacker

  public struct Result: Sendable, Hashable {
    /// Each event's mantissas, port by port.
    public var events: [[[Int64]]]
    /// The clock edge that completes each event.
    public var edges: [Int]
    /// The first event of an orbit, for each event.
    public var startsOrbit: [Bool]
    /// Edges at which a packet was found broken or missing.
    public var faults: Int
  }

  /// What one link remembers.
  private struct Position {
    var frame = 0
    var isRunning = false
    var hasSeenOrbit = false
    var isDone = false
    var words: [UInt64]
  }

  /// What one link does at an edge.
  private struct Step {
    var place = 0
    var isFirst = false
    var isTaken = false
    var isBroken = false
    var isLast = false
  }

  public init(_ layout: LinkLayout) { packer = EventPacker(layout) }

  /// - Throws: ``NetworkError`` when the file lacks a link.
  public func collect(_ pattern: PatternFile) throws(NetworkError) -> Result {
    let layout = packer.layout
    let links = layout.inputLinks
    var frames: [[LinkFrame]] = []
    for link in links { frames.append(try pattern.required(link)) }
    let last = links.map(layout.lastInputFrame)
    var positions = last.map { Position(words: Array(repeating: 0, count: $0 + 1)) }
    var result = Result(events: [], edges: [], startsOrbit: [], faults: 0)
    var orbit = false
    for edge in 0..<pattern.count {
      var steps: [Step] = []
      for place in links.indices {
        var step = move(&positions[place], frames[place][edge], last[place])
        step.isLast =
          step.isTaken && (step.isFirst || positions[place].isRunning) && step.place == last[place]
        steps.append(step)
      }
      let align = steps.contains(where: \.isFirst)
      let wasPending = positions.contains { $0.isRunning || $0.isDone }
      if steps.contains(where: \.isBroken) || (align && (wasPending || !steps.allSatisfy(\.isFirst))) {
        result.faults += 1
      }
      if steps[0].isFirst { orbit = frames[0][edge].startsOrbit }
      var ready: [Bool] = []
      for (place, step) in steps.enumerated() {
        let inside = step.isTaken && (step.isFirst || positions[place].isRunning)
        if inside, step.place <= last[place] {
          positions[place].words[step.place] = frames[place][edge].data
        }
        ready.append(align ? step.isFirst && step.isLast : positions[place].isDone || step.isLast)
        if step.isLast || step.isBroken {
          positions[place].isRunning = false
        } else if step.isFirst {
          positions[place].isRunning = true
        } else if align {
          positions[place].isRunning = false
        }
      }
      let isComplete = ready.allSatisfy(\.self)
      for place in positions.indices { positions[place].isDone = !isComplete && ready[place] }
      if isComplete {
        result.events.append(packer.ports(.input, words: positions.map(\.words)))
        result.edges.append(edge)
        result.startsOrbit.append(orbit)
      }
    }
    return result
  }

  /// Advances a link's frame counter.
  private func move(_ position: inout Position, _ frame: LinkFrame, _ last: Int) -> Step {
    var step = Step(isTaken: frame.strobe && frame.isValid)
    let gap = frame.strobe && !frame.isValid && position.isRunning
    switch packer.layout.map.start {
    case .packet:
      step.isFirst = step.isTaken && frame.startsPacket
      step.place = step.isFirst ? 0 : position.frame
      if step.isTaken { position.frame = step.place == last ? 0 : step.place + 1 }
    case .valid:
      step.place = position.frame
      step.isFirst = step.isTaken && position.frame == 0
      step.isBroken = gap
      if frame.strobe {
        let ends = position.frame == packer.layout.packetFrames - 1
        position.frame = !frame.isValid || ends ? 0 : position.frame + 1
      }
    case .orbit:
      let zero = step.isTaken && frame.startsOrbit
      step.place = zero ? 0 : position.frame
      step.isFirst = step.isTaken && (zero || position.hasSeenOrbit) && step.place == 0
      step.isBroken = gap
      position.hasSeenOrbit = position.hasSeenOrbit || zero
      if frame.strobe {
        position.frame = step.place == packer.layout.map.period - 1 ? 0 : step.place + 1
      }
    }
    return step
  }
}

extension PatternFile {
  /// A link's frames.
  func required(_ link: Int) throws(NetworkError) -> [LinkFrame] {
    guard let frames = frames(ofLink: link) else {
      throw NetworkError(
        "the pattern file has no link \(link); it has \(links.map(String.init).joined(separator: ", "))"
      )
    }
    return frames
  }
}
