import Foundation
import Testing
import Winnow

/// `winnow generate` without Python: what it says about wrong words and missing tools.
@Suite struct GenerateTests {
  private func expectFailure(
    _ arguments: [String], code: Int32, saying text: String, path: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(["generate"] + arguments, path: path)
    #expect(result.code == code, "\(result.error)", sourceLocation: sourceLocation)
    #expect(result.error.contains(text), "\(result.error)", sourceLocation: sourceLocation)
  }

  @Test func wrongWords() throws {
    try withFolder { folder in
      let file = "\(folder)/events.npz"
      try expectFailure([], code: 2, saying: "Name a process")
      try expectFailure(["minimum-bias"], code: 2, saying: "Give -o")
      try expectFailure(
        ["minimum-bais", "-o", file], code: 2, saying: "did you mean 'minimum-bias'?")
      try expectFailure(
        ["xyzzy", "-o", file], code: 2,
        saying: "there is no process 'xyzzy'; 'winnow generate --list' shows all")
      try expectFailure(["muons", "-n", "0", "-o", file], code: 2, saying: "-n takes 1 to")
      try expectFailure(["muons", "-j", "0", "-o", file], code: 2, saying: "-j takes 1 to")
      try expectFailure(["muons", "--seed", "-1", "-o", file], code: 2, saying: "--seed")
      try expectFailure(
        ["dijets", "--energy", "0.5", "-o", file], code: 2, saying: "--energy takes 1 to 200")
      try expectFailure(
        ["dijets", "--energy", "nan", "-o", file], code: 2, saying: "--energy takes 1 to 200")
      try expectFailure(
        ["dijets", "--max-eta", "0", "-o", file], code: 2, saying: "--max-eta takes")
      try expectFailure(
        ["muons", "-o", "\(folder)/events.root"], code: 2, saying: "ends in neither .npz nor .h5")
      try expectFailure(
        ["muons", "-o", "\(folder)/absent/events.npz"], code: 2,
        saying: "the folder '\(folder)/absent' does not exist")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/folder.npz", withIntermediateDirectories: false)
      try expectFailure(["muons", "-o", "\(folder)/folder.npz"], code: 2, saying: "is a folder")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["folder.npz"])
    }
  }

  @Test func listsEveryProcess() throws {
    let list = try Tool.run(["generate", "--list"])
    #expect(list.code == 0)
    let json = try Tool.run(["generate", "--list", "--json"])
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.count >= 20)
    for row in rows {
      let name = try #require(row["name"] as? String)
      #expect(list.output.contains("\n\(name) ") || list.output.hasPrefix("\(name) "))
      #expect((row["source"] as? String)?.isEmpty == false, "\(name) has no source")
    }
    // What paper 2 needs, by what its fractions and signals are called.
    for name in ["background", "lq-to-btau", "a-to-4l", "h0-to-tautau", "hch-to-taunu"] {
      #expect(rows.contains { $0["name"] as? String == name })
    }
    // The command for zero bias names its process.
    #expect(try Tool.run(["simulate", "zero-bias", "--help"]).output.contains("'collisions'"))
    #expect(rows.contains { $0["name"] as? String == "collisions" })
  }

  /// Zero-bias muons need no Python; the same seed gives the same bytes.
  @Test func zeroBiasMuons() throws {
    try withFolder { folder in
      let words = ["generate", "zero-bias-muons", "-n", "40", "--seed", "3", "-o"]
      for name in ["a.npz", "b.npz"] {
        #expect(try Tool.run(words + ["\(folder)/\(name)"]).code == 0)
      }
      #expect(
        FileManager.default.contents(atPath: "\(folder)/a.npz")
          == FileManager.default.contents(atPath: "\(folder)/b.npz"))
      let events = try ParticleEventFile("\(folder)/a.npz")
      let read = try events.read(0..<events.count)
      #expect(read.count == 40 && read.particleCount == 40 && !read.parents.isEmpty)
      try expectFailure(["zero-bias-muons", "-n", "0", "-o", "\(folder)/c.npz"], code: 2, saying: "-n")
      try expectFailure(["zero-bias-muons"], code: 2, saying: "Give -o")
    }
  }

  @Test func withoutPython() throws {
    try withFolder { folder in
      let words = ["muons", "-o", "\(folder)/m.npz", "--environment", "\(folder)/environment"]
      try expectFailure(words, code: 1, saying: "python3 was not found", path: folder)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  /// A python3 that fails as Debian's does without python3-venv, and one whose pip is offline.
  @Test func withoutModuleOrNetwork() throws {
    let offline = "#!/bin/sh\necho 'ERROR: No matching distribution found for pythia8mc' >&2; exit 1"
    for (body, sentence) in [
      ("echo 'ensurepip is not available'; exit 1", "python3 has no venv module"),
      (
        "mkdir -p \"$3/bin\"; printf '%s\\n' \"\(offline.replacingOccurrences(of: "\n", with: "\" \""))\" > \"$3/bin/python\"; chmod +x \"$3/bin/python\"",
        "No matching distribution found for pythia8mc; check the network"
      ),
    ] {
      try withFolder { folder in
        let script = "#!/bin/sh\nif [ \"$1\" = --version ]; then echo Python 3.11; exit 0; fi\n\(body)\n"
        let program = "\(folder)/tools/python3"
        try FileManager.default.createDirectory(
          atPath: "\(folder)/tools", withIntermediateDirectories: false)
        try Data(script.utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let words = ["muons", "-o", "\(folder)/m.npz", "--environment", "\(folder)/environment"]
        try expectFailure(words, code: 1, saying: sentence, path: "\(folder)/tools:/usr/bin:/bin")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["tools"])
      }
    }
  }

  @Test func foreignEnvironmentIsLeftAlone() throws {
    try withFolder { folder in
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/thesis.txt"))
      try expectFailure(
        ["muons", "-o", "\(folder)/m.npz", "--environment", folder], code: 2,
        saying: "is not a Python environment with pythia8mc")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["thesis.txt"])
    }
  }
}
