/// A detector image: the layers and channels that have hits, and tracks through them.
public struct HitMap: Sendable {
  /// A hit in a cell, `layer` from 0 to `layers` − 1 and `channel` from 0 to `channels` − 1.
  public var layers: [Int]
  public var channels: [Int]
  /// What the colour shows: charge, time, distance to the wire.
  public var values: [Double]
  /// Polylines of (channel, layer), in cells; fractions are places inside a cell.
  public var tracks: [[(x: Double, y: Double)]]

  public init(
    layers: [Int], channels: [Int], values: [Double], tracks: [[(x: Double, y: Double)]] = []
  ) {
    (self.layers, self.channels, self.values, self.tracks) = (layers, channels, values, tracks)
  }

  /// The image of a chamber of drift tubes, one cell for each tube.
  ///
  /// Of several hits in a tube the last is shown.
  ///
  /// - Throws: ``ReportError`` for a hit outside of the image.
  public func figure(
    _ name: String, title: String, layerCount: Int, channelCount: Int,
    channelLabel: String = "drift tube", layerLabel: String = "layer", valueLabel: String,
    provenance: Provenance? = nil
  ) throws -> Figure {
    guard layers.count == channels.count, layers.count == values.count else {
      throw ReportError(
        "figure '\(name)' has \(layers.count) layers, \(channels.count) channels and \(values.count) values of hits; give as many"
      )
    }
    var cells = [Double](repeating: .nan, count: layerCount * channelCount)
    for hit in layers.indices {
      guard (0..<layerCount).contains(layers[hit]), (0..<channelCount).contains(channels[hit]) else {
        throw ReportError(
          "hit \(hit) of figure '\(name)' is in layer \(layers[hit]), channel \(channels[hit]), outside of \(layerCount) × \(channelCount)"
        )
      }
      cells[channels[hit] * layerCount + layers[hit]] = values[hit]
    }
    let tracks = tracks.isEmpty ? [] : [Series("tracks", lines: tracks, color: .vermillion, isDashed: true)]
    return Figure(
      name, title: title,
      x: Axis(channelLabel, from: -0.5, to: Double(channelCount) - 0.5),
      y: Axis(layerLabel, from: -0.5, to: Double(layerCount) - 0.5), series: tracks,
      map: ColorMap(
        xEdges: (0...channelCount).map { Double($0) - 0.5 },
        yEdges: (0...layerCount).map { Double($0) - 0.5 }, values: cells),
      color: Axis(valueLabel), legend: .none,
      caption: tracks.isEmpty ? "" : "Dashed: the tracks.", provenance: provenance,
      alternative:
        "\(title): \(layers.count) hits in \(layerCount) layers of \(channelCount) channels, with \(self.tracks.count) tracks."
    )
  }
}
