#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing
import WinnowEvents
import WinnowMetrics
import WinnowTensors

@testable import WinnowDetectors

@Suite struct GlobalMuonTriggerTests {
  private let trigger = GlobalMuonTrigger.cms

  @Test func sameSeedSameMuons() {
    let sample = MinimumBiasMuons().events(2000, seed: 3)
    let whole = trigger.simulate(sample, seed: 4)
    #expect(whole.muons == trigger.simulate(sample, seed: 4).muons)
    #expect(whole.muons != trigger.simulate(sample, seed: 5).muons)
    #expect(whole.muons.count > 400 && whole.count == 2000)
    // The samples themselves.
    #expect(sample == MinimumBiasMuons().events(2000, seed: 3))
    #expect(sample.pt != MinimumBiasMuons().events(2000, seed: 4).pt)
  }

  /// Cut into parts in any order, with the event numbers kept, the muons are the same.
  @Test func orderDoesNotMatter() {
    let generator = MinimumBiasMuons()
    let whole = trigger.simulate(generator.events(600, seed: 3), seed: 4)
    for start in [400, 0, 200] {
      let part = trigger.simulate(
        generator.events(200, seed: 3, firstEvent: start), seed: 4, firstEvent: start)
      let range = whole.offsets[start]..<whole.offsets[start + 200]
      #expect(part.muons == Array(whole.muons[range]))
      #expect(part.offline == Array(whole.offline[range]))
      #expect(part.count == 200)
    }
  }

  @Test func badMuonsAreCounted() {
    var events = ParticleEvents()
    events.beginEvent()
    events.append(pdg: 13, pt: .nan, eta: 0, phi: 0, mass: 0.1057, charge: -1)
    events.append(pdg: 13, pt: 20, eta: 0, phi: 0, mass: 0.1057, charge: 0)
    events.append(pdg: 211, pt: 20, eta: 0, phi: 0, mass: 0.1396, charge: 1)
    let result = trigger.simulate(events, seed: 1)
    #expect(result.skips.count == 2 && result.muons.isEmpty)
    #expect(result.skips.first?.hasPrefix("event 0 holds a muon with pT nan") == true)
  }

  /// Every field is in its word's range, and the words of both eras give the muon back.
  @Test func wordsHoldEveryMuon() throws {
    let result = trigger.simulate(MinimumBiasMuons().events(5000, seed: 8), seed: 9)
    for muon in result.muons {
      for era in MuonWordEra.allCases {
        #expect(try era.unpack(era.pack(muon)) == muon)
      }
      #expect((6...280).contains(muon.ptCode) && (12...15).contains(muon.quality))
      #expect((36...71).contains(muon.index))
      #expect(abs(TriggerMuon.etaStep * Double(muon.etaAtStation)) < 0.83)
    }
  }

  /// 90 % of the muons with a true pT at a threshold pass it, where all four stations see them
  /// (with two, the smaller of two values counts, and fewer pass).
  @Test(arguments: [6.0, 10, 20, 30]) func ninetyPercentPass(threshold: Double) {
    var (all, passed) = (0, 0)
    let root = RandomStream(seed: 21, label: "\(threshold)")
    for number in 0..<12_000 {
      var stream = root.child(UInt64(number))
      let eta = stream.uniform(in: -0.8..<0.8)
      guard
        let muon = trigger.muon(pt: threshold, eta: eta, phi: 0, charge: 1, &stream),
        muon.quality == 15
      else { continue }
      all += 1
      if muon.pt >= threshold { passed += 1 }
    }
    #expect(all > 3000)
    let part = Double(passed) / Double(all)
    // Binomial error with n > 3000, five of it, 2.7 %; the tables come from 4,000 muons a point,
    // 0.5 %; the azimuth's whole units are up to 1/45 of the bending at 20 GeV and 1/30 at 30,
    // where the density at the 0.9 quantile is 1.75/σ with σ a tenth of it: 4 and 6 %.
    #expect(abs(part - 0.9) < 0.027 + 0.005 + (threshold < 15 ? 0.02 : 0.06))
  }

