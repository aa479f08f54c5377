import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Checks a network's gradients against central differences in double precision.
///
/// For a smooth function the difference `(f(θ+h) − f(θ−h)) / 2h` errs by `h²·f‴/6` plus rounding
/// `ε·|f|/h`; with `h = 10⁻⁵·max(1, |θ|)` both are near `10⁻¹⁰` of the function's scale, so a relative
/// tolerance of `10⁻⁶` of the largest gradient leaves four digits of room for curvature and still
/// sees any wrong term.
struct GradientCheck {
  var network: Network
  var sizes: [String: Int]
  var options = PlanOptions()
  var training = true
  /// Values of graph inputs by name; others are drawn from a Gaussian.
  var inputs: [String: [Double]] = [:]
  var seed: UInt64 = 1
  /// Inputs whose gradients are checked beside those of the parameters.
  var wanted: [String]?
  var tolerance = 1e-6
  /// The smooth function that a rounding one stands for: what its gradient is compared with.
  var smooth: (@Sendable ([String: [Double]]) -> [String: [Double]])?

  func run(sourceLocation: SourceLocation = #_sourceLocation) throws {
    var stream = RandomStream(seed: seed, label: "gradient check")
    let types = try network.binding(sizes).verify()
    let reals = network.inputs.filter { $0.type.element != .integer }.map(\.name)
    let wanted = wanted ?? reals
    let plan = try TrainingPlan<Double>(
      network, sizes: sizes, seeds: network.outputs.filter { types[$0]?.element != .integer },
      gradients: wanted, training: training, options: options)
    var values: [String: [Double]] = [:]
    for input in network.inputs {
      let count = types[input.name]!.sizes!.reduce(1, *)
      values[input.name] = inputs[input.name] ?? (0..<count).map { _ in stream.gaussian() }
    }
    var seeds: [String: [Double]] = [:]
    for output in network.outputs where types[output]?.element != .integer {
      let count = types[output]!.sizes!.reduce(1, *)
      seeds[output] = (0..<count).map { _ in stream.gaussian() }
    }
    let state = plan.parameters.state.array
    /// The scalar that is differentiated: the outputs' sum under the seeds.
    func objective(_ isSmooth: Bool = true) -> Double {
      if isSmooth, let smooth {
        let outputs = smooth(values)
        return seeds.reduce(0) { sum, seed in
          sum + zip(outputs[seed.key]!, seed.value).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      plan.parameters.state.copy(from: state)
      for (name, elements) in values {
        let input = plan.input(name)!
        if input.indices.count > 0 {
          input.indices.copy(from: elements.map { Int32($0) })
        } else {
          input.values.copy(from: elements)
        }
      }
      plan.forward()
      var sum = 0.0
      for (name, weights) in seeds {
        for (value, weight) in zip(plan.value(name)!.values.array, weights) { sum += value * weight }
      }
      return sum
    }
    _ = objective(false)
    // The second pass must not see what the first left behind.
    for _ in 0..<2 {
      for (name, weights) in seeds { plan.seed(name)!.copy(from: weights) }
      plan.backward()
    }
    let analytic = plan.gradient.array
    var inputGradients: [String: [Double]] = [:]
    for name in wanted { inputGradients[name] = plan.value(name)!.gradient?.array ?? [] }

    var pairs: [(place: String, analytic: Double, numeric: Double)] = []
    for entry in plan.parameters.layout.entries {
      for place in picks(entry.range.count).map({ entry.range.lowerBound + $0 }) {
        let start = plan.parameters.values[place]
        let step = 1e-5 * max(1, abs(start))
        plan.parameters.values[place] = start + step
        let above = objective()
        plan.parameters.values[place] = start - step
        let below = objective()
        plan.parameters.values[place] = start
        pairs.append(("\(entry.name)[\(place)]", analytic[place], (above - below) / (2 * step)))
      }
    }
    for name in wanted {
      for place in picks(values[name]!.count) {
        let start = values[name]![place]
        let step = 1e-5 * max(1, abs(start))
        values[name]![place] = start + step
        let above = objective()
        values[name]![place] = start - step
        let below = objective()
        values[name]![place] = start
        let gradient = inputGradients[name]!.isEmpty ? 0 : inputGradients[name]![place]
        pairs.append(("\(name)[\(place)]", gradient, (above - below) / (2 * step)))
      }
    }
    let scale = pairs.reduce(1e-3) { max($0, abs($1.numeric)) }
    for (place, analytic, numeric) in pairs {
      #expect(
        abs(analytic - numeric) <= tolerance * scale,
        "\(network.name): d/d \(place) is \(analytic), differences say \(numeric)",
        sourceLocation: sourceLocation)
    }
    #expect(
      pairs.contains { abs($0.numeric) > 1e-6 }, "nothing depends on anything", sourceLocation: sourceLocation
    )
  }

  /// All places, or 40 spread over many.
  private func picks(_ count: Int) -> [Int] {
    count <= 40 ? Array(0..<count) : (0..<40).map { $0 * (count - 1) / 39 }
  }
}
