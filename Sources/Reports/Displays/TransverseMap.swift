import Foundation

/// Objects in the plane of pseudorapidity and azimuth; GeV and radian.
public struct TransverseMap: Sendable {
  /// Objects of one kind, drawn with areas in proportion to their transverse momenta.
  public struct Kind: Sendable {
    public var label: String
    public var transverseMomenta: [Double]
    public var pseudorapidities: [Double]
    public var azimuths: [Double]
    public var color: FigureColor?
    /// Draws a cone of this radius about each.
    public var radius: Double?

    public init(
      _ label: String, transverseMomenta: [Double], pseudorapidities: [Double], azimuths: [Double],
      color: FigureColor? = nil, radius: Double? = nil
    ) {
      self.label = label
      self.transverseMomenta = transverseMomenta
      self.pseudorapidities = pseudorapidities
      self.azimuths = azimuths
      self.color = color
      self.radius = radius
    }
  }

  public var kinds: [Kind]
  /// The missing transverse momentum and its azimuth.
  public var missing: (momentum: Double, azimuth: Double)?

  public init(kinds: [Kind], missing: (momentum: Double, azimuth: Double)? = nil) {
    (self.kinds, self.missing) = (kinds, missing)
  }

  /// Level-1 objects: few, named by their momenta, jets with their cones.
  public func levelOneFigure(
    _ name: String, title: String, largestPseudorapidity: Double = 5, provenance: Provenance? = nil
  ) -> Figure {
    var figure = figure(
      name, title: title, largestPseudorapidity: largestPseudorapidity, smallestMarker: 0.6,
      largestMarker: 1.8, provenance: provenance)
    for kind in kinds {
      for index in kind.azimuths.indices {
        figure.annotations.append(
          .text(
            " \(Int(kind.transverseMomenta[index].rounded())) GeV",
            x: kind.pseudorapidities[index] + max(kind.radius ?? 0, 0.03 * largestPseudorapidity),
            y: kind.azimuths[index]))
      }
    }
    return figure
  }

  /// A particle-flow event: thousands of candidates, small.
  public func particleFlowFigure(
    _ name: String, title: String, largestPseudorapidity: Double = 5, provenance: Provenance? = nil
  ) -> Figure {
    figure(
      name, title: title, largestPseudorapidity: largestPseudorapidity, smallestMarker: 0.12,
      largestMarker: 1.8, provenance: provenance)
  }

  private func figure(
    _ name: String, title: String, largestPseudorapidity: Double, smallestMarker: Double,
    largestMarker: Double, provenance: Provenance?
  ) -> Figure {
    let largest = kinds.flatMap(\.transverseMomenta).max() ?? 1
    var series: [Series] = []
    for (index, kind) in kinds.enumerated() where !kind.azimuths.isEmpty {
      let color = kind.color ?? FigureColor.cycle[index % FigureColor.cycle.count]
      if let radius = kind.radius {
        series.append(
          Series(
            "", .circles, x: kind.pseudorapidities, y: kind.azimuths,
            sizes: kind.azimuths.map { _ in radius }, color: color))
      }
      series.append(
        Series(
          kind.label, .points, x: kind.pseudorapidities, y: kind.azimuths,
          sizes: kind.transverseMomenta.map {
            max(smallestMarker, largestMarker * (max($0, 0) / largest).squareRoot())
          }, color: color))
    }
    if let missing {
      let ends = [-largestPseudorapidity, largestPseudorapidity]
      series.append(
        Series(
          "missing p_{T}, \(Int(missing.momentum.rounded())) GeV", .line, x: ends,
          y: [missing.azimuth, missing.azimuth], color: .black, isDashed: true))
    }
    let counts = kinds.map { "\($0.azimuths.count) \(FigureText($0.label).plain)" }
    let ticks = [(-Double.pi, "−π"), (-.pi / 2, "−π/2"), (0, "0"), (.pi / 2, "π/2"), (.pi, "π")]
    return Figure(
      name, title: title, x: Axis("η", from: -largestPseudorapidity, to: largestPseudorapidity),
      y: Axis("φ [rad]", from: -.pi, to: .pi, ticks: ticks.map { Axis.Tick($0.0, $0.1) }),
      series: series,
      caption: "A marker's area grows with p_{T}; the largest has \(Int(largest.rounded())) GeV.",
      provenance: provenance,
      alternative:
        "\(FigureText(title).plain): \(counts.joined(separator: ", ")) in the plane of pseudorapidity and azimuth."
    )
  }
}
