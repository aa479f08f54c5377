/// The bytes of an archive: in memory or mapped, counted from 0.
protocol ByteCollection: RandomAccessCollection<UInt8> where Index == Int {}

extension [UInt8]: ByteCollection {}
extension MappedBytes: ByteCollection {}

extension ZipArchive {
  /// Where the central directory lies.
  struct Directory {
    var range: Range<Int>
    var count: Int

    /// Finds the directory by the record at the end of the archive.
    init(_ bytes: some ByteCollection) throws(Defect) {
      guard let end = Directory.endRecord(bytes) else {
        throw Defect("the directory at its end is missing, so that it is cut short or no archive")
      }
      var disks = [try bytes.field(UInt16.self, at: end + 4), try bytes.field(at: end + 6)]
        .map(UInt32.init)
      var count = UInt64(try bytes.field(UInt16.self, at: end + 10))
      var size = UInt64(try bytes.field(UInt32.self, at: end + 12))
      var start = UInt64(try bytes.field(UInt32.self, at: end + 16))
      var limit = end
      if end >= 20, try bytes.field(at: end - 20) == Signature.end64Locator {
        let offset = try bytes.field(UInt64.self, at: end - 20 + 8)
        guard let end64 = Int(exactly: offset), end64 <= end - 20,
          try bytes.field(at: end64) == Signature.end64
        else { throw Defect("its zip64 record is missing") }
        disks = [try bytes.field(at: end64 + 16), try bytes.field(at: end64 + 20)]
        count = try bytes.field(at: end64 + 32)
        size = try bytes.field(at: end64 + 40)
        start = try bytes.field(at: end64 + 48)
        limit = end64
      }
      guard disks == [0, 0] else {
        throw Defect("it is split over several files", remedy: "save it as one file")
      }
      let (stop, overflow) = start.addingReportingOverflow(size)
      guard !overflow, stop <= UInt64(limit), count <= size / 46 else {
        throw Defect("its directory lies outside the file")
      }
      range = Int(start)..<Int(stop)
      self.count = Int(count)
    }

    /// The record that ends the archive: the last whose comment reaches exactly to the end.
    private static func endRecord(_ bytes: some ByteCollection) -> Int? {
      var start = bytes.count - 22
      let first = max(0, bytes.count - 22 - 0xffff)
      while start >= first {
        if bytes[start] == 0x50, (try? bytes.field(at: start)) == Signature.end,
          let comment = try? bytes.field(UInt16.self, at: start + 20),
          start + 22 + Int(comment) == bytes.count
        {
          return start
        }
        start -= 1
      }
      return nil
    }
  }
}

extension ZipArchive.Directory {
  /// Reads the directory and the local header of each entry.
  func entries(_ bytes: some ByteCollection) throws(ZipArchive.Defect) -> [ZipArchive.Entry] {
    var entries: [ZipArchive.Entry] = []
    var position = range.lowerBound
    for _ in 0..<count {
      entries.append(try entry(bytes, &position))
    }
    guard position == range.upperBound else {
      throw ZipArchive.Defect("its directory does not hold the \(count) entries that it declares")
    }
    // Entries that share bytes would make a small file expand without bound.
    var stop = 0
    for entry in entries.sorted(by: { $0.start < $1.start }) {
      guard entry.start >= stop else {
        throw ZipArchive.Defect("'\(entry.name)' overlaps another entry")
      }
      stop = entry.range.upperBound
    }
    return entries
  }

  private func entry(_ bytes: some ByteCollection, _ position: inout Int) throws(ZipArchive.Defect)
    -> ZipArchive.Entry
  {
    let header = position
    guard try bytes.field(at: header) == ZipArchive.Signature.directoryHeader else {
      throw ZipArchive.Defect("its directory is damaged at byte \(header)")
    }
    let flags = try bytes.field(UInt16.self, at: header + 8)
    let methodCode = try bytes.field(UInt16.self, at: header + 10)
    let checksum = try bytes.field(UInt32.self, at: header + 16)
    let nameCount = Int(try bytes.field(UInt16.self, at: header + 28))
    let extraCount = Int(try bytes.field(UInt16.self, at: header + 30))
    let commentCount = Int(try bytes.field(UInt16.self, at: header + 32))
    let nameStart = header + 46
    position = nameStart + nameCount + extraCount + commentCount
    guard position <= range.upperBound else {
      throw ZipArchive.Defect("its directory is damaged at byte \(header)")
    }
    let nameBytes = bytes[nameStart..<nameStart + nameCount]
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw ZipArchive.Defect(
        "an entry's name is not UTF-8", remedy: "give the arrays names in ASCII")
    }
    guard flags & 0x2041 == 0 else {
      throw ZipArchive.Defect("'\(name)' is encrypted", remedy: "save it without a password")
    }
    guard let method = ZipArchive.Method(rawValue: methodCode) else {
      throw ZipArchive.Defect(
        "'\(name)' is compressed by method \(methodCode)", remedy: "save it stored or deflated")
    }

