import WinnowNetworkIR

/// What a folded design is compiled for.
public struct FoldedOptions: Sendable, Hashable, Codable {
  /// Clock, device, effort and seed; effort and extra depth are for stages that stay parallel.
  public var firmware: FirmwareOptions
  public var reuse: FoldedReuse
  public var products: FoldedProducts

  public init(
    _ firmware: FirmwareOptions = FirmwareOptions(), reuse: FoldedReuse,
    products: FoldedProducts = .cheapest
  ) {
    self.firmware = firmware
    self.reuse = reuse
    self.products = products
  }
}

/// How the reuse factors of a folded design's layers are found.
public enum FoldedReuse: Sendable, Hashable, Codable {
  /// The same for all layers; one that has fewer products takes as many as it has, and the report says so.
  case uniform(Int)
  /// By the name of a layer's node, and for the layers that are not named.
  case layers([String: Int], others: Int)
  /// For each layer the cheapest that takes a new event after this many clock edges.
  case interval(Int)
  /// The shortest interval that fits; `nil` is what the device has.
  case budget(lookUpTables: Int?, multipliers: Int?)
}

extension FoldedReuse {
  /// Reads `8`, or `dense1=16,dense2=4`, or `dense1=16,4` with a number for the others.
  ///
  /// - Throws: ``NetworkError`` for anything else.
  public init(text: String) throws {
    if let factor = Int(text), factor >= 1 {
      self = .uniform(factor)
      return
    }
    var layers: [String: Int] = [:]
    var others: Int?
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let factor = sides.last.flatMap { Int($0) } ?? 0
      guard factor >= 1, sides.count == 2 ? layers[String(sides[0])] == nil : others == nil else {
        throw NetworkError(
          "the reuse '\(text)' is not understood at '\(part)'; give a number of 1 or more, or LAYER=N,LAYER=N, each layer once"
        )
      }
      if sides.count == 2 { layers[String(sides[0])] = factor } else { others = factor }
    }
    self = .layers(layers, others: others ?? 1)
  }
}
