extension FixedPointType {
  /// Reads `fixed<8,6>`, `ufixed<10,6,RND_CONV,SAT>`, or the same with `ap_` before it; `int<W>` and
  /// `uint<W>` are integers.
  ///
  /// - Throws: ``FixedPointError`` with the text when it is not such a type.
  public init(text: String) throws(FixedPointError) {
    let bare = text.filter { $0 != " " }
    let wrong = FixedPointError(
      "'\(text.prefix(80))' is not a fixed-point type; write for example fixed<8,6,RND_CONV,SAT>")
    guard let open = bare.firstIndex(of: "<"), bare.hasSuffix(">") else { throw wrong }
    var kind = bare[..<open]
    if kind.hasPrefix("ap_") { kind = kind.dropFirst(3) }
    let inner = bare[bare.index(after: open)...].dropLast()
    var fields = inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard ["fixed", "ufixed", "int", "uint"].contains(String(kind)), !fields.isEmpty else {
      throw wrong
    }
    if kind.hasSuffix("int") { fields.insert(fields[0], at: 1) }
    guard fields.count >= 2, fields.count <= 5, let width = Int(fields[0]),
      let integer = Int(fields[1])
    else { throw wrong }
    func mode(_ text: String) -> String { text.hasPrefix("AP_") ? String(text.dropFirst(3)) : text }
    var rounding = RoundingMode.truncate
    var overflow = OverflowMode.wrap
    if fields.count > 2 {
      guard let named = RoundingMode(rawValue: mode(fields[2])) else { throw wrong }
      rounding = named
    }
    if fields.count > 3 {
      guard let named = OverflowMode(rawValue: mode(fields[3])) else { throw wrong }
      overflow = named
    }
    if fields.count > 4, fields[4] != "0" { throw wrong }
    self.init(
      FixedPointFormat(signed: !kind.hasPrefix("u"), width: width, integer: integer),
      rounding: rounding, overflow: overflow)
    try format.validate()
  }
}

/// Coded as its text.
extension FixedPointType: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(text: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
