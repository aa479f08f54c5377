import Foundation
import Testing
import WinnowTensors

@Suite struct AtomicFileTests {
  @Test func filesAreMadeAndReplaced() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/f"
      try AtomicFile.write([1, 2, 3], to: path)
      try AtomicFile.write([4], to: path)
      #expect(try InputFile.read(path) == [4])
      #expect(try listing(folder) == ["f"])
    }
  }

  @Test func theLongestNameIsWritten() throws {
    try withTemporaryFolder { folder in
      let name = String(repeating: "n", count: 255)
      try AtomicFile.write([1], to: folder + "/" + name)
      #expect(try listing(folder) == [name])
    }
  }

  @Test func permissionsAndLinksAreKept() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/f"
      try AtomicFile.write([1], to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try FileManager.default.createSymbolicLink(atPath: folder + "/l", withDestinationPath: "f")
      try AtomicFile.write([2], to: folder + "/l")
      #expect(try InputFile.read(path) == [2])
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try listing(folder) == ["f", "l"])
    }
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    try withTemporaryFolder { folder in
      #expect(
        message { try AtomicFile.write([1], to: folder) }
          == "'\(folder)' is a folder; name a file in it")
      #expect(
        message { try AtomicFile.write([1], to: folder + "/none/f") }
          == "'\(folder)/none/f' cannot be written: its folder does not exist; make the folder "
          + "first")
      #expect(
        message { try AtomicFile.write([1], to: "") } == "'' is not a path; name a file to write")
      let left = try listing(folder)
      #expect(left.isEmpty)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func fullDiskIsSaid() {
    #expect(
      message { try AtomicFile.write([1, 2], to: "/dev/full") }
        == "the disk is full: '/dev/full' needs 2 bytes (No space left on device); free space and "
        + "repeat")
  }

  @Test func devicesAreWrittenDirectly() throws {
    try AtomicFile.write([1], to: "/dev/null")
    #expect(try InputFile.read("/dev/null").isEmpty)
  }

  /// A limit on file sizes, in a process of its own, fails the write midway.
  @Test func aFailedWriteLeavesTheOldFile() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = folder + "/f"
        try AtomicFile.write([1, 2, 3], to: path)
        _ = signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
        #if canImport(Glibc)
          let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
          let resource = RLIMIT_FSIZE
        #endif
        guard unsafe setrlimit(resource, &limit) == 0 else { exit(2) }
        let text = message { try AtomicFile.write(Array(repeating: 0, count: 5000), to: path) }
        guard text?.contains("needs 5000 bytes, more than this system lets a file hold") == true
        else { exit(3) }
        guard try listing(folder) == ["f"], try InputFile.read(path) == [1, 2, 3] else { exit(4) }
      }
    }
  }
}
