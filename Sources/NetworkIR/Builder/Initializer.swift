public import WinnowTensors

/// How the values of a parameter begin, as Keras and PyTorch define it.
///
/// The fans are the numbers of inputs and outputs of a unit, each times the kernel's positions for a
/// convolution; a bias sees the fans of its weights. Values are drawn in double precision and rounded
/// once to float32.
public enum Initializer: Sendable, Hashable {
  case zeros
  case ones
  case constant(Double)
  /// Given values, row-major.
  case values([Float])
  /// Uniform between two bounds.
  case uniform(Double, Double)
  case normal(mean: Double = 0, standardDeviation: Double)
  /// A normal distribution without what lies beyond two standard deviations.
  case truncatedNormal(mean: Double = 0, standardDeviation: Double)
  /// Uniform within ±√(6 / (inputs + outputs)); Keras's default for weights. X. Glorot and Y. Bengio,
  /// AISTATS 2010, equation 16.
  case glorotUniform
  /// Truncated normal of variance 2 / (inputs + outputs), as Keras.
  case glorotNormal
  /// Uniform within ±√(6 / inputs). K. He et al., arXiv 1502.01852, equation 10.
  case heUniform
  /// Truncated normal of variance 2 / inputs, as Keras.
  case heNormal
  /// Uniform within ±√(3 / inputs).
  case lecunUniform
  /// Truncated normal of variance 1 / inputs, as Keras.
  case lecunNormal
  /// Uniform within ±1/√inputs: PyTorch's default for weights and biases of linear and convolution
  /// layers, `kaiming_uniform_(a=√5)`.
  case torchUniform
  /// Normal of variance 2 / inputs, not truncated: PyTorch's `kaiming_normal_`.
  case kaimingNormal
  /// Normal of variance 2 / (inputs + outputs), not truncated: PyTorch's `xavier_normal_`.
  case xavierNormal
  /// Rows or columns (the fewer of them) of length `gain` at right angles: Q of a QR decomposition of
  /// a normal matrix, the first axis against all others. A. Saxe et al., arXiv 1312.6120.
  case orthogonal(gain: Double = 1)

  /// Standard deviation of a normal distribution truncated at ±2, `√(1 − 4φ(2)/(2Φ(2) − 1))`.
  static let truncatedDeviation = 0.87962566103423978

  /// The most numbers that one parameter may have: 2 GiB while they are drawn.
  static let largestParameter = 1 << 28

  /// The values of a parameter, row-major.
  ///
  /// - Throws: ``NetworkError`` when the numbers do not fit or are not finite.
  public func values(
    _ shape: [Int], fans: (input: Int, output: Int), from stream: inout RandomStream
  ) throws -> [Float] {
    let size = shape.reduce(1.0) { $0 * Double($1) }
    guard size <= Double(Self.largestParameter) else {
      throw NetworkError(
        "has a parameter of shape \(shape), \(size) numbers; one holds up to "
          + "\(Self.largestParameter), so give fewer units")
    }
    let count = Int(size)
    let (input, output) = (Double(max(fans.input, 1)), Double(max(fans.output, 1)))
    let values: [Double]
    switch self {
    case .zeros: values = Array(repeating: 0, count: count)
    case .ones: values = Array(repeating: 1, count: count)
    case .constant(let value): values = Array(repeating: value, count: count)
    case .values(let given):
      guard given.count == count else {
        throw NetworkError("is given \(given.count) values for the shape \(shape)")
      }
      values = given.map(Double.init)
    case .uniform(let low, let high):
      guard low <= high, (high - low).isFinite else {
        throw NetworkError("draws between \(low) and \(high)")
      }
      values = (0..<count).map { _ in low + (high - low) * stream.uniform() }
    case .normal(let mean, let deviation):
      values = (0..<count).map { _ in mean + deviation * stream.gaussian() }
    case .truncatedNormal(let mean, let deviation):
      values = (0..<count).map { _ in mean + deviation * Self.truncatedGaussian(&stream) }
    case .glorotUniform:
      return try Self.within((6 / (input + output)).squareRoot()).values(shape, fans: fans, from: &stream)
    case .heUniform:
      return try Self.within((6 / input).squareRoot()).values(shape, fans: fans, from: &stream)
    case .lecunUniform:
      return try Self.within((3 / input).squareRoot()).values(shape, fans: fans, from: &stream)
    case .torchUniform:
      return try Self.within(1 / input.squareRoot()).values(shape, fans: fans, from: &stream)
    case .glorotNormal:
      return try Self.truncated(variance: 2 / (input + output)).values(shape, fans: fans, from: &stream)
    case .heNormal:
      return try Self.truncated(variance: 2 / input).values(shape, fans: fans, from: &stream)
    case .lecunNormal:
      return try Self.truncated(variance: 1 / input).values(shape, fans: fans, from: &stream)
    case .kaimingNormal:
      values = (0..<count).map { _ in (2 / input).squareRoot() * stream.gaussian() }
    case .xavierNormal:
      values = (0..<count).map { _ in (2 / (input + output)).squareRoot() * stream.gaussian() }
    case .orthogonal(let gain):
      values = Self.orthogonal(shape, from: &stream).map { gain * $0 }
    }
    let floats = values.map(Float.init)
    guard floats.allSatisfy(\.isFinite) else { throw NetworkError("holds a NaN or an infinity") }
    return floats
  }

  private static func within(_ limit: Double) -> Initializer { .uniform(-limit, limit) }

  /// Wider before the truncation, so that the variance is that one after it.
  private static func truncated(variance: Double) -> Initializer {
    .truncatedNormal(standardDeviation: variance.squareRoot() / truncatedDeviation)
  }

  private static func truncatedGaussian(_ stream: inout RandomStream) -> Double {
    while true {
      let value = stream.gaussian()
      if abs(value) <= 2 { return value }
    }
  }

  /// Gram and Schmidt's orthogonalisation, twice for accuracy; only sums, products, quotients and roots,
  /// so that the bits are the same on every machine.
  private static func orthogonal(_ shape: [Int], from stream: inout RandomStream) -> [Double] {
    let rows = shape.first ?? 1
    let columns = shape.dropFirst().reduce(1, *)
    let (few, long) = (min(rows, columns), max(rows, columns))
    var vectors: [[Double]] = []
    while vectors.count < few {
      var vector = (0..<long).map { _ in stream.gaussian() }
      for _ in 0..<2 {
        for other in vectors {
          let overlap = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<long { vector[index] -= overlap * other[index] }
        }
      }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-6 else { continue }
      vectors.append(vector.map { $0 / length })
    }
    return (0..<rows * columns).map { place in
      rows <= columns
        ? vectors[place / columns][place % columns] : vectors[place % columns][place / columns]
    }
  }
}
