import Foundation
import Testing

/// Tables of text where a command takes events.
@Suite struct EventTableCommandTests {
  @Test func aTableOfParticlesIsTaken() throws {
    try withFolder { folder in
      let table = "\(folder)/two.csv"
      try "event,pdg,pt,eta,phi\n0,13,30,0.5,1\n0,-14,25,0,2\n1,22,9,-1,0\n".write(
        toFile: table, atomically: true, encoding: .utf8)
      let shown = try Tool.run(["show", table])
      #expect(shown.code == 0 && shown.output.contains("2 events"), "\(shown.error)")
      let event = try Tool.run(["show", table, "--event", "1"])
      #expect(event.code == 0 && event.output.contains("22"), "\(event.error)")
      for detector in [["level-1"], ["muon-trigger", "--era", "run2"]] {
        let result = try Tool.run(["simulate"] + detector + [table, "-o", "\(folder)/out.h5"])
        #expect(result.code == 0 && result.output.contains("2 of 2 events"), "\(result.error)")
      }
    }
  }

  @Test func aTableOfObjectsIsShown() throws {
    try withFolder { folder in
      let table = "\(folder)/objects.csv"
      try "event,object,pt,eta,phi\n0,met,30,0,1\n0,jet,25,0,2\n".write(
        toFile: table, atomically: true, encoding: .utf8)
      let shown = try Tool.run(["show", table, "--event", "0"])
      #expect(shown.code == 0 && shown.output.contains("missing momentum  30"), "\(shown.error)")
    }
  }

  @Test func whatIsWrongIsNamedWithItsLine() throws {
    try withFolder { folder in
      let (table, out) = ("\(folder)/bad.csv", "\(folder)/out.h5")
      try "event,pdg,pt,eta,phi\n0,13,nan,0.5,1\n".write(
        toFile: table, atomically: true, encoding: .utf8)
      let result = try Tool.run(["simulate", "level-1", table, "-o", out])
      #expect(result.code == 1 && result.error.contains("line 2 of '\(table)' holds 'nan'"))
      #expect(!FileManager.default.fileExists(atPath: out))
    }
  }
}
