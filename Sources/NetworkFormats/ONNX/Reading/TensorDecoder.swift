import WinnowONNXSchema
import Foundation
import WinnowNetworkIR

/// A `TensorProto` to a tensor: float16 and bfloat16 widen to float32, all integers to 64 bits.
///
/// Nothing is allocated before the data that the dimensions promise is known to be there.
struct TensorDecoder {
  private let proto: Onnx_TensorProto
  private let shape: [Int]
  private let count: Int

  static func decode(_ proto: Onnx_TensorProto, name: String) throws -> Tensor {
    do {
      let decoder = try TensorDecoder(proto)
      return Tensor(decoder.shape, try decoder.elements())
    } catch let error as NetworkError {
      throw NetworkError("the tensor '\(name)' \(error)")
    }
  }

  private init(_ proto: Onnx_TensorProto) throws {
    guard proto.externalData.isEmpty, proto.dataLocation != .external else {
      throw NetworkError(
        "keeps its data in another file; put it into the model: onnx.save(onnx.load('model.onnx'), 'whole.onnx')"
      )
    }
    guard !proto.hasSegment else { throw NetworkError("is one segment of a split tensor; store it whole") }
    guard proto.dims.count <= GraphInput.maximumRank else {
      throw NetworkError("has \(proto.dims.count) dimensions; \(GraphInput.maximumRank) are possible")
    }
    var count = 1
    for size in proto.dims {
      guard size >= 0 else { throw NetworkError("has the negative dimension \(size)") }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(Int(size), 1))
      guard !overflow, product <= Network.maximumElements else {
        throw NetworkError(
          "has dimensions \(proto.dims.prefix(8)), more than \(Network.maximumElements) elements")
      }
      count = product
    }
    self.proto = proto
    shape = proto.dims.map(Int.init)
    self.count = proto.dims.contains(0) ? 0 : count
  }

  private func elements() throws -> Tensor.Elements {
    switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
    case .float: .float32(try words(4, proto.floatData) { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
    case .double: .float64(try words(8, proto.doubleData) { Double(bitPattern: $0) })
    case .float16:
      .float32(try narrow(2) { Self.half(UInt16(truncatingIfNeeded: $0)) })
    case .bfloat16:
      .float32(try narrow(2) { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
    case .int8: .integer(try narrow(1) { Int64(Int8(truncatingIfNeeded: $0)) })
    case .int16: .integer(try narrow(2) { Int64(Int16(truncatingIfNeeded: $0)) })
    case .int32: .integer(try narrow(4) { Int64(Int32(truncatingIfNeeded: $0)) })
    case .uint8: .integer(try narrow(1) { Int64(UInt8(truncatingIfNeeded: $0)) })
    case .uint16: .integer(try narrow(2) { Int64(UInt16(truncatingIfNeeded: $0)) })
    case .int64: .integer(try words(8, proto.int64Data) { Int64(bitPattern: $0) })
    case .uint32:
      .integer(try unsigned(4))
    case .uint64:
      .integer(try unsigned(8))
    case .bool: .boolean(try narrow(1) { $0 != 0 })
    case .string: throw NetworkError("holds text, which no operator here takes")
    default: throw NetworkError("has elements of ONNX type \(proto.dataType), which Winnow does not read")
    }
  }

  /// Raw little-endian words, or the typed field.
  private func words<Value>(_ width: Int, _ typed: [Value], _ make: (UInt64) -> Value) throws -> [Value] {
    if typed.isEmpty { return try raw(width, make) }
    guard typed.count == count else { throw miscounted(typed.count, "elements") }
    return typed
  }

  /// Types that share the field `int32_data`.
  private func narrow<Value>(_ width: Int, _ make: (UInt64) -> Value) throws -> [Value] {
    let typed = proto.int32Data
    if typed.isEmpty { return try raw(width, make) }
    guard typed.count == count else { throw miscounted(typed.count, "elements") }
    return typed.map { make(UInt64(UInt32(bitPattern: $0))) }
  }

  private func unsigned(_ width: Int) throws -> [Int64] {
    let typed = proto.uint64Data
    if !typed.isEmpty, typed.count != count { throw miscounted(typed.count, "elements") }
    return try (typed.isEmpty ? raw(width) { $0 } : typed).map { value in
      guard let value = Int64(exactly: value) else {
        throw NetworkError("holds \(value); integers up to 2^63 − 1 are possible")
      }
      return value
    }
  }

  private func raw<Value>(_ width: Int, _ make: (UInt64) -> Value) throws -> [Value] {
    let bytes = [UInt8](proto.rawData)
    guard bytes.count == count * width else { throw miscounted(bytes.count, "bytes") }
    return (0..<count).map { index in
      var word: UInt64 = 0
      for byte in 0..<width { word |= UInt64(bytes[index * width + byte]) << UInt64(8 * byte) }
      return make(word)
    }
  }

  private func miscounted(_ found: Int, _ unit: String) -> NetworkError {
    NetworkError("has \(found) \(unit) of data for the shape \(shape)")
  }

  /// IEEE 754 binary16, exact; spelled out because `Float16` is not on every platform.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 1 ? -1 : 1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
