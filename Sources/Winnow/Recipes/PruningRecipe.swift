import WinnowNetworkIR
import WinnowTraining

/// How a network is made smaller; lengths are in epochs.
struct PruningRecipe: Sendable {
  enum Kind: String, CaseIterable { case polynomial, constant, iterative, neurons, target }

  /// Weights that become zero on a schedule.
  struct Scheduled: Sendable {
    var isConstant: Bool
    var initial, final: Double
    var begin: Double
    /// `nil`: after three quarters of the epochs.
    var end: Double?
    var power: Double
    /// Steps between two choices.
    var frequency: Int
  }

  /// As many weights as bring a cost to a target.
  struct Target: Sendable {
    var cost: Double
    var unit: CostUnit
    var tolerance: Double
    var begin: Double
    /// `nil`: after half of the epochs.
    var end: Double?
    var choices: Int
  }

  /// Rounds of training, each from earlier weights.
  struct Iterative: Sendable {
    var pruning: IterativePruning
    /// The epoch whose end each round goes back to; 0 is the start.
    var rewind: Int
    /// Go back in the schedule and the data only.
    var keepsWeights: Bool
  }

  /// Whole neurons and filters, after the float part.
  struct Neurons: Sendable {
    var share: Double
    var norm: Network.NeuronNorm
    var layers: [String]
    /// Of the part that trains the smaller network; `nil`: as many as in the float part.
    var epochs: Int?
  }

  enum Method: Sendable {
    case scheduled(Scheduled)
    case target(Target)
    case iterative(Iterative)
    case neurons(Neurons)
  }

  var method: Method
  var scope: PruningMasks.Scope
  var excluding: [String]
  let place: RecipeValue

  /// The epochs that it names, by key.
  var epochs: [(key: String, value: Double)] {
    let (begin, end): (Double, Double?) =
      switch method {
      case .scheduled(let plan): (plan.begin, plan.end)
      case .target(let target): (target.begin, target.end)
      case .iterative, .neurons: (0, nil)
      }
    return [("begin", begin)] + (end.map { [("end", $0)] } ?? [])
  }

  private static func keys(_ kind: Kind) -> [String] {
    switch kind {
    case .polynomial, .constant:
      ["initial_sparsity", "final_sparsity", "begin", "end", "power", "frequency", "scope", "excluding"]
    case .target: ["target", "tolerance", "begin", "end", "choices", "scope", "excluding"]
    case .iterative: ["final_sparsity", "rounds", "rewind", "keep_weights", "scope", "excluding"]
    case .neurons: ["share", "norm", "layers", "epochs"]
    }
  }

  init(_ value: RecipeValue) throws {
    let all = try RecipeTable(value, keys: ["kind"] + Kind.allCases.flatMap(Self.keys))
    let kind = try all["kind"]?.choice(Kind.self) ?? (all.has("target") ? .target : .polynomial)
    let table = try RecipeTable(value, keys: ["kind"] + Self.keys(kind))
    place = value
    scope = try table["scope"]?.choice(PruningMasks.Scope.self) ?? .tensor
    excluding = try table["excluding"]?.elements.map { try $0.string() } ?? []
    switch kind {
    case .polynomial, .constant: method = .scheduled(try Scheduled(table, isConstant: kind == .constant))
    case .target: method = .target(try Target(table))
    case .neurons: method = .neurons(try Neurons(table))
    case .iterative:
      let sparsity = try table.required("final_sparsity").number()
      let rounds = try table.integer("rounds", 1...100) ?? 5
      do {
        method = .iterative(
          Iterative(
            pruning: try IterativePruning(
              sparsity: Float(sparsity), rounds: rounds, scope: scope, excluding: excluding),
            rewind: try table.integer("rewind") ?? 1,
            keepsWeights: try table.bool("keep_weights") ?? false))
      } catch let error as TrainingError { throw value.error("is impossible: \(error)") }
    }
  }

  var iterative: Iterative? { if case .iterative(let iterative) = method { iterative } else { nil } }
  var neurons: Neurons? { if case .neurons(let neurons) = method { neurons } else { nil } }
  var target: Target? { if case .target(let target) = method { target } else { nil } }

