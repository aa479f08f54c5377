import Foundation
public import WinnowDetectors
public import WinnowEvents
import WinnowReconstruction
import WinnowTensors

/// What a simulation wrote.
public struct SimulatedEvents: Sendable, Hashable, Encodable {
  public var read: Int
  public var written: Int
  /// Particles that the model could not take, and the first of them.
  public var skipped: String?

  public init(read: Int, written: Int, skipped: SkippedParticles = SkippedParticles()) {
    (self.read, self.written) = (read, written)
    self.skipped = skipped.count > 0 ? skipped.description : nil
  }
}

extension ParticleEventFile {
  /// The events in blocks, so that memory does not grow with their number.
  func forEachBlock(size: Int, _ body: (ParticleEvents, Int) throws -> Void) throws {
    for first in stride(from: 0, to: count, by: size) {
      try body(try read(first..<min(first + size, count)), first)
    }
  }
}

extension LevelOneSimulation {
  /// Simulates a file of generated events into a file of the ADC2021 layout.
  ///
  /// - Parameters:
  ///   - pileupLibrary: a file of minimum-bias events; `nil` overlays nothing.
  ///   - progress: called with the number of events done.
  ///   - watch: sees each block of generated events, what became of them before any selection, and
  ///     the number of the first.
  /// - Throws: ``EventError``, `TensorFileError` or `JetError`: one sentence. No file is left behind.
  public static func run(
    events: String, output: String, seed: UInt64, pileupLibrary: String?, meanPileup: Double,
    selection: LevelOneSelection?, progress: (Int) -> Void = { _ in },
    watch: (ParticleEvents, LevelOneEvents, Int) throws -> Void = { _, _, _ in }
  ) throws -> SimulatedEvents {
    try EventFile.check(output: output, isNotOneOf: [events] + (pileupLibrary.map { [$0] } ?? []))
    let file = try ParticleEventFile(events)
    let pileup = try pileupLibrary.map { path in
      try LevelOnePileup(ParticleEventFile(path), mean: meanPileup)
    }
    var simulation = try LevelOneSimulation(pileup: pileup, seed: seed)
    let writer = try LevelOneEventWriter(output)
    var written = 0
    try file.forEachBlock(size: 2000) { block, first in
      var found = try simulation.simulate(block, firstEvent: first)
      try watch(block, found, first)
      if let selection { found = selection.filter(found) }
      try writer.append(found)
      written += found.count
      progress(first + block.count)
    }
    try writer.finish()
    return SimulatedEvents(read: file.count, written: written, skipped: simulation.skipped)
  }

  /// Makes zero-bias crossings, which hold pileup and nothing else, into a file of the ADC2021 layout.
  ///
  /// Crossing n is the same whatever their number: a shorter file is the beginning of a longer one of
  /// the same seed, and another detector sees the same collisions. Any number of threads may call
  /// this at once, each with an output of its own; memory holds the library's towers and one block.
  ///
  /// - Parameters:
  ///   - library: a file of minimum-bias events, drawn in proportion to their weights.
  ///   - progress: called with the number of crossings done; what it throws ends the work.
  /// - Throws: ``EventError``, `TensorFileError` or `JetError`: one sentence. No file is left behind.
  public static func runZeroBias(
    library: String, crossings: Int, meanPileup: Double, detector: LevelOneDetector = .cms,
    seed: UInt64, output: String, progress: (Int) throws -> Void = { _ in }
  ) throws -> SimulatedEvents {
    guard crossings > 0 else {
      throw EventError("\(crossings) crossings are none; give 1 or more")
    }
    try EventFile.check(output: output, isNotOneOf: [library])
    let pileup = try LevelOnePileup(ParticleEventFile(library), mean: meanPileup)
    var simulation = try LevelOneSimulation(detector, pileup: pileup, seed: seed)
    let writer = try LevelOneEventWriter(output)
    try progress(0)
    for first in stride(from: 0, to: crossings, by: 500) {
      let block = first..<min(first + 500, crossings)
      try writer.append(simulation.zeroBias(crossings: block))
      try progress(block.upperBound)
    }
    try writer.finish()
    return SimulatedEvents(read: crossings, written: crossings, skipped: pileup.skipped)
  }
}

extension ParticleFlowResponse {
  /// Simulates a file of generated events with pileup and without, and weighs the candidates with
  /// PUPPI (`.delphesPhase2`), so that the file holds the 16 features of papers/3.
  ///
  /// - Parameters:
  ///   - progress: called with the number of events done.
  ///   - watch: sees each block before it is written, for a report.
  /// - Throws: ``EventError``, `TensorFileError` or `ReconstructionError`: one sentence. No file is
  ///   left behind.
  public func run(
    events: String, output: String, pileupLibrary: String, meanPileup: Double,
    progress: (Int) -> Void = { _ in }, watch: (SimulatedFlow) throws -> Void = { _ in }
  ) throws -> SimulatedEvents {
    try EventFile.check(output: output, isNotOneOf: [events, pileupLibrary])
    let file = try ParticleEventFile(events)
    let library = try PileupLibrary(ParticleEventFile(pileupLibrary), mean: meanPileup)
    let puppi = try Puppi(.delphesPhase2)
    var skipped = try write(
      file, events: 0..<file.count, pileup: library, to: output, block: 50,
      puppiWeights: { try $0.puppiWeights(puppi, event: $1) }, progress: progress, watch: watch)
    skipped.add(library.skipped)
    return SimulatedEvents(read: file.count, written: file.count, skipped: skipped)
  }
}
