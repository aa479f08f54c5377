import CBareFastJet
import Winnow

/// `reconstruction-benchmark`: anti-kt beside bare FastJet on the same events, and PUPPI, on one
/// thread; in time that the thread computed.
@main
struct ReconstructionBenchmark {
  static func main() throws {
    try compareJets()
    try measurePuppi()
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = thread_seconds()
    try work()
    return thread_seconds() - start
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// One event after the other, both ways in turn, so that both meet the same disturbances.
  private static func compareJets() throws {
    let finder = try JetFinder(JetDefinition(radius: 0.4, minimumPt: 15))
    print("anti-kt, R = 0.4, jets above 15 GeV; ms an event, median")
    print("particles    bare   with constituents   here   over bare   over with constituents")
    for count in [100, 300, 1000, 3000, 7000] {
      let repeats = max(21, 200_000 / count)
      var times: [[Double]] = [[], [], []]
      for event in 0..<repeats {
        let particles = ToyEvents.particles(count, event: UInt64(event))
        let values = particles.flatMap { [$0.px, $0.py, $0.pz, $0.e] }
        var counts = [0, 0, 0]
        let ways: [() throws -> Void] = [
          { counts[0] = unsafe bare_fastjet(values, count, 0.4, 15, 0) },
          { counts[1] = unsafe bare_fastjet(values, count, 0.4, 15, 1) },
          { counts[2] = try finder.jets(of: particles).count },
        ]
        // Whose turn is first moves on with the event: the first pays for cold caches.
        for turn in 0..<3 {
          let way = (turn + event) % 3
          times[way].append(try seconds(ways[way]))
        }
        precondition(counts[0] == counts[2], "the same jets")
      }
      let (bare, full, here) = (median(times[0]), median(times[1]), median(times[2]))
      print(
        count, [bare, full, here].map { ($0 * 1e6).rounded() / 1e3 },
        "\(percent(here / bare)) %", "\(percent(here / full)) %", separator: "\t")
    }
  }

  private static func percent(_ ratio: Double) -> Double { ((ratio - 1) * 1000).rounded() / 10 }

  private static func measurePuppi() throws {
    let events = (0..<40).map { ToyEvents.candidates(event: $0) }
    print("PUPPI, 7,000 candidates: events/s, median of \(events.count)")
    for parameters in PuppiParameters.named {
      let puppi = try Puppi(parameters)
      try report(parameters.name, events) { try puppi.weights($0, vertices: 140) }
    }
    let linearized = LinearizedPuppi()
    try report("level-1", events) { try linearized.weights($0) }
  }

  private static func report(
    _ name: String, _ events: [[PuppiCandidate]], _ weights: ([PuppiCandidate]) throws -> [Double]
  ) throws {
    var kept = 0
    let times = try events.map { event in
      try seconds { kept += try weights(event).count { $0 > 0 } }
    }
    print(name, Int(1 / median(times)), "kept \(kept / events.count)", separator: "\t")
  }
}
