#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowMetrics
import WinnowReports

extension DriftTubeReport {
  mutating func addProducts(_ products: [SectorTrack], _ truth: LongLivedTruth) {
    let (sine, cosine) = (tanh(truth.pseudorapidity), 1 / cosh(truth.pseudorapidity))
    for product in products {
      let momentum =
        (product.px * product.px + product.py * product.py + product.pz * product.pz).squareRoot()
      momenta.fill(momentum)
      let along = (product.px * cosine + product.pz * sine) / momentum
      angles.fill(acos(min(max(along, -1), 1)) * 180 / .pi)
    }
  }

  /// What is drawn: decay lengths, products, momenta, angles.
  func decayFigures() throws -> [Figure] {
    let range = sample.decay.decayLengths
    let span = (range.upperBound - range.lowerBound) / 1000
    let expected = Double(count) * decayLengths.binning.width(0) / span
    let ends = [range.lowerBound / 1000, range.upperBound / 1000]
    let numbers = sample.decay.multiplicities
    let each = Double(count) / Double(numbers.count)
    return [
      Figure(
        "decay-lengths", title: "Decay lengths", x: Axis("L_{r} [m]", from: 0, to: 5),
        y: Axis("events per 0.2 m", from: 0, to: 1.4 * expected),
        series: [
          Series("simulated", decayLengths),
          Series(
            "uniform, as in the paper", .line, x: ends, y: [expected, expected], isPublished: true),
        ],
        caption:
          "The paper draws L_{r} evenly in 0 to 5 m (section 2)."),
      Figure(
        "products", title: "Charged products of a decay",
        x: Axis("charged products", from: 1.5, to: 10.5),
        y: Axis("events", from: 0, to: 1.4 * each),
        series: [
          Series("simulated", multiplicities),
          Series(
            "as many of each, as in the paper", .points, x: numbers.map(Double.init),
            y: numbers.map { _ in each }, isPublished: true),
        ],
        caption: "The paper has 5,000 images of each number of products."),
      Figure(
        "momenta", title: "Momenta of products", x: Axis("p [GeV]", from: 0, to: 100),
        y: Axis("products per 2 GeV", isLogarithmic: true),
        series: [Series("simulated", momenta)],
        legend: .none,
        caption: "The paper prints none; mass and momenta of the particle are choices of ours."),
      Figure(
        "angles", title: "Angles of products to the long-lived particle",
        x: Axis("angle [degree]", from: 0, to: 90),
        y: Axis("products per 2 degrees", isLogarithmic: true),
        series: [Series("simulated", angles)], legend: .none,
        caption: "The paper prints none."),
    ]
  }
}
