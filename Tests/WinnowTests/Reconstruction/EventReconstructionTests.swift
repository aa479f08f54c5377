import Foundation
import Testing
import Winnow

/// Reconstruction of small files whose jets are known.
@Suite(.enabled(if: JetFinder.isAvailable, "this build leaves FastJet out"))
struct EventReconstructionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-reconstruction-\(UUID().uuidString)").path

  init() throws { try OutputFolder.make(folder) }

  /// A massless candidate: charge 0 is a photon; without part in the hard collision it is pileup.
  private struct Candidate {
    var pt, eta, phi: Float
    var pdg: Int32 = 211
    var isHard = true
  }

  private func candidates(_ events: [[Candidate]]) -> FlowCandidates {
    var result = FlowCandidates()
    for event in events {
      for it in event {
        result.pt.append(it.pt)
        result.eta.append(it.eta)
        result.phi.append(it.phi)
        result.energy.append(it.pt * Float(cosh(Double(it.eta))))
        result.charge.append(it.pdg == 22 ? 0 : 1)
        result.pdg.append(it.pdg)
        result.hardFraction.append(it.isHard ? 1 : 0)
      }
      result.offsets.append(result.pt.count)
      result.pileup.append(1)
      result.vertices.append(.zero)
    }
    (result.d0, result.dz) = (result.pt.map { _ in 0 }, result.pt.map { _ in 0 })
    result.time = result.d0
    return result
  }

  /// Event 0: a jet of 50 GeV, of which the calorimeter sees 5 GeV of 10 too much, and one of pileup;
  /// event 1: an isolated muon, beside a track of pileup, and a neutrino.
  private func flowFile() throws -> String {
    let hard = [Candidate(pt: 40, eta: 1, phi: 0.1), Candidate(pt: 10, eta: 1, phi: 0.1, pdg: 22)]
    let muon = Candidate(pt: 30, eta: 0, phi: 2, pdg: -13)
    let mixed = [
      [
        hard[0], Candidate(pt: 15, eta: 1, phi: 0.1, pdg: 22),
        Candidate(pt: 25, eta: -2, phi: 3, isHard: false),
      ],
      [muon, Candidate(pt: 12, eta: 0.1, phi: 2, isHard: false)],
    ]
    var generated = ParticleEvents()
    generated.beginEvent()
    generated.beginEvent()
    generated.append(
      pdg: 14, pt: 20, eta: 0, phi: -1, mass: 0, charge: 0, origin: .invisible)
    let path = folder + "/flow.h5"
    let writer = try ParticleFlowWriter(path)
    try writer.append(
      mixed: candidates(mixed), clean: candidates([hard, [muon]]), generated: generated)
    try writer.finish()
    try generated.write(to: folder + "/generated.csv.gz")
    return path
  }

  private func numbers(_ name: String, of path: String) throws -> [Double] {
    let dataset = try HDF5File(contentsOf: path).dataset(name)
    return try dataset.values(rows: 0..<dataset.rowCount)
  }

  @Test func jetsArePairedWithTheTruth() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (input, output) = (try flowFile(), folder + "/objects.h5")
    let result = try EventReconstruction().run(input: input, output: output)
    #expect(result.counts.events == 2 && result.counts.leptons == 1)
    #expect(result.counts.jets == 2 && result.counts.trueJets == 1)
    #expect(result.counts.trueJetsFound == 1 && result.counts.jetsWithoutPair == 1)
    #expect(try numbers("jet_offset", of: output) == [0, 2, 2])
    #expect(try numbers("true_jet_offset", of: output) == [0, 1, 1])
    #expect(try numbers("jet_constituents", of: output) == [2, 1])
    #expect(try numbers("jet_true", of: output) == [0, -1])
    // Parallel massless candidates add up in pT. Momenta go through Float, of 24 bits, in the file.
    let pt = try numbers("jet_pt", of: output)
    #expect(abs(pt[0] - 55) < 1e-4 && abs(pt[1] - 25) < 1e-4)
    #expect(abs(try numbers("true_jet_found_pt", of: output)[0] - 55) < 1e-4)
    let bin = try #require(result.responseByPt.first)
    #expect(bin.lower == 50 && bin.upper == 80 && bin.jets == 1 && abs(bin.median - 1.1) < 1e-5)
    #expect(result.responseByEta.map(\.lower) == [0])
    #expect(try numbers("lepton_pdg", of: output) == [-13])
    // Minus the sums; of event 1 without pileup the muon alone.
    let met = try numbers("met", of: output), truth = try numbers("true_met", of: output)
    #expect(abs(met[0] + 55 * cos(0.1) + 25 * cos(3)) < 1e-4)
    #expect(abs(truth[2] + 30 * cos(2)) < 1e-4 && abs(truth[3] + 30 * sin(2)) < 1e-4)
    let neutrino = try numbers("generated_met", of: output)
    #expect(abs(neutrino[2] - 20 * cos(1)) < 1e-4 && neutrino[0] == 0)
    #expect(result.text.contains("true jets: 1, found: 1, 100.0 %"))
  }

  @Test func pileupTracksGoWithPuppi() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (input, output) = (try flowFile(), folder + "/objects.h5")
    for parameters in PuppiParameters.named {
      var settings = EventReconstruction()
      settings.puppi = EventReconstruction.puppi(named: parameters.name)
      #expect(settings.puppi == parameters)
      let result = try settings.run(input: input, output: output)
      #expect(result.counts.jets == 1 && result.counts.jetsWithoutPair == 0)
      let met = try numbers("met", of: output)
      #expect(abs(met[2] + 30 * cos(2)) < 1e-4)
      let text = try HDF5File(contentsOf: output).dataset("settings").strings()[0]
      #expect(text.contains("\"name\":\"\(parameters.name)\""))
    }
  }

  /// Without overlap removal the muon is a jet of the true event; with its pileup track, one of 42 GeV.
  @Test func aLeptonTakesItsJetAway() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (input, output) = (try flowFile(), folder + "/objects.h5")
    var settings = EventReconstruction()
    settings.overlap = 0
    let result = try settings.run(input: input, output: output)
    #expect(result.counts.jets == 3 && result.counts.trueJets == 2)
    #expect(abs(try numbers("jet_pt", of: output)[2] - 42) < 0.1)
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let input = try flowFile()
    var settings = EventReconstruction()
    for (name, seed) in [("a", 3), ("b", 3), ("c", 4)] as [(String, UInt64)] {
      settings.areas = JetAreas(seed: seed)
      _ = try settings.run(input: input, output: "\(folder)/\(name).h5")
    }
    let bytes = try ["a", "b", "c"].map { try InputFile.read("\(folder)/\($0).h5") }
    #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2])
    // An isolated anti-kt jet is a circle, π 0.4²; its edge of 2.5 holds some 25 ghosts of 0.01 each,
    // which scatter by half.
    let area = try numbers("jet_area", of: folder + "/a.h5")
    #expect(area.count == 2 && area.allSatisfy { abs($0 - 0.503) < 0.1 })
  }

  @Test func generatedEventsHaveNoTrueJets() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try flowFile()
    let output = folder + "/objects.h5"
    let result = try EventReconstruction().run(input: folder + "/generated.csv.gz", output: output)
    #expect(result.counts.events == 2 && result.counts.jets == 0 && result.trueMissing == nil)
    let names = try HDF5File(contentsOf: output).datasetNames()
    #expect(names.contains("jet_pt") && !names.contains("jet_true") && !names.contains("jet_area"))
    #expect(try numbers("generated_met", of: output).count == 4)
  }

  @Test func codesOfNoParticleAreLeftOutAndCounted() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var generated = ParticleEvents()
    generated.beginEvent()
    generated.append(pdg: 211, pt: 50, eta: 0, phi: 0, mass: 0.14, charge: 1)
    generated.append(pdg: 21, pt: 60, eta: 0, phi: 2, mass: 0, charge: 0)
    generated.append(pdg: 987_654_321, pt: 70, eta: 0, phi: -2, mass: 0, charge: 0)
    let input = folder + "/odd.csv"
    try generated.write(to: input)
    let result = try EventReconstruction().run(input: input, output: folder + "/objects.h5")
    #expect(result.counts.jets == 1)
    #expect(
      result.skipped
        == "2 particles skipped; the first: code 21 in event 0, which names no stable particle")
    #expect(result.text.contains("2 particles skipped"))
    #expect(try numbers("weight", of: folder + "/objects.h5") == [1])
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let flow = try flowFile()
    let (generated, output) = (folder + "/generated.csv.gz", folder + "/objects.h5")
    let more = folder + "/more.csv"
    var one = ParticleEvents()
    one.beginEvent()
    try one.write(to: more)
    func message(
      _ input: String, truth: String? = nil, _ change: (inout EventReconstruction) -> Void = { _ in }
    ) -> String {
      var settings = EventReconstruction()
      change(&settings)
      do {
        _ = try settings.run(input: input, truth: truth, output: output)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(generated) { $0.puppi = .cmsV15 }.contains("nothing to weigh in"))
    #expect(message(flow, truth: more).contains("has 2 events and"))
    #expect(message(generated, truth: more).contains("their own truth"))
    let others = folder + "/others.csv"
    one.beginEvent()
    try one.write(to: others)
    #expect(message(flow, truth: others).contains("give the events that were simulated"))
    let bytes = try InputFile.read(flow)
    #expect(throws: EventError.self) {
      try EventReconstruction().run(input: flow, output: flow)
    }
    #expect(try InputFile.read(flow) == bytes)
    #expect(message(flow) { $0.jets.radius = 0 }.contains("radius of 0.0"))
    #expect(message(flow) { $0.matching = -1 }.contains("delta R -1.0"))
    #expect(message(flow) { $0.overlap = -1 }.contains("overlap of -1.0"))
    #expect(message(flow) { $0.maximumEta = 0 }.contains("eta of 0.0"))
    #expect(message(folder + "/none.h5").contains("there is no file"))
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
