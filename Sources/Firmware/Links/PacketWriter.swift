import WinnowNetworkIR

/// Lays events on links as packets, clock edge by clock edge.
public struct PacketWriter: Sendable {
  public let packer: EventPacker
  public let side: EventPacker.Side
  /// Frames before the first packet.
  public var lead: Int
  /// Frames from packet to packet where nothing pauses.
  public var spacing: Int
  /// Frames after the last packet.
  public var tail: Int
  /// How many frames a link pauses before a frame of an event; none where nothing is said.
  public var pause: (@Sendable (_ event: Int, _ link: Int, _ frame: Int) -> Int)?
  /// Pauses by a strobe that is low rather than by frames that are not valid.
  public var pausesByStrobe = false

  public init(
    _ layout: LinkLayout, _ side: EventPacker.Side = .input, lead: Int = 0, tail: Int = 0
  ) {
    packer = EventPacker(layout)
    self.side = side
    self.lead = lead
    self.tail = tail
    spacing = layout.map.period
  }

  /// The file's contents for a number of events.
  ///
  /// A packet has its start mark on the first frame, its end mark on the last; the first packet
  /// begins an orbit. An event whose pauses last longer than the spacing delays the next.
  /// - Parameter ports: an event's mantissas of each port.
  public func pattern(events: Int, ports: (Int) -> [[Int64]]) -> PatternFile {
    let links = packer.links(side)
    var frames: [[LinkFrame]] = links.map { _ in
      Array(repeating: LinkFrame(), count: lead)
    }
    for event in 0..<events {
      let words = packer.words(side, ports: ports(event))
      let start = frames[0].count
      for (place, link) in links.enumerated() {
        for (frame, word) in words[place].enumerated() {
          if let pause {
            let idle = LinkFrame(strobe: !pausesByStrobe)
            frames[place] += Array(
              repeating: idle, count: frame == 0 ? 0 : pause(event, link, frame))
          }
          frames[place].append(
            LinkFrame(
              data: word, isValid: true, startsPacket: frame == 0,
              endsPacket: frame == words[place].count - 1, startsOrbit: frame == 0 && event == 0))
        }
      }
      // All links begin the next packet together.
      let end = max(start + spacing, frames.map(\.count).max()!)
      for place in frames.indices {
        frames[place] += Array(repeating: LinkFrame(), count: end - frames[place].count)
      }
    }
    for place in frames.indices {
      frames[place] += Array(repeating: LinkFrame(), count: tail)
    }
    return PatternFile(board: packer.layout.map.board, links: links, frames: frames)
  }
}
