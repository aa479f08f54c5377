import Testing
import WinnowDetectors
import WinnowEvents

@Suite struct TriggerScaleTests {
  /// Every integer of every object stands for values that give the integer back.
  @Test(arguments: LevelOneObject.allCases)
  func wordsComeBack(_ object: LevelOneObject) {
    let scale = TriggerScale.of(object)
    for pt in scale.ptOffset...scale.maximumPt {
      for eta in [-scale.maximumEta, -1, 0, 7, scale.maximumEta] {
        let word = TriggerWord(pt: Int32(pt), eta: Int32(eta), phi: Int32(pt % scale.phiCounts))
        let (pt, eta, phi) = scale.values(word)
        #expect(abs(phi) <= .pi && scale.word(pt: pt, eta: eta, phi: phi) == word)
      }
    }
  }

  /// The numbers of CMSSW's conversions: 0.5 GeV, 0.0870/2, 2π/144; muons 0.5·(count − 1) GeV,
  /// 0.0870/8, 2π/576.
  @Test func stepsAreThoseOfTheTrigger() {
    #expect(
      TriggerScale.jet.word(pt: 22.6, eta: 1.0, phi: -0.1) == TriggerWord(pt: 45, eta: 23, phi: 142))
    #expect(
      TriggerScale.muon.word(pt: 22.6, eta: -1.0, phi: 0.1)
        == TriggerWord(pt: 46, eta: -92, phi: 9))
    #expect(TriggerScale.muon.values(TriggerWord(pt: 46, eta: 8, phi: 288)).pt == 22.5)
    #expect(TriggerScale.muon.values(TriggerWord(pt: 46, eta: 8, phi: 288)).phi == -.pi)
    #expect(TriggerScale.muon.values(TriggerWord(pt: 46, eta: 8, phi: 0)).eta == 0.087)
  }

  /// 9 bits for electrons and muons, 11 for jets, 12 for missing momentum.
  @Test func wordsSaturate() {
    #expect(TriggerScale.electron.word(pt: 1e9, eta: 0, phi: 0).pt == 511)
    #expect(TriggerScale.muon.word(pt: 400, eta: 9, phi: 0) == TriggerWord(pt: 511, eta: 255, phi: 0))
    #expect(TriggerScale.jet.word(pt: 1e9, eta: -99, phi: 7).pt == 2047)
    #expect(TriggerScale.missingMomentum.word(pt: 5000, eta: 0, phi: 0).pt == 4095)
  }

  /// Missing momentum, electrons, muons, jets; pT halved by integer division; absent ones zero.
  @Test func featuresHaveTheOrderOfAXOL1TL() {
    var events = LevelOneEvents()
    events.appendEvent()
    events.set(event: 0, row: 0, pt: 30.5, eta: 0, phi: 0)
    events.set(event: 0, row: 1, pt: 25, eta: 0.87, phi: 0)
    events.set(event: 0, row: 5, pt: 12.5, eta: 0.87, phi: 0)
    events.set(event: 0, row: 9, pt: 40, eta: -0.87, phi: -2 * .pi / 144)
    let integers = events.hardwareFeatures()
    #expect(integers.count == 57)
    #expect(Array(integers[0..<6]) == [30, 0, 0, 25, 20, 0])
    #expect(Array(integers[15..<18]) == [13, 80, 0])
    #expect(Array(integers[27..<30]) == [40, -20, 143])
    #expect(integers.filter { $0 != 0 }.count == 8)
    #expect(Array(events.hardwareFeatures(halvesPt: false)[0..<4]) == [61, 0, 0, 50])
  }
}
