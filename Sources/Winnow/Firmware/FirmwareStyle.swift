public import WinnowFirmware

/// How a network becomes firmware; stored in a run's `run.json`.
public enum FirmwareStyle: Sendable, Hashable, Codable {
  /// The whole network as logic, an event every clock edge.
  case parallel
  /// Layers that share multipliers over several clock edges.
  case folded(FoldedReuse, products: FoldedProducts)
  /// One process a layer, images streamed through.
  case dataflow(DataflowOptions)

  public var name: String {
    switch self {
    case .parallel: "parallel"
    case .folded: "folded"
    case .dataflow: "dataflow"
    }
  }
}
