import Foundation
import WinnowFastJet
import WinnowReconstruction
import WinnowTensors

/// Writes reconstructed events as HDF5, a block at a time; the file appears with ``finish()``.
///
/// | dataset | shape | |
/// |---|---|---|
/// | `jet_offset` | [N + 1] int64 | event n owns jets `jet_offset[n]` to `jet_offset[n + 1]` |
/// | `jet_pt`, `jet_eta`, `jet_phi`, `jet_mass` | [jets] float32 | GeV, radian; falling pT |
/// | `jet_constituents` | [jets] int32 | |
/// | `jet_area` | [jets] float32 | where areas are asked for |
/// | `jet_true` | [jets] int32 | where the truth is known: place among the event's true jets, −1 for none |
/// | `true_jet_…` | | offset, pt, eta, phi, mass, constituents of the true jets |
/// | `true_jet_found_pt` | [true jets] float32 | of the jet found for it, 0 for none; also below the threshold |
/// | `lepton_offset`, `lepton_pt`, `…eta`, `…phi`, `…pdg` | | isolated electrons and muons |
/// | `met`, `sum_pt` | [N, 2], [N] float32 | x and y of missing momentum; ΣpT |
/// | `true_met` | [N, 2] float32 | of the true particles, where known |
/// | `generated_met` | [N, 2] float32 | of the invisible particles |
/// | `weight` | [N] float64 | of the generated events; the printed response and resolution count each once |
/// | `settings` | [1] text | the settings as JSON |
final class ReconstructionWriter {
  private let writer: HDF5Writer
  private let settings: EventReconstruction
  private let (hasAreas, hasTruth): (Bool, Bool)
  private var counts: [String: Int] = [:]

  init(_ path: String, settings: EventReconstruction, hasAreas: Bool, hasTruth: Bool) throws {
    writer = try HDF5Writer(path)
    self.settings = settings
    (self.hasAreas, self.hasTruth) = (hasAreas, hasTruth)
  }

  func append(_ events: [ReconstructedEvent]) throws {
    let least = settings.jets.minimumPt
    // Those near the threshold served for pairing only.
    let found = events.map { $0.jets.filter { $0.momentum.pt >= least } }
    let truth = events.map { $0.trueJets.filter { $0.momentum.pt >= least } }
    try append(found, prefix: "jet_")
    if hasAreas { try floats("jet_area", found.joined().map(\.area)) }
    if hasTruth {
      // Jets fall in pT, so that those above the threshold are the first of all.
      let pairs = zip(found, truth).flatMap { jets, truth in
        jets.map { $0.pair.map { $0 < truth.count ? $0 : -1 } ?? -1 }
      }
      try add("jet_true", .int32(pairs.map { Int32($0) }))
      try append(truth, prefix: "true_jet_")
      let partners = zip(events, truth).flatMap { event, truth in
        truth.map { jet in jet.pair.map { event.jets[$0].momentum.pt } ?? 0 }
      }
      try floats("true_jet_found_pt", partners)
      try vectors("true_met", events.map { [$0.trueMissing?.px ?? 0, $0.trueMissing?.py ?? 0] })
    }
    try offsets("lepton_offset", events.map(\.leptons.count))
    let leptons = events.flatMap(\.leptons)
    try floats("lepton_pt", leptons.map(\.momentum.pt))
    try floats("lepton_eta", leptons.map(\.momentum.eta))
    try floats("lepton_phi", leptons.map(\.momentum.phi))
    try add("lepton_pdg", .int32(leptons.map(\.pdg)))
    try vectors("met", events.map { [$0.missing.px, $0.missing.py] })
    try floats("sum_pt", events.map(\.missing.sumPt))
    try vectors("generated_met", events.map { [$0.invisible.x, $0.invisible.y] })
    try add("weight", .float64(events.map(\.weight)))
  }

  func finish() throws {
    if counts.isEmpty { try append([]) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Rules without an end, such as the vertex rule of Delphes.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try writer.write(
      strings: [String(decoding: try encoder.encode(settings), as: UTF8.self)], as: "settings")
    try writer.finish()
  }

  private func append(_ jets: [[ReconstructedEvent.Jet]], prefix: String) throws {
    try offsets(prefix + "offset", jets.map(\.count))
    let all = jets.flatMap { $0 }
    try floats(prefix + "pt", all.map(\.momentum.pt))
    try floats(prefix + "eta", all.map(\.momentum.eta))
    try floats(prefix + "phi", all.map(\.momentum.phi))
    try floats(prefix + "mass", all.map(\.momentum.mass))
    try add(prefix + "constituents", .int32(all.map { Int32($0.constituents) }))
  }

  private func offsets(_ name: String, _ lengths: [Int]) throws {
    var total = counts[name] ?? 0
    let first: [Int64] = counts[name] == nil ? [0] : []
    let ends = lengths.map { length in
      total += length
      return Int64(total)
    }
    counts[name] = total
    try add(name, .int64(first + ends))
  }

  private func floats(_ name: String, _ values: [Double]) throws {
    try add(name, .float32(values.map { Float($0) }))
  }

  private func vectors(_ name: String, _ values: [[Double]]) throws {
    try add(name, .float32(values.joined().map { Float($0) }), width: 2)
  }

  private func add(_ name: String, _ values: NumericArray.Storage, width: Int = 1) throws {
    let rows = values.count / width
    try writer.append(
      NumericArray(shape: width == 1 ? [rows] : [rows, width], storage: values), to: name,
      compression: 1, chunkRows: 4096)
  }
}
