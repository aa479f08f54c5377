import WinnowNetworkIR
import WinnowTraining

/// Elements that a loss leaves out: a value of zeros and ones, or where a column of the data is 0.
struct LossMask: Sendable {
  /// The value that masks.
  let name: String
  /// The column or value whose zeros are left out; `nil` where `name` is a value itself.
  let column: String?

  init(_ value: RecipeValue) throws {
    guard value.isTable else {
      (name, column) = (try value.string(), nil)
      return
    }
    let column = try RecipeTable(value, keys: ["nonzero"]).required("nonzero").string()
    self.column = column
    name = "mask/nonzero/\(column)"
  }

  /// Adds the nodes that compute the mask, once.
  ///
  /// - Parameter data: has the column where the network does not.
  func append(to network: inout Network, _ data: TrainingData) throws {
    guard let column, network.producer(of: name) == nil else { return }
    if try network.verify()[column] == nil {
      let shape = try data.column(column).shape.map { Dimension.fixed($0) }
      let batch = network.inputs.first?.type.shape.first ?? .batch
      network.inputs.append(.init(column, TensorType([batch] + shape, .float32)))
    }
    for (constant, value) in [("zero", Float(0)), ("one", 1)] {
      network.constants["mask/\(constant)"] = Tensor([1], .float32([value]))
    }
    network.nodes.append(Node("\(name)/zeros", Comparison(.equal), column, "mask/zero"))
    network.nodes.append(Node(name, Where(), "\(name)/zeros", "mask/zero", "mask/one"))
  }
}
