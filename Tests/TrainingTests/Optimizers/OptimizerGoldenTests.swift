import Testing
import WinnowTraining

/// Every optimiser, made with a convention's defaults, against 20 steps of its framework.
@Suite struct OptimizerGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let convention: OptimizerConvention
    let optimizer: AnyOptimizer
    var penalty = 0.0

    var testDescription: String { "\(name) of \(convention.rawValue)" }
  }

  static let cases = OptimizerConvention.allCases.flatMap { convention -> [Case] in
    typealias C = OptimizerConvention
    var list: [(String, AnyOptimizer)] = [
      ("sgd", .sgd(SGD(convention: convention))),
      ("sgd_momentum", .sgd(SGD(convention: convention, momentum: 0.9))),
      ("sgd_nesterov", .sgd(SGD(convention: convention, momentum: 0.9, isNesterov: true))),
      ("adam", .adam(Adam(convention: convention))),
      ("adam_amsgrad", .adam(Adam(convention: convention, isAMSGrad: true))),
      ("nadam", .nadam(Nadam(convention: convention))),
      ("adadelta", .adadelta(Adadelta(convention: convention))),
      ("adagrad", .adagrad(Adagrad(convention: convention))),
      ("rmsprop", .rmsprop(RMSprop(convention: convention))),
    ]
    if convention != .kerasStandalone {
      list += [
        ("rmsprop_momentum", .rmsprop(RMSprop(convention: convention, momentum: 0.9))),
        ("rmsprop_centered", .rmsprop(RMSprop(convention: convention, isCentered: true))),
        (
          "rmsprop_centered_momentum",
          .rmsprop(RMSprop(convention: convention, momentum: 0.9, isCentered: true))
        ),
        ("adamw", .adamW(AdamW(convention: convention))),
        ("adamw_amsgrad", .adamW(AdamW(convention: convention, isAMSGrad: true))),
      ]
    }
    var result = list.map { Case(name: $0, convention: convention, optimizer: $1) }
    if convention == .pytorch {
      result += [
        Case(
          name: "sgd_dampening", convention: convention,
          optimizer: .sgd(SGD(convention: convention, momentum: 0.9, dampening: 0.3))),
        Case(
          name: "adagrad_decay", convention: convention,
          optimizer: .adagrad(Adagrad(convention: convention, learningRateDecay: 0.1))),
        // PyTorch's coupled weight decay is a penalty of half its strength.
        Case(
          name: "adam_l2", convention: convention, optimizer: .adam(Adam(convention: convention)),
          penalty: 0.05 / 2),
      ]
    }
    return result
  }

  @Test(arguments: cases)
  func agreesWithItsFrameworkInDouble(_ test: Case) throws {
    try compare(test, Double.self)
  }

  @Test(arguments: cases)
  func agreesWithItsFrameworkInFloat(_ test: Case) throws {
    try compare(test, Float.self)
  }

  /// Each step rounds a parameter twice at most (decay, move) in either program, and the move has
  /// a relative error of at most some 500 units: its largest part is `1 − β₂ᵗ`, where β₂ᵗ of the
  /// two programs differs by a unit in the last place and the difference is 1/1000 of it; half of
  /// that passes the root. In float32 β₂ itself is rounded by those who hold it so, which is the
  /// same size. A formula with ε elsewhere differs by 1e-7 relative, 10^6 times this bound.
  private func compare<Scalar: OptimizerScalar & CustomStringConvertible>(
    _ test: Case, _ type: Scalar.Type
  ) throws {
    let file = try GoldenArrays("Optimizers/optimizers-\(test.convention.rawValue).npz")
    var parameters = try file.doubles("start").map { Scalar($0) }
    let gradients = try file.doubles("gradients").map { Scalar($0) }
    let path = try file.doubles("\(test.name)_float\(MemoryLayout<Scalar>.size * 8)")
    let count = parameters.count
    let optimizer = test.convention == .keras2020 ? roundedToFloat(test.optimizer) : test.optimizer
    try optimizer.optimizer.validate()

    var previous = parameters.map { Double($0) }
    var largestMove = [Double](repeating: 0, count: count)
    for (i, value) in path.enumerated() {
      largestMove[i % count] = max(largestMove[i % count], abs(value - previous[i % count]))
      previous[i % count] = value
    }

    func run<O: Optimizer>(_ optimizer: O) {
      var state = optimizer.makeState(parameterCount: count, of: Scalar.self)
      let unit = Double(Scalar.ulpOfOne)
      for step in 0..<(path.count / count) {
        var gradient = Array(gradients[step * count..<(step + 1) * count])
        if test.penalty > 0 { addPenalty(test.penalty, parameters, &gradient) }
        optimizer.update(&parameters, gradients: gradient, state: &state)
        for i in 0..<count {
          let expected = path[step * count + i]
          let bound = Double(step + 1) * unit * (2 * abs(expected) + 512 * largestMove[i])
          #expect(
            abs(Double(parameters[i]) - expected) <= bound,
            "step \(step), element \(i): \(parameters[i]), not \(expected)")
        }
      }
      #expect(state.step == 20)
    }
    run(optimizer.optimizer)
  }

  private func addPenalty<Scalar: OptimizerScalar>(
    _ l2: Double, _ parameters: [Scalar], _ gradients: inout [Scalar]
  ) {
    let penalty = ParameterPenalty(range: 0..<parameters.count, l2: l2)
    unsafe parameters.withUnsafeBufferPointer { p in
      unsafe gradients.withUnsafeMutableBufferPointer { g in
        unsafe penalty.addGradient(
          parameters: p.baseAddress!, gradients: g.baseAddress!, part: 0..<p.count)
      }
    }
  }

  /// `tf.keras` of 2020 holds hyper-parameters in float32 even where the weights are float64.
  private func roundedToFloat(_ optimizer: AnyOptimizer) -> AnyOptimizer {
    func rounded(_ value: inout Double) { value = Double(Float(value)) }
    switch optimizer {
    case .sgd(var o):
      rounded(&o.learningRate)
      rounded(&o.momentum)
      return .sgd(o)
    case .adam(var o):
      rounded(&o.learningRate)
      rounded(&o.beta1)
      rounded(&o.beta2)
      return .adam(o)
    case .adamW(var o):
      rounded(&o.learningRate)
      rounded(&o.beta1)
      rounded(&o.beta2)
      rounded(&o.weightDecay.rate)
      return .adamW(o)
    case .nadam(var o):
      rounded(&o.learningRate)
      rounded(&o.beta1)
      rounded(&o.beta2)
      return .nadam(o)
    case .adadelta(var o):
      rounded(&o.learningRate)
      rounded(&o.rho)
      return .adadelta(o)
    case .adagrad(var o):
      rounded(&o.learningRate)
      return .adagrad(o)
    case .rmsprop(var o):
      rounded(&o.learningRate)
      rounded(&o.rho)
      rounded(&o.momentum)
      return .rmsprop(o)
    }
  }
}
