import WinnowNetworkIR

/// What a design is compiled for.
public struct FirmwareOptions: Sendable, Hashable, Codable {
  /// MHz.
  public var clock: Double
  /// The device's part number.
  public var part: String
  /// Adder levels above the least possible that sharing may use.
  public var extraDepth: Int
  /// Seeds the vectors, and the variations of adder sharing.
  public var seed: UInt64

  public init(
    clock: Double = 200, part: String = "xcvu9p-flgb2104-2-e", extraDepth: Int = 0, seed: UInt64 = 1
  ) {
    self.clock = clock
    self.part = part
    self.extraDepth = extraDepth
    self.seed = seed
  }

  /// - Throws: ``NetworkError`` when the device is unknown or ambiguous.
  func device() throws -> Device {
    guard let device = Device.named(part) else {
      throw NetworkError(
        "the device '\(part)' is not known, or stands for several; 'winnow devices' lists them")
    }
    return device
  }
}
