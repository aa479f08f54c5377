extension NPZ {
  /// Reads a file that `numpy.savez`, `numpy.savez_compressed` or Winnow wrote.
  ///
  /// Entries that are not `.npy` are left out.
  ///
  /// - Parameter only: the arrays to read, each of which must be there; all when omitted. Arrays of
  ///   kinds that Winnow refuses, such as text, do no harm when not named.
  public init(contentsOf path: String, only: [String]? = nil) throws(TensorFileError) {
    try self.init(bytes: try InputFile.read(path), source: "'\(path)'", only: only)
  }

  /// Reads the bytes of an `.npz` file.
  ///
  /// - Parameters:
  ///   - source: what the bytes are, for the error's message.
  ///   - only: the arrays to read, each of which must be there; all when omitted.
  public init(bytes: [UInt8], source: String = "the NPZ data", only: [String]? = nil)
    throws(TensorFileError)
  {
    self.init()
    let archive = try ZipArchive(bytes, source: source)
    let wanted = only.map { Set($0) }
    var present: Set<String> = []
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard present.insert(name).inserted else {
        throw TensorFileError("\(source) holds two arrays named '\(name)'; rename one")
      }
      guard wanted?.contains(name) != false else { continue }
      self[name] = try NPY.decode(
        try archive.contents(of: entry), source: "the array '\(name)' of \(source)")
    }
    for name in only ?? [] where self[name] == nil {
      let names = present.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw TensorFileError(
        "\(source) has no array '\(name)'; it holds \(names.isEmpty ? "none" : names)")
    }
  }

  /// The names of a file's arrays, without reading them.
  public static func names(in path: String) throws(TensorFileError) -> [String] {
    try ZipArchive(try InputFile.read(path), source: "'\(path)'").entries
      .filter { $0.name.hasSuffix(".npy") }.map { String($0.name.dropLast(4)) }
  }
}
