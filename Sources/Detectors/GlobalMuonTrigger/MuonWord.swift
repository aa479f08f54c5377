import WinnowEvents

/// How the global muon trigger packs a muon: the era is never guessed.
///
/// Run 2 (from 2017), two words of 32 bits; Run 3 three. Bits of the first word: φ at the vertex
/// 9–0, pT 18–10, quality 22–19, η at the vertex 31–23. Second: isolation 1–0, charge 2 (1 for −),
/// its validity 3, index 10–4, φ at the station 20–11, and in Run 2 η at the station 29–21 and the
/// demonstrator's marker 31–30, in Run 3 the unconstrained pT 28–21 and the displacement 31–30.
/// Third, Run 3: η at the station in 21–13 where bit 0 is 0, in 30–22 where it is 1; 31 for an
/// intermediate muon. η is in two's complement.
///
/// - Reference: CMSSW `EventFilter/L1ScoutingRawToDigi`; the Run-2 demonstrator's public headers.
public enum MuonWordEra: String, Sendable, Hashable, CaseIterable, Codable {
  case run2
  case run3

  /// Words of 32 bits a muon takes.
  public var wordCount: Int { self == .run2 ? 2 : 3 }

  /// Packs a muon.
  ///
  /// - Parameter second: Run 3: which of the third word's two places holds η at the station, that
  ///   of the link's first muon or of its second.
  /// - Throws: ``EventError`` where a field does not fit its bits or the era has no place for it.
  public func pack(_ muon: TriggerMuon, second: Bool = false) throws -> [UInt32] {
    func field(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws -> UInt32 {
      guard range.contains(value) else {
        throw EventError(
          "a \(rawValue) muon word cannot hold \(name) \(value); give "
            + "\(range.lowerBound) to \(range.upperBound)")
      }
      return UInt32(truncatingIfNeeded: value)
    }
    let eta = try field(muon.eta, -256...255, "η") & 0x1FF
    let station = try field(muon.etaAtStation, -256...255, "η at the station") & 0x1FF
    var first = try field(muon.phi, 0...575, "φ")
    first |= try field(muon.ptCode, 0...511, "pT code") << 10
    first |= try field(muon.quality, 0...15, "quality") << 19
    first |= eta << 23
    var last = try field(muon.isolation, 0...3, "isolation")
    last |= (muon.negative ? 4 : 0) | (muon.chargeValid ? 8 : 0)
    last |= try field(muon.index, 0...127, "track-finder index") << 4
    last |= try field(muon.phiAtStation, 0...575, "φ at the station") << 11
    switch self {
    case .run2:
      last |= station << 21
      last |= try field(muon.marker, 0...2, "marker") << 30
      _ = try field(muon.unconstrainedPtCode, 0...0, "unconstrained pT code")
      _ = try field(muon.displacement, 0...0, "displacement")
      return [first, last]
    case .run3:
      last |= try field(muon.unconstrainedPtCode, 0...255, "unconstrained pT code") << 21
      last |= try field(muon.displacement, 0...3, "displacement") << 30
      let extra =
        station << (second ? 22 : 13) | (second ? 1 : 0)
        | (try field(muon.marker, 0...1, "marker")) << 31
      return [first, last, extra]
    }
  }

  /// Unpacks a muon.
  ///
  /// - Throws: ``EventError`` for a wrong number of words, an azimuth beyond 575, a marker that
  ///   does not exist, or bits that the era leaves unused.
  public func unpack(_ words: some Collection<UInt32>) throws -> TriggerMuon {
    guard words.count == wordCount else {
      throw EventError(
        "a \(rawValue) muon has \(wordCount) words of 32 bits, not \(words.count); check the era")
    }
    var iterator = words.makeIterator()
    let (first, last) = (iterator.next()!, iterator.next()!)
    func bits(_ word: UInt32, _ low: UInt32, _ count: UInt32) -> Int {
      Int((word >> low) & ((1 << count) - 1))
    }
    func signed(_ word: UInt32, _ low: UInt32) -> Int {
      let value = bits(word, low, 9)
      return value >= 256 ? value - 512 : value
    }
    var muon = TriggerMuon(
      ptCode: bits(first, 10, 9), eta: signed(first, 23), phi: bits(first, 0, 10),
      phiAtStation: bits(last, 11, 10), negative: last & 4 != 0, chargeValid: last & 8 != 0,
      quality: bits(first, 19, 4), isolation: bits(last, 0, 2), index: bits(last, 4, 7))
    for (name, phi) in [("φ", muon.phi), ("φ at the station", muon.phiAtStation)] where phi > 575 {
      throw malformed(words, "\(name) \(phi) lies beyond 575")
    }
    switch self {
    case .run2:
      muon.etaAtStation = signed(last, 21)
      muon.marker = bits(last, 30, 2)
      guard muon.marker < 3 else { throw malformed(words, "the marker 3 does not exist") }
    case .run3:
      let extra = iterator.next()!
      guard extra & 0x1FFE == 0 else {
        throw malformed(words, "bits 12 to 1 of the third word are not 0")
      }
      muon.unconstrainedPtCode = bits(last, 21, 8)
      guard bits(last, 29, 1) == 0 else {
        throw malformed(words, "bit 29 of the second word is not 0")
      }
      muon.displacement = bits(last, 30, 2)
      muon.etaAtStation = signed(extra, extra & 1 == 0 ? 13 : 22)
      muon.marker = bits(extra, 31, 1)
    }
    return muon
  }

  private func malformed(_ words: some Collection<UInt32>, _ reason: String) -> EventError {
    let text = words.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    return EventError("the \(rawValue) muon \(text) is malformed: \(reason); check the era")
  }
}

extension TriggerMuon {
  /// The 64 bits of Run 2, the first word low.
  public func packedRun2() throws -> UInt64 {
    let words = try MuonWordEra.run2.pack(self)
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// From the 64 bits of Run 2.
  public init(run2 word: UInt64) throws {
    self = try MuonWordEra.run2.unpack([
      UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32),
    ])
  }
}
