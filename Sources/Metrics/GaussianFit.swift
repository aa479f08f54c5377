#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A Gaussian fitted to a histogram by weighted least squares: `a exp(−(x − μ)²/2σ²)`.
///
/// Levenberg's and Marquardt's method from the histogram's own mean and spread; empty bins are left
/// out, as their error is not known.
public struct GaussianFit: Sendable, Hashable, Codable {
  public let amplitude, mean, sigma: Double
  /// From the inverse of the matrix of second derivatives.
  public let meanError, sigmaError: Double
  public let chiSquared: Double
  public let degreesOfFreedom: Int

  /// The full width at half the maximum.
  public var fullWidthAtHalfMaximum: Double { 2 * (2 * log(2.0)).squareRoot() * sigma }

  /// - Parameter range: the bins whose centres lie in it are fitted; all if omitted.
  /// - Throws: ``MetricError`` with fewer than four filled bins, or where no minimum is found.
  public init(_ histogram: Histogram, in range: ClosedRange<Double>? = nil) throws(MetricError) {
    let bins = (0..<histogram.binning.count).filter { bin in
      histogram.squares[bin] > 0 && range?.contains(histogram.binning.center(bin)) ?? true
    }
    try MetricError.require(
      bins.count > 3, "a Gaussian needs four filled bins, and there are \(bins.count)")
    let x = bins.map { histogram.binning.center($0) }
    let y = bins.map { histogram.sums[$0] }
    let weights = bins.map { 1 / histogram.squares[$0] }
    let total = y.reduce(0, +)
    let mean = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / total
    var parameters = [y.max()!, mean, max(spread, 1e-30).squareRoot()]
    var damping = 1e-3
    var value = chi(parameters, x, y, weights)
    var matrix = [[Double]]()
    var isSettled = false
    for _ in 0..<500 {
      let (hessian, gradient) = derivatives(parameters, x, y, weights)
      matrix = hessian
      var damped = hessian
      for place in 0..<3 { damped[place][place] *= 1 + damping }
      guard let step = solve(damped, gradient) else { break }
      let next = [parameters[0] + step[0], parameters[1] + step[1], abs(parameters[2] + step[2])]
      let nextValue = chi(next, x, y, weights)
      if nextValue <= value {
        isSettled = value - nextValue <= 1e-14 * value
        (parameters, value) = (next, nextValue)
        damping = max(damping / 10, 1e-12)
        if isSettled { break }
      } else {
        damping *= 10
        if damping > 1e12 {
          isSettled = true
          break
        }
      }
    }
    let columns = (0..<3).compactMap { place in
      solve(matrix, (0..<3).map { $0 == place ? 1 : 0 })?[place]
    }
    try MetricError.require(
      isSettled && columns.count == 3 && columns.allSatisfy { $0 > 0 }
        && parameters.allSatisfy(\.isFinite),
      "no Gaussian fits these \(bins.count) bins; choose another range")
    (amplitude, self.mean, sigma) = (parameters[0], parameters[1], parameters[2])
    (meanError, sigmaError) = (columns[1].squareRoot(), columns[2].squareRoot())
    chiSquared = value
    degreesOfFreedom = bins.count - 3
  }
}

private func chi(_ p: [Double], _ x: [Double], _ y: [Double], _ weights: [Double]) -> Double {
  var sum = 0.0
  for i in x.indices {
    let t = (x[i] - p[1]) / p[2]
    let away = y[i] - p[0] * exp(-t * t / 2)
    sum += weights[i] * away * away
  }
  return sum
}

/// Half the second derivatives (Gauss and Newton's part) and minus half the gradient.
private func derivatives(
  _ p: [Double], _ x: [Double], _ y: [Double], _ weights: [Double]
) -> ([[Double]], [Double]) {
  var matrix = [[Double]](repeating: [0, 0, 0], count: 3)
  var gradient = [0.0, 0, 0]
  for i in x.indices {
    let t = (x[i] - p[1]) / p[2]
    let shape = exp(-t * t / 2)
    let slopes = [shape, p[0] * shape * t / p[2], p[0] * shape * t * t / p[2]]
    let away = y[i] - p[0] * shape
    for a in 0..<3 {
      gradient[a] += weights[i] * slopes[a] * away
      for b in 0..<3 { matrix[a][b] += weights[i] * slopes[a] * slopes[b] }
    }
  }
  return (matrix, gradient)
}

/// Solves three equations by Cramer's rule; `nil` for a singular matrix.
private func solve(_ m: [[Double]], _ right: [Double]) -> [Double]? {
  func determinant(_ a: [[Double]]) -> Double {
    a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1])
      - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
      + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0])
  }
  let whole = determinant(m)
  guard whole != 0, whole.isFinite else { return nil }
  return (0..<3).map { column in
    var replaced = m
    for row in 0..<3 { replaced[row][column] = right[row] }
    return determinant(replaced) / whole
  }
}
