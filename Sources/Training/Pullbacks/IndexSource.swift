/// Integers that an operator reads: as they are, or exact numbers without fraction bits, converted.
final class IndexSource<Scalar: TrainingScalar> {
  let indices: Buffer<Int32>
  private let reals: Buffer<Scalar>?

  private init(_ operand: Operand<Scalar>, _ site: Site<Scalar>) {
    if operand.indices.count == operand.count {
      indices = operand.indices
      reals = nil
    } else {
      indices = site.allocate(operand.count, of: Int32.self)
      reals = operand.values
    }
  }

  /// The integers of an operand, the same object for all that read it.
  static func shared(_ operand: Operand<Scalar>, _ site: Site<Scalar>) -> IndexSource {
    site.object(of: operand.values, operand.count) { IndexSource(operand, site) }
  }

  /// Converts where the values are reals; out of range becomes `Int32.min`.
  func update() {
    guard let reals else { return }
    for place in 0..<indices.count {
      indices[place] = Int32(exactly: Double(reals[place])) ?? .min
    }
  }
}
