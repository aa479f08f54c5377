extension ZipArchive {
  /// Reads the directory and checks that the entries lie inside the archive and apart.
  ///
  /// - Parameter source: what the bytes are, for the error's message.
  package init(_ bytes: [UInt8], source: String) throws(TensorFileError) {
    do throws(Defect) {
      let directory = try Directory(bytes)
      entries = try directory.entries(bytes)
    } catch {
      throw error.described(source)
    }
    self.bytes = bytes
    self.source = source
  }

  /// The bytes of an entry, expanded and checked against its CRC-32.
  package func contents(of entry: Entry) throws(TensorFileError) -> ArraySlice<UInt8> {
    do throws(Defect) {
      return try ZipArchive.expanded(bytes[entry.range], entry)
    } catch {
      throw error.described(source)
    }
  }

  /// The stored or compressed bytes of an entry, expanded and checked against its CRC-32.
  static func expanded(_ bytes: ArraySlice<UInt8>, _ entry: Entry) throws(Defect)
    -> ArraySlice<UInt8>
  {
    let content = try inflated(bytes, entry)
    guard Deflate.crc32(content) == entry.checksum else {
      throw Defect("'\(entry.name)' does not match its CRC-32")
    }
    return content
  }

  private static func inflated(_ bytes: ArraySlice<UInt8>, _ entry: Entry) throws(Defect)
    -> ArraySlice<UInt8>
  {
    switch entry.method {
    case .stored: return bytes
    case .deflated:
      do throws(Deflate.Failure) {
        return try Deflate.expand(bytes, count: entry.count)[...]
      } catch {
        switch error {
        case .damaged: throw Defect("the compressed bytes of '\(entry.name)' are damaged")
        case .shorter, .longer:
          throw Defect(
            "'\(entry.name)' does not expand to the \(entry.count) bytes that it declares")
        case .unavailable:
          throw Defect("zlib cannot expand '\(entry.name)'", remedy: "free memory and repeat")
        }
      }
    }
  }

  /// What is wrong with an archive.
  struct Defect: Error {
    var reason: String
    var remedy = "copy or save the file again"

    init(_ reason: String) { self.reason = reason }
    init(_ reason: String, remedy: String) {
      self.reason = reason
      self.remedy = remedy
    }

    func described(_ source: String) -> TensorFileError {
      TensorFileError("\(source) cannot be read as a zip archive: \(reason); \(remedy)")
    }
  }
}
