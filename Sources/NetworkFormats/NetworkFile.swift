public import WinnowNetworkIR
import WinnowTensors

/// Network files: ONNX and QONNX in and out, the hls4ml model description in.
///
///     let network = try NetworkFile.read(path: "tagger.onnx")
///     try NetworkFile.write(network, to: "copy.onnx")
public enum NetworkFile {
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// The protobuf of onnx.ai, QONNX included.
    case onnx
    /// The JSON "hls4ml model description", format version 1.
    case modelDescription
  }

  /// Largest file that is read, in bytes.
  public static let maximumSize = 1 << 30

  /// Reads a network; the format follows from the content, not from the name.
  ///
  /// - Throws: ``NetworkError``, one sentence that begins with the path: the file is missing,
  ///   truncated, of an unknown format, malformed, or holds something Winnow does not support.
  public static func read(path: String) throws -> Network {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path, limit: maximumSize) } catch {
      throw NetworkError(error.message)
    }
    do { return try decode(bytes) } catch {
      throw NetworkError("'\(path)': \(error)")
    }
  }

  /// Reads a network from a file's bytes.
  public static func decode(_ bytes: [UInt8]) throws -> Network {
    switch try format(of: bytes) {
    case .onnx: try ONNXReader.read(bytes)
    case .modelDescription: try ModelDescription(bytes: bytes).network
    }
  }

  /// Writes ONNX, whole or not at all; reading it gives an equal network.
  ///
  /// Operators that ONNX and QONNX say exactly are written so, all others in the domain
  /// `org.winnow`. Equal networks give equal bytes.
  public static func write(_ network: Network, to path: String) throws {
    let bytes = try encode(network)
    do { try AtomicFile.write(bytes, to: path) } catch { throw NetworkError(error.message) }
  }

  /// The bytes of the network's ONNX file.
  public static func encode(_ network: Network) throws -> [UInt8] {
    try ONNXWriter.write(network)
  }

  /// What a file holds, by its first bytes.
  ///
  /// - Throws: ``NetworkError`` for files that are surely something else.
  public static func format(of bytes: [UInt8]) throws -> Format {
    guard !bytes.isEmpty else { throw NetworkError("the file is empty") }
    let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    // No ONNX file begins like this: `{` would open a field 15, which its messages do not have.
    if text.first(where: { !JSONParser.isSpace($0) }) == UInt8(ascii: "{") { return .modelDescription }
    for (magic, sentence) in foreign where bytes.starts(with: magic) {
      throw NetworkError(sentence)
    }
    return .onnx
  }

  private static let foreign: [(magic: [UInt8], sentence: String)] = [
    (
      [0x89, 0x48, 0x44, 0x46],
      "the file is HDF5 (Keras .h5); Winnow reads ONNX: export with tf2onnx, or with qonnx for a quantised model"
    ),
    (
      [0x50, 0x4b, 0x03, 0x04],
      "the file is a zip archive (a Keras .keras, PyTorch .pt or NumPy .npz file); Winnow reads ONNX: export with torch.onnx.export or tf2onnx"
    ),
    ([0x1f, 0x8b], "the file is gzip-compressed; unpack it first"),
    ([0x28, 0xb5, 0x2f, 0xfd], "the file is zstd-compressed; unpack it first"),
  ]
}
