import Testing
import WinnowDetectors
import WinnowEvents
import WinnowTensors

@Suite struct MuonWordTests {
  private func muon(_ stream: inout RandomStream, _ era: MuonWordEra) -> TriggerMuon {
    TriggerMuon(
      ptCode: stream.integer(in: 0...511), eta: stream.integer(in: -256...255),
      phi: stream.integer(in: 0...575), etaAtStation: stream.integer(in: -256...255),
      phiAtStation: stream.integer(in: 0...575), negative: stream.next() & 1 == 0,
      chargeValid: stream.next() & 1 == 0, quality: stream.integer(in: 0...15),
      isolation: stream.integer(in: 0...3), index: stream.integer(in: 0...127),
      unconstrainedPtCode: era == .run3 ? stream.integer(in: 0...255) : 0,
      displacement: era == .run3 ? stream.integer(in: 0...3) : 0,
      marker: stream.integer(in: 0...(era == .run3 ? 1 : 2)))
  }

  /// Every value of every field, the others drawn: what is packed comes back.
  @Test(arguments: MuonWordEra.allCases) func comesBack(era: MuonWordEra) throws {
    var stream = RandomStream(seed: 11, label: era.rawValue)
    for value in 0..<576 {
      var muon = muon(&stream, era)
      muon.phi = value
      muon.phiAtStation = 575 - value
      muon.ptCode = value % 512
      muon.eta = value % 512 - 256
      muon.etaAtStation = 255 - value % 512
      muon.index = value % 128
      muon.quality = value % 16
      muon.isolation = value % 4
      if era == .run3 { muon.unconstrainedPtCode = value % 256 }
      for second in [false, true] {
        let words = try era.pack(muon, second: second)
        #expect(words.count == era.wordCount)
        #expect(try era.unpack(words) == muon)
      }
      if era == .run2 { #expect(try TriggerMuon(run2: muon.packedRun2()) == muon) }
    }
  }

  /// Each field alone sets exactly the bits that the tables of CMS's unpackers give it.
  @Test func bitsOfEachField() throws {
    let none = TriggerMuon(ptCode: 0, eta: 0, phi: 0, chargeValid: false, quality: 0, index: 0)
    func run2(_ change: (inout TriggerMuon) -> Void) throws -> UInt64 {
      var muon = none
      change(&muon)
      return try muon.packedRun2()
    }
    #expect(try run2 { $0.phi = 575 } == 575)
    #expect(try run2 { $0.ptCode = 511 } == 511 << 10)
    #expect(try run2 { $0.quality = 15 } == 15 << 19)
    #expect(try run2 { $0.eta = -1 } == 511 << 23)
    #expect(try run2 { $0.eta = -256 } == 256 << 23)
    #expect(try run2 { $0.isolation = 3 } == 3 << 32)
    #expect(try run2 { $0.negative = true } == 1 << 34)
    #expect(try run2 { $0.chargeValid = true } == 1 << 35)
    #expect(try run2 { $0.index = 127 } == 127 << 36)
    #expect(try run2 { $0.phiAtStation = 575 } == 575 << 43)
    #expect(try run2 { $0.etaAtStation = -1 } == 511 << 53)
    #expect(try run2 { $0.marker = 2 } == 2 << 62)
    func run3(_ second: Bool = false, _ change: (inout TriggerMuon) -> Void) throws -> [UInt32] {
      var muon = none
      change(&muon)
      return try MuonWordEra.run3.pack(muon, second: second)
    }
    #expect(try run3 { $0.unconstrainedPtCode = 255 } == [0, 255 << 21, 0])
    #expect(try run3 { $0.displacement = 3 } == [0, 3 << 30, 0])
    #expect(try run3 { $0.etaAtStation = -1 } == [0, 0, 511 << 13])
    #expect(try run3(true) { $0.etaAtStation = -1 } == [0, 0, 511 << 22 | 1])
    #expect(try run3 { $0.marker = 1 } == [0, 0, 1 << 31])
  }

  @Test func scales() {
    let muon = TriggerMuon(ptCode: 7, eta: -8, phi: 288, negative: true, quality: 13)
    #expect(muon.pt == 3 && muon.charge == -1)
    #expect(abs(muon.pseudorapidity + 0.087) < 1e-15)
    #expect(muon.azimuth == .pi)
    #expect(TriggerMuon(ptCode: 0, eta: 0, phi: 0, quality: 0).pt == 0)
  }

  @Test func refusesWhatDoesNotFit() {
    let good = TriggerMuon(ptCode: 7, eta: 0, phi: 0, quality: 12)
    let changes: [(String, (inout TriggerMuon) -> Void)] = [
      ("a run2 muon word cannot hold φ 576; give 0 to 575", { $0.phi = 576 }),
      ("a run2 muon word cannot hold η -257; give -256 to 255", { $0.eta = -257 }),
      ("a run2 muon word cannot hold pT code 512; give 0 to 511", { $0.ptCode = 512 }),
      ("a run2 muon word cannot hold displacement 1; give 0 to 0", { $0.displacement = 1 }),
    ]
    for (message, change) in changes {
      var muon = good
      change(&muon)
      #expect(throws: EventError(message)) { try MuonWordEra.run2.pack(muon) }
    }
  }

  @Test(arguments: [
    (
      MuonWordEra.run2, [UInt32(0), 0, 0],
      "a run2 muon has 2 words of 32 bits, not 3; check the era"
    ),
    (.run3, [0, 0], "a run3 muon has 3 words of 32 bits, not 2; check the era"),
    (
      .run2, [576, 0],
      "the run2 muon 0x240 0x0 is malformed: φ 576 lies beyond 575; check the era"
    ),
    (
      .run2, [0, 576 << 11],
      "the run2 muon 0x0 0x120000 is malformed: φ at the station 576 lies beyond 575; check the era"
    ),
    (
      .run2, [0, 3 << 30],
      "the run2 muon 0x0 0xc0000000 is malformed: the marker 3 does not exist; check the era"
    ),
    (
      .run3, [0, 0, 2],
      "the run3 muon 0x0 0x0 0x2 is malformed: bits 12 to 1 of the third word are not 0; "
        + "check the era"
    ),
    (
      .run3, [0, 1 << 29, 0],
      "the run3 muon 0x0 0x20000000 0x0 is malformed: bit 29 of the second word is not 0; "
        + "check the era"
    ),
  ]) func refusesMalformedWords(era: MuonWordEra, words: [UInt32], message: String) {
    #expect(throws: EventError(message)) { try era.unpack(words) }
  }
}
