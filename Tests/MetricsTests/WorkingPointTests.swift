import Testing
import WinnowMetrics

@Suite struct WorkingPointTests {
  @Test func thresholdsLetNoMorePassThanAsked() throws {
    let background = (0..<1000).map { Double($0) }
    let signal = (0..<1000).map { Double($0) + 500 }
    let point = try WorkingPoint(rate: 0.05, signal: signal, background: background)
    #expect(point.threshold == 950 && point.background.selected == 50 && point.value == 0.55)
    let strict = try WorkingPoint(rate: 0.005, signal: signal, background: background)
    #expect(strict.background.selected == 5 && strict.value == nil && !strict.isMeasured)
    let none = try WorkingPoint(rate: 1e-5, signal: signal, background: background)
    #expect(none.threshold == .infinity && none.signal.selected == 0)
  }

  /// Equal scores pass together, so fewer pass than asked.
  @Test func tiesPassTogether() throws {
    let background = [5.0, 4, 4, 4, 3, 2, 1, 1, 1, 1]
    let point = try WorkingPoint(rate: 0.3, signal: [4, 6], background: background)
    #expect(point.threshold == 5 && point.background.selected == 1 && point.signal.selected == 1)
    let wider = try WorkingPoint(rate: 0.4, signal: [4, 6], background: background)
    #expect(wider.threshold == 4 && wider.background.selected == 4)
  }

  @Test func badInputIsRefused() {
    #expect(throws: MetricError.self) { try WorkingPoint(rate: 2, signal: [1], background: [1]) }
    #expect(throws: MetricError.self) { try WorkingPoint(rate: 0.1, signal: [], background: [1]) }
    #expect(throws: MetricError.self) {
      try WorkingPoint(rate: 0.1, signal: [.nan], background: [1])
    }
    #expect(throws: MetricError.self) { try Efficiency(selected: 3, of: 2) }
    #expect(throws: MetricError.self) { try Binning(edges: [1, 1]) }
    #expect(throws: MetricError.self) { try Binning(0, from: 0, to: 1) }
  }

  /// All of 2,808 bunches at 11,245.5 turns a second is 31.6 MHz.
  @Test func ratesOfFillingSchemes() throws {
    let rate = try TriggerRate(Efficiency(selected: 1, of: 1000), collidingBunches: 2808)
    #expect(abs(rate.kilohertz - 31.577_364) < 1e-9)
    #expect(rate.interval().contains(rate.kilohertz))
    #expect(throws: MetricError.self) {
      try TriggerRate(Efficiency(selected: 1, of: 2), collidingBunches: 0)
    }
  }

  @Test func turnOnsCrossHalfOfTheirPlateau() throws {
    var curve = TurnOn(try Binning(10, from: 0, to: 10))
    // Efficiency 0 below 3, a half from 3 to 5, 0.8 above.
    for bin in 0..<10 {
      for event in 0..<100 {
        curve.fill(Double(bin) + 0.5, passes: event < (bin < 3 ? 0 : bin < 5 ? 40 : 80))
      }
    }
    #expect(curve.efficiency(9).value == 0.8)
    #expect(curve.crossing(of: 0.5) == 3.5)
    #expect(curve.crossing(of: 0.75) == 5)
  }

  @Test func bootstrapFindsTheErrorOfAMean() throws {
    let values = (0..<400).map { Double($0 % 20) }
    let samples = try Bootstrap(events: values.count, samples: 1000, seed: 3) { places in
      places.reduce(0) { $0 + values[$1] } / Double(places.count)
    }
    // σ/√n = 5.766/20; the spread of 1,000 samples is known to 1/√2000 = 2.2 %: five of these.
    #expect(abs(samples.error - 0.2883) < 0.2883 * 0.11)
    let again = try Bootstrap(events: values.count, samples: 1000, seed: 3) { places in
      places.reduce(0) { $0 + values[$1] } / Double(places.count)
    }
    #expect(again.sorted == samples.sorted)
    #expect(samples.interval().contains(9.5))
  }
}
