import Foundation
import Testing
import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// Ten whole networks: loss, outputs, and the gradients of every parameter and input against
/// PyTorch's, for networks read from ONNX files.
///
/// Bound: along a path of nodes a relative error of at most n·u is added per node, with n the terms
/// of its longest sum and u the unit roundoff (2⁻⁵³ or 2⁻²⁴), forward and backward. So a gradient may
/// be off by `2 Σ n · u` of the largest gradient of the network (`Network.roundings`), as the
/// networks' factors are of order one. PyTorch's own rounding is in the other half of what a factor
/// two allows.
@Suite struct NetworkGradientTests {
  private func check<Scalar: TrainingScalar>(
    _ golden: GoldenNetwork, shards: Int, roundoff: Double, _: Scalar.Type
  ) throws {
    let network = try golden.network()
    let arrays = try golden.arrays()
    var sizes: [String: Int] = [:]
    for input in network.inputs {
      let shape = try arrays.array("in_\(input.name)").shape
      for (dimension, size) in zip(input.type.shape, shape) {
        if case .symbol(let name, _) = dimension { sizes[name] = size }
      }
    }
    let wanted = network.inputs.map(\.name).filter { arrays["input_grad_\($0)"] != nil }
    let plan = try TrainingPlan<Scalar>(
      network, sizes: sizes, seeds: network.outputs, gradients: wanted,
      options: PlanOptions(shards: shards, normalizationMomentum: 0.5))
    for input in network.inputs {
      let value = try #require(plan.input(input.name))
      let elements = try arrays.array("in_\(input.name)").doubles()
      if input.type.element == .integer {
        value.indices.copy(from: elements.map { Int32($0) })
      } else {
        value.values.copy(from: elements.map { Scalar($0) })
      }
    }
    let stateBefore = plan.parameters.state.array
    plan.forward()
    let bound = 2 * roundoff * (try network.roundings(sizes))

    func compare(_ computed: [Scalar], _ wanted: [Double], scale: Double, _ place: String) {
      #expect(computed.count == wanted.count, "\(golden.name): \(place)")
      var worst = 0.0
      for (a, b) in zip(computed, wanted) { worst = max(worst, abs(Double(a) - b)) }
      #expect(worst <= bound * scale, "\(golden.name), \(shards) shards: \(place) is off by \(worst / scale)")
    }
    func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

    var outputs: [String: [Double]] = [:]
    for name in network.outputs {
      let values = plan.value(name)!.values.array
      outputs[name] = values.map { Double($0) }
      let wanted = try arrays.array("out_\(name)").doubles()
      compare(values, wanted, scale: max(1, largest(wanted)), "output \(name)")
    }
    let target = try golden.loss.output.map { try arrays.array("target_\($0)").doubles() } ?? []
    let rows = plan.value(network.outputs[0])!.shape[0]
    let (loss, gradients) = golden.evaluateLoss(outputs, target: target, rows: rows)
    #expect(abs(loss - golden.loss.value) <= bound * max(1, golden.loss.value), "\(golden.name): loss")

    for name in network.outputs {
      plan.seed(name)!.copy(from: gradients[name]!.map { Scalar($0) })
    }
    plan.backward()
    let scale = try golden.parameters.map { largest(try arrays.array("grad_\($0)").doubles()) }.max()!
    #expect(
      Set(plan.parameters.layout.entries.map(\.name)) == Set(golden.parameters),
      "\(golden.name): other parameters are trained")
    for name in golden.parameters {
      let entry = try #require(plan.parameters.layout[name], "\(golden.name) trains no '\(name)'")
      compare(
        plan.gradient.part(entry.range).array, try arrays.array("grad_\(name)").doubles(),
        scale: scale, name)
    }
    for name in wanted {
      let wanted = try arrays.array("input_grad_\(name)").doubles()
      compare(
        plan.value(name)!.gradient!.array, wanted, scale: max(scale, largest(wanted)), "input \(name)")
    }
    // Half of the old average, half of the batch's.
    for entry in plan.parameters.layout.states {
      let moved = plan.parameters.state.part(entry.range).array
      let batch = try arrays.array("batch_\(entry.name)").doubles()
      let averages = zip(stateBefore[entry.range], batch).map { 0.5 * Double($0) + 0.5 * $1 }
      compare(moved, averages, scale: max(1, largest(averages)), "average \(entry.name)")
    }
  }

  @Test(arguments: GoldenNetwork.all)
  func gradientsAreThoseOfPyTorch(_ golden: GoldenNetwork) throws {
    for shards in [1, 3] {
      try check(golden, shards: shards, roundoff: 0x1p-53, Double.self)
      try check(golden, shards: shards, roundoff: 0x1p-24, Float.self)
    }
  }

  @Test func allTenAreThere() { #expect(GoldenNetwork.all.count == 10) }
}
