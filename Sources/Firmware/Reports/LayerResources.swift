import WinnowFixedPoint
import WinnowNetworkIR

/// What one node of the network takes, by the estimates of ``Resources``.
public struct LayerResources: Sendable, Codable, Hashable {
  /// The node; `input` for the registers behind the input ports.
  public var node: String
  /// Adders of two signals, and of a constant.
  public var adders = 0
  public var constantAdders = 0
  /// da4ml's cost of the adder graphs.
  public var cost = 0.0
  public var lookUpTables = 0.0
  public var flipFlops = 0
  public var multipliers = 0
  /// HGQ's, arXiv:2405.00645 eq. 5.
  public var effectiveBitOperations = 0

  var isEmpty: Bool {
    adders == 0 && constantAdders == 0 && lookUpTables == 0 && flipFlops == 0 && multipliers == 0
      && effectiveBitOperations == 0
  }
}

extension Design {
  /// Resources by node in the network's order; nodes that take nothing are left out. Registers that delay
  /// a signal count for the node that makes it; the valid bits belong to no node.
  public var layers: [LayerResources] {
    let logic = netlist.logic
    var layers = [LayerResources(node: "input")] + logic.nodeNames.map { LayerResources(node: $0) }
    for value in 0..<logic.count where !logic.isConstant(value) {
      let layer = logic.origins[value] + 1
      let multipliers = Resources.multipliers(value, in: logic)
      layers[layer].multipliers += multipliers
      if multipliers == 0 { layers[layer].lookUpTables += Resources.lookUpTables(value, in: logic) }
      layers[layer].flipFlops += pipeline.lastUses[value].reduce(0) {
        $0 + $1 - pipeline.stages[value]
      }
      switch logic.instructions[value] {
      case .input: layers[layer].flipFlops += logic.width(value)
      case .linear(let terms, let constant):
        if terms.count == 2 {
          layers[layer].adders += 1
        } else if constant != 0 {
          layers[layer].constantAdders += 1
        }
      default: break
      }
    }
    let operations = program.effectiveBitOperationsByNode
    for index in layers.indices {
      let node = layers[index].node
      if index > 0 { layers[index].effectiveBitOperations = operations[node] ?? 0 }
      layers[index].cost = netlist.adderGraphs.filter { index > 0 && $0.node == node }.map(\.cost).reduce(
        0, +)
    }
    return layers.filter { !$0.isEmpty }
  }
}

extension [LayerResources] {
  /// A table, one line a node.
  var text: String {
    let titles = ["node", "adders", "constant", "cost", "LUT", "FF", "DSP", "EBOP"]
    let rows =
      [titles]
      + map { layer in
        [
          layer.node, "\(layer.adders)", "\(layer.constantAdders)", "\(layer.cost)",
          "\(Int(layer.lookUpTables.rounded()))", "\(layer.flipFlops)", "\(layer.multipliers)",
          "\(layer.effectiveBitOperations)",
        ]
      }
    let widths = titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      "  "
        + row.enumerated().map { column, cell in
          let fill = String(repeating: " ", count: widths[column] - cell.count)
          return column == 0 ? cell + fill : fill + cell
        }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
