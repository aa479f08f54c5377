import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowFastJet
import WinnowTensors

@testable import Winnow

@Suite(.enabled(if: JetFinder.isAvailable)) struct ZeroBiasRunTests {
  /// Soft photons, and a hard one in every tenth event, which has a tenth of the weight.
  private static func library(_ count: Int) -> ParticleEvents {
    var (events, stream) = (ParticleEvents(), RandomStream(seed: 2))
    for event in 0..<count {
      events.beginEvent(weight: event % 10 == 0 ? 0.1 : 1)
      for place in 0..<10 {
        events.append(
          pdg: 22, pt: event % 10 == 0 && place == 0 ? 60 : 1, eta: Float(6 * stream.uniform() - 3),
          phi: Float(6.2 * stream.uniform() - 3.1), mass: 0, charge: 0)
      }
    }
    return events
  }

  private func withLibrary(_ count: Int = 300, _ body: (String, String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "winnow-zero-bias-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.library(count).write(to: folder + "/library.npz")
    try body(folder, folder + "/library.npz")
  }

  /// Beyond one block; a shorter file is the beginning of a longer one.
  @Test func theFileHoldsTheCrossings() throws {
    try withLibrary { folder, library in
      func run(_ crossings: Int, _ name: String, progress: (Int) -> Void = { _ in }) throws
        -> LevelOneEvents
      {
        let result = try LevelOneSimulation.runZeroBias(
          library: library, crossings: crossings, meanPileup: 5, seed: 9,
          output: "\(folder)/\(name).h5", progress: progress)
        #expect(result.read == crossings && result.written == crossings && result.skipped == nil)
        return try LevelOneEventFile("\(folder)/\(name).h5").read(0..<crossings)
      }
      var numbers: [Int] = []
      let long = try run(1100, "long") { numbers.append($0) }
      #expect(numbers == [0, 500, 1000, 1100])
      let short = try run(40, "short")
      #expect(short.pt == Array(long.pt.prefix(40 * 19)))
      // 5 collisions, of which 1 in 91 is hard: 5.3 % of the crossings, here within 5 errors.
      let hard = (0..<1100).filter { long.pt[19 * $0 + 9] > 30 }.count
      let chance = 1 - exp(-5.0 / 91)
      #expect(abs(Double(hard) - 1100 * chance) < 5 * (1100 * chance * (1 - chance)).squareRoot())
    }
  }

  /// Two at once write what one alone does.
  @Test func callsMayRunAtOnce() async throws {
    let folder = NSTemporaryDirectory() + "winnow-zero-bias-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let library = folder + "/library.npz"
    try Self.library(300).write(to: library)
    @Sendable func run(_ name: String, _ seed: UInt64) throws -> Data {
      _ = try LevelOneSimulation.runZeroBias(
        library: library, crossings: 600, meanPileup: 5, seed: seed, output: "\(folder)/\(name).h5")
      return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).h5"))
    }
    async let first = run("a", 1)
    async let second = run("b", 2)
    let both = try await (first, second)
    #expect(try both.0 == run("c", 1) && both.1 == run("d", 2))
    #expect(both.0 != both.1)
  }

  @Test func whatIsWrongIsSaid() throws {
    try withLibrary(120) { folder, library in
      func message(_ mean: Double, _ crossings: Int, output: String) -> String {
        do {
          _ = try LevelOneSimulation.runZeroBias(
            library: library, crossings: crossings, meanPileup: mean, seed: 1, output: output)
          return ""
        } catch { return "\(error)" }
      }
      let output = folder + "/out.h5"
      #expect(message(5, 0, output: output) == "0 crossings are none; give 1 or more")
      #expect(message(20, 10, output: output).contains("too few for a mean pileup of 20.0"))
      #expect(message(5, 10, output: library).contains("library.npz"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["library.npz"])
    }
  }
}
