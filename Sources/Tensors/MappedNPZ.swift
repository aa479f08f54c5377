/// The arrays of an `.npz` file, mapped where the file keeps them uncompressed (`numpy.savez`) and
/// expanded into memory otherwise (`numpy.savez_compressed`).
///
/// The CRC-32 of mapped arrays is not checked, which would read the whole file.
public struct MappedNPZ: Sendable {
  public let path: String
  /// The names, in the order of the file.
  public let names: [String]
  private let file: MappedFile
  private let entries: [String: ZipArchive.Entry]

  /// Reads the directory.
  ///
  /// - Throws: ``TensorFileError`` where it is damaged, cut short or no archive.
  public init(contentsOf path: String) throws(TensorFileError) {
    self.path = path
    file = try MappedFile(path)
    var names: [String] = []
    var entries: [String: ZipArchive.Entry] = [:]
    let found: [ZipArchive.Entry]
    do throws(ZipArchive.Defect) {
      let bytes = MappedBytes(file: file)
      found = try ZipArchive.Directory(bytes).entries(bytes)
    } catch {
      throw error.described("'\(path)'")
    }
    for entry in found where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw TensorFileError("'\(path)' holds two arrays named '\(name)'; rename one")
      }
      names.append(name)
    }
    self.names = names
    self.entries = entries
  }

  /// The rows of an array.
  ///
  /// - Parameter memoryLimit: the most bytes that a compressed array may take when expanded.
  /// - Throws: ``TensorFileError`` where the array is missing, damaged, of elements other than
  ///   numbers, or compressed and larger than the limit.
  public func rows(_ name: String, memoryLimit: Int = 1 << 31) throws(TensorFileError)
    -> any ArrayRows
  {
    let source = "the array '\(name)' of '\(path)'"
    guard let entry = entries[name] else {
      let present = names.map { "'\($0)'" }.joined(separator: ", ")
      throw TensorFileError(
        "'\(path)' has no array '\(name)'; it holds \(present.isEmpty ? "none" : present)")
    }
    switch entry.method {
    case .stored: return try MappedArray(file, entry.range, source: source)
    case .deflated:
      guard entry.count <= memoryLimit else {
        throw TensorFileError(
          "\(source) is compressed and takes \(entry.count) bytes in memory, more than the limit of "
            + "\(memoryLimit); save it with numpy.savez, which does not compress, to map it")
      }
      let compressed = file.bytes(entry.range)
      let content: ArraySlice<UInt8>
      do throws(ZipArchive.Defect) {
        content = try ZipArchive.expanded(compressed[...], entry)
      } catch {
        throw error.described("'\(path)'")
      }
      return MemoryRows(try NPY.decode(content, source: source), source: source)
    }
  }
}
