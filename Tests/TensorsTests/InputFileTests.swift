import Testing
import WinnowTensors

@Suite struct InputFileTests {
  @Test func filesAreReadWhole() throws {
    try withTemporaryFolder { folder in
      for count in [0, 1, 65_536, 65_537, 1_000_000] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try AtomicFile.write(bytes, to: folder + "/f")
        #expect(try InputFile.read(folder + "/f") == bytes)
      }
    }
  }

  @Test func whatCannotBeReadIsSaid() throws {
    try withTemporaryFolder { folder in
      #expect(
        message { _ = try InputFile.read(folder + "/none") }
          == "there is no file '\(folder)/none'; check the path")
      #expect(
        message { _ = try InputFile.read(folder) }
          == "'\(folder)' is a folder; name a file in it")
      #expect(message { _ = try InputFile.read("") } == "'' is not a path; name a file to read")
    }
    #expect(
      message { _ = try InputFile.read("/dev/zero", limit: 100_000) }
        == "'/dev/zero' is larger than 100000 bytes; give a smaller file")
    #expect(
      message { _ = try InputFile.read(Golden.path("types.npz"), limit: 100) }
        == "'\(Golden.path("types.npz"))' is larger than 100 bytes; give a smaller file")
    #expect(try InputFile.read("/dev/null").isEmpty)
  }
}
