import WinnowFixedPoint
public import WinnowNetworkIR

/// One element of a port on its link.
public struct LinkPlacement: Sendable, Hashable {
  /// The place of the port among the network's inputs or outputs.
  public var port: Int
  public var element: Int
  public var link: Int
  public var frame: Int
  /// The lowest bit in the frame.
  public var bit: Int
  public var width: Int
  public var isSigned: Bool
  /// A mantissa of the port is the one on the link, shifted left by this.
  public var shift: Int
}

/// A link map that fits a network: every element has exactly one place.
public struct LinkLayout: Sendable {
  public let map: LinkMap
  /// In the order of ports and elements.
  public let inputs: [LinkPlacement]
  public let outputs: [LinkPlacement]
  let program: FixedPointProgram

  /// Fits a map to a network's ports.
  ///
  /// Elements of formats without bits have no place; they are zero.
  /// - Throws: ``NetworkError`` naming the field: unknown port, element or format, wrong width, bits
  ///   beyond 64, frames beyond the period, overlaps, elements without a place or with two.
  public init(_ map: LinkMap, for program: FixedPointProgram) throws(NetworkError) {
    self.map = map
    self.program = program
    try Self.checkClock(map)
    inputs = try Self.place(
      map.inputs, "input", map,
      ports: program.inputs.map {
        Port(name: $0.name, fraction: $0.fraction, formats: $0.types.map(\.format))
      })
    outputs = try Self.place(
      map.outputs, "output", map,
      ports: program.outputs.map {
        Port(name: $0.name, fraction: $0.fraction, formats: $0.formats)
      })
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw NetworkError("the link map places no \(inputs.isEmpty ? "input" : "output"); add fields")
    }
    if let frames = map.packetFrames {
      let used = (inputs.map(\.frame).max() ?? 0) + 1
      guard (used...map.period).contains(frames) else {
        throw NetworkError(
          "the link map's packet_frames is \(frames); the inputs use \(used) frames, and packets follow every \(map.period)"
        )
      }
    }
  }

  /// - Throws: ``NetworkError`` when the links are clocked faster than the design.
  func check(designClock: Double) throws(NetworkError) {
    // 360 MHz as 9 × 40.079 is said more exactly by some.
    guard map.linkClock <= designClock * 1.01 else {
      throw NetworkError(
        "the links run at \(map.linkClock) MHz, but the design is compiled for \(designClock) MHz; compile it with --clock \(map.linkClock)"
      )
    }
  }

  /// A port of the network as the map sees it.
  private struct Port {
    var name: String
    var fraction: Int
    var formats: [FixedPointFormat]
  }

  private static func checkClock(_ map: LinkMap) throws(NetworkError) {
    guard (1...64).contains(map.framesPerCrossing), (1...3564).contains(map.tmux) else {
      throw NetworkError(
        "the link map has frames_per_crossing \(map.framesPerCrossing) and tmux \(map.tmux); 1 to 64 and 1 to 3564 are possible"
      )
    }
    guard !map.board.isEmpty, map.board.allSatisfy({ !$0.isWhitespace }) else {
      throw NetworkError("the link map's board '\(map.board)' must be one word")
    }
    let expected = LinkMap.crossingRate * Double(map.framesPerCrossing)
    guard map.linkClock.isFinite, abs(map.linkClock - expected) <= 0.01 * expected else {
      throw NetworkError(
        "the link map's link_clock of \(map.linkClock) MHz does not carry \(map.framesPerCrossing) frames a crossing; that takes \(expected) MHz, to 1 %"
      )
    }
  }

  private static func place(
    _ fields: [LinkField], _ kind: String, _ map: LinkMap, ports: [Port]
  ) throws(NetworkError) -> [LinkPlacement] {
    var placed: [[LinkPlacement?]] = ports.map { Array(repeating: nil, count: $0.formats.count) }
    /// Bits taken of each frame, and by whom.
    var taken: [FrameKey: [LinkPlacement]] = [:]
    for (number, field) in fields.enumerated() {
      let place = "\(kind)s[\(number)]"
      guard let port = ports.firstIndex(where: { $0.name == field.port }) else {
        throw NetworkError(
          "the link map's \(place) names the \(kind) '\(field.port)', which the network does not have; it has \(ports.map(\.name).joined(separator: ", "))"
        )
      }
      for placement in try placements(field, port, ports[port], map, "the link map's \(place)") {
        let element = "'\(field.port)' element \(placement.element)"
        guard placed[port][placement.element] == nil else {
          throw NetworkError("the link map's \(place) places \(element) a second time; keep one")
        }
        placed[port][placement.element] = placement
        let key = FrameKey(link: placement.link, frame: placement.frame)
        let mask = placement.mask
        if let other = taken[key, default: []].first(where: { $0.mask & mask != 0 }) {
          throw NetworkError(
            "the link map's \(place) puts \(element) on bits \(placement.range) of link \(placement.link) frame \(placement.frame), where '\(ports[other.port].name)' element \(other.element) has bits \(other.range)"
          )
        }
        taken[key, default: []].append(placement)
      }
    }
    for (port, elements) in zip(ports, placed) {
      for (element, placement) in elements.enumerated()
      where placement == nil && port.formats[element].width > 0 {
        throw NetworkError(
          "the link map gives no place to element \(element) of the \(kind) '\(port.name)'; add a field for it"
        )
      }
    }
    return placed.flatMap { $0.compactMap(\.self) }
  }

  /// A field's elements, each checked by itself.
  private static func placements(
    _ field: LinkField, _ port: Int, _ its: Port, _ map: LinkMap, _ place: String
  ) throws(NetworkError) -> [LinkPlacement] {
    let steps = field.repetition ?? LinkField.Repetition(count: 1)
    guard (1...65_536).contains(steps.count) else {
      throw NetworkError("\(place) repeats \(steps.count) times; 1 to 65536 are possible")
    }
    let numbers = [
      field.element, field.link, field.frame, steps.element, steps.link, steps.frame, steps.bit,
    ]
    if let large = numbers.first(where: { $0.magnitude > 1_000_000 }) {
      throw NetworkError("\(place) holds the number \(large); numbers up to 1000000 are possible")
    }
    guard field.bits.lowerBound >= 0, field.bits.upperBound <= 63 else {
      throw NetworkError(
        "\(place) uses bits \(field.bits.lowerBound) to \(field.bits.upperBound) of a frame; there are bits 0 to 63"
      )
    }
    var result: [LinkPlacement] = []
    for index in 0..<steps.count {
      let element = field.element + index * steps.element
      guard its.formats.indices.contains(element) else {
        throw NetworkError(
          "\(place) names element \(element) of '\(field.port)', which has \(its.formats.count)")
      }
      let format = its.formats[element]
      try check(format, field, "\(place) ('\(field.port)' element \(element))")
      let link = field.link + index * steps.link
      let frame = field.frame + index * steps.frame
      let bit = field.bits.lowerBound + index * steps.bit
      guard (0...999).contains(link) else {
        throw NetworkError("\(place) uses link \(link); links are numbered 0 to 999")
      }
      guard (0..<map.period).contains(frame) else {
        throw NetworkError(
          "\(place) uses frame \(frame); a packet has frames 0 to \(map.period - 1) (tmux × frames_per_crossing)"
        )
      }
      guard bit >= 0, bit + format.width <= 64 else {
        throw NetworkError(
          "\(place) uses bits \(bit) to \(bit + format.width - 1) of a frame; there are bits 0 to 63")
      }
      result.append(
        LinkPlacement(
          port: port, element: element, link: link, frame: frame, bit: bit, width: format.width,
          isSigned: format.isSigned, shift: its.fraction - format.fraction))
    }
    return result
  }

  private static func check(
    _ format: FixedPointFormat, _ field: LinkField, _ place: String
  ) throws(NetworkError) {
    if let text = field.format {
      guard let stated = try? FixedPointType(text: text).format else {
        throw NetworkError("\(place) has the format '\(text)'; write one such as fixed<8,3>")
      }
      guard stated == format else {
        throw NetworkError("\(place) has the format \(stated), but the network's is \(format)")
      }
    }
    guard format.width > 0 else {
      throw NetworkError("\(place) has no bits in the network; leave it out")
    }
    guard field.bits.count == format.width else {
      throw NetworkError(
        "\(place) is given \(field.bits.count) bits, but the network's format \(format) has \(format.width)"
      )
    }
  }

  private struct FrameKey: Hashable {
    var link: Int
    var frame: Int
  }
}

extension LinkPlacement {
  var mask: UInt64 { (width == 64 ? .max : (UInt64(1) << width) - 1) << bit }
  var range: String { "\(bit) to \(bit + width - 1)" }
}

extension LinkLayout {
  /// Links in use, in order.
  public var inputLinks: [Int] { Set(inputs.map(\.link)).sorted() }
  public var outputLinks: [Int] { Set(outputs.map(\.link)).sorted() }

  /// Frames of the inputs' packet up to the last one used on any link.
  public var inputFrames: Int { (inputs.map(\.frame).max() ?? 0) + 1 }
  /// Frames of an input packet as it is sent.
  public var packetFrames: Int { map.packetFrames ?? inputFrames }
  /// Frames of the longest output packet.
  public var outputFrames: Int { (outputs.map(\.frame).max() ?? 0) + 1 }

  /// The last frame used of an input link's packet.
  func lastInputFrame(_ link: Int) -> Int { inputs.lazy.filter { $0.link == link }.map(\.frame).max() ?? 0 }
  /// Frames of an output link's packet.
  func outputFrames(_ link: Int) -> Int {
    (outputs.lazy.filter { $0.link == link }.map(\.frame).max() ?? 0) + 1
  }
}
