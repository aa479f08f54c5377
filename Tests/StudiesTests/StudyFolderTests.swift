import Foundation
import Testing
import Winnow

@testable import WinnowStudies

@Suite struct StudyFolderTests {
  private func folder(_ name: String = #function) throws -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-study-\(UUID().uuidString)").path
  }

  private func message(_ action: () async throws -> Void) async -> String {
    do {
      try await action()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func stepsAreDoneOnce() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var done: [String] = []
    func steps(failing: String? = nil) -> [StudyStep] {
      ["a", "b", "c"].map { name in
        StudyStep(name, "step \(name)") { _ in
          if name == failing { throw StudyError("\(name) failed") }
          done.append(name)
        }
      }
    }
    func open() throws -> StudyFolder {
      try StudyFolder(path, study: "test", settings: ["seed": "1"], command: [])
    }
    #expect(await message { try await open().run(steps(failing: "b"), progress: { _ in }) } == "b failed")
    #expect(done == ["a"])
    #expect(
      await message { try await open().run(steps(), only: "c", progress: { _ in }) }
        == "step 'c' needs 'b', which is not done; leave --only out, or do that first")
    try await open().run(steps(), progress: { _ in })
    #expect(done == ["a", "b", "c"])
    try await open().run(steps(), progress: { _ in })
    #expect(done == ["a", "b", "c"])
    try await open().run(steps(), only: "b", progress: { _ in })
    #expect(done == ["a", "b", "c", "b"])
    // What stands behind it is of the old one.
    try await open().run(steps(), progress: { _ in })
    #expect(done == ["a", "b", "c", "b", "c"])
  }

  /// A step that is done again begins with nothing; one that was stopped goes on with what it has.
  @Test func aStepDoneAgainBeginsAnew() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var found: [Bool] = []
    var fails = true
    let step = StudyStep("a", "step a", leaves: "made") { _ in
      let file = path + "/made/file"
      found.append(FileManager.default.fileExists(atPath: file))
      try OutputFolder.make(path + "/made")
      try AtomicFile.write([1], to: file)
      if fails { throw StudyError("stopped") }
    }
    let study = try StudyFolder(path, study: "test", settings: [:], command: [])
    await #expect(throws: StudyError.self) { try await study.run([step], progress: { _ in }) }
    fails = false
    try await study.run([step], only: "a", progress: { _ in })
    try await study.run([step], only: "a", progress: { _ in })
    #expect(found == [false, true, false])
  }

  /// A step that fails the second time leaves what it had; one that succeeds takes away what stands behind
  /// it.
  @Test func aFailureLosesNothing() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var fails = false
    func step(_ name: String) -> StudyStep {
      StudyStep(name, name, leaves: name) { _ in
        if fails { throw StudyError("stopped") }
        try OutputFolder.make("\(path)/\(name)")
        try AtomicFile.write([1], to: "\(path)/\(name)/file")
      }
    }
    let study = try StudyFolder(path, study: "test", settings: [:], command: [])
    let steps = [step("a"), step("b")]
    try await study.run(steps, progress: { _ in })
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)/file") }
    fails = true
    await #expect(throws: StudyError.self) { try await study.run(steps, only: "a", progress: { _ in }) }
    #expect(has("a") && has("b") && study.isDone("a") && study.isDone("b"))
    // Killed in the middle, it is not done: run.json on disk says so while it runs.
    var found: [Bool] = []
    let watched = StudyStep("a", "a", leaves: "a") { _ in
      try OutputFolder.make("\(path)/a")
      try AtomicFile.write([1], to: "\(path)/a/file")
      found.append(
        try StudyFolder(path, study: "test", settings: [:], command: []).isDone("a"))
    }
    try await study.run([watched, steps[1]], only: "a", progress: { _ in })
    #expect(found == [false])
    fails = false
    try await study.run(steps, progress: { _ in })
    try await study.run(steps, only: "a", progress: { _ in })
    #expect(has("a") && !has("b") && study.isDone("a") && !study.isDone("b"))
  }

  @Test func otherSettingsAndOtherThingsAreRefused() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try StudyFolder(path, study: "test", settings: ["seed": "1"], command: [])
    #expect(
      await message { _ = try StudyFolder(path, study: "test", settings: ["seed": "2"], command: []) }
        == "'\(path)' was made with seed 1, not 2; give -o another folder")
    #expect(
      await message { _ = try StudyFolder(path, study: "other", settings: ["seed": "1"], command: []) }
        == "the folder '\(path)' holds something else than a 'other' study; give -o another folder")
    let file = path + "/run.json"
    #expect(
      await message { _ = try StudyFolder(file, study: "test", settings: [:], command: []) }
        == "'\(file)' is a file; give -o a folder that does not exist yet")
  }
}
