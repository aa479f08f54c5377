import WinnowONNXSchema
import WinnowNetworkIR

/// Name and type of a graph input.
struct GraphInput {
  static let maximumRank = 64

  var name: String
  var type: TensorType

  init(_ info: Onnx_ValueInfoProto, notes: InputNotes?) throws {
    name = info.name
    guard !name.isEmpty else { throw NetworkError("a graph input has no name") }
    guard case .tensorType(let tensor)? = info.type.value else {
      throw NetworkError("the graph input '\(name)' is not a tensor")
    }
    guard tensor.hasShape else {
      throw NetworkError("the graph input '\(name)' has no shape; export the model with shapes")
    }
    guard tensor.shape.dim.count <= Self.maximumRank else {
      throw NetworkError(
        "the graph input '\(name)' has \(tensor.shape.dim.count) dimensions; \(Self.maximumRank) are possible"
      )
    }
    var element = try Self.element(tensor.elemType, name)
    if let fraction = notes?.fraction {
      guard element == .float32, GraphImport.fractions.contains(fraction) else {
        throw NetworkError("the metadata of graph input '\(name)' does not fit its type")
      }
      element = .fixed(fraction: fraction)
    }
    var shape: [Dimension] = []
    for (axis, dimension) in tensor.shape.dim.enumerated() {
      let bound = notes?.bounds?["\(axis)"]
      switch dimension.value {
      case .dimValue(let size):
        guard size >= 0, size <= Int64(Network.maximumElements) else {
          throw NetworkError(
            "the graph input '\(name)' has the dimension \(size); sizes from 0 to \(Network.maximumElements) are possible"
          )
        }
        shape.append(.fixed(Int(size)))
      case .dimParam(let symbol) where !symbol.isEmpty: shape.append(.symbol(symbol, bound: bound))
      default: shape.append(.symbol("\(name)_\(axis)", bound: bound))
      }
    }
    type = TensorType(shape, element)
  }

  private static func element(_ code: Int32, _ name: String) throws -> ElementType {
    switch Onnx_TensorProto.DataType(rawValue: Int(code)) {
    case .float, .float16, .bfloat16: return .float32
    case .double: return .float64
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: return .integer
    case .bool: return .boolean
    default:
      throw NetworkError(
        "the graph input '\(name)' has elements of ONNX type \(code); float, double, integers and booleans are possible"
      )
    }
  }
}
