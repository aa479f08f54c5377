/// What an optimiser remembers between steps: a counter and flat arrays, one per slot.
///
/// `values` with `step` and `momentumProduct` is the whole state: saved and restored, training goes
/// on to the same bits.
public struct OptimizerState<Scalar: OptimizerScalar>: Sendable, Hashable {
  /// The number of steps done.
  public internal(set) var step = 0
  /// The product of Nadam's momenta so far; 1 for other rules.
  public internal(set) var momentumProduct = 1.0
  /// The parameters that the state belongs to.
  public let parameterCount: Int
  /// The names of the slots, in order.
  public let slotNames: [String]
  /// All slots, one after another, each `parameterCount` long.
  public private(set) var values: [Scalar]

  init(slots: [OptimizerSlot], parameterCount: Int) {
    self.parameterCount = parameterCount
    slotNames = slots.map(\.name)
    values = slots.flatMap { slot in
      repeatElement(Scalar(slot.initialValue), count: parameterCount)
    }
  }

  /// A state that was saved.
  ///
  /// Throws where the counts do not fit together.
  public init(
    step: Int, momentumProduct: Double = 1, parameterCount: Int, slotNames: [String],
    values: [Scalar]
  ) throws(HyperparameterError) {
    try HyperparameterError.require(
      step >= 0 && parameterCount >= 0 && values.count == parameterCount * slotNames.count,
      "the saved optimiser state has \(values.count) numbers, not \(slotNames.count) slots of "
        + "\(parameterCount), or a negative step \(step); use a checkpoint of this network")
    self.step = step
    self.momentumProduct = momentumProduct
    self.parameterCount = parameterCount
    self.slotNames = slotNames
    self.values = values
  }

  /// The elements of one slot.
  public subscript(slot: Int) -> ArraySlice<Scalar> {
    values[slot * parameterCount..<(slot + 1) * parameterCount]
  }

  /// Lends the slots for one step; threads may write disjoint ranges.
  public mutating func withUnsafeSlots<Result>(_ body: (OptimizerSlots<Scalar>) throws -> Result)
    rethrows -> Result
  {
    let count = parameterCount
    return try unsafe values.withUnsafeMutableBufferPointer { buffer in
      try unsafe body(OptimizerSlots(base: buffer.baseAddress, count: count))
    }
  }
}

/// The slots of a state, lent for one step.
@unsafe public struct OptimizerSlots<Scalar: OptimizerScalar>: @unchecked Sendable {
  // Sent to threads that write disjoint ranges; the lender outlives them.
  let base: UnsafeMutablePointer<Scalar>?
  let count: Int

  /// The first element of a slot.
  subscript(slot: Int) -> UnsafeMutablePointer<Scalar> {
    // A slot exists wherever there are parameters to update.
    unsafe base! + slot * count
  }
}

/// The numbers of one step that are the same for every element.
public struct OptimizerStep: Sendable, Hashable {
  /// The count of steps, this one included: 1 in the first.
  public let number: Int
  public let learningRate: Double
  /// The product of the scheduled momenta up to this step.
  public let momentumProduct: Double
  /// The part of a parameter that the decoupled decay takes away.
  public private(set) var shrink: Double

  /// The same step without weight decay, for biases and normalisations.
  public var withoutDecay: OptimizerStep {
    var step = self
    step.shrink = 0
    return step
  }
}

extension OptimizerStep {
  /// `1 − β^t`, the bias correction of an average of that decay; exact for small differences.
  func biasCorrection(_ decay: Double) -> Double { 1 - power(decay, number) }
}

/// `base^exponent` by repeated squaring: the same bits on every machine.
func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
