import WinnowNetworkIR

/// A link map's table: its keys as `io.yaml` writes them. Every key must be known, so that a
/// misspelt one is not passed over.
private struct LinkMapTable {
  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  let values: KeyedDecodingContainer<Key>
  let place: String

  init(_ decoder: any Decoder, keys: [String]) throws {
    place = decoder.codingPath.reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      }
    }
    guard let container = try? decoder.container(keyedBy: Key.self) else {
      throw NetworkError(
        "the link map's \(place.isEmpty ? "contents" : "'\(place)'") must be a table of \(keys.joined(separator: ", "))"
      )
    }
    values = container
    if let unknown = container.allKeys.map(\.stringValue).sorted().first(where: { !keys.contains($0) }) {
      throw NetworkError(
        "the link map's '\(path(unknown))' is not known; there are \(keys.joined(separator: ", "))")
    }
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  func optional<Value: Decodable>(_ key: String, _ kind: String, as type: Value.Type) throws -> Value? {
    do { return try values.decodeIfPresent(type, forKey: Key(key)) } catch let error as NetworkError {
      throw error
    } catch {
      throw NetworkError("the link map's '\(path(key))' must be \(kind)")
    }
  }

  func required<Value: Decodable>(_ key: String, _ kind: String, as type: Value.Type) throws -> Value {
    guard let value = try optional(key, kind, as: type) else {
      throw NetworkError("the link map has no '\(path(key))'; give \(kind)")
    }
    return value
  }

  func number(_ key: String, default other: Int) throws -> Int {
    try optional(key, "a whole number", as: Int.self) ?? other
  }
}

extension LinkMap: Codable {
  public init(from decoder: any Decoder) throws {
    let table = try LinkMapTable(
      decoder,
      keys: [
        "board", "start", "tmux", "frames_per_crossing", "link_clock", "packet_frames", "inputs",
        "outputs",
      ])
    let fields = "a list of fields (port, element, link, frame, bits, format, repeat)"
    self.init(
      board: try table.optional("board", "a word", as: String.self) ?? "x1",
      start: try table.optional("start", "packet, valid or orbit", as: PacketStart.self) ?? .packet,
      tmux: try table.number("tmux", default: 1),
      framesPerCrossing: try table.required("frames_per_crossing", "a whole number", as: Int.self),
      linkClock: try table.optional("link_clock", "a frequency in MHz", as: Double.self),
      packetFrames: try table.optional("packet_frames", "a whole number", as: Int.self),
      inputs: try table.required("inputs", fields, as: [LinkField].self),
      outputs: try table.required("outputs", fields, as: [LinkField].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: LinkMapTable.Key.self)
    try values.encode(board, forKey: .init("board"))
    try values.encode(start, forKey: .init("start"))
    try values.encode(tmux, forKey: .init("tmux"))
    try values.encode(framesPerCrossing, forKey: .init("frames_per_crossing"))
    try values.encode(linkClock, forKey: .init("link_clock"))
    try values.encodeIfPresent(packetFrames, forKey: .init("packet_frames"))
    try values.encode(inputs, forKey: .init("inputs"))
    try values.encode(outputs, forKey: .init("outputs"))
  }
}

extension LinkField: Codable {
  public init(from decoder: any Decoder) throws {
    let table = try LinkMapTable(
      decoder, keys: ["port", "element", "link", "frame", "bits", "format", "repeat"])
    let kind = "the first and the last bit, such as [0, 13]"
    let bits = try table.required("bits", kind, as: [Int].self)
    guard bits.count == 2, bits[0] <= bits[1] else {
      throw NetworkError("the link map's '\(table.place).bits' must be \(kind)")
    }
    self.init(
      port: try table.required("port", "the name of an input or output", as: String.self),
      element: try table.number("element", default: 0),
      link: try table.required("link", "the link's number", as: Int.self),
      frame: try table.number("frame", default: 0), bits: bits[0]...bits[1],
      format: try table.optional("format", "a format, such as fixed<8,3>", as: String.self),
      repetition: try table.optional(
        "repeat", "a table of count, element, link, frame, bit", as: Repetition.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: LinkMapTable.Key.self)
    try values.encode(port, forKey: .init("port"))
    try values.encode(element, forKey: .init("element"))
    try values.encode(link, forKey: .init("link"))
    try values.encode(frame, forKey: .init("frame"))
    try values.encode([bits.lowerBound, bits.upperBound], forKey: .init("bits"))
    try values.encodeIfPresent(format, forKey: .init("format"))
    try values.encodeIfPresent(repetition, forKey: .init("repeat"))
  }
}

extension LinkField.Repetition: Codable {
  public init(from decoder: any Decoder) throws {
    let table = try LinkMapTable(decoder, keys: ["count", "element", "link", "frame", "bit"])
    self.init(
      count: try table.required("count", "a whole number", as: Int.self),
      element: try table.number("element", default: 1), link: try table.number("link", default: 0),
      frame: try table.number("frame", default: 0), bit: try table.number("bit", default: 0))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: LinkMapTable.Key.self)
    try values.encode(count, forKey: .init("count"))
    try values.encode(element, forKey: .init("element"))
    try values.encode(link, forKey: .init("link"))
    try values.encode(frame, forKey: .init("frame"))
    try values.encode(bit, forKey: .init("bit"))
  }
}
