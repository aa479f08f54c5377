/// One 64-bit word of a link with its flags.
public struct LinkFrame: Sendable, Hashable {
  public var data: UInt64
  public var isValid: Bool
  public var startsPacket: Bool
  public var endsPacket: Bool
  public var startsOrbit: Bool
  /// Not set where the link brings nothing at this clock edge.
  public var strobe: Bool

  public init(
    data: UInt64 = 0, isValid: Bool = false, startsPacket: Bool = false, endsPacket: Bool = false,
    startsOrbit: Bool = false, strobe: Bool = true
  ) {
    self.data = data
    self.isValid = isValid
    self.startsPacket = startsPacket
    self.endsPacket = endsPacket
    self.startsOrbit = startsOrbit
    self.strobe = strobe
  }
}

/// What a board's links carry, clock edge by clock edge: the contents of a pattern file.
///
/// The formats are those of the CMS test boards: EMP v1 and v2, APx (cms-sw/cmssw
/// L1Trigger/DemonstratorTools).
public struct PatternFile: Sendable, Hashable {
  public enum Format: String, Sendable, Hashable, CaseIterable {
    case emp
    case emp2
    case apx
  }

  /// The board's name; APx files have none.
  public var board: String
  /// The links' numbers, in the order of the file's columns.
  public var links: [Int]
  /// For each link its frames; all links have as many.
  public var frames: [[LinkFrame]]

  public init(board: String, links: [Int], frames: [[LinkFrame]]) {
    precondition(links.count == frames.count, "\(links.count) links, but frames of \(frames.count)")
    precondition(Set(frames.map(\.count)).count <= 1, "links of different lengths")
    self.board = board
    self.links = links
    self.frames = frames
  }

  /// Frames of each link.
  public var count: Int { frames.first?.count ?? 0 }

  /// A link's frames; `nil` when the file does not have it.
  public func frames(ofLink link: Int) -> [LinkFrame]? {
    links.firstIndex(of: link).map { frames[$0] }
  }
}
