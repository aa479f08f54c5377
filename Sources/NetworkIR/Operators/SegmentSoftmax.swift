/// Softmax over the rows of each segment: attention over a node's neighbours.
///
/// `y[e, …] = e^x[e, …] / Σ e^x[f, …]`, the sum over rows f with `ids[f] = ids[e]`; each further
/// index by itself. Real numbers. Inputs: values x `[E, …]`, integer ids `[E]` in any order, and unless
/// ``segments`` is given a tensor of as many rows as there are segments; the result has x's shape.
///
/// - Reference: P. Veličković et al., Graph attention networks, arXiv 1710.10903, equation 2.
public struct SegmentSoftmax: SegmentOperator {
  public static let name = "SegmentSoftmax"

  /// The number of segments; `nil` where a third input's leading dimension gives it.
  public var segments: Int?

  public init(segments: Int? = nil) { self.segments = segments }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    _ = try segmentDimension(inputs)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let width = x.shape.dropFirst().reduce(1, *)
    let rows = try rows(ids: inputs[1], reference: inputs.count == 3 ? inputs[2].shape : nil)
    let values = x.elements.doubles
    var result = values
    for rows in rows where !rows.isEmpty {
      for column in 0..<width {
        let places = rows.map { $0 * width + column }
        let weights = Softmax.normalised(places.map { values[$0] })
        for (place, weight) in zip(places, weights) { result[place] = weight }
      }
    }
    return [Tensor(x.shape, .init(reals: result, as: x.type.real.element))]
  }
}
