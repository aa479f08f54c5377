public import WinnowFixedPoint

/// How a tensor's numbers are represented: a fixed-point type, or a width for which the type follows
/// from the numbers themselves.
public enum Precision: Sendable, Hashable {
  /// Stays real; such a network does not compile unless something behind it quantises.
  case real
  case type(FixedPointType)
  case width(FittedWidth)
  /// One of QKeras' quantisers; scales from weights are those of the weights when they are quantised.
  case qkeras(QKerasQuantizer)

  public static func bits(
    _ width: Int, range: RangeRule = .minimumMaximum, granularity: Granularity = .tensor
  ) -> Precision {
    .width(FittedWidth(width, range: range, granularity: granularity))
  }
}

/// A width whose point is placed by what the numbers need.
public struct FittedWidth: Sendable, Hashable, Codable {
  public var width: Int
  public var range: RangeRule
  public var granularity: Granularity
  /// `nil`: signed where a number is negative.
  public var isSigned: Bool?
  public var rounding: RoundingMode
  public var overflow: OverflowMode
  public var scale: Scale

  public init(
    _ width: Int, range: RangeRule = .minimumMaximum, granularity: Granularity = .tensor,
    isSigned: Bool? = nil, rounding: RoundingMode = .nearestToEven,
    overflow: OverflowMode = .saturate, scale: Scale = .powerOfTwo
  ) {
    self.width = width
    self.range = range
    self.granularity = granularity
    self.isSigned = isSigned
    self.rounding = rounding
    self.overflow = overflow
    self.scale = scale
  }
}

/// Which elements share a type.
public enum Granularity: String, Sendable, Hashable, Codable, CaseIterable {
  case tensor
  /// One type per neuron or filter.
  case channel
  case element
}

/// What a step may be.
public enum Scale: String, Sendable, Hashable, Codable, CaseIterable {
  case powerOfTwo
  /// Any real number: refused, because fixed point has none.
  case free
}

/// Which range a type of given width covers.
public enum RangeRule: Sendable, Hashable {
  /// All numbers seen.
  case minimumMaximum
  /// Numbers up to a percentile of the magnitudes; the rest is clipped.
  case percentile(Double)
  /// The range whose rounding and clipping errors have the smallest mean square.
  case squaredError
}

extension RangeRule: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    switch text {
    case "minmax": self = .minimumMaximum
    case "mse": self = .squaredError
    default:
      guard text.hasPrefix("percentile "), let percent = Double(text.dropFirst(11)) else {
        throw TrainingError(
          "'\(text.prefix(40))' is no range rule; write minmax, mse or, for example, percentile 99.9")
      }
      self = .percentile(percent)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .minimumMaximum: try container.encode("minmax")
    case .squaredError: try container.encode("mse")
    case .percentile(let percent): try container.encode("percentile \(percent)")
    }
  }
}

/// `real`, a type such as `fixed<8,1,RND_CONV,SAT>`, a quantiser as QKeras spells it, a number of bits, or
/// the fields of ``FittedWidth``.
extension Precision: Codable {
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.singleValueContainer() {
      if let width = try? container.decode(Int.self) {
        self = .bits(width)
        return
      }
      if let text = try? container.decode(String.self) {
        self =
          text == "real"
          ? .real
          : text.contains("(")
            ? .qkeras(try QKerasQuantizer(qkeras: text, at: .weights))
            : .type(try FixedPointType(text: text))
        return
      }
    }
    self = .width(try FittedWidth(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .real:
      var container = encoder.singleValueContainer()
      try container.encode("real")
    case .type(let type): try type.encode(to: encoder)
    case .qkeras(let quantizer):
      var container = encoder.singleValueContainer()
      try container.encode(quantizer.description)
    case .width(let width): try width.encode(to: encoder)
    }
  }
}
