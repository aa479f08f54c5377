/// A loss as a pair of pure kernels: one number per event forward, gradients backward.
///
/// Arrays are row-major with an event per row. A row's loss and gradients depend on that row alone,
/// so that shards of rows may be done in any order by any thread and give the same bits. Weights of
/// events, means over the batch and coefficients are the seeds' business: for a mean over `N`
/// events the seed of each is its weight over `N`.
public protocol Loss: Sendable, Codable, Hashable {
  static var kind: LossKind { get }

  /// The inputs that have gradients, in order.
  var inputNames: [String] { get }

  /// What the inputs are compared with.
  var target: LossTarget { get }

  /// Refuses settings, or widths (elements per event) of the inputs, that have no meaning.
  func validate(widths: [Int]) throws(HyperparameterError)

  /// The bytes of working memory that each thread needs.
  func scratchByteCount(widths: [Int]) -> Int

  /// Writes the loss of each event of `rows`.
  ///
  /// - Parameter losses: the first of all events' losses.
  func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>)

  /// Writes (does not add) the gradients of `Σ seed · loss` for the events of `rows`.
  ///
  /// - Parameter seeds: the first of all events' seeds.
  func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>)
}

/// What a loss compares its inputs with.
public enum LossTarget: String, Sendable, Codable, Hashable {
  /// Nothing: the loss depends on its inputs alone.
  case none
  /// As many numbers per event as the first input has.
  case values
  /// One class per event, an `Int32` from 0.
  case labels
  /// One number per pair: above 0 where the two belong together.
  case similarity
}

extension Loss {
  public func scratchByteCount(widths: [Int]) -> Int { 0 }

  /// The numbers per event of the target.
  public func targetWidth(widths: [Int]) -> Int {
    switch target {
    case .none: 0
    case .values: widths[0]
    case .labels, .similarity: 1
    }
  }

  /// Throws unless there are as many widths as inputs and none is below 1.
  func checkWidths(_ widths: [Int]) throws(HyperparameterError) {
    let names = inputNames.joined(separator: ", ")
    try HyperparameterError.require(
      widths.count == inputNames.count && widths.allSatisfy { $0 > 0 },
      "the loss '\(Self.kind.rawValue)' takes \(names), and got inputs of widths \(widths); "
        + "give one each, of at least one element per event")
  }
}

/// Over what a masked mean is taken.
public enum MaskedMean: String, Sendable, Codable, Hashable, CaseIterable {
  /// All elements of the event; those masked count as 0.
  case all
  /// The elements kept; an event without any has loss 0.
  case kept
}
