/// A mark that is no data: a threshold, a range, a word.
public struct Annotation: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable {
    case text, verticalLine, horizontalLine
    /// A shaded part of the x axis, from `x` to `end`.
    case range
  }

  public var kind: Kind
  public var x: Double?
  public var y: Double?
  public var end: Double?
  public var text: String

  public static func text(_ text: String, x: Double, y: Double) -> Annotation {
    Annotation(kind: .text, x: x, y: y, text: text)
  }

  public static func verticalLine(_ x: Double, _ text: String = "") -> Annotation {
    Annotation(kind: .verticalLine, x: x, text: text)
  }

  public static func horizontalLine(_ y: Double, _ text: String = "") -> Annotation {
    Annotation(kind: .horizontalLine, y: y, text: text)
  }

  public static func range(_ range: ClosedRange<Double>, _ text: String = "") -> Annotation {
    Annotation(kind: .range, x: range.lowerBound, end: range.upperBound, text: text)
  }

  private init(
    kind: Kind, x: Double? = nil, y: Double? = nil, end: Double? = nil, text: String
  ) {
    (self.kind, self.x, self.y, self.end, self.text) = (kind, x, y, end, text)
  }
}

extension Annotation {
  /// What a figure written by hand leaves out has its usual value.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    kind = try keys.decode(Kind.self, forKey: .kind)
    x = try keys.decodeIfPresent(Double.self, forKey: .x)
    y = try keys.decodeIfPresent(Double.self, forKey: .y)
    end = try keys.decodeIfPresent(Double.self, forKey: .end)
    text = try keys.decodeIfPresent(String.self, forKey: .text) ?? ""
  }
}
