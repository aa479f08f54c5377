#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowMetrics
import WinnowReports

extension DriftTubeReport {
  /// ATLAS Collaboration, JINST 14 (2019) P09011: average over 1172 chambers, µm.
  static let publishedResolution = (value: 81.7, error: 2.2)

  /// The single-hit resolution, and what tells a decay's place.
  func responseFigures() throws -> [Figure] {
    let published = Self.publishedResolution
    let resolutions: [(x: Double, fit: GaussianFit)] = residualsByRadius.indices.compactMap { bin in
      (try? GaussianFit(residualsByRadius[bin])).map {
        (x: (Self.radii[bin] + Self.radii[bin + 1]) / 2, fit: $0)
      }
    }
    let ends = [0, DriftTubeGeometry.gasRadius]
    return [
      Figure(
        "residuals", title: "Measured less true drift radius",
        x: Axis("residual [µm]", from: -400, to: 400), y: Axis("hits per 10 µm"),
        series: [Series("simulated", residuals)] + fittedCurve,
        caption:
          "Hits of tracks 0.5 mm away from wire and wall. \(fitText) ATLAS has 81.7 ± 2.2 µm on average (JINST 14 (2019) P09011)."
      ),
      Figure(
        "resolution", title: "Single-hit resolution",
        x: Axis("drift radius [mm]", from: 0, to: 15), y: Axis("σ [µm]", from: 0, to: 150),
        series: [
          Series(
            "ATLAS Run 2, average", .band, x: ends, y: [published.value, published.value],
            yLow: ends.map { _ in published.value - published.error },
            yHigh: ends.map { _ in published.value + published.error }, isPublished: true),
          Series(
            "simulated", .points, x: resolutions.map(\.x), y: resolutions.map(\.fit.sigma),
            errors: resolutions.map(\.fit.sigmaError)),
        ],
        caption:
          "The band is ATLAS's average over 1172 chambers with its error (JINST 14 (2019) P09011); the rise towards the wire is left out of the model."
      ),
      Figure(
        "hits-per-track", title: "Hits of a track", x: Axis("L_{r} [m]", from: 0, to: 5),
        y: Axis("hits per charged product", from: 0, to: 21),
        series: [
          Series("simulated", hitsPerTrack),
          Series("layers", .line, x: [0, 5], y: [20, 20], color: .black, isDashed: true),
        ], legend: .bottomLeft,
        caption:
          "Walls, ends of tubes, efficiency and tracks that leave the sector take from 20 layers; beyond 4.8 m decays lie behind the first of them."
      ),
      Figure(
        "spread", title: "Spread of the tracks' hits", x: Axis("L_{r} [m]", from: 0, to: 5),
        y: Axis("RMS in an event [tubes]", from: 0),
        series: zip(["inner station", "middle station", "outer station"], spreads).map {
          Series($0, $1)
        },
        caption: "What tells L_{r}: products of a later decay lie closer together."),
    ]
  }

  var fit: GaussianFit? { try? GaussianFit(residuals) }

  private var fitText: String {
    guard let fit else { return "" }
    return "A Gaussian has σ = \(fixed(fit.sigma, places: 1)) ± \(fixed(fit.sigmaError, places: 1)) µm."
  }

  private var fittedCurve: [Series] {
    guard let fit else { return [] }
    let x = Array(stride(from: -400.0, through: 400, by: 10))
    return [
      Series(
        "Gaussian", .line, x: x,
        y: x.map {
          let away = ($0 - fit.mean) / fit.sigma
          return fit.amplitude * exp(-away * away / 2)
        }, color: .black)
    ]
  }
}
