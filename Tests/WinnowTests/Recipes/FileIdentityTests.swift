import Foundation
import Testing
import WinnowTestSupport

@testable import Winnow

@Suite struct FileIdentityTests {
  private static let recipe = """
    data: {file: FILE, inputs: {x: x}, targets: {y: y}}
    network: {dense: [4, 2]}
    loss: categorical_crossentropy
    batch: 16
    epochs: 1
    """

  private func open(_ file: String, _ run: String) throws -> TrainingRun {
    try TrainingRun(
      Recipe(yaml: Self.recipe.replacing("FILE", with: "\"\(file)\"")), in: run)
  }

  /// Values of the authors' test suite for FNV-1a of 64 bits.
  @Test(arguments: [
    ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
  ])
  func hash(text: String, hash: String) async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let identity = try #require(FileIdentity(key: "data.file", file: path))
      #expect(identity.hash == hash && identity.bytes == text.utf8.count && identity.isWhole)
    }
  }

  /// Of a large file blocks are looked at, the first and the last among them.
  @Test func largeFilesAreSampled() async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder)/large"
      let block = FileIdentity.blockBytes
      func identity(changing place: Int?) throws -> FileIdentity {
        var bytes = Data(repeating: 7, count: 9 * block + 100)
        if let place { bytes[place] = 8 }
        try bytes.write(to: URL(fileURLWithPath: path))
        return try #require(
          FileIdentity(key: "data.file", file: path, wholeLimit: 4 * block))
      }
      let plain = try identity(changing: nil)
      #expect(!plain.isWhole && plain.bytes == 9 * block + 100)
      for place in [0, block - 1, 8 * block + 100, 9 * block + 99] {
        #expect(try identity(changing: place).change(from: plain) == "the same size, other content")
      }
      // Between the first and the second of four blocks.
      #expect(try identity(changing: block + 10).change(from: plain) == nil)
    }
  }

  @Test func changedDataAreRefusedAndMovedDataAreNot() async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(64, to: folder)
      let run = "\(folder)/run"
      let metrics = try open(data, run).run()
      let moved = "\(folder)/elsewhere.npz"
      try FileManager.default.copyItem(atPath: data, toPath: moved)
      #expect(try open(moved, run).start == .finished)
      // Of an unfinished run, too.
      try CrossValidationTests.unfinish("\(run)/run.json")
      let resumed = try open(moved, run)
      #expect(resumed.start == .resumed)
      #expect(try resumed.run() == metrics)
      // The same arrays with other numbers; then more of them.
      for (count, seed) in [(64, UInt64(4)), (65, 3)] {
        try FileManager.default.removeItem(atPath: moved)
        try FileManager.default.moveItem(
          atPath: SmallEvents.write(count, to: folder + "/", seed: seed), toPath: moved)
        let message = SmallEvents.message { _ = try open(moved, run) }
        #expect(
          message.hasPrefix("'\(moved)' is not the file that the run in '\(run)' began with ("),
          "\(message)")
        #expect(message.hasSuffix("put that file back, or give -o another folder"), "\(message)")
      }
    }
  }

  /// A folder of arrays: the arrays that are read count, others do not.
  @Test func foldersOfArrays() async throws {
    try await withTemporaryFolder { folder in
      let arrays = SmallEvents.arrays(64)
      let data = "\(folder)/arrays"
      try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
      func write(_ name: String, _ array: String) throws {
        let bytes = try NPY.encode(arrays.array(array))
        try Data(bytes).write(to: URL(fileURLWithPath: "\(data)/\(name).npy"))
      }
      for name in ["x", "y", "w"] { try write(name, name) }
      let run = "\(folder)/run"
      _ = try open(data, run).run()
      try write("w", "y")
      #expect(try open(data, run).start == .finished)
      try write("x", "m")
      let message = SmallEvents.message { _ = try open(data, run) }
      #expect(message.hasPrefix("'\(data)/x.npy' is not the file"), "\(message)")
    }
  }

  /// A folder of arrays in the place of a file, and the other way round, are other data; a run that
  /// kept nothing about its files goes on.
  @Test func filesOfAnotherKind() async throws {
    try await withTemporaryFolder { folder in
      let file = try SmallEvents.write(64, to: folder)
      let arrays = "\(folder)/arrays"
      try FileManager.default.createDirectory(atPath: arrays, withIntermediateDirectories: true)
      for name in ["x", "y"] {
        let bytes = try NPY.encode(SmallEvents.arrays(64).array(name))
        try Data(bytes).write(to: URL(fileURLWithPath: "\(arrays)/\(name).npy"))
      }
      for (first, second, gone) in [(file, arrays, file), (arrays, file, "\(arrays)/x.npy")] {
        let run = "\(folder)/run"
        try? FileManager.default.removeItem(atPath: run)
        _ = try open(first, run).run()
        let message = SmallEvents.message { _ = try open(second, run) }
        #expect(
          message.hasPrefix("the run in '\(run)' began with '\(gone)', which is not read now"),
          "\(message)")
        var old = try TrainingDescription(contentsOf: "\(run)/run.json")
        old.inputs = []
        try JSONEncoder().encode(old).write(to: URL(fileURLWithPath: "\(run)/run.json"))
        #expect(try open(second, run).start == .finished)
      }
    }
  }

  /// A loss that is a file: moved it is the same, changed it is not.
  @Test(arguments: [false, true]) func lossesOfFiles(list: Bool) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(64, to: folder)
      func write(_ path: String, isDoubled: Bool) throws {
        let builder = NetworkBuilder("squares")
        let (a, b) = (
          builder.input("prediction", [.batch, .fixed(4)]), builder.input("truth", [.batch, .fixed(4)])
        )
        let square = (a - b) * (a - b)
        let loss = isDoubled ? square + square : square
        try NetworkFile.write(
          builder.network(outputs: [loss.reduced(.mean, axes: [1], keepsAxes: true)]), to: path)
      }
      func open(_ loss: String) throws -> TrainingRun {
        let graph = "{kind: graph, file: \"\(loss)\", inputs: {prediction: output, truth: m}}"
        return try TrainingRun(
          Recipe(
            yaml: """
              data: {file: "\(data)", inputs: {x: x}, targets: {m: m}}
              network: {dense: [4, 4]}
              loss: \(list ? "[mse, \(graph)]" : graph)
              batch: 16
              epochs: 1
              """), in: "\(folder)/run")
      }
      let (first, moved) = ("\(folder)/loss.onnx", "\(folder)/moved.onnx")
      try write(first, isDoubled: false)
      _ = try open(first).run()
      try FileManager.default.moveItem(atPath: first, toPath: moved)
      #expect(try open(moved).start == .finished)
      try write(moved, isDoubled: true)
      let message = SmallEvents.message { _ = try open(moved) }
      #expect(message.hasPrefix("'\(moved)' is not the file that the run"), "\(message)")
    }
  }
}
