import Synchronization
import WinnowNetworkIR

/// A stage of a design with what does not depend on its reuse factor.
struct FoldedStage: Sendable {
  let stage: FoldedPartition.Stage
  let name: String
  let settings: FoldedSettings
  /// `nil` in a stage of mere logic.
  let matrix: FoldedMatrix?
  let suffix: FoldedSuffix?

  init(_ stage: FoldedPartition.Stage, name: String, settings: FoldedSettings) throws {
    self.stage = stage
    self.name = name
    self.settings = settings
    matrix = stage.rows.isEmpty ? nil : try FoldedMatrix(stage)
    suffix =
      stage.rows.isEmpty
      ? nil : try FoldedSuffix(stage, name: "\(name)_logic", settings: settings)
  }

  /// Products of the whole matrix, zeros counted: the largest reuse factor.
  var products: Int { matrix.map { max(1, $0.inputs.count * $0.rows.count) } ?? 1 }

  /// The stage as parallel logic.
  func parallel() throws -> LogicKernel {
    try LogicKernel(stage.program, name: name, settings: settings)
  }

  func folded(_ reuse: Int, products: FoldedProducts? = nil) -> FoldedKernel {
    guard let matrix, let suffix else { preconditionFailure("\(name) has nothing to fold") }
    var settings = settings
    if let products { settings.products = products }
    return FoldedKernel(
      stage, name: name, plan: FoldedPlan(matrix, reuse: reuse, settings: settings), suffix: suffix)
  }

  func kernel(_ reuse: Int) throws -> any StreamKernel {
    if matrix == nil || reuse < 2 { return try parallel() }
    return folded(reuse)
  }

  /// Look-up tables of the matrix as adders, before any search: a rule of thumb by the signed digits of
  /// the weights and the bits of their inputs. It only decides whether adders are looked for.
  var parallelEstimate: Int {
    guard let matrix else { return 0 }
    var tables = 0.0
    for row in matrix.rows {
      for term in row.terms {
        let digits = (term.weight ^ (3 * term.weight)).nonzeroBitCount
        tables += Self.tablesPerDigitBit * Double(digits * (matrix.inputs[term.input].width + 4))
      }
    }
    return Int(tables)
  }

  static let tablesPerDigitBit = 0.18
}
