import Foundation
import Winnow

/// Above which β a variational code is of no use, in a linear model.
///
/// A linear decoder of d numbers lowers `(1 − β)/n Σ (x − y)²` along the directions of largest variance.
/// With the divergence `β/d Σ D_KL` beside it that is probabilistic principal component analysis with the
/// noise `β/(1 − β) · n/2d`: a direction whose variance λ is below gets the code 0.
///
/// - Reference: J. Lucas et al., Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse,
///   arXiv:1911.02469.
struct CodeThreshold: Sendable, Codable {
  /// The largest variance of any direction of the targets, masked entries 0.
  let variance: Double

  static func file(in folder: StudyFolder) -> String { "\(folder.path)/scores/code.json" }

  /// The β above which no direction is worth a number of a code of `width`.
  func beta(codeOf width: Int) -> Double {
    let ratio = variance * 2 * Double(width) / Double(PreparedEvents.width)
    return ratio / (1 + ratio)
  }

  /// - Parameter events: prepared events.
  init(_ events: NPZ) throws {
    let width = PreparedEvents.width
    let (x, t) = (try events.array("x").doubles(), try events.array("t").doubles())
    let count = x.count / width
    var sums = [Double](repeating: 0, count: width)
    var products = [Double](repeating: 0, count: width * width)
    for event in 0..<count {
      let places = (0..<width).filter { x[event * width + $0] != 0 }
      for i in places {
        let value = t[event * width + i]
        sums[i] += value
        for j in places { products[i * width + j] += value * t[event * width + j] }
      }
    }
    for i in 0..<width {
      for j in 0..<width {
        products[i * width + j] =
          products[i * width + j] / Double(count) - sums[i] * sums[j] / Double(count * count)
      }
    }
    variance = Self.largestEigenvalue(products, width)
  }

  /// By powers of the matrix on a vector.
  private static func largestEigenvalue(_ matrix: [Double], _ size: Int) -> Double {
    // No symmetry of the events makes it orthogonal to the answer.
    var vector = (0..<size).map { 1 + 0.01 * Double($0) }
    var value = 0.0
    for _ in 0..<500 {
      let next = (0..<size).map { i in (0..<size).reduce(0) { $0 + matrix[i * size + $1] * vector[$1] } }
      value = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard value > 0 else { return 0 }
      vector = next.map { $0 / value }
    }
    return value
  }
}
