import Testing

@testable import WinnowTensors

@Suite struct ZipArchiveWritingTests {
  @Test(arguments: [false, true], [false, true])
  func entriesReadBack(compressed: Bool, forcesZip64: Bool) throws {
    var stream = RandomStream(seed: 1)
    let contents: [[UInt8]] = [
      [], Array(repeating: 5, count: 70_000), (0..<1000).map { _ in stream.integer(in: 0...255) },
    ]
    var writer = ZipArchive.Writer(forcesZip64: forcesZip64)
    for (index, content) in contents.enumerated() {
      try writer.add("entry \(index)", content, compressed: compressed)
    }
    let archive = try ZipArchive(writer.finish(), source: "it")
    #expect(archive.entries.map(\.name) == ["entry 0", "entry 1", "entry 2"])
    for (entry, content) in zip(archive.entries, contents) {
      #expect(try archive.contents(of: entry) == content[...])
    }
    // Neither nothing nor noise becomes shorter.
    let deflated: ZipArchive.Method = compressed ? .deflated : .stored
    #expect(archive.entries.map(\.method) == [.stored, deflated, .stored])
  }

  @Test func equalEntriesGiveEqualBytes() throws {
    func archive() throws -> [UInt8] {
      var writer = ZipArchive.Writer()
      try writer.add("é", [1, 2, 3], compressed: true)
      return writer.finish()
    }
    #expect(try archive() == archive())
  }

  @Test func moreEntriesThan16BitsCount() throws {
    var writer = ZipArchive.Writer()
    for index in 0..<66_000 { try writer.add("\(index)", [], compressed: false) }
    #expect(try ZipArchive(writer.finish(), source: "it").entries.count == 66_000)
  }

  @Test func longNamesAreRefused() {
    var writer = ZipArchive.Writer()
    let name = String(repeating: "x", count: 70_000)
    #expect(
      message { try writer.add(name, [], compressed: false) }
        == "a name of 70000 bytes does not fit a zip archive; choose a shorter one")
  }
}
