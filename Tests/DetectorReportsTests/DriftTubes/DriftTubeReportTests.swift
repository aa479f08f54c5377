import Testing
import WinnowMetrics
import WinnowReports

@testable import WinnowDetectorReports
@testable import WinnowDetectors

@Suite struct DriftTubeReportTests {
  private static let provenance = Provenance(
    data: "toy decays", statistics: "some", command: "winnow", seed: 1)

  private static func report(_ sample: LongLivedSample, _ count: Int, block: Int) -> DriftTubeReport {
    var report = DriftTubeReport(sample)
    for first in stride(from: 0, to: count, by: block) {
      report.add(sample.events(first..<min(first + block, count)))
    }
    return report
  }

  /// What is set comes out of the hits: the background's rate and the single-hit resolution.
  @Test(arguments: [(0.10, 0.0817), (0.5, 0.15)])
  func settingsComeBack(rate: Double, resolution: Double) throws {
    var response = DriftTubeResponse()
    (response.backgroundRate, response.resolution) = (rate, resolution)
    let report = Self.report(LongLivedSample(seed: 3, response: response), 900, block: 900)
    for layer in 0..<20 {
      let found = report.backgroundRate(layer: layer)
      // Five errors, and 1 % for tracks whose radii are not quite even.
      #expect(abs(found.value - 100 * rate) < 5 * found.error + rate)
    }
    let fit = try #require(report.fit)
    #expect(abs(fit.sigma - 1000 * resolution) < 5 * fit.sigmaError)
    #expect(abs(fit.mean) < 5 * fit.meanError)
    #expect(report.residualsByRadius.allSatisfy { $0.entries > 1000 })
  }

  @Test func blocksAddUp() throws {
    let sample = LongLivedSample(seed: 5)
    let pages = try [7, 300].map { try Self.report(sample, 300, block: $0).page(Self.provenance) }
    // As files: polylines hold NaN between them, which equals nothing.
    #expect(pages[0].figures.map(\.csv) == pages[1].figures.map(\.csv))
    #expect(pages[0].tables.map(\.csv) == pages[1].tables.map(\.csv))
    try pages[0].check()
    #expect(pages[0].figures.count == 14 && pages[0].tables.count == 3)
  }

  /// The paths drawn pass through the hits of their tracks.
  @Test func tracksPassThroughTheirHits() throws {
    let sample = LongLivedSample(seed: 2)
    let report = Self.report(sample, 900, block: 300)
    #expect(report.displays.count == 2)
    for display in report.displays {
      let points = display.tracks.flatMap { $0 }
      let near = display.layers.indices.count { hit in
        points.contains {
          Int($0.y) == display.layers[hit] && abs($0.x - Double(display.tubes[hit])) < 2
        }
      }
      // Background aside, but for what a slanted track hits beside its crossing.
      let fromTracks = display.layers.count - display.background
      #expect(Double(near) > 0.9 * Double(fromTracks))
      #expect(display.tracks.count <= display.truth.multiplicity && fromTracks > 20)
    }
  }

  @Test func nothingIsRefused() {
    #expect(throws: ReportError.self) {
      try DriftTubeReport(LongLivedSample(seed: 1)).page(Self.provenance)
    }
  }
}
