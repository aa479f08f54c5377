public import WinnowFirmware
public import WinnowNetworkIR
public import WinnowTraining

/// Look-up tables or flip-flops as `winnow compile` estimates them: the network is compiled.
public struct FirmwareEstimate: ResourceEstimate {
  public enum Resource: String, Sendable, Hashable { case lookUpTables, flipFlops }

  public var resource: Resource
  public var options: FirmwareOptions

  public init(_ resource: Resource = .lookUpTables, options: FirmwareOptions = FirmwareOptions()) {
    self.resource = resource
    self.options = options
  }

  public var unit: String { resource == .lookUpTables ? "look-up tables" : "flip-flops" }

  /// - Complexity: that of compiling, about 0.1 s for 2,000 weights.
  public func cost(of network: Network) throws -> Double {
    let resources = try Design(network, options: options).resources
    return Double(resource == .lookUpTables ? resources.lookUpTables : resources.flipFlops)
  }
}

/// What a recipe counts as cost.
enum CostUnit: String, Sendable, CaseIterable {
  case lut, ff
  case bitOperations = "bit_operations"

  func estimate(_ options: FirmwareOptions) -> any ResourceEstimate {
    switch self {
    case .lut: FirmwareEstimate(.lookUpTables, options: options)
    case .ff: FirmwareEstimate(.flipFlops, options: options)
    case .bitOperations: BitOperationEstimate()
    }
  }
}

/// The firmware that estimates are of.
struct FirmwareRecipe: Sendable {
  var options = FirmwareOptions()

  init() {}

  init(_ value: RecipeValue) throws {
    let table = try RecipeTable(value, keys: ["clock", "device"])
    options.clock = try table.number("clock") ?? options.clock
    guard options.clock > 0 else {
      throw value.error("has a clock of \(options.clock) MHz; give one above 0")
    }
    if let part = try table.string("device") {
      guard let device = Device.named(part) else {
        throw try table.required("device").error(
          "is '\(part)', which is no device or stands for several; 'winnow devices' lists them")
      }
      options.part = device.part
    }
  }
}

/// Firmware's figures of a network in training, as often as they cost less than a twentieth of the time.
struct FirmwareGauge {
  struct Figures: Sendable {
    var effectiveBitOperations: Int
    /// `nil` where compiling takes too long.
    var lookUpTables: Int?
  }

  private let options: FirmwareOptions
  private let begin = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var spent = 0.0
  /// Seconds of the next lowering and of the next compilation, as far as is known.
  private var lowering: Double
  private var compiling: Double
  private var isOff = false

  static let share = 0.05
  static let interval = 2.0

  init(_ network: Network, options: FirmwareOptions) {
    self.options = options
    let count = Double(Self.multiplications(network))
    // Measured on a network of 2,096 weights: 10 and 200 ms; the first of each corrects it.
    (lowering, compiling) = (count * 5e-6, count * 1e-4)
  }

  /// The figures, where there is time for them.
  mutating func figures(of network: () throws -> Network) -> Figures? {
    let now = ContinuousClock.now
    let budget = Self.share * ((now - begin) / .seconds(1)) - spent
    guard !isOff, budget > lowering, last.map({ (now - $0) / .seconds(1) >= Self.interval }) ?? true else {
      return nil
    }
    let compiles = budget > compiling
    defer {
      let seconds = (ContinuousClock.now - now) / .seconds(1)
      spent += seconds
      last = .now
      if compiles { compiling = seconds } else { lowering = seconds }
    }
    do {
      if compiles {
        let design = try Design(network(), options: options)
        return Figures(
          effectiveBitOperations: design.program.effectiveBitOperations,
          lookUpTables: design.resources.lookUpTables)
      }
      return Figures(
        effectiveBitOperations: Int(try BitOperationEstimate().cost(of: network())), lookUpTables: nil)
    } catch {
      // A network without exact form has no firmware; the training does not need it.
      isOff = true
      return nil
    }
  }

  /// Products of weights with values in one event.
  static func multiplications(_ network: Network) -> Int {
    guard let types = try? network.bindingBatch().verify() else { return .max >> 1 }
    return network.nodes.reduce(0) { sum, node in
      guard node.operation is Dense || node.operation is Convolution,
        let weights = types[node.inputs[1]]?.sizes, let output = types[node.outputs[0]]?.sizes
      else { return sum }
      let channels = node.operation is Dense ? weights[1] : weights[0]
      return sum + weights.reduce(1, *) * (output.reduce(1, *) / max(channels, 1))
    }
  }
}