  /// What prunes while the last part trains; `nil` where pruning happens between parts.
  ///
  /// - Returns: the pruning, and the first epoch, from 0, that ends with all of it.
  func pruning(
    of network: Network, firmware: FirmwareRecipe, stepsPerEpoch: Int, epochs: Int
  ) throws -> (pruning: any SparsityModifier, lastingFrom: Int)? {
    let last = max(0, epochs * stepsPerEpoch - 1)
    func step(_ epochs: Double) -> Int {
      min(max(0, Int((epochs * Double(stepsPerEpoch)).rounded())), last)
    }
    do {
      switch method {
      case .iterative, .neurons: return nil
      case .scheduled(let plan):
        let first = step(plan.begin)
        var end = step(plan.end ?? 0.75 * Double(epochs))
        // The last choice is made with the final sparsity.
        if end > first { end -= min(end - first, (end - first) % plan.frequency) }
        let pruning = try MagnitudePruning(
          plan.isConstant
            ? .constant(sparsity: Float(plan.final), begin: first, frequency: plan.frequency)
            : .polynomialDecay(
              initial: Float(plan.initial), final: Float(plan.final), begin: first, end: end,
              power: Float(plan.power), frequency: plan.frequency),
          scope: scope, excluding: excluding)
        return (pruning, (plan.isConstant ? first : end) / max(stepsPerEpoch, 1))
      case .target(let target):
        let (begin, end) = (step(target.begin), step(target.end ?? 0.5 * Double(epochs)))
        let pruning = try CostPruning(
          network, toCost: target.cost, by: target.unit.estimate(firmware.options),
          tolerance: target.tolerance,
          schedule: CostPruning.Schedule(
            begin: begin, end: end, choices: target.choices, stepsPerEpoch: max(stepsPerEpoch, 1)),
          scope: scope, excluding: excluding)
        return (pruning, end / max(stepsPerEpoch, 1))
      }
    } catch let error as TrainingError { throw place.error("is impossible: \(error)") }
  }
}

extension PruningRecipe.Scheduled {
  fileprivate init(_ table: RecipeTable, isConstant: Bool) throws {
    self.isConstant = isConstant
    initial = try table.number("initial_sparsity") ?? 0
    final = try table.required("final_sparsity").number()
    guard initial >= 0, final < 1, initial <= final else {
      throw table.value.error(
        "goes from a sparsity of \(initial) to \(final); give rising shares below 1")
    }
    begin = try table.number("begin") ?? 0
    end = try table.number("end")
    power = try table.number("power") ?? 3
    frequency = try table.integer("frequency", 1...1 << 30) ?? 10
  }
}

extension PruningRecipe.Target {
  fileprivate init(_ table: RecipeTable) throws {
    let value = try table.required("target")
    let goal = try RecipeTable(value, keys: CostUnit.allCases.map(\.rawValue))
    let given = CostUnit.allCases.filter { goal.has($0.rawValue) }
    guard given.count == 1, let unit = given.first else {
      throw value.error(
        "names \(given.count) costs; give one of \(CostUnit.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    self.unit = unit
    cost = try goal.required(unit.rawValue).number()
    tolerance = try table.number("tolerance") ?? 0.03
    begin = try table.number("begin") ?? 0
    end = try table.number("end")
    choices = try table.integer("choices", 1...1000) ?? 5
    guard cost > 0 else { throw value.error("is \(cost) \(unit.rawValue); give a number above 0") }
    guard tolerance > 0, tolerance < 1 else {
      throw table.value.error("has a tolerance of \(tolerance); give a share between 0 and 1")
    }
  }
}

extension PruningRecipe.Neurons {
  fileprivate init(_ table: RecipeTable) throws {
    share = try table.required("share").number()
    guard share > 0, share < 1 else {
      throw try table.required("share").error("is \(share); give a share between 0 and 1")
    }
    norm = try table["norm"]?.choice(Network.NeuronNorm.self) ?? .l1
    layers = try table["layers"]?.elements.map { try $0.string() } ?? ["*"]
    epochs = try table.integer("epochs")
  }
}

/// Sets weights to zero, and says how many.
protocol SparsityModifier: TrainingModifier {
  /// The share of the weights that are zero now.
  var sparsity: Double { get }
}

extension MagnitudePruning: SparsityModifier {}
extension CostPruning: SparsityModifier {}
extension FixedMasks: SparsityModifier {
  var sparsity: Double { masks.sparsity }
}
