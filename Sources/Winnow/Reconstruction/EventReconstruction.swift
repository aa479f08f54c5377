import WinnowEvents
public import WinnowFastJet
public import WinnowReconstruction

/// How a file of events is reconstructed: weights against pileup, jets, leptons, missing momentum.
public struct EventReconstruction: Sendable, Hashable, Encodable {
  /// Weighs the candidates of particle-flow events; `nil`: all count as they are.
  public var puppi: PuppiParameters?
  public var jets = JetDefinition(.antiKt, radius: 0.4, minimumPt: 20)
  public var areas: JetAreas?
  /// Jets beyond this |η| are left out.
  public var maximumEta = 5.0
  /// Jets closer than this ΔR to an isolated lepton are left out; 0 keeps all.
  public var overlap = 0.4
  /// The least pT of a lepton, GeV.
  public var leptonPt = 20.0
  /// Jets and true ones are pairs within this ΔR.
  public var matching = 0.4

  public init() {}

  /// The part of its pT that tracks around an isolated lepton may add up to, and how far around.
  static let isolation = (fraction: 0.15, distance: 0.4)

  /// Jets are found down to this part of their threshold, so that those near it find their pairs.
  static let pairingFraction = 0.5

  /// The part of the collisions whose vertex is found: what Delphes counts.
  ///
  /// - Reference: delphes/delphes, `RunPUPPIBase`; see ``PuppiParameters/delphesPhase2``.
  static let vertexFraction = 0.7

  /// - Throws: ``ReconstructionError`` or ``JetError`` for settings that cannot be meant.
  public func validate() throws {
    try puppi?.validate()
    try jets.validate()
    try areas?.validate()
    _ = try JetMatching(distance: matching)
    for (name, value) in [("eta", maximumEta), ("lepton pT", leptonPt)] {
      guard value > 0, value.isFinite else {
        throw ReconstructionError("a largest or least \(name) of \(value) is none; give one above 0")
      }
    }
    guard overlap >= 0, overlap < 10 else {
      throw ReconstructionError("an overlap of \(overlap) is none; give a delta R such as 0.4, or 0")
    }
  }

  /// The named settings of PUPPI.
  public static func puppi(named name: String) -> PuppiParameters? {
    PuppiParameters.named.first { $0.name == name }
  }

  /// Reconstructs a file of particle-flow candidates or of generated particles.
  ///
  /// What is true: of particle flow the same events without pileup, or `truth`; generated particles
  /// are their own truth, and only their missing momentum has another, that of the invisible ones.
  /// ``ReconstructionWriter`` describes the output.
  ///
  /// - Parameters:
  ///   - truth: the generated events that a particle-flow file was simulated from.
  ///   - progress: called with the number of events done; what it throws ends the run.
  /// - Throws: ``EventError``, `TensorFileError`, ``JetError`` or ``ReconstructionError``: one sentence.
  ///   No file is left behind.
  /// - Complexity: memory is that of 25 particle-flow or 1,000 generated events, and of two numbers
  ///   for each pair of jets and for each event.
  public func run(
    input: String, truth: String? = nil, output: String,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> ReconstructedEvents {
    try validate()
    try EventFile.check(output: output, isNotOneOf: [input] + (truth.map { [$0] } ?? []))
    var events = try ReconstructionInput(input, truth: truth)
    if puppi != nil, !events.knowsPileup {
      throw ReconstructionError(
        "'\(input)' holds generated particles, which PUPPI has nothing to weigh in; leave --puppi out or give particle-flow events"
      )
    }
    let step = try EventReconstructionStep(self)
    let writer = try ReconstructionWriter(
      output, settings: self, hasAreas: areas != nil, hasTruth: events.hasTrueJets)
    var tally = try ReconstructionTally(self)
    for first in stride(from: 0, to: events.count, by: events.blockSize) {
      let block = try events.read(first..<min(first + events.blockSize, events.count))
      let found = try block.enumerated().map { place, event in
        try step.reconstruct(event, number: first + place)
      }
      try writer.append(found)
      for event in found { try tally.add(event) }
      try progress(first + block.count)
    }
    try writer.finish()
    return tally.result(
      output: output, hasTrueJets: events.hasTrueJets, skipped: events.skipped)
  }
}
