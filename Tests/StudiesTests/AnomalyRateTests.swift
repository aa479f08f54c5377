import Foundation
import Testing
import Winnow

@testable import WinnowStudies

@Suite struct AnomalyRateTests {
  private func event(_ pt: [Int: Float]) -> [Float] {
    var x = [Float](repeating: 0, count: PreparedEvents.width)
    for (row, value) in pt { x[3 * row] = value }
    return x
  }

  @Test func triggersLookAtTheirObjects() {
    // Missing momentum, electron, muon, jet; the second object of a kind counts as well.
    let x = event([0: 100]) + event([1: 35.5]) + event([2: 36]) + event([5: 22]) + event([9: 180])
    let taken = SingleObjectTrigger.simple.map { trigger in (0..<5).filter { trigger.takes($0, of: x) } }
    #expect(taken == [[3], [2], [4]])
    #expect(SingleObjectTrigger.simple[0].label == "muon ≥ 22 GeV")
  }

  /// η and φ stay as they are, absent objects absent.
  @Test func scalesDriftWhereTheyShould() {
    var x = event([0: 50, 5: 100, 9: 10])
    x[1 + 3 * 9] = 1.25
    let up = ScaleDrift.calorimetersUp.applied(to: x)
    #expect(up[0] == 51 && up[15] == 100 && abs(up[27] - 10.2) < 1e-5 && up[28] == 1.25 && up[3] == 0)
    let muons = ScaleDrift.muonsDown.applied(to: x)
    #expect(muons[0] == 50 && muons[15] == 98 && muons[27] == 10)
  }

  @Test func filesOfZeroBiasAreFoundByName() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-zero-bias-\(UUID().uuidString)").path
    try OutputFolder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try ZeroBiasFiles(in: folder).nominal == nil)
    for name in ["zero-bias.h5", "zero-bias-pileup-60.h5", "zero-bias-dead-towers.hdf5"] {
      try MadeEvents.write("\(folder)/\(name)", count: 3, pt: 10, seed: 1)
    }
    try Data().write(to: URL(fileURLWithPath: folder + "/zero-bias.txt"))
    let files = try ZeroBiasFiles(in: folder)
    #expect(files.nominal == "\(folder)/zero-bias.h5")
    #expect(files.drifted.map(\.name) == ["dead towers", "pileup 60"])
    #expect(files.drifted.map(\.repeatsTheFirst) == [true, false])
    let spoiled = folder + "/zero-bias-muons.h5"
    try Data("no events".utf8).write(to: URL(fileURLWithPath: spoiled))
    #expect {
      try ZeroBiasFiles(in: folder)
    } throws: {
      "\($0)".contains(spoiled)
    }
    try FileManager.default.removeItem(atPath: spoiled)
    try MadeEvents.write(folder + "/zero-bias.hdf5", count: 3, pt: 10, seed: 1)
    #expect {
      try ZeroBiasFiles(in: folder)
    } throws: {
      "\($0)" == "'\(folder)' has zero-bias.h5 and zero-bias.hdf5 for the same conditions; leave one"
    }
  }

  /// 25.8 nb at 2·10³⁴ cm⁻² s⁻¹ are 516 Hz, 1.34·10⁹ in 30 days.
  @Test func monthsAreCounted() {
    #expect(abs(BackgroundRate.eventsPerMonth / (516 * 2_592_000) - 1) < 1e-12)
  }
}

@Suite struct LatentRangeTests {
  /// Four times 0.4 is below 2: two bits before the point with the sign, steps of 2⁻⁸.
  @Test func stepsFollowTheCode() {
    let formats = LatentRange(mean: 0.4, logVariance: 0.001).formats(width: 10)
    #expect(formats.difference.width == 10 && formats.difference.format.integer == 2)
    // Four times a thousandth is below 2⁻⁷; no format is finer than −3 bits before the point.
    #expect(formats.exponent?.format.integer == -3)
    #expect(formats.exponent?.width == 9)
    // Squares of steps of 2⁻¹², half of them.
    #expect(formats.exponential.fraction == 23 && formats.score.fraction == 24)
    let wide = LatentRange(mean: 100, logVariance: 100).formats(width: 10)
    #expect(wide.difference.format.integer == 3 && wide.exponent?.format.integer == 3)
    // e⁴ = 54.6 and (16 + 54.6 − 5)/2 = 32.8 fit.
    #expect(wide.exponential.format.integer == 6 && wide.score.format.integer == 6)
    let empty = LatentRange(mean: 0, logVariance: 0).formats(width: 10)
    #expect(empty.difference.format.integer == -3)
  }
}

@Suite struct CodeThresholdTests {
  /// One number of the events varies with a variance of 4, another, twice it, follows: 4 + 16 along the
  /// common direction. Masked places count as 0.
  @Test func theLargestVarianceIsFound() throws {
    let events = 1000
    var x = [Float](repeating: 0, count: events * PreparedEvents.width)
    var t = x
    for event in 0..<events {
      let value: Float = event % 2 == 0 ? 2 : -2
      let place = event * PreparedEvents.width
      (x[place + 3], x[place + 4]) = (1, 1)
      (t[place + 3], t[place + 4]) = (value, 2 * value)
      // Not there, whatever its target says.
      t[place + 6] = 100 * value
    }
    var arrays = NPZ()
    arrays["x"] = NumericArray(floats: x, shape: [events, PreparedEvents.width])
    arrays["t"] = NumericArray(floats: t, shape: [events, PreparedEvents.width])
    let threshold = try CodeThreshold(arrays)
    #expect(abs(threshold.variance - 20) < 1e-9)
    // β/(1 − β) = 20 · 2 · 3 / 57.
    let ratio = 120.0 / 57
    #expect(abs(threshold.beta(codeOf: 3) - ratio / (1 + ratio)) < 1e-12)
  }
}
