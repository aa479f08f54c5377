import Foundation

/// Muons in the plane in which the field bends them, through the detector's surfaces; mm.
public struct BendingView: Sendable {
  /// A track and what the legend says of it.
  public struct Track: Sendable {
    public var label: String
    public var x: [Double]
    public var y: [Double]
    /// Positions measured along it.
    public var hits: [(x: Double, y: Double)]

    public init(_ label: String, x: [Double], y: [Double], hits: [(x: Double, y: Double)] = []) {
      (self.label, self.x, self.y, self.hits) = (label, x, y, hits)
    }
  }

  public var tracks: [Track]
  /// Cylinders about the beam: a coil, muon stations.
  public var surfaces: [(label: String, radius: Double)]

  public init(tracks: [Track], surfaces: [(label: String, radius: Double)]) {
    (self.tracks, self.surfaces) = (tracks, surfaces)
  }

  /// The view along the beam, in metres.
  public func figure(_ name: String, title: String, provenance: Provenance? = nil) -> Figure {
    var series = tracks.map { track in
      Series(
        track.label, .line, x: track.x.map { $0 / 1000 }, y: track.y.map { $0 / 1000 })
    }
    let hits = tracks.flatMap(\.hits)
    if !hits.isEmpty {
      series.append(
        Series(
          "hits", .points, x: hits.map { $0.x / 1000 }, y: hits.map { $0.y / 1000 }, color: .black))
    }
    let circles = surfaces.map { surface in
      (0...180).map { step in
        let angle = Double(step) * .pi / 90
        return (x: surface.radius / 1000 * cos(angle), y: surface.radius / 1000 * sin(angle))
      }
    }
    if !circles.isEmpty { series.insert(Series("", lines: circles, color: .grey), at: 0) }
    // On the lower left, where labels of neighbouring surfaces stay apart.
    let annotations = surfaces.map { surface in
      Annotation.text(
        "  \(surface.label)", x: -0.7 * surface.radius / 1000, y: -0.7 * surface.radius / 1000)
    }
    var distances = surfaces.map(\.radius)
    for track in tracks { distances += (track.x + track.y).map(abs) }
    let reach = 1.05 * (distances.max() ?? 1000) / 1000
    let names = tracks.map { FigureText($0.label).plain }.joined(separator: ", ")
    return Figure(
      name, title: title, x: Axis("x [m]", from: -reach, to: reach),
      y: Axis("y [m]", from: -reach, to: reach), series: series, annotations: annotations,
      hasEqualAxes: true, provenance: provenance,
      alternative:
        "\(FigureText(title).plain): the paths of \(names) across \(surfaces.map(\.label).joined(separator: ", ")), seen along the beam."
    )
  }
}
