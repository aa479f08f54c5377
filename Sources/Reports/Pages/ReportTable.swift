import Foundation

/// Numbers in rows and columns: what `tables/NAME.json` holds.
public struct ReportTable: Sendable, Hashable, Codable {
  public struct Column: Sendable, Hashable, Codable {
    /// May hold `_{…}` and `^{…}`, as all text of the table.
    public var label: String
    /// Significant digits shown; the files hold all of them.
    public var digits: Int

    public init(_ label: String, digits: Int = 4) {
      self.label = label
      self.digits = digits
    }
  }

  public enum Cell: Sendable, Hashable {
    case text(String)
    case number(Double)
    /// A value and the ends of its interval.
    case measured(Double, ClosedRange<Double>)
    case empty
  }

  /// The name of its files.
  public var name: String
  public var title: String
  public var columns: [Column]
  public var rows: [[Cell]]
  public var caption: String
  public var provenance: Provenance?

  public init(
    _ name: String, title: String, columns: [Column], rows: [[Cell]], caption: String = "",
    provenance: Provenance? = nil
  ) {
    (self.name, self.title, self.columns, self.rows) = (name, title, columns, rows)
    (self.caption, self.provenance) = (caption, provenance)
  }

  /// A quantity that somebody published and that was measured here.
  public struct Comparison: Sendable {
    public var quantity: String
    public var published: Cell
    public var ours: Cell
    /// Where the published number stands.
    public var source: String

    public init(_ quantity: String, published: Cell, ours: Cell, source: String) {
      (self.quantity, self.published, self.ours, self.source) = (quantity, published, ours, source)
    }
  }

  /// Published numbers beside ours, with their ratio.
  public init(
    _ name: String, title: String, comparing comparisons: [Comparison], caption: String = "",
    provenance: Provenance? = nil
  ) {
    let rows = comparisons.map { one -> [Cell] in
      var ratio = Cell.empty
      if let ours = one.ours.value, let theirs = one.published.value, theirs != 0 {
        ratio = .number(ours / theirs)
      }
      return [.text(one.quantity), one.published, one.ours, ratio, .text(one.source)]
    }
    self.init(
      name, title: title,
      columns: [
        Column("quantity"), Column("published"), Column("ours"),
        Column("ours / published", digits: 3), Column("source"),
      ], rows: rows, caption: caption, provenance: provenance)
  }

  /// - Throws: ``ReportError`` where a row is of another length.
  public func check() throws {
    try Figure.check(name: name, of: "table")
    for (index, row) in rows.enumerated() where row.count != columns.count {
      throw ReportError(
        "row \(index + 1) of table '\(name)' has \(row.count) cells for \(columns.count) columns; give as many"
      )
    }
  }
}

extension ReportTable.Cell {
  var value: Double? {
    switch self {
    case .number(let value), .measured(let value, _): value
    case .text, .empty: nil
    }
  }

  func html(digits: Int) -> String {
    switch self {
    case .text(let text): return FigureText(text).html
    case .number(let value): return Self.shown(value, digits)
    case .empty: return "–"
    case .measured(let value, let range):
      let (down, up) = (value - range.lowerBound, range.upperBound - value)
      // An error has two digits; the value as many decimal places as the error.
      let places = Self.places(of: max(down, up))
      func fixed(_ number: Double) -> String { Self.fixed(number, places) ?? Self.shown(number, digits) }
      if fixed(up) == fixed(down) { return "\(fixed(value)) ± \(fixed(up))" }
      return
        "\(fixed(value)) <span class=\"errors\"><sup>+\(fixed(up))</sup><sub>−\(fixed(down))</sub></span>"
    }
  }

  private static func places(of error: Double) -> Int? {
    guard error > 0, error.isFinite else { return nil }
    let places = 1 - Int(log10(error).rounded(.down))
    return (0...8).contains(places) ? places : nil
  }

  private static func fixed(_ value: Double, _ places: Int?) -> String? {
    guard let places, value.isFinite, abs(value) < 1e6 else { return nil }
    return String(format: "%.\(places)f", value).replacingOccurrences(of: "-", with: "−")
  }

  private static func shown(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value > 0 ? "∞" : "−∞" }
    if value == value.rounded(), abs(value) < 1e9 {
      // 45,000 with narrow spaces, as the field writes it.
      return grouped(Int(value))
    }
    let text = String(format: "%.\(digits)g", value)
    guard let mark = text.firstIndex(of: "e"), let power = Int(text[text.index(after: mark)...]) else {
      return text.replacingOccurrences(of: "-", with: "−")
    }
    let mantissa = text[..<mark].replacingOccurrences(of: "-", with: "−")
    return "\(mantissa) × 10<sup>\("\(power)".replacingOccurrences(of: "-", with: "−"))</sup>"
  }

  private static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    guard digits.count > 4 else { return (value < 0 ? "−" : "") + String(digits) }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{202f}" }
      text.append(digit)
    }
    return (value < 0 ? "−" : "") + text
  }
}

extension ReportTable.Cell: Codable {
  private struct Measured: Codable {
    var value, low, high: Double
  }

  /// Text is a string, a number a number, a measurement an object, nothing `null`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .empty
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      let measured = try container.decode(Measured.self)
      guard measured.low <= measured.high else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "its low end lies above its high end")
      }
      self = .measured(measured.value, measured.low...measured.high)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .empty: try container.encodeNil()
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .measured(let value, let range):
      try container.encode(Measured(value: value, low: range.lowerBound, high: range.upperBound))
    }
  }
}
