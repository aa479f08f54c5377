import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct DistillationTests {
  private static func layer(_ name: String, inner: Int, columns: Int, seed: UInt64) -> Network {
    var stream = RandomStream(seed: seed)
    func constant(_ shape: [Int]) -> Tensor {
      Tensor(shape, .float64((0..<shape.reduce(1, *)).map { _ in stream.gaussian() }))
    }
    return Network(
      name: name,
      inputs: [.init("x", TensorType([.symbol("batch", bound: nil), .fixed(inner)], .float64))],
      constants: ["w": constant([inner, columns]), "b": constant([columns])],
      nodes: [Node("z", Dense(), "x", "w", "b")], outputs: ["z"])
  }

  /// The loss of each event by its definition.
  private static func direct(
    _ loss: DistillationLoss, _ student: [Double], _ teacher: [Double]
  ) -> Double {
    let count = Double(student.count)
    switch loss {
    case .absoluteError: return zip(student, teacher).reduce(0) { $0 + abs($1.0 - $1.1) } / count
    case .squaredError:
      return zip(student, teacher).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / count
    case .divergence(let temperature):
      func softmax(_ logits: [Double]) -> [Double] {
        let powers = logits.map { exp($0 / temperature) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
      }
      let (p, q) = (softmax(teacher), softmax(student))
      return temperature * temperature * zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    case .crossEntropy:
      return zip(student, teacher).reduce(0) { sum, pair in
        let p = 1 / (1 + exp(-pair.0))
        return sum - (pair.1 * log(p) + (1 - pair.1) * log(1 - p))
      } / count
    }
  }

  private static let losses: [DistillationLoss] = [
    .absoluteError, .squaredError, .divergence(temperature: 3), .crossEntropy,
  ]

  @Test func aLiveTeacherGivesTheLossAndStaysAsItIs() throws {
    let student = Self.layer("student", inner: 4, columns: 3, seed: 1)
    let teacher = Self.layer("teacher", inner: 4, columns: 3, seed: 2)
    for loss in Self.losses {
      let (objective, frozen) = try Distillation(loss).objective(student: student, teacher: teacher)
      let options = PlanOptions(shards: 2, frozen: frozen)
      #expect(try ParameterLayout(objective.network, frozen: frozen).entries.map(\.name) == ["w", "b"])
      let plan = try TrainingPlan<Double>(
        objective.network, sizes: ["batch": 6], seeds: [objective.loss], options: options)
      var stream = RandomStream(seed: 4)
      plan.input("x")!.values.copy(from: (0..<24).map { _ in stream.gaussian() })
      plan.forward()
      let z = plan.value("z")!.values.array
      let t = plan.value("teacher_z")!.values.array
      for (event, value) in plan.value(objective.loss)!.values.array.enumerated() {
        let rows = event * 3..<event * 3 + 3
        #expect(abs(value - Self.direct(loss, Array(z[rows]), Array(t[rows]))) < 1e-12)
      }
      try GradientCheck(
        network: objective.network.onlyOutput(objective.loss), sizes: ["batch": 6], options: options,
        wanted: []
      ).run()
    }
  }

  @Test func cachedAnswersAreAColumn() throws {
    let student = Self.layer("student", inner: 4, columns: 3, seed: 1)
    let teacher = Self.layer("teacher", inner: 4, columns: 3, seed: 2)
    let rows = QuantizedNetworkTests.rows(4 * 10)
    let answers = try Distillation.teacherOutputs(teacher, ["x": rows], batch: 4)
    #expect(answers.count == 30)
    let distillation = Distillation(.squaredError, weight: 0.75)
    let shape: [WinnowNetworkIR.Dimension] = [.symbol("batch", bound: nil), 3]
    let labels = Network.Input("label", TensorType(shape, .float32))
    let objective = try distillation.objective(
      student: student, target: .init("answer", TensorType(shape, .float32)),
      labels: (labels, .crossEntropy))
    let live = try Distillation(.squaredError).objective(student: student, teacher: teacher)
    func losses(_ objective: Objective, _ frozen: Set<String>) throws -> [Float] {
      let plan = try TrainingPlan<Float>(
        objective.network, sizes: ["batch": 10], training: false, options: PlanOptions(frozen: frozen))
      plan.input("x")!.values.copy(from: rows)
      plan.input("answer")?.values.copy(from: answers)
      plan.input("label")?.values.fill(0)
      plan.forward()
      return plan.value(objective.loss)!.values.array
    }
    let plan = try TrainingPlan<Float>(student, sizes: ["batch": 10], training: false)
    plan.input("x")!.values.copy(from: rows)
    plan.forward()
    let z = plan.value("z")!.values.array.map { Double($0) }
    let soft = try losses(live.objective, live.frozen)
    for (event, value) in try losses(objective, []).enumerated() {
      let hard = Self.direct(.crossEntropy, Array(z[event * 3..<event * 3 + 3]), [0, 0, 0])
      let wanted = 0.75 * Double(soft[event]) + 0.25 * hard
      // Single precision over a dozen operations on numbers of this size.
      #expect(abs(Double(value) - wanted) < 1e-5 * max(1, wanted))
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let student = Self.layer("student", inner: 4, columns: 3, seed: 1)
    let other = Self.layer("teacher", inner: 4, columns: 2, seed: 2)
    let wide = Self.layer("teacher", inner: 5, columns: 3, seed: 2)
    for teacher in [other, wide] {
      #expect(throws: TrainingError.self) {
        try Distillation(.squaredError).objective(student: student, teacher: teacher)
      }
    }
    for distillation in [
      Distillation(.divergence(temperature: 0)), Distillation(.squaredError, weight: 0.5),
    ] {
      #expect(throws: TrainingError.self) {
        try distillation.objective(student: student, teacher: student)
      }
    }
  }

  @Test func scoresBecomeTargets() throws {
    let scores = try AnomalyScore.reconstructionErrors(
      [1, 2, 3, 4], of: [1, 0, 0, 4], features: 2)
    #expect(scores == [2, 4.5])
    #expect(AnomalyScore.logarithms([0, Float(M_E) - 1]).map { ($0 * 1e5).rounded() } == [0, 1e5])
    let background = (0..<1000).map { Float($0) }
    let threshold = try AnomalyScore.threshold(background, acceptance: 0.01)
    let decisions = AnomalyScore.decisions(background, above: threshold)
    #expect(decisions.count { $0 == 1 } == 10)
    let weights = try AnomalyScore.balancedWeights(decisions)
    #expect(abs(weights.reduce(0, +) - 1000) < 0.01)
    #expect(weights.last == 50)
    #expect(throws: TrainingError.self) { try AnomalyScore.threshold(background, acceptance: 1e-3) }
    #expect(throws: TrainingError.self) { try AnomalyScore.balancedWeights([0, 0]) }
  }
}

extension Network {
  fileprivate func onlyOutput(_ name: String) -> Network {
    var result = self
    result.outputs = [name]
    return result
  }
}
