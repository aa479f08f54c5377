/// Adds the shards' parts of a gradient into the first, in the order of the shards.
final class PartialSum<Scalar: TrainingScalar>: Pullback {
  private let parts: [Buffer<Scalar>]

  init(_ parts: [Buffer<Scalar>], _ range: Range<Int>) {
    self.parts = parts.map { $0.part(range) }
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {}

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    for part in parts.dropFirst() { add(part, to: parts[0]) }
  }
}

func add<Scalar: TrainingScalar>(_ part: Buffer<Scalar>, to sum: Buffer<Scalar>) {
  unsafe Scalar.scale(1, part.base, into: sum.base, count: sum.count, accumulate: true)
}
