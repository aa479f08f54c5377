import Foundation
import Testing
import WinnowEvents
import WinnowTensors

@testable import WinnowDetectors

@Suite struct ParticleFlowFileTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "winnow-flow-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func filesComeBack() throws {
    try inFolder { folder in
      var events = FlowSamples.single(211, pt: 5, eta: 0.2, charge: 1, mass: 0.1396, count: 7)
      events.append(pdg: 12, pt: 30, eta: 0, phi: 0, mass: 0, charge: 0, origin: .invisible)
      events.append(pdg: 9_999_999, pt: 30, eta: 0, phi: 0, mass: 0, charge: 0)
      try events.write(to: folder + "/hard.npz")
      try FlowSamples.soft(40).write(to: folder + "/soft.npz")
      let library = try PileupLibrary(ParticleEventFile(folder + "/soft.npz"), mean: 10)
      let response = ParticleFlowResponse(seed: 1)
      let (input, path) = (try ParticleEventFile(folder + "/hard.npz"), folder + "/flow.h5")
      var progress: [Int] = []
      let skipped = try response.write(
        input, events: 0..<7, pileup: library, to: path, block: 3,
        puppiWeights: { candidates, event in candidates[event].map { candidates.hardFraction[$0] } }
      ) { progress.append($0) }
      // Once, though the event is simulated twice.
      #expect(progress == Array(1...7) && skipped.count == 1)
      let file = try ParticleFlowFile(path)
      #expect(file.count == 7)
      let mixed = try file.read(0..<7)
      #expect(mixed == FlowSamples.simulate(events, pileup: library))
      #expect(try file.read(0..<7, withPileup: false) == FlowSamples.simulate(events))
      let part = try file.read(2..<5)
      #expect(part.count == 3 && part.offsets[0] == 0 && part.vertices == Array(mixed.vertices[2..<5]))
      let met = try file.generatedMissingMomentum(5..<7)
      #expect(met == [SIMD2(0, 0), SIMD2(30, 0)])
      let features = try HDF5File(contentsOf: path).dataset("features")
      #expect(features.shape == [mixed.candidateCount, 16])
      let rows: [Float] = try features.values(rows: 0..<mixed.candidateCount)
      #expect(
        rows == mixed.features(0..<mixed.candidateCount, puppiWeights: mixed.hardFraction))
      #expect(throws: EventError.self) { try file.read(5..<8) }
    }
  }

  @Test func theBlockSizeChangesNothing() throws {
    try inFolder { folder in
      try FlowSamples.soft(9).write(to: folder + "/hard.npz")
      let library = try PileupLibrary(FlowSamples.soft(40), mean: 10)
      let input = try ParticleEventFile(folder + "/hard.npz")
      for block in [2, 100] {
        _ = try ParticleFlowResponse(seed: 3).write(
          input, events: 0..<9, pileup: library, to: folder + "/\(block).h5", block: block)
      }
      let files = try [2, 100].map { try ParticleFlowFile(folder + "/\($0).h5") }
      #expect(try files[0].read(0..<9) == files[1].read(0..<9))
      #expect(try files[0].read(4..<5, withPileup: false) == files[1].read(4..<5, withPileup: false))
    }
  }

  @Test func wrongFilesAreRefused() throws {
    try inFolder { folder in
      try FlowSamples.soft(3).write(to: folder + "/hard.h5")
      #expect(throws: EventError.self) { try ParticleFlowFile(folder + "/hard.h5") }
      #expect(throws: (any Error).self) { try ParticleFlowFile(folder + "/none.h5") }
      let events = FlowSamples.soft(2)
      let candidates = FlowSamples.simulate(events)
      let writer = try ParticleFlowWriter(folder + "/half.h5")
      #expect(throws: EventError.self) {
        try writer.append(mixed: candidates, clean: FlowCandidates(), generated: events)
      }
      #expect(throws: EventError.self) {
        try writer.append(mixed: candidates, clean: candidates, generated: events, puppiWeights: [1])
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/half.h5"))
      let empty = try ParticleFlowWriter(folder + "/empty.h5")
      try empty.finish()
      #expect(try ParticleFlowFile(folder + "/empty.h5").count == 0)
    }
  }
}
