import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Every operator: its values against the reference evaluation, its gradient against differences.
@Suite struct OperatorTests {
  /// Shards: one; some that share rows unevenly; more than there are rows, so that some are empty.
  private static let divisions = [1, 3, 8]

  @Test(arguments: OperatorCases.all.filter(\.hasGradient))
  func gradientsEqualDifferences(_ operatorCase: OperatorCase) throws {
    for shards in Self.divisions {
      for training in [true, false] {
        try GradientCheck(
          network: operatorCase.network, sizes: operatorCase.sizes,
          options: PlanOptions(shards: shards), training: training, inputs: operatorCase.inputs,
          tolerance: operatorCase.tolerance, smooth: operatorCase.smooth
        ).run()
      }
      if operatorCase.smooth == nil {
        try GradientCheck(
          network: operatorCase.sharing, sizes: operatorCase.sizes,
          options: PlanOptions(shards: shards), inputs: operatorCase.inputs
        ).run()
      }
    }
  }

  /// In evaluation, in double precision. Sums may be formed in another order than the reference's:
  /// with at most 64 terms below 16 an error of 64 · 16 · 2⁻⁵³ ≈ 1e-13; exact numbers are equal.
  @Test(arguments: OperatorCases.all)
  func valuesEqualTheReference(_ operatorCase: OperatorCase) throws {
    let network = operatorCase.network
    var stream = RandomStream(seed: 3, label: operatorCase.label)
    let values = try operatorCase.values(&stream)
    let types = try network.binding(operatorCase.sizes).verify()
    var tensors: [String: Tensor] = [:]
    for input in network.inputs {
      let shape = types[input.name]!.sizes!
      let reals = values[input.name]!
      tensors[input.name] =
        switch input.type.element {
        case .integer: Tensor(shape, .integer(reals.map { Int64($0) }))
        case .fixed(let fraction):
          Tensor(
            shape,
            .fixed(
              reals.map { Int128($0 * Double(sign: .plus, exponent: fraction, significand: 1)) },
              fraction: fraction))
        default: Tensor(shape, .float64(reals))
        }
    }
    let reference = try Interpreter(network).trace(tensors)
    for shards in Self.divisions {
      let plan = try TrainingPlan<Double>(
        network, sizes: operatorCase.sizes, training: false, options: PlanOptions(shards: shards))
      for input in network.inputs {
        if input.type.element == .integer {
          plan.input(input.name)!.indices.copy(from: values[input.name]!.map { Int32($0) })
        } else {
          plan.input(input.name)!.values.copy(from: values[input.name]!)
        }
      }
      plan.forward()
      for output in network.outputs {
        let (wanted, computed) = (reference[output]!, plan.value(output)!)
        #expect(computed.shape == wanted.shape)
        for (a, b) in zip(computed.values.array, wanted.elements.doubles) {
          #expect(
            wanted.elementType.isFloat ? abs(a - b) <= 1e-13 * max(1, abs(b)) : a == b,
            "\(operatorCase.label) in \(shards) shards: \(a), the reference says \(b)")
        }
        if case .integer(let places) = wanted.elements {
          #expect(computed.indices.array == places.map { Int32($0) })
        }
      }
    }
  }

  /// An operator added later brings its pullback and its case.
  @Test func everyOperatorIsCovered() {
    for type in OperatorRegistry.all {
      #expect(type is any Differentiable.Type, "\(type.name) has no pullback")
      let cases = OperatorCases.all.filter { $0.operation.name == type.name }
      #expect(!cases.isEmpty, "\(type.name) has no case in OperatorCases")
      #expect(
        cases.contains(where: \.hasGradient) != (OperatorCases.withoutGradient[type.name] != nil),
        "\(type.name): a gradient is tested, or a reason given why there is none")
    }
  }
}