    let extra = nameStart + nameCount..<nameStart + nameCount + extraCount
    let sizes = try Sizes(bytes, header: header, extra: extra)
    guard method == .deflated || sizes.compressed == sizes.expanded else {
      throw ZipArchive.Defect("'\(name)' is stored but declares two different sizes")
    }
    guard sizes.expanded / UInt64(Deflate.maximumRatio) <= sizes.compressed else {
      throw ZipArchive.Defect(
        "'\(name)' declares \(sizes.expanded) bytes, more than its \(sizes.compressed) can hold")
    }

    let data = try dataRange(bytes, sizes, name: nameBytes, method: methodCode)
    guard let data, let count = Int(exactly: sizes.expanded), let start = Int(exactly: sizes.start)
    else { throw ZipArchive.Defect("'\(name)' lies outside the file or is damaged") }
    return ZipArchive.Entry(
      name: name, method: method, checksum: checksum, count: count, start: start, range: data)
  }

  /// The entry's bytes, behind its local header; `nil` where that does not fit the directory.
  private func dataRange(
    _ bytes: some ByteCollection, _ sizes: Sizes, name: some Sequence<UInt8>, method: UInt16
  ) throws(ZipArchive.Defect) -> Range<Int>? {
    guard sizes.start < UInt64(range.lowerBound), sizes.compressed <= UInt64(bytes.count) else {
      return nil
    }
    let local = Int(sizes.start)
    let nameCount = Int(try bytes.field(UInt16.self, at: local + 26))
    let extraCount = Int(try bytes.field(UInt16.self, at: local + 28))
    let nameStop = local + 30 + nameCount
    let start = nameStop + extraCount
    let stop = start + Int(sizes.compressed)
    guard try bytes.field(at: local) == ZipArchive.Signature.localHeader,
      try bytes.field(UInt16.self, at: local + 8) == method,
      stop <= range.lowerBound, bytes[local + 30..<nameStop].elementsEqual(name)
    else { return nil }
    return start..<stop
  }

  /// The sizes and the place of an entry, where 32 bits do not suffice from the zip64 field.
  private struct Sizes {
    var expanded: UInt64
    var compressed: UInt64
    var start: UInt64

    init(_ bytes: some ByteCollection, header: Int, extra: Range<Int>) throws(ZipArchive.Defect) {
      compressed = UInt64(try bytes.field(UInt32.self, at: header + 20))
      expanded = UInt64(try bytes.field(UInt32.self, at: header + 24))
      start = UInt64(try bytes.field(UInt32.self, at: header + 42))
      let mark = UInt64(UInt32.max)
      guard expanded == mark || compressed == mark || start == mark else { return }
      guard var field = try Sizes.zip64Field(bytes, extra) else {
        throw ZipArchive.Defect("its directory lacks a zip64 field")
      }
      if expanded == mark { expanded = try Sizes.next(bytes, &field) }
      if compressed == mark { compressed = try Sizes.next(bytes, &field) }
      if start == mark { start = try Sizes.next(bytes, &field) }
    }

    private static func next(_ bytes: some ByteCollection, _ field: inout Range<Int>)
      throws(ZipArchive.Defect) -> UInt64
    {
      guard field.count >= 8 else { throw ZipArchive.Defect("a zip64 field is too short") }
      let value = try bytes.field(UInt64.self, at: field.lowerBound)
      field = field.lowerBound + 8..<field.upperBound
      return value
    }

    private static func zip64Field(_ bytes: some ByteCollection, _ extra: Range<Int>)
      throws(ZipArchive.Defect) -> Range<Int>?
    {
      var position = extra.lowerBound
      while position + 4 <= extra.upperBound {
        let start = position + 4
        let stop = start + Int(try bytes.field(UInt16.self, at: position + 2))
        guard stop <= extra.upperBound else { return nil }
        if try bytes.field(at: position) == ZipArchive.zip64Field { return start..<stop }
        position = stop
      }
      return nil
    }
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// The integer at the offset, least significant byte first.
  fileprivate func field<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self, at offset: Int
  ) throws(ZipArchive.Defect) -> Value {
    let size = Value.bitWidth / 8
    guard offset >= 0, offset <= count - size else {
      throw ZipArchive.Defect("it ends inside a record")
    }
    var value: Value = 0
    for index in 0..<size {
      value |=
        Value(truncatingIfNeeded: self[offset + index]) &<< Value(truncatingIfNeeded: 8 * index)
    }
    return value
  }
}
