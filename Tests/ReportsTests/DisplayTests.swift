import Foundation
import Testing
import WinnowReports

@Suite struct DisplayTests {
  @Test func hitsStandInTheirCells() throws {
    let map = HitMap(
      layers: [0, 2], channels: [1, 3], values: [5, 7], tracks: [[(x: 1, y: 0), (x: 3, y: 2)]])
    let figure = try map.figure("f", title: "t", layerCount: 3, channelCount: 4, valueLabel: "v")
    // values[channel · 3 + layer]
    #expect(figure.map?.values.indices.filter { figure.map!.values[$0] == 5 } == [3])
    #expect(figure.map?.values.indices.filter { figure.map!.values[$0] == 7 } == [11])
    #expect(figure.series[0].x == [1, 3] && figure.series[0].y == [0, 2])
    #expect(figure.alternativeText == "t: 2 hits in 3 layers of 4 channels, with 1 tracks.")
    let error = #expect(throws: ReportError.self) {
      try map.figure("f", title: "t", layerCount: 2, channelCount: 4, valueLabel: "v")
    }
    #expect(error?.message == "hit 1 of figure 'f' is in layer 2, channel 3, outside of 2 × 4")
  }

  /// Areas in proportion to momenta: a fourth of the momentum, half the marker.
  @Test func areasOfMarkers() throws {
    let figure = TransverseMap(
      kinds: [.init("jets", transverseMomenta: [100, 25], pseudorapidities: [1, 2], azimuths: [0, 1])],
      missing: (momentum: 10, azimuth: 2)
    ).levelOneFigure("f", title: "t")
    let sizes = try #require(figure.series[0].sizes)
    #expect(abs(sizes[0] - 2 * sizes[1]) < 1e-12)
    #expect(figure.series[1].y == [2, 2])
    #expect(figure.annotations.map(\.text) == [" 100 GeV", " 25 GeV"])
  }

  /// Millimetres in, metres drawn.
  @Test func bendingInMetres() {
    let figure = BendingView(
      tracks: [.init("μ", x: [0, 4000], y: [0, 500], hits: [(x: 4000, y: 500)])],
      surfaces: [("coil", 3000)]
    ).figure("f", title: "t")
    #expect(figure.series.map(\.label) == ["", "μ", "hits"])
    #expect(figure.series[1].x == [0, 4] && figure.series[2].y == [0.5])
    let circle = figure.series[0]
    // All of it 3 m away; sin and cos are exact to 10⁻¹⁵.
    #expect(zip(circle.x, circle.y).allSatisfy { abs(hypot($0, $1) - 3) < 1e-12 })
  }
}
