import Testing

@testable import WinnowTensors

@Suite struct ZipArchiveReadingTests {
  /// One entry, "a", deflated from 1000 zeros. The local header takes 31 bytes.
  private let sound: [UInt8]
  /// Where the directory and the end record begin.
  private let directory: Int
  private let end: Int

  init() throws {
    var writer = ZipArchive.Writer()
    try writer.add("a", Array(repeating: 0, count: 1000), compressed: true)
    sound = writer.finish()
    end = sound.count - 22
    directory = end - 47
  }

  @Test func soundArchive() throws {
    let archive = try ZipArchive(sound, source: "it")
    #expect(archive.entries.map(\.name) == ["a"])
    #expect(try archive.contents(of: archive.entries[0]) == ArraySlice(repeating: 0, count: 1000))
  }

  @Test func everyTruncationIsRefused() {
    for count in 0..<sound.count {
      #expect(failure(Array(sound[..<count])) != nil, "\(count) bytes")
    }
  }

  @Test func encryptedEntry() {
    #expect(
      failure(changed(at: directory + 8, to: [1]))
        == "it cannot be read as a zip archive: 'a' is encrypted; save it without a password")
  }

  @Test func unknownMethod() {
    let text = failure(changed(at: directory + 10, to: [14]))
    #expect(text?.contains("'a' is compressed by method 14; save it stored or deflated") == true)
  }

  @Test func wrongChecksum() {
    let text = failure(changed(at: directory + 16, to: [sound[directory + 16] ^ 1]))
    #expect(text?.contains("'a' does not match its CRC-32; copy or save the file again") == true)
  }

  @Test func damagedCompressedBytes() {
    let text = failure(changed(at: 31, to: [0xff, 0xff]))
    #expect(text?.contains("the compressed bytes of 'a' are damaged") == true)
  }

  @Test(arguments: [999, 1001])
  func wrongSize(_ size: Int) {
    let bytes = changed(at: directory + 24, to: [UInt8(size & 0xff), UInt8(size >> 8)])
    #expect(failure(bytes)?.contains("does not expand to the \(size) bytes") == true)
  }

  @Test func hugeSizeIsRefusedBeforeAllocation() {
    let text = failure(changed(at: directory + 24, to: [0xfe, 0xff, 0xff, 0xff]))
    #expect(text?.contains("declares 4294967294 bytes, more than its") == true)
  }

  @Test func placesOutsideTheFile() {
    #expect(failure(changed(at: directory + 42, to: [0xf0]))?.contains("outside") == true)
    #expect(failure(changed(at: directory + 20, to: [0, 0, 0, 1]))?.contains("outside") == true)
    #expect(failure(changed(at: end + 16, to: [0, 0, 0, 1]))?.contains("outside") == true)
    #expect(failure(changed(at: 8, to: [0]))?.contains("outside the file or is damaged") == true)
  }

  @Test func wrongNumberOfEntries() {
    let text = failure(changed(at: end + 10, to: [0]))
    #expect(text?.contains("does not hold the 0 entries that it declares") == true)
  }

  @Test func severalDisks() {
    #expect(failure(changed(at: end + 4, to: [1]))?.contains("split over several files") == true)
  }

  @Test func overlappingEntries() {
    // A second directory header for the same local header.
    var bytes = sound
    bytes.insert(contentsOf: sound[directory..<end], at: end)
    let newEnd = end + 47
    bytes[newEnd + 10] = 2
    bytes[newEnd + 12] = 94
    #expect(failure(bytes)?.contains("'a' overlaps another entry") == true)
  }

  @Test func commentsAndMissingZip64Field() {
    var bytes = sound + Array("note".utf8)
    bytes[end + 20] = 4
    #expect(failure(bytes) == nil)
    let marked = changed(at: directory + 24, to: [0xff, 0xff, 0xff, 0xff])
    #expect(failure(marked)?.contains("lacks a zip64 field") == true)
  }

  private func changed(at offset: Int, to values: [UInt8]) -> [UInt8] {
    var bytes = sound
    bytes.replaceSubrange(offset..<offset + values.count, with: values)
    return bytes
  }

  private func failure(_ bytes: [UInt8]) -> String? {
    message {
      let archive = try ZipArchive(bytes, source: "it")
      for entry in archive.entries { _ = try archive.contents(of: entry) }
    }
  }
}
