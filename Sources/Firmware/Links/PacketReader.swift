public import WinnowNetworkIR

/// Finds the events in what output links carry.
public struct PacketReader: Sendable {
  public let packer: EventPacker

  public init(_ layout: LinkLayout) { packer = EventPacker(layout) }

  /// All events' mantissas, port by port, and the frame at which each begins on its first link.
  ///
  /// A packet begins with its start mark, and frames that are not valid are pauses; in a file
  /// without marks (EMP v1) it begins with the first valid frame, and the next one follows at once
  /// or after a gap.
  /// A packet that the end of the file cuts off is left out, as a board's capture may end in one.
  /// - Throws: ``NetworkError`` when a link is missing, a packet is cut short, or links hold
  ///   different numbers of packets.
  public func events(
    _ pattern: PatternFile
  ) throws(NetworkError) -> (ports: [[[Int64]]], starts: [Int]) {
    let links = packer.links(.output)
    let isMarked = pattern.frames.contains { $0.contains(where: \.startsPacket) }
    var packets: [[(start: Int, words: [UInt64])]] = []
    for link in links {
      packets.append(
        try packetsOf(
          link, try pattern.required(link), frames: packer.packetFrames(.output, link: link),
          isMarked: isMarked))
    }
    // The end may cut the last packet of long ones only.
    let count = packets.map(\.count).min() ?? 0
    for (link, found) in zip(links, packets) where found.count > count + 1 {
      throw NetworkError(
        "link \(link) holds \(found.count) packets, another \(count); all links must hold as many"
      )
    }
    let ports = (0..<count).map { event in
      packer.ports(.output, words: packets.map { $0[event].words })
    }
    return (ports, packets[0].prefix(count).map(\.start))
  }

  private func packetsOf(
    _ link: Int, _ stream: [LinkFrame], frames: Int, isMarked: Bool
  ) throws(NetworkError) -> [(start: Int, words: [UInt64])] {
    var packets: [(start: Int, words: [UInt64])] = []
    var begun: (start: Int, words: [UInt64])?
    func cut(_ packet: (start: Int, words: [UInt64])) -> NetworkError {
      NetworkError(
        "packet \(packets.count) of link \(link), from frame \(packet.start) on, is cut short: it has \(packet.words.count) of \(frames) frames"
      )
    }
    for (place, frame) in stream.enumerated() where frame.strobe {
      guard frame.isValid else {
        if let packet = begun, !isMarked { throw cut(packet) }
        continue
      }
      if isMarked, frame.startsPacket, let packet = begun { throw cut(packet) }
      if begun == nil, frame.startsPacket || !isMarked { begun = (place, []) }
      begun?.words.append(frame.data)
      if let packet = begun, packet.words.count == frames {
        packets.append(packet)
        begun = nil
      }
    }
    return packets
  }
}
