extension Optimizer {
  static func checkRate(_ rate: Double, _ decay: WeightDecay) throws(HyperparameterError) {
    try HyperparameterError.require(
      rate.isFinite && rate >= 0,
      "\(kind.rawValue) cannot learn at a rate of \(rate); give one of 0 or more")
    try HyperparameterError.require(
      decay.rate.isFinite && decay.rate >= 0,
      "\(kind.rawValue) has a weight decay of \(decay.rate); give 0 or more")
  }

  /// A decay of an average: in `[0, 1)`.
  static func checkFraction(_ value: Double, _ name: String) throws(HyperparameterError) {
    try HyperparameterError.require(
      value >= 0 && value < 1,
      "\(kind.rawValue) has a \(name) of \(value); give one from 0 up to but without 1")
  }

  /// What Adam and its kin have in common.
  static func checkMoments(
    _ beta1: Double, _ beta2: Double, _ epsilon: Double
  ) throws(HyperparameterError) {
    try checkFraction(beta1, "beta1")
    try checkFraction(beta2, "beta2")
    try checkEpsilon(epsilon)
  }

  static func checkEpsilon(_ value: Double) throws(HyperparameterError) {
    try HyperparameterError.require(
      value.isFinite && value >= 0,
      "\(kind.rawValue) has an epsilon of \(value); give a small positive number")
  }
}
