import WinnowONNXSchema
import Foundation
import Testing
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors

@Suite struct NetworkFileTests {
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-formats-\(UUID().uuidString)").path
    try AtomicFile.write(bytes, to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func expect(_ bytes: [UInt8], _ text: String) throws {
    try withFile(bytes) { path in
      let found = message { _ = try NetworkFile.read(path: path) }
      #expect(found == "'\(path)': \(text)")
    }
  }

  @Test func theContentDecides() throws {
    try withFile(try Golden.bytes("onnx/gemm.onnx")) { path in
      let name = try NetworkFile.read(path: path).name
      #expect(name == "gemm")
    }
    let spaced = Array("\u{FEFF} \n".utf8) + (try Golden.bytes("descriptions/wrapping-encoder.json"))
    #expect(try NetworkFile.format(of: spaced) == .modelDescription)
    try withFile(spaced) { path in
      let name = try NetworkFile.read(path: path).name
      #expect(name == "wrapping-encoder")
    }
  }

  @Test func otherFiles() throws {
    let missing = "/nowhere/\(UUID().uuidString).onnx"
    #expect(
      message { _ = try NetworkFile.read(path: missing) } == "there is no file '\(missing)'; check the path")
    #expect(message { _ = try NetworkFile.read(path: "/tmp") } == "'/tmp' is a folder; name a file in it")
    try expect([], "the file is empty")
    try expect(
      [0x89, 0x48, 0x44, 0x46, 0x0d],
      "the file is HDF5 (Keras .h5); Winnow reads ONNX: export with tf2onnx, or with qonnx for a quantised model"
    )
    try expect(
      Array("PK\u{3}\u{4}abc".utf8),
      "the file is a zip archive (a Keras .keras, PyTorch .pt or NumPy .npz file); Winnow reads ONNX: export with torch.onnx.export or tf2onnx"
    )
    try expect([0x1f, 0x8b, 8], "the file is gzip-compressed; unpack it first")
    try expect([0x28, 0xb5, 0x2f, 0xfd], "the file is zstd-compressed; unpack it first")
    try expect(Array("hello, world".utf8), "the file is neither ONNX nor an hls4ml model description")
    try expect([0x08, 0x08], "the file is neither ONNX with a graph nor an hls4ml model description")
    let bytes = try Golden.bytes("onnx/gemm.onnx")
    try expect(
      Array(bytes.dropLast(100)),
      "the file looks like ONNX but is truncated or damaged; fetch or export it again")
  }

  @Test func writing() throws {
    let network = try NetworkFile.decode(Golden.bytes("onnx/gemm.onnx"))
    try withFile([1, 2, 3]) { path in
      try NetworkFile.write(network, to: path)
      #expect(try NetworkFile.read(path: path) == network)
    }
    #expect(
      message { _ = try NetworkFile.write(network, to: "/nowhere/x.onnx") }
        == "'/nowhere/x.onnx' cannot be written: its folder does not exist; make the folder first")
    #expect(
      message { try NetworkFile.write(Network(name: "empty"), to: "/nowhere/x.onnx") }
        == "network 'empty' has no outputs")
  }

  @Test func networksThatNoFileHolds() throws {
    let input = Network.Input("x", TensorType([2], .float32))
    #expect(
      message {
        _ = try NetworkFile.encode(Network(name: "n", inputs: [.init("", input.type)], outputs: [""]))
      }
        == "the network 'n' has a value or a node without a name; ONNX cannot hold it")
    #expect(
      message {
        _ = try NetworkFile.encode(
          Network(
            name: "n", inputs: [.init("x", TensorType([.symbol("", bound: nil)], .float32))], outputs: ["x"]))
      } == "the value 'x' has a symbol without a name")
    #expect(
      message {
        _ = try NetworkFile.encode(
          Network(name: "n", constants: ["c": Tensor([1], .fixed([1 << 70], fraction: 0))], outputs: ["c"]))
      } == "the constant 'c' has a mantissa of more than 64 bits, which ONNX cannot hold")
  }
}
