/// Which flag of a link begins a packet.
public enum PacketStart: String, Sendable, Hashable, Codable, CaseIterable {
  /// The start-of-packet flag. Frames that are not valid are pauses.
  case packet
  /// The first valid frame after one that is not, and every `packet_frames`-th of an unbroken run: all
  /// that EMP v1 files can say. A gap within a packet breaks it off.
  case valid
  /// The start-of-orbit flag, and every packet period after it.
  case orbit
}

/// Where the elements of a network's inputs and outputs travel on a board's links: `io.yaml`.
///
/// A link carries one 64-bit frame a clock edge. An event is a packet: its frames are counted from
/// 0, and packets follow one another every `tmux` crossings.
public struct LinkMap: Sendable, Hashable {
  /// The board's name in pattern files.
  public var board: String
  public var start: PacketStart
  /// Crossings from packet to packet.
  public var tmux: Int
  /// Frames of a link in one crossing of 25 ns: 9 at 360 MHz.
  public var framesPerCrossing: Int
  /// MHz; 40 × the frames of a crossing where nothing is said.
  public var linkClock: Double
  /// Frames of an input packet; up to the last one used where nothing is said.
  public var packetFrames: Int?
  public var inputs: [LinkField]
  public var outputs: [LinkField]

  /// Bunch crossings of the LHC, MHz.
  public static let crossingRate = 40.079

  public init(
    board: String = "x1", start: PacketStart = .packet, tmux: Int = 1, framesPerCrossing: Int,
    linkClock: Double? = nil, packetFrames: Int? = nil, inputs: [LinkField], outputs: [LinkField]
  ) {
    self.board = board
    self.start = start
    self.tmux = tmux
    self.framesPerCrossing = framesPerCrossing
    self.linkClock = linkClock ?? 40 * Double(framesPerCrossing)
    self.packetFrames = packetFrames
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Frames from packet to packet.
  public var period: Int { tmux * framesPerCrossing }
}

/// An element of a port on a link, or a row of elements at equal distances.
public struct LinkField: Sendable, Hashable {
  /// The network's input or output.
  public var port: String
  /// In the port, row by row.
  public var element: Int
  public var link: Int
  /// Of the packet, from 0.
  public var frame: Int
  /// First and last bit of the frame, both counted.
  public var bits: ClosedRange<Int>
  /// The element's format, as a check; any where nothing is said.
  public var format: String?
  public var repetition: Repetition?

  /// `count` fields, each further on than the one before by these steps.
  public struct Repetition: Sendable, Hashable {
    public var count: Int
    public var element: Int
    public var link: Int
    public var frame: Int
    public var bit: Int

    public init(count: Int, element: Int = 1, link: Int = 0, frame: Int = 0, bit: Int = 0) {
      self.count = count
      self.element = element
      self.link = link
      self.frame = frame
      self.bit = bit
    }
  }

  public init(
    port: String, element: Int = 0, link: Int, frame: Int = 0, bits: ClosedRange<Int>,
    format: String? = nil, repetition: Repetition? = nil
  ) {
    self.port = port
    self.element = element
    self.link = link
    self.frame = frame
    self.bits = bits
    self.format = format
    self.repetition = repetition
  }
}
