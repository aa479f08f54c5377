public import WinnowFixedPoint
public import WinnowNetworkIR

/// Which number formats a network gets, by kind of tensor, with rules for single nodes.
///
///     var plan = QuantizationPlan(weights: .type(try FixedPointType(text: "fixed<8,1,RND_CONV,SAT_SYM>")))
///     plan.rules = [.init(nodes: "output*", weights: .bits(12))]
///     let quantized = try network.quantized(plan, calibration: calibration)
public struct QuantizationPlan: Sendable, Hashable, Codable {
  /// Other formats for some nodes. Of several rules that name a format for a node the last counts.
  public struct Rule: Sendable, Hashable, Codable {
    /// Node name; `*` stands for any characters. `nil`: every node.
    public var nodes: String?
    /// Operator name, such as `Relu`. `nil`: every operator.
    public var operation: String?
    public var weights: Precision?
    public var biases: Precision?
    /// Of the value that the node computes.
    public var activations: Precision?

    public init(
      nodes: String? = nil, operation: String? = nil, weights: Precision? = nil,
      biases: Precision? = nil, activations: Precision? = nil
    ) {
      self.nodes = nodes
      self.operation = operation
      self.weights = weights
      self.biases = biases
      self.activations = activations
    }

    func applies(to name: String, _ operation: String) -> Bool {
      (nodes.map { name.matches(wildcard: $0) } ?? true)
        && (self.operation.map { $0 == operation } ?? true)
    }
  }

  /// Factors: weights of layers, constants of products.
  public var weights: Precision
  /// Summands: biases of layers, constants of sums.
  public var biases: Precision
  /// What nodes compute, wherever it is not exact and narrow already.
  public var activations: Precision
  /// Ports: what stands right behind every graph input.
  public var inputs: Precision
  /// Graph outputs; `nil`: as activations.
  public var outputs: Precision?
  /// Constants of a scaler, or of a normalisation, that no layer can take in.
  public var scalers: Precision
  /// Merge a scaler behind an input into the dense layer behind it: no logic of its own, but weights
  /// that carry the features' units. Otherwise it stays, with constants of `scalers`.
  public var foldsScalers: Bool
  /// Leave the powers of two of a folded scaler's factors outside, as wiring.
  public var keepsPowersOfTwo = false
  /// Fraction bits that slopes of leaky rectifiers are rounded to: 0.3 has 54, each a part of a
  /// multiplier.
  public var slopeBits: Int
  public var rules: [Rule]

  public init(
    weights: Precision = .width(
      FittedWidth(8, range: .squaredError, overflow: .saturateSymmetrically)),
    biases: Precision = .bits(16, range: .minimumMaximum),
    activations: Precision = .bits(8, range: .squaredError), inputs: Precision = .bits(16),
    outputs: Precision? = .bits(16), scalers: Precision = .bits(12, granularity: .element),
    foldsScalers: Bool = true, slopeBits: Int = LeakyRelu.importedFractionBits, rules: [Rule] = []
  ) {
    self.weights = weights
    self.biases = biases
    self.activations = activations
    self.inputs = inputs
    self.outputs = outputs
    self.scalers = scalers
    self.foldsScalers = foldsScalers
    self.slopeBits = slopeBits
    self.rules = rules
  }

  func precision(
    _ kind: KeyPath<Rule, Precision?>, of name: String, _ operation: String, else standard: Precision
  ) -> Precision {
    rules.last { $0[keyPath: kind] != nil && $0.applies(to: name, operation) }?[keyPath: kind]
      ?? standard
  }
}

extension String {
  /// Whether a pattern with `*` for any characters describes the whole text.
  func matches(wildcard pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return self == pattern
    }
    guard hasPrefix(first), hasSuffix(last), count >= first.count + last.count else { return false }
    var rest = self.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
