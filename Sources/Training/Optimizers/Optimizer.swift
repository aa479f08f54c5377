/// A rule that turns gradients into new parameters.
///
/// An optimiser is a value that holds hyper-parameters only; what it remembers between steps lies
/// in an `OptimizerState`. All parameters form one flat array, and so do their gradients and each
/// slot of the state. The update of an element uses that element of each array and nothing else,
/// so that threads may take a part each, and any division gives the same bits:
///
///     var state = optimizer.makeState(parameterCount: parameters.count)   // once
///     let step = optimizer.begin(&state, learningRate: rate)              // per step, one thread
///     unsafe state.withUnsafeSlots { slots in                             // then every thread
///       unsafe optimizer.update(
///         parameters: p, gradients: g, slots: slots, range: part, step: step)
///     }
public protocol Optimizer: Sendable, Codable, Hashable {
  /// Which rule this is.
  static var kind: OptimizerKind { get }

  /// The learning rate where no schedule gives one.
  var learningRate: Double { get set }

  /// The decay of weights that bypasses the gradient; `.none` for every rule but AdamW.
  var weightDecay: WeightDecay { get set }

  /// The arrays that the rule keeps beside the parameters, each of the parameters' count.
  var slots: [OptimizerSlot] { get }

  /// The momentum of a step (from 1) whose running product the state keeps; only Nadam has one.
  func scheduledMomentum(at step: Int) -> Double

  /// Updates the elements of `range`.
  ///
  /// - Parameters:
  ///   - parameters: the first of all parameters.
  ///   - gradients: the first of all gradients.
  ///   - slots: the state's arrays.
  ///   - range: the elements to update, in indices of the whole array.
  ///   - step: the numbers of this step, from `begin`.
  func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep)

  /// Refuses hyper-parameters that have no meaning.
  func validate() throws(HyperparameterError)
}

/// `Float` and `Double`: what parameters may be made of.
public protocol OptimizerScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {}
extension Float: OptimizerScalar {}
extension Double: OptimizerScalar {}

/// One array that an optimiser keeps beside the parameters.
public struct OptimizerSlot: Sendable, Codable, Hashable {
  /// The field's name for it, as in a checkpoint.
  public var name: String
  /// What every element is before the first step.
  public var initialValue: Double

  public init(_ name: String, initialValue: Double = 0) {
    self.name = name
    self.initialValue = initialValue
  }
}

/// The decay of weights that bypasses the gradient: `p -= shrink * p` before the step.
///
/// - Reference: I. Loshchilov and F. Hutter, Decoupled weight decay regularization,
///   arXiv:1711.05101, algorithm 2.
public struct WeightDecay: Sendable, Codable, Hashable {
  /// The decay per step, times the learning rate where `scalesWithLearningRate`.
  public var rate: Double
  /// Whether the rate is multiplied by the learning rate, as PyTorch and Keras 3 do; TensorFlow
  /// Addons, the AdamW of 2020, did not.
  public var scalesWithLearningRate: Bool

  public init(rate: Double, scalesWithLearningRate: Bool = true) {
    self.rate = rate
    self.scalesWithLearningRate = scalesWithLearningRate
  }

  public static let none = WeightDecay(rate: 0)
}

extension Optimizer {
  public func scheduledMomentum(at step: Int) -> Double { 1 }

  /// A state before the first step.
  public func makeState<Scalar: OptimizerScalar>(
    parameterCount: Int, of type: Scalar.Type = Scalar.self
  ) -> OptimizerState<Scalar> {
    OptimizerState(slots: slots, parameterCount: parameterCount)
  }

  /// Counts one more step and gives its numbers.
  ///
  /// - Parameter learningRate: the rate of this step; the optimiser's own when left out.
  public func begin<Scalar>(_ state: inout OptimizerState<Scalar>, learningRate: Double? = nil)
    -> OptimizerStep
  {
    let rate = learningRate ?? self.learningRate
    state.step += 1
    state.momentumProduct *= scheduledMomentum(at: state.step)
    let decay = weightDecay.rate * (weightDecay.scalesWithLearningRate ? rate : 1)
    return OptimizerStep(
      number: state.step, learningRate: rate, momentumProduct: state.momentumProduct,
      shrink: decay)
  }

  /// Decays, then updates, the elements of `range`.
  ///
  /// Parameters and meaning as of `apply`; `step.withoutDecay` leaves the decay out, for biases.
  public func update<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    if step.shrink != 0 { unsafe decay(parameters, range, Scalar(step.shrink)) }
    unsafe apply(
      parameters: parameters, gradients: gradients, slots: slots, range: range, step: step)
  }

  /// One whole step on arrays, for tests and small fits.
  ///
  /// - Precondition: the arrays have the state's count.
  public func update<Scalar: OptimizerScalar>(
    _ parameters: inout [Scalar], gradients: [Scalar], state: inout OptimizerState<Scalar>,
    learningRate: Double? = nil
  ) {
    let count = parameters.count
    precondition(
      count == gradients.count && count == state.parameterCount,
      "\(count) parameters, \(gradients.count) gradients, a state of \(state.parameterCount)")
    if count == 0 { return }
    let step = begin(&state, learningRate: learningRate)
    unsafe parameters.withUnsafeMutableBufferPointer { p in
      unsafe gradients.withUnsafeBufferPointer { g in
        unsafe state.withUnsafeSlots { slots in
          unsafe update(
            parameters: p.baseAddress!, gradients: g.baseAddress!, slots: slots, range: 0..<count,
            step: step)
        }
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func decay<Scalar: OptimizerScalar>(
  _ parameters: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, _ shrink: Scalar
) {
  for i in range { unsafe parameters[i] -= parameters[i] * shrink }
}
