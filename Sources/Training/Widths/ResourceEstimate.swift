public import WinnowNetworkIR

/// What a network costs; the umbrella module supplies firmware's estimate of look-up tables.
public protocol ResourceEstimate: Sendable {
  /// What is counted: `LUT`, `bit operations`.
  var unit: String { get }
  /// - Parameter network: quantised, widths fixed.
  func cost(of network: Network) throws -> Double
}

/// Effective bit operations of the compiled program (arXiv:2405.00645, eq. 5).
public struct BitOperationEstimate: ResourceEstimate {
  public init() {}
  public var unit: String { "bit operations" }

  public func cost(of network: Network) throws -> Double {
    try Double(
      FixedPointProgram(network.bindingBatch()).prunedToOutputs().effectiveBitOperations)
  }
}
