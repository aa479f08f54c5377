public import WinnowNetworkIR
import WinnowTensors

/// What the values of a network were on some data: ranges of every element, and a seeded sample of
/// rows for percentiles and squared errors.
public struct Calibration: Sendable {
  /// One value of the graph.
  struct Observation: Sendable {
    /// Shape without the batch.
    var shape: [Int]
    /// Of each element over all rows.
    var low, high, sum: [Double]
    /// Some rows, one after another.
    var sample: [Float] = []
    var rows = 0

    init(shape: [Int]) {
      self.shape = shape
      let count = shape.reduce(1, *)
      low = Array(repeating: .infinity, count: count)
      high = Array(repeating: -.infinity, count: count)
      sum = Array(repeating: 0, count: count)
    }
  }

  private(set) var observations: [String: Observation] = [:]
  private let sampled: Int
  private var stream: RandomStream

  /// Runs a network over data, in evaluation mode.
  ///
  /// Calibrate the network that will be quantised: `network.prepared(for: plan)`.
  ///
  /// - Parameters:
  ///   - inputs: for every graph input its rows, one after another.
  ///   - batch: rows of one evaluation.
  ///   - sampled: rows kept of every value, fewer where a row is long.
  /// - Throws: ``TrainingError`` when inputs are missing or rows incomplete.
  public init(
    _ network: Network, inputs: [String: [Float]], batch: Int = 1024, sampled: Int = 4096,
    seed: UInt64 = 1, team: ThreadTeam = ThreadTeam(1)
  ) throws {
    self.sampled = sampled
    stream = RandomStream(seed: seed, label: "calibration")
    try network.evaluate(inputs, batch: batch, team: team) { plan, rows in
      for (name, type) in try network.verify() where type.element != .boolean {
        guard case .symbol = type.shape.first, let value = plan.value(name) else { continue }
        observe(name, value.values.array, shape: Array(value.shape.dropFirst()), rows: rows)
      }
    }
  }

  private mutating func observe(_ name: String, _ elements: [Float], shape: [Int], rows: Int) {
    var observation = observations[name] ?? Observation(shape: shape)
    let stride = observation.low.count
    let capacity = max(16, min(sampled, (1 << 20) / max(stride, 1)))
    var choice = stream.child(name).child(UInt64(observation.rows))
    for row in 0..<rows {
      for place in 0..<stride {
        let element = Double(elements[row * stride + place])
        observation.low[place] = min(observation.low[place], element)
        observation.high[place] = max(observation.high[place], element)
        observation.sum[place] += element
      }
      // Every row is kept with the same probability (Vitter's algorithm R).
      let slice = elements[row * stride..<(row + 1) * stride]
      observation.rows += 1
      if observation.rows <= capacity {
        observation.sample += slice
      } else {
        let target = choice.integer(in: 0...observation.rows - 1)
        if target < capacity {
          observation.sample.replaceSubrange(target * stride..<(target + 1) * stride, with: slice)
        }
      }
    }
    observations[name] = observation
  }
}

extension Network {
  /// Runs a network over rows of data, batch after batch, and shows each.
  ///
  /// The last batch is filled up with its own first row; `show` is told how many rows count.
  func evaluate<Scalar: TrainingScalar>(
    _ inputs: [String: [Scalar]], batch: Int, team: ThreadTeam,
    _ show: (_ plan: TrainingPlan<Scalar>, _ rows: Int) throws -> Void
  ) throws {
    let types = try verify()
    var rows: Int?
    var symbol: String?
    for input in self.inputs {
      guard case .symbol(let name, _) = input.type.shape.first, symbol == nil || name == symbol else {
        throw TrainingError(
          "input '\(input.name)' has the shape \(input.type); calibration needs inputs whose first axis is the batch"
        )
      }
      symbol = name
      let stride = input.type.shape.dropFirst().reduce(1) { $0 * ($1.size ?? 1) }
      guard let given = inputs[input.name], !given.isEmpty, given.count % stride == 0,
        rows == nil || rows == given.count / stride
      else {
        throw TrainingError(
          "no whole rows, or not as many as for the others, are given for the input '\(input.name)' of \(stride) elements"
        )
      }
      rows = given.count / stride
    }
    guard let rows, let symbol else { throw TrainingError("the network has no inputs") }
    let batch = min(batch, rows)
    let plan = try TrainingPlan<Scalar>(
      self, sizes: [symbol: batch], keeping: Array(types.keys), training: false, team: team)
    for start in Swift.stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - start)
      for input in self.inputs {
        let given = inputs[input.name]!
        let stride = given.count / rows
        let target = plan.input(input.name)!.values
        target.part(0..<count * stride)
          .copy(from: Array(given[start * stride..<(start + count) * stride]))
        for row in count..<batch {
          target.part(row * stride..<(row + 1) * stride).copy(from: target.part(0..<stride))
        }
      }
      plan.forward()
      try show(plan, count)
    }
  }
}
