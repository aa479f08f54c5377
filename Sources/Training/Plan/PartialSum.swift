/// Adds the shards' parts of a gradient into the first, in the order of the shards.
final class PartialSum<Scalar: TrainingScalar>: Pullback {
  private let parts: [Buffer<Scalar>]

  init(_ parts: [Buffer<Scalar>], _ range: Range<Int>) {
    self.parts = parts.map { $0.part(range) }
  }

  func forward(phase: Int) {}

  func backward(phase: Int) {
    for part in parts.dropFirst() { add(part, to: parts[0]) }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func add<Scalar: TrainingScalar>(_ part: Buffer<Scalar>, to sum: Buffer<Scalar>) {
  for place in 0..<sum.count { unsafe sum.base[place] += part.base[place] }
}
