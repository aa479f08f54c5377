extension ZipArchive {
  /// Collects entries into the bytes of an archive.
  ///
  /// Times are fixed at 1980-01-01, so that equal entries give equal bytes.
  package struct Writer {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0
    /// Writes the zip64 fields even where 32 bits suffice, for tests.
    private let forcesZip64: Bool

    package init() { self.init(forcesZip64: false) }

    init(forcesZip64: Bool) { self.forcesZip64 = forcesZip64 }
  }
}

extension ZipArchive.Writer {
  /// Adds an entry; deflated bytes that are not fewer are stored instead.
  package mutating func add(_ name: String, _ content: [UInt8], compressed: Bool)
    throws(TensorFileError)
  {
    guard name.utf8.count <= 0xffff - 64, !name.isEmpty else {
      throw TensorFileError(
        "a name of \(name.utf8.count) bytes does not fit a zip archive; choose a shorter one")
    }
    var method = ZipArchive.Method.stored
    var data = content
    if compressed {
      do throws(Deflate.Failure) {
        let deflated = try Deflate.compress(content[...])
        if deflated.count < content.count { (method, data) = (.deflated, deflated) }
      } catch {
        throw TensorFileError("zlib cannot compress '\(name)'; free memory and repeat")
      }
    }
    let record = Record(
      name: Array(name.utf8), method: method, checksum: Deflate.crc32(content[...]),
      sizes: [content.count, data.count], start: bytes.count, forcesZip64: forcesZip64)
    bytes += record.localHeader
    bytes += data
    directory += record.directoryHeader
    count += 1
  }

  /// The whole archive.
  package consuming func finish() -> [UInt8] {
    var result = bytes
    let start = result.count
    result += directory
    let needsZip64 =
      forcesZip64 || count >= 0xffff || start >= 0xffff_ffff || directory.count >= 0xffff_ffff
    if needsZip64 {
      let end64 = result.count
      result.append(ZipArchive.Signature.end64)
      result.append(UInt64(44))
      result.append(UInt16(45))
      result.append(UInt16(45))
      result.append(UInt32(0))
      result.append(UInt32(0))
      result.append(UInt64(count))
      result.append(UInt64(count))
      result.append(UInt64(directory.count))
      result.append(UInt64(start))
      result.append(ZipArchive.Signature.end64Locator)
      result.append(UInt32(0))
      result.append(UInt64(end64))
      result.append(UInt32(1))
    }
    result.append(ZipArchive.Signature.end)
    result.append(UInt16(0))
    result.append(UInt16(0))
    result.append(needsZip64 ? UInt16.max : UInt16(count))
    result.append(needsZip64 ? UInt16.max : UInt16(count))
    result.append(needsZip64 ? UInt32.max : UInt32(directory.count))
    result.append(needsZip64 ? UInt32.max : UInt32(start))
    result.append(UInt16(0))
    return result
  }

  /// The two headers of an entry.
  private struct Record {
    var name: [UInt8]
    var method: ZipArchive.Method
    var checksum: UInt32
    /// The sizes expanded and compressed.
    var sizes: [Int]
    var start: Int
    var forcesZip64: Bool

    private var sizesNeed64: Bool { forcesZip64 || sizes.contains { $0 >= 0xffff_ffff } }
    private var startNeeds64: Bool { forcesZip64 || start >= 0xffff_ffff }

    var localHeader: [UInt8] {
      let extra = sizesNeed64 ? zip64Field(sizes) : []
      var bytes: [UInt8] = []
      bytes.append(ZipArchive.Signature.localHeader)
      appendCommon(to: &bytes)
      bytes.append(UInt16(extra.count))
      bytes += name
      bytes += extra
      return bytes
    }

    var directoryHeader: [UInt8] {
      let wide = (sizesNeed64 ? sizes : []) + (startNeeds64 ? [start] : [])
      let extra = wide.isEmpty ? [] : zip64Field(wide)
      var bytes: [UInt8] = []
      bytes.append(ZipArchive.Signature.directoryHeader)
      // Made by a Unix system to version 4.5 of the specification.
      bytes.append(UInt16(3 << 8 | 45))
      appendCommon(to: &bytes)
      bytes.append(UInt16(extra.count))
      // No comment, first disk, no internal attributes; a file that all may read.
      bytes.append(UInt16(0))
      bytes.append(UInt16(0))
      bytes.append(UInt16(0))
      bytes.append(UInt32(0o100644) << 16)
      bytes.append(startNeeds64 ? UInt32.max : UInt32(start))
      bytes += name
      bytes += extra
      return bytes
    }

    /// The fields from the version needed to the length of the name.
    private func appendCommon(to bytes: inout [UInt8]) {
      let isASCII = name.allSatisfy { $0 < 0x80 }
      bytes.append(UInt16(sizesNeed64 || startNeeds64 ? 45 : 20))
      bytes.append(UInt16(isASCII ? 0 : 0x0800))
      bytes.append(method.rawValue)
      // Midnight on 1980-01-01, the earliest time that there is.
      bytes.append(UInt16(0))
      bytes.append(UInt16(1 << 5 | 1))
      bytes.append(checksum)
      bytes.append(sizesNeed64 ? UInt32.max : UInt32(sizes[1]))
      bytes.append(sizesNeed64 ? UInt32.max : UInt32(sizes[0]))
      bytes.append(UInt16(name.count))
    }

    private func zip64Field(_ values: [Int]) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.append(ZipArchive.zip64Field)
      bytes.append(UInt16(8 * values.count))
      for value in values { bytes.append(UInt64(value)) }
      return bytes
    }
  }
}

extension [UInt8] {
  /// Appends an integer, least significant byte first.
  fileprivate mutating func append<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> Value(shift)))
    }
  }
}
