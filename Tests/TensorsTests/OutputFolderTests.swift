import Foundation
import Testing

@testable import WinnowTensors

/// Folders are checked before long work as they are made after it.
@Suite struct OutputFolderTests {
  private func refusal(_ action: () throws -> Void) -> String {
    do {
      try action()
      return ""
    } catch { return "\(error)" }
  }

  @Test func checkLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      try OutputFolder.make("\(folder)/there")
      for path in ["there", "there/", "absent", "absent/deeper", "there/in", "a//b"] {
        try OutputFolder.check("\(folder)/\(path)")
      }
      try OutputFolder.check("relative/and/absent")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder) == ["there"])
    }
  }

  /// A folder that cannot be made is refused by both, in the same words.
  @Test func checkFindsWhatMakeWould() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      for path in ["\(folder)/file/sub", "\(folder)/file/sub/deeper", "", "a\u{0}b"] {
        let checked = refusal { try OutputFolder.check(path) }
        #expect(!checked.isEmpty && checked == refusal { try OutputFolder.make(path) }, "\(path)")
      }
      #if os(Linux)
        // Only the kernel makes folders there, even for the superuser.
        let checked = refusal { try OutputFolder.check("/proc/winnow") }
        #expect(checked.hasPrefix("the folder '/proc/winnow' cannot be made in '/proc'"), "\(checked)")
      #endif
    }
  }
}