  /// The look-up tables made here against those that CMS runs (a few entries, read at the commits
  /// named in docs/detectors/global-muon-trigger.md).
  @Test func tablesAgreeWithCMS() {
    let finder = trigger.trackFinder
    // |η| rows 0 to 7; pT code, units of four steps of φ (BPhiExtrapolation …20170505).
    let published = [
      (9, 15), (10, 14), (11, 12), (12, 11), (13, 10), (14, 9), (16, 8), (18, 7), (20, 6), (23, 5),
      (27, 4), (36, 3), (50, 2), (80, 1), (110, 1),
    ]
    for (code, units) in published {
      #expect(abs(finder.extrapolation.entry(eta: 4, ptCode: code).phi - units) <= 1)
    }
    // Azimuth difference of stations 1 and 2 in 1/4096 rad, pT in GeV (pta12h.lut): the 90 % tables
    // agree within 10 % from 5 GeV up, where CMS's steps and ours of 0.5 GeV are below that.
    for (difference, pt) in [
      (16, 60.0), (24, 39.5), (32, 29.5), (48, 20), (64, 15), (80, 12), (100, 9.5), (130, 7.5),
      (160, 6.5), (190, 5.5),
    ] {
      let code = finder.tables.code(pair: 0, difference: difference)
      #expect(abs(0.5 * Double(code - 1) - pt) <= 0.1 * pt + 0.5)
    }
    #expect(finder.tables.code(pair: 0, difference: 600) == 7)
    #expect(finder.tables.code(pair: 0, difference: 0) == 280)
  }

  /// A stiff muon comes back where it was sent, with its charge.
  @Test func stiffMuonsPointBack() {
    let root = RandomStream(seed: 31)
    var count = 0
    for number in 0..<2000 {
      var stream = root.child(UInt64(number))
      let phi = stream.uniform(in: -Double.pi..<Double.pi)
      let charge = number % 2 == 0 ? 1 : -1
      guard
        let muon = trigger.muon(pt: 40, eta: 0.5, phi: phi, charge: charge, &stream),
        muon.quality == 15
      else { continue }
      count += 1
      // Half a unit of four steps in the table, one step of φ, scattering of 2.5 mrad, and the
      // table's pT wrong by a third of a bending of 66 mrad: 22 + 11 + 5 × 2.5 + 22 mrad.
      #expect(abs(deltaPhi(muon.azimuth, phi)) < 0.075)
      // Half of a θ zone, 171 mm, is 0.035 of η at the first station and less farther out; scattering
      // 0.005, half a unit 0.0055. Without a θ view the middle of the wheel counts, at η = 0.499.
      #expect(abs(muon.pseudorapidity - 0.5) < 0.035 + 5 * 0.005 + 0.0055)
      #expect(muon.charge == charge)
    }
    #expect(count > 500)
  }

  /// Below 3 GeV nothing arrives, above 5 nearly everything that the chambers cover does.
  @Test func reach() {
    func found(_ pt: Double) -> Int {
      let root = RandomStream(seed: 41)
      return (0..<1000).count { number in
        var stream = root.child(UInt64(number))
        return trigger.muon(pt: pt, eta: 0.1, phi: 0, charge: 1, &stream) != nil
      }
    }
    #expect(found(2) == 0)
    #expect(found(5) > 900)
  }

  /// The windows that join segments, against entries of CMSSW's `ext12.lut` between the nodes.
  @Test(arguments: [
    (0, -30, 44), (7, -29, 44), (13, -25, 48), (50, -13, 81), (95, -31, 139), (150, -63, 214),
    (187, -102, 271), (231, -169, 344), (270, -249, 415), (400, -333, 481),
  ])
  func windows(bend: Int, low: Int, high: Int) {
    // Straight lines over twenty angles: two units where the table bends.
    for (sign, angle) in [(1, bend), (-1, -bend)] where angle != 0 || sign > 0 {
      #expect(SegmentWindow.joins(bend: angle, difference: sign * (low + 4)))
      #expect(SegmentWindow.joins(bend: angle, difference: sign * (high - 4)))
      #expect(!SegmentWindow.joins(bend: angle, difference: sign * (low - 4)))
      #expect(!SegmentWindow.joins(bend: angle, difference: sign * (high + 4)))
    }
  }

  /// η of the outermost zone of the pattern with most stations, as in CMSSW's list of patterns.
  @Test func zones() {
    // A straight line at z/r = 0.5: 2155, 2562 and 3090 mm; zones are 343 mm long.
    let (z, r) = ([2155.0, 2562, 3090], BarrelConstants.stationRadii)
    func zone(_ stations: Int, _ z: [Double]) -> (station: Int, z: Double)? {
      var segments = BarrelSegments()
      segments.thetaStations = stations
      for station in 0..<3 { segments.z[station] = z[station] }
      return segments.thetaZone
    }
    #expect(zone(0, z) == nil)
    for (stations, expected) in [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2)] {
      let found = zone(stations, z)
      #expect(found?.station == expected)
      #expect(abs((found?.z ?? 0) - z[expected]) <= 172)
      #expect(abs((found?.z ?? 0) / r[expected] - 0.5) < 172 / r[expected] + 1e-3)
    }
    // The third two zones away from the others' line: the first two make the pattern.
    #expect(zone(7, [2155, 2562, 3090 + 800])?.station == 1)
    #expect(zone(5, [2155, 2562, 3090 + 800])?.station == 2)
  }
}
