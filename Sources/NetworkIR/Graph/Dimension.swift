/// One extent of a tensor: a number, or a named symbol such as `batch`, `nodes`, `edges` or `voxels`.
public enum Dimension: Sendable, Hashable, Codable {
  case fixed(Int)
  /// A size known only when the network runs; `bound`, if there is one, is never exceeded.
  case symbol(String, bound: Int?)

  /// The number, if it is one.
  public var size: Int? {
    if case .fixed(let size) = self { return size }
    return nil
  }
}

extension Dimension: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fixed(let size): "\(size)"
    case .symbol(let name, bound: nil): name
    case .symbol(let name, bound: let bound?): "\(name)≤\(bound)"
    }
  }
}

extension Dimension: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .fixed(value) }
}
