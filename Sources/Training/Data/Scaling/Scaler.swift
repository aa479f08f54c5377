import Foundation

/// Brings the features of a column to like sizes: a function of each feature whose constants are
/// fitted on the training split alone.
///
///     let scaler = try Scaler.fit(.standard, to: data.column("x"), rows: split.training)
///     let (network, nodes) = try scaler.prepended(to: network, input: "x")
///
/// The scaler becomes the network's first layer, so that the network takes the data's own numbers
/// wherever it runs.
///
/// - Reference: the definitions, and where nothing else is said the numbers, are scikit-learn's
///   (`StandardScaler`, `RobustScaler`, `MinMaxScaler`, `QuantileTransformer`).
public struct Scaler: Sendable, Hashable, Codable {
  /// What is fitted.
  public enum Method: Sendable, Hashable, Codable {
    /// `(x − mean) / standard deviation`, the deviation with `1/n`.
    case standard
    /// `(x − median) / (upper − lower percentile)`: outliers do not move it.
    case robust(lower: Double = 25, upper: Double = 75)
    /// The smallest value becomes `lower`, the largest `upper`.
    case minMax(lower: Double = 0, upper: Double = 1)
    /// The rank in the training split, as a piecewise linear table with `count` knots.
    case quantile(count: Int = 64, output: QuantileOutput = .uniform)
  }

  public enum QuantileOutput: String, Sendable, Hashable, Codable {
    /// Ranks from 0 to 1.
    case uniform
    /// The normal variate of the rank, cut at ±5.199 as in scikit-learn. Between the knots the table
    /// is linear in the variate, where scikit-learn's is linear in the rank.
    case normal
  }

  /// A point of a piecewise linear table.
  public struct Knot: Sendable, Hashable, Codable {
    public var x: Double
    public var y: Double
  }

  /// The function of one feature.
  public enum Feature: Sendable, Hashable, Codable {
    /// `(x − offset) / divisor · gain + shift`
    case affine(offset: Double, divisor: Double, gain: Double, shift: Double)
    /// Linear between knots with rising `x`, constant outside.
    case table([Knot])

    public func callAsFunction(_ x: Double) -> Double {
      switch self {
      case .affine(let offset, let divisor, let gain, let shift):
        return (x - offset) / divisor * gain + shift
      case .table(let knots):
        guard let next = knots.firstIndex(where: { $0.x >= x }) else { return knots.last?.y ?? x }
        guard next > 0 else { return knots[0].y }
        let (a, b) = (knots[next - 1], knots[next])
        return a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x))
      }
    }
  }

  public let method: Method
  /// The shape of one event's features.
  public let shape: [Int]
  /// Which features are replaced by `ln(1 + x)` first.
  public let isLogarithmic: [Bool]
  public let features: [Feature]

  /// The scaled value of one element.
  public func callAsFunction(_ x: Double, feature: Int) -> Double {
    features[feature](isLogarithmic[feature] ? log1p(x) : x)
  }

  /// Scales events in place.
  ///
  /// - Parameter values: `[events, features]`, row-major.
  public func scale(_ values: inout [Float]) {
    precondition(values.count % features.count == 0, "no whole number of events")
    for index in values.indices {
      values[index] = Float(self(Double(values[index]), feature: index % features.count))
    }
  }
}
