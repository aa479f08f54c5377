import Foundation

/// How sparse weights are at a step, and at which steps the choice is made anew.
///
/// - Reference: M. Zhu and S. Gupta, arXiv:1710.01878; the rules of TensorFlow's model optimisation
///   toolkit 0.8 (`PolynomialDecay`, `ConstantSparsity`), in single precision as there.
public enum PruningSchedule: Sendable, Hashable, Codable {
  /// `final + (initial − final) · (1 − (step − begin) / (end − begin))^power`.
  case polynomialDecay(
    initial: Float, final: Float, begin: Int, end: Int, power: Float = 3, frequency: Int = 100)
  /// One sparsity from `begin` on; to `end`, or for ever where it is `nil`.
  case constant(sparsity: Float, begin: Int, end: Int? = nil, frequency: Int = 100)

  public func sparsity(at step: Int) -> Float {
    switch self {
    case .constant(let sparsity, _, _, _): return sparsity
    case .polynomialDecay(let initial, let final, let begin, let end, let power, _):
      // A schedule of one step is over when it begins.
      let progress = end == begin ? 1 : Float(step - begin) / Float(end - begin)
      let rest = 1 - min(1, max(0, progress))
      return (initial - final) * Self.raised(rest, power) + final
    }
  }

  /// Whether weights are chosen at a step.
  public func isActive(at step: Int) -> Bool {
    let (begin, end, frequency) =
      switch self {
      case .polynomialDecay(_, _, let begin, let end, _, let frequency): (begin, end, frequency)
      case .constant(_, let begin, let end, let frequency): (begin, end ?? .max, frequency)
      }
    return step >= begin && step <= end && (step - begin) % frequency == 0
  }

  /// Whole powers by multiplication, so that no library decides a bit.
  private static func raised(_ base: Float, _ power: Float) -> Float {
    guard power >= 0, power <= 64, power == power.rounded() else {
      return Float(pow(Double(base), Double(power)))
    }
    return Float((0..<Int(power)).reduce(1.0) { product, _ in product * Double(base) })
  }

  /// - Throws: ``TrainingError`` naming what is out of bounds.
  public func validate() throws {
    let (sparsities, begin, end, frequency): ([Float], Int, Int, Int)
    switch self {
    case .polynomialDecay(let initial, let final, let first, let last, let power, let every):
      (sparsities, begin, end, frequency) = ([initial, final], first, last, every)
      guard power > 0, power.isFinite else {
        throw TrainingError("the power of the pruning schedule is \(power); give a number above 0")
      }
    case .constant(let sparsity, let first, let last, let every):
      (sparsities, begin, end, frequency) = ([sparsity], first, last ?? .max, every)
    }
    guard sparsities.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
      throw TrainingError("a sparsity of \(sparsities) is asked for; give shares from 0 to below 1")
    }
    guard begin >= 0, end >= begin, frequency > 0 else {
      throw TrainingError(
        "pruning from step \(begin) to \(end) every \(frequency) steps is impossible; the steps must be in order and the frequency above 0"
      )
    }
  }
}
