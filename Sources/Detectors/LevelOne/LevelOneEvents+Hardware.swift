public import WinnowEvents

extension LevelOneEvents {
  /// The 19 words of each event in hardware units, missing momentum first, then electrons, muons,
  /// jets; absent objects are zero.
  ///
  /// Exact for events that ``LevelOneSimulation`` digitised, the nearest word for others.
  public var words: [TriggerWord] {
    pt.indices.map { place in
      guard isPresent[place] else { return .absent }
      let object = LevelOneObject(row: place % Self.objects)
      return TriggerScale.of(object).word(
        pt: Double(pt[place]), eta: Double(eta[place]), phi: Double(phi[place]))
    }
  }

  /// The 57 integers of each event that AXOL1TL is fed by CMS's software: pT, η, φ of each object,
  /// with pT in whole GeV because the software halves the count of pT and drops the rest.
  ///
  /// - Parameter halvesPt: `false` leaves pT in counts of 0.5 GeV, as the object's word has it.
  /// - Reference: `AXOL1TLCondition.cc` of CMSSW's L1Trigger/L1TGlobal (order; `hwPt / 2`).
  public func hardwareFeatures(halvesPt: Bool = true) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(3 * pt.count)
    for word in words {
      result.append(halvesPt ? word.pt / 2 : word.pt)
      result.append(word.eta)
      result.append(word.phi)
    }
    return result
  }
}
