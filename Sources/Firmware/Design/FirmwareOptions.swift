import WinnowNetworkIR

/// What a design is compiled for.
public struct FirmwareOptions: Sendable, Hashable, Codable {
  /// MHz.
  public var clock: Double
  /// The device's part number.
  public var part: String
  /// Adder levels above the least possible that sharing may use.
  public var extraDepth: Int
  /// How long to look for cheaper adder graphs.
  public var effort: SearchEffort
  /// How long to look, in nominal seconds of a core; `nil` for what ``effort`` stands for.
  public var search: Double?
  /// Seeds the vectors, and the search for adder graphs.
  public var seed: UInt64
  /// Levels of adders in a pipeline stage, as peers cut; `nil` for stages that fit the clock.
  public var addersPerStage: Int?
  /// What placing registers aims at.
  public var goal: PipelineGoal = .latency
  /// Replaces the family's delay model, such as one fitted to a user's own timing reports.
  public var delays: DelayModel?

  public init(
    clock: Double = 200, part: String = "xcvu9p-flgb2104-2-e", extraDepth: Int = 0,
    effort: SearchEffort = .greedy, seed: UInt64 = 1
  ) {
    self.clock = clock
    self.part = part
    self.extraDepth = extraDepth
    self.effort = effort
    self.seed = seed
  }

  /// Folders written before there was a choice of effort used none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    clock = try values.decode(Double.self, forKey: .clock)
    part = try values.decode(String.self, forKey: .part)
    extraDepth = try values.decode(Int.self, forKey: .extraDepth)
    effort = try values.decodeIfPresent(SearchEffort.self, forKey: .effort) ?? .greedy
    search = try values.decodeIfPresent(Double.self, forKey: .search)
    seed = try values.decode(UInt64.self, forKey: .seed)
    addersPerStage = try values.decodeIfPresent(Int.self, forKey: .addersPerStage)
    goal = try values.decodeIfPresent(PipelineGoal.self, forKey: .goal) ?? .latency
    delays = try values.decodeIfPresent(DelayModel.self, forKey: .delays)
  }

  /// How long to look, in units of ``AdderGraphOptions/work``, about 7 ns each on a core of 2024.
  var work: Int { Int(140_000_000 * (search ?? effort.seconds)) }

  /// - Throws: ``NetworkError`` when the device is unknown or ambiguous.
  func device() throws -> Device {
    guard let device = Device.named(part) else {
      throw NetworkError(
        "the device '\(part)' is not known, or stands for several; 'winnow devices' lists them")
    }
    return device
  }
}
