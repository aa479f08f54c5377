#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FlowCandidates {
  /// The features of papers/3's table 1, in its order: η, φ, ln(pT/GeV), ln(E/GeV), charge, PUPPI
  /// weight, eight of the candidate's kind, d0/mm, dz/mm. (The published code keeps d0, dz, weight
  /// and charge in another order.)
  public static let featureNames = [
    "eta", "phi", "log_pt", "log_energy", "charge", "puppi_weight", "is_neutral_hadron",
    "is_electron", "is_muon", "is_photon", "is_pion", "is_kaon", "is_proton", "is_padding", "d0",
    "dz",
  ]

  /// The kinds of features 6 to 12, as the published code has them (tbrandes01/DistillNet); feature
  /// 13 marks padding there and is 0 here.
  public static let kinds: [Int32] = [0, 11, 13, 22, 211, 321, 2212]

  /// The 16 features of consecutive candidates, `[count, 16]` in C order.
  ///
  /// - Parameter weights: PUPPI's, one for each candidate of the range, by another module.
  public func features(_ candidates: Range<Int>, puppiWeights weights: [Float]) -> [Float] {
    precondition(weights.count == candidates.count, "\(candidates.count) weights are needed")
    let width = FlowCandidates.featureNames.count
    var values = [Float](repeating: 0, count: candidates.count * width)
    for (row, candidate) in candidates.enumerated() {
      let place = row * width
      values[place] = eta[candidate]
      values[place + 1] = phi[candidate]
      values[place + 2] = log(pt[candidate])
      values[place + 3] = log(energy[candidate])
      values[place + 4] = Float(charge[candidate])
      values[place + 5] = weights[row]
      let code = abs(pdg[candidate])
      values[place + 6 + (FlowCandidates.kinds.firstIndex(of: code) ?? 0)] = 1
      values[place + 14] = d0[candidate]
      values[place + 15] = dz[candidate]
    }
    return values
  }
}
