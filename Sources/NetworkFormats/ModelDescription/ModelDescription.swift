import WinnowFixedPoint
public import WinnowNetworkIR
import WinnowTensors

/// The JSON "hls4ml model description", format version 1: a network's layers with all of their
/// fixed-point types, and integer mantissas for weights and tables.
///
/// The network has one input, `input`, exact with the step of its type, converted to that type by
/// the node `input/cast`. The value that carries a layer's result has the layer's name, so that
/// traces compare by name; parts of a layer are `LAYER/sum` and the like. Where a layer states no
/// result type, its operator carries the name. ``Network/outputs`` are the names of the layers;
/// ``outputs`` maps the description's own output names to them.
public struct ModelDescription: Sendable, Hashable {
  public struct Output: Sendable, Hashable {
    /// The name in the description; `out_NAME` in its vectors.
    public var name: String
    /// The layer and the network's value; `trace_LAYER` in its vectors.
    public var layer: String
  }

  public var network: Network
  public var outputs: [Output]

  /// Reads a description's file.
  public init(path: String) throws {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: NetworkFile.maximumSize) } catch {
      throw NetworkError(error.message)
    }
    do { try self.init(bytes: bytes) } catch { throw NetworkError("'\(path)': \(error)") }
  }

  /// Reads a description.
  ///
  /// - Throws: ``NetworkError``, one sentence with the layer and key that are wrong.
  public init(bytes: [UInt8]) throws {
    let root = try DescriptionFields(JSONParser.parse(bytes), place: "the description")
    guard root.has("format"), try root.string("format") == "hls4ml model description" else {
      throw NetworkError(
        "the file is JSON but not an hls4ml model description ('format' is missing or another)")
    }
    let version = try root.integer("format_version")
    guard version == 1 else {
      throw root.wrong("format version \(version); Winnow reads version 1")
    }
    let input = try root.object("input")
    var builder = try DescriptionBuilder(
      name: root.string("name"), inputs: input.size("n"), type: input.type("type"))
    for (index, layer) in try root.list("layers").enumerated() {
      try builder.add(layer: DescriptionFields(layer, place: "layer \(index + 1)"))
    }
    outputs = try root.list("outputs").enumerated().map { index, value in
      let fields = try DescriptionFields(value, place: "output \(index + 1)")
      let output = Output(name: try fields.string("name"), layer: try fields.string("layer"))
      try builder.check(fields, output)
      return output
    }
    guard !outputs.isEmpty else { throw root.wrong("'outputs' is empty") }
    guard Set(outputs.map(\.name)).count == outputs.count else {
      throw root.wrong("two outputs have one name")
    }
    network = try builder.network(outputs: outputs.map(\.layer))
  }
}
