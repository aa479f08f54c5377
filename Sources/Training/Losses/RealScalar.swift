import Foundation

/// `Float` and `Double` with the elementary functions that losses need, each in its own precision.
/// No other type can conform: there are no kernels for it.
public protocol RealScalar: OptimizerScalar {
  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  /// `ln(1 + x)`, exact for small `x`.
  static func logarithm(onePlus x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}

extension Float: RealScalar {
  public static func exponential(_ x: Float) -> Float { exp(x) }
  public static func logarithm(_ x: Float) -> Float { log(x) }
  public static func logarithm(onePlus x: Float) -> Float { log1p(x) }
  public static func hyperbolicTangent(_ x: Float) -> Float { tanh(x) }
  public static func power(_ x: Float, _ exponent: Float) -> Float { pow(x, exponent) }
}

extension Double: RealScalar {
  public static func exponential(_ x: Double) -> Double { exp(x) }
  public static func logarithm(_ x: Double) -> Double { log(x) }
  public static func logarithm(onePlus x: Double) -> Double { log1p(x) }
  public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  public static func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
}

extension RealScalar {
  /// `1/(1 + e^−x)` without overflow.
  @inline(__always)
  static func sigmoid(_ x: Self) -> Self {
    let tail = exponential(-abs(x))
    return (x >= 0 ? 1 : tail) / (1 + tail)
  }

  /// `ln(1 + e^x)` without overflow.
  @inline(__always)
  static func softplus(_ x: Self) -> Self {
    (x > 0 ? x : 0) + logarithm(onePlus: exponential(-abs(x)))
  }
}
