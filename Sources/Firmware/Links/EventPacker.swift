import WinnowNetworkIR

/// Packs an event's mantissas into the frames of its links, and back.
public struct EventPacker: Sendable {
  public let layout: LinkLayout

  public init(_ layout: LinkLayout) { self.layout = layout }

  /// Which side of the network.
  public enum Side: Sendable {
    case input
    case output
  }

  func placements(_ side: Side) -> [LinkPlacement] {
    switch side {
    case .input: layout.inputs
    case .output: layout.outputs
    }
  }

  /// Links of a side, in order.
  public func links(_ side: Side) -> [Int] {
    switch side {
    case .input: layout.inputLinks
    case .output: layout.outputLinks
    }
  }

  /// Frames of a link's packet: all input links have as many, an output link as many as it uses.
  public func packetFrames(_ side: Side, link: Int) -> Int {
    switch side {
    case .input: layout.packetFrames
    case .output: layout.outputFrames(link)
    }
  }

  /// Elements of each port.
  func counts(_ side: Side) -> [Int] {
    switch side {
    case .input: layout.program.inputs.map(\.types.count)
    case .output: layout.program.outputs.map(\.formats.count)
    }
  }

  /// An event as packets.
  ///
  /// - Parameter ports: each port's mantissas, in its step; bits beyond an element's format are lost.
  /// - Returns: for each link of the side its packet's words.
  public func words(_ side: Side, ports: [[Int64]]) -> [[UInt64]] {
    let links = links(side)
    var words = links.map { Array(repeating: UInt64(0), count: packetFrames(side, link: $0)) }
    for placement in placements(side) {
      let mantissa = ports[placement.port][placement.element] >> Int64(placement.shift)
      let link = links.firstIndex(of: placement.link)!
      words[link][placement.frame] |=
        (UInt64(bitPattern: mantissa) << UInt64(placement.bit)) & placement.mask
    }
    return words
  }

  /// An event from its packets.
  ///
  /// - Parameter words: for each link of the side its packet's words, up to the last one used at least.
  /// - Returns: each port's mantissas, in its step.
  public func ports(_ side: Side, words: [[UInt64]]) -> [[Int64]] {
    let links = links(side)
    var ports = counts(side).map { Array(repeating: Int64(0), count: $0) }
    for placement in placements(side) {
      let word = words[links.firstIndex(of: placement.link)!][placement.frame]
      let bits = Int64(bitPattern: (word & placement.mask) >> UInt64(placement.bit))
      let unused = Int64(64 - placement.width)
      let value =
        placement.isSigned
        ? (bits << unused) >> unused : bits
      ports[placement.port][placement.element] = value << Int64(placement.shift)
    }
    return ports
  }
}
