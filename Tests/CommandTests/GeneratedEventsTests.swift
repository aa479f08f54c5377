import Foundation
import Testing
import Winnow

/// A Python environment with Pythia: `WINNOW_PYTHIA_ENVIRONMENT`, or the one that
/// `winnow generate` makes in the cache.
enum PythiaEnvironment {
  static let folder: String? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
    let folders = [environment["WINNOW_PYTHIA_ENVIRONMENT"], "\(cache)/winnow/pythia8mc-8.317.2"]
    return folders.compactMap { $0 }.first {
      FileManager.default.isExecutableFile(atPath: "\($0)/bin/python")
    }
  }()
  static let absence: Comment =
    "no Python environment with pythia8mc: run 'winnow generate muons -o FILE.npz' once, or set WINNOW_PYTHIA_ENVIRONMENT"

  /// Whether it can write HDF5.
  static let writesHDF5: Bool = {
    guard let folder else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(folder)/bin/python")
    process.arguments = ["-c", "import h5py"]
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()
}

@Suite(.enabled(if: PythiaEnvironment.folder != nil, PythiaEnvironment.absence), .serialized)
struct GeneratedEventsTests {
  /// Three blocks of 20, and a last one that is shorter.
  static let events = 70

  private func arguments(_ file: String, seed: Int = 3, jobs: Int) throws -> [String] {
    [
      "generate", "fake-electrons", "-n", "\(Self.events)", "--seed", "\(seed)", "-o", file,
      "-j", "\(jobs)", "--environment", try #require(PythiaEnvironment.folder),
    ]
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func sameBytesForAnyNumberOfProcessesAndAfterKills() throws {
    try withFolder { folder in
      let first = try Tool.run(arguments("\(folder)/a.npz", jobs: 1))
      try #require(first.code == 0, "\(first.error)")
      #expect(first.error.contains("estimated time"))
      let whole = try bytes("\(folder)/a.npz")
      let second = try Tool.run(arguments("\(folder)/b.npz", jobs: 2))
      try #require(second.code == 0, "\(second.error)")
      #expect(try bytes("\(folder)/b.npz") == whole)
      let other = try Tool.run(arguments("\(folder)/c.npz", seed: 4, jobs: 2))
      #expect(try other.code == 0 && bytes("\(folder)/c.npz") != whole)

      for (signal, code) in [(SIGKILL, nil), (SIGINT, 130)] as [(Int32, Int32?)] {
        let file = "\(folder)/killed-\(signal).npz"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Tool.executable)
        process.arguments = try arguments(file, jobs: 1)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        func blocks() -> Int {
          let names = (try? FileManager.default.contentsOfDirectory(atPath: file + ".part")) ?? []
          return names.filter { $0.hasPrefix("block-") && $0.hasSuffix("0.npz") }.count
        }
        while process.isRunning, blocks() == 0 { Thread.sleep(forTimeInterval: 0.005) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        if let code { #expect(process.terminationStatus == code) }
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(blocks() >= 1)
        let resumed = try Tool.run(arguments(file, jobs: 2))
        #expect(resumed.code == 0 && resumed.error.contains("going on with"), "\(resumed.error)")
        #expect(try bytes(file) == whole)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(!names.contains { $0.hasSuffix(".part") || $0.hasSuffix(".new") }, "\(names)")
    }
  }

  @Test func anotherJobsBlocksAreLeftAlone() throws {
    try withFolder { folder in
      let file = "\(folder)/a.npz"
      try FileManager.default.createDirectory(
        atPath: file + ".part", withIntermediateDirectories: false)
      try Data("another job".utf8).write(to: URL(fileURLWithPath: file + ".part/job.json"))
      let result = try Tool.run(arguments(file, jobs: 1))
      #expect(result.code == 2 && result.error.contains("holds blocks of another job"))
      #expect(try bytes(file + ".part/job.json") == Data("another job".utf8))
    }
  }

  @Test func layout() throws {
    try withFolder { folder in
      let result = try Tool.run(arguments("\(folder)/a.npz", jobs: 2))
      try #require(result.code == 0, "\(result.error)")
      let file = try NPZ(contentsOf: "\(folder)/a.npz")
      let offsets = try #require(try file.array("offset").integers())
      let truthOffsets = try #require(try file.array("truth_offset").integers())
      for (list, prefix, names) in [
        (
          offsets, "",
          ["pt", "eta", "phi", "pdg", "vtx_mm", "mass", "charge", "origin", "truth"]
        ),
        (
          truthOffsets, "truth_",
          ["pt", "eta", "phi", "pdg", "vtx_mm", "mass", "status", "origin", "mother"]
        ),
      ] {
        #expect(list.count == Self.events + 1 && list.first == 0)
        #expect(zip(list, list.dropFirst()).allSatisfy { $0 <= $1 })
        for name in names {
          #expect(try file.array(prefix + name).shape.first == Int(list[Self.events]), "\(name)")
        }
      }
      #expect(try file.array("vtx_mm").shape.last == 3)
      for name in ["weight", "process", "pythia_code", "pt_hat"] {
        #expect(try file.array(name).shape == [Self.events], "\(name)")
      }
      // One fake electron an event, within the cuts of the process; truth rows in range.
      let origins = try #require(try file.array("origin").integers())
      let codes = try #require(try file.array("pdg").integers())
      let truth = try #require(try file.array("truth").integers())
      for event in 0..<Self.events {
        let range = Int(offsets[event])..<Int(offsets[event + 1])
        let fakes = range.filter { origins[$0] & 64 != 0 }
        #expect(fakes.count == 1 && abs(codes[fakes[0]]) == 11)
        let rows = truthOffsets[event + 1] - truthOffsets[event]
        #expect(range.allSatisfy { (-1..<rows).contains(truth[$0]) })
      }
      let description = try #require(try file.array("metadata").integers())
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(description.map { UInt8($0) }))
          as? [String: Any])
      #expect(json["process"] as? String == "fake-electrons" && json["seed"] as? Int == 3)
    }
  }

  /// The parts of `collisions` in their numbers, with weights that give back the whole, and in their
  /// ranges of pTHat; a range's edge may be missed by a heavy quark's mass.
  @Test func collisionsAreStitched() throws {
    try withFolder { folder in
      let result = try Tool.run([
        "generate", "collisions", "-n", "100", "-o", "\(folder)/a.npz", "-j", "2", "--environment",
        try #require(PythiaEnvironment.folder),
      ])
      try #require(result.code == 0, "\(result.error)")
      let file = try NPZ(contentsOf: "\(folder)/a.npz")
      let weights = try file.array("weight").doubles()
      let scales = try file.array("pt_hat").doubles()
      let parts = try #require(try file.array("process").integers())
      #expect(abs(weights.reduce(0, +) - 100) < 1e-9)
      for (code, count, range) in [
        (3, 55, 0..<20.0), (4, 22, 15..<50), (5, 13, 45..<100), (6, 10, 95..<13_000),
      ] as [(Int64, Int, Range<Double>)] {
        let events = parts.indices.filter { parts[$0] == code }
        #expect(events.count == count)
        #expect(events.allSatisfy { range.contains(scales[$0]) })
        #expect(Set(events.map { weights[$0] }).count == 1)
      }
      // Softer parts are more of the cross section.
      #expect(
        [3, 4, 5, 6].map { code in weights[parts.firstIndex(of: code)!] }
          == weights.reduce(into: Set()) { $0.insert($1) }.sorted(by: >))
    }
  }

  @Test(.enabled(if: PythiaEnvironment.writesHDF5, "the environment has no h5py"))
  func sameColumnsInHDF5() throws {
    try withFolder { folder in
      for name in ["a.npz", "a.h5", "b.h5"] {
        let result = try Tool.run([
          "generate", "muons", "-n", "30000", "-o", "\(folder)/\(name)", "--environment",
          try #require(PythiaEnvironment.folder),
        ])
        try #require(result.code == 0, "\(result.error)")
      }
      #expect(try bytes("\(folder)/a.h5") == bytes("\(folder)/b.h5"))
      let npz = try NPZ(contentsOf: "\(folder)/a.npz")
      let hdf5 = try HDF5File(contentsOf: "\(folder)/a.h5")
      #expect(try Set(hdf5.datasetNames()) == Set(npz.names))
      for name in npz.names {
        let (dataset, array) = try (hdf5.dataset(name), npz.array(name))
        #expect(dataset.shape == array.shape, "\(name)")
        let values = try dataset.values(rows: 0..<dataset.rowCount, as: Double.self)
        #expect(values == array.doubles(), "\(name)")
      }
    }
  }
}
