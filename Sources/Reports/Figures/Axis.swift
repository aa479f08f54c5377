/// An axis of a figure: what stands along it, and how far it goes.
public struct Axis: Sendable, Hashable, Codable {
  /// The quantity and its unit: `p_{T} [GeV]`.
  public var label: String
  public var isLogarithmic: Bool
  /// Where the axis ends; from the data where `nil`.
  public var low: Double?
  public var high: Double?
  /// Named places instead of numbers, for categories.
  public var ticks: [Tick]?

  public struct Tick: Sendable, Hashable, Codable {
    public var position: Double
    public var label: String

    public init(_ position: Double, _ label: String) {
      self.position = position
      self.label = label
    }
  }

  public init(
    _ label: String, from low: Double? = nil, to high: Double? = nil, isLogarithmic: Bool = false,
    ticks: [Tick]? = nil
  ) {
    self.label = label
    self.low = low
    self.high = high
    self.isLogarithmic = isLogarithmic
    self.ticks = ticks
  }
}

extension Axis {
  /// What a figure written by hand leaves out has its usual value.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    label = try keys.decode(String.self, forKey: .label)
    isLogarithmic = try keys.decodeIfPresent(Bool.self, forKey: .isLogarithmic) ?? false
    low = try keys.decodeIfPresent(Double.self, forKey: .low)
    high = try keys.decodeIfPresent(Double.self, forKey: .high)
    ticks = try keys.decodeIfPresent([Tick].self, forKey: .ticks)
  }
}
