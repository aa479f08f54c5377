import WinnowONNXSchema
import SwiftProtobuf
import WinnowNetworkIR

/// The protobuf of an ONNX file.
enum ONNXFile {
  static func decode(_ bytes: [UInt8]) throws -> Onnx_ModelProto {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do {
      return try Onnx_ModelProto(serializedBytes: bytes, options: options)
    } catch {
      // Field 1, the version of ONNX's file format, stands first in practice.
      throw NetworkError(
        bytes.first == 0x08
          ? "the file looks like ONNX but is truncated or damaged; fetch or export it again"
          : "the file is neither ONNX nor an hls4ml model description")
    }
  }

  static func encode(_ model: Onnx_ModelProto) throws -> [UInt8] {
    do { return try model.serializedBytes() } catch {
      throw NetworkError("the network '\(model.graph.name)' is too large for one ONNX file (2 GiB)")
    }
  }
}
