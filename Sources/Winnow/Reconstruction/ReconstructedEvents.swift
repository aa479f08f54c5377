import Foundation
import WinnowReconstruction

/// What a reconstruction found and how well.
public struct ReconstructedEvents: Sendable, Hashable, Encodable {
  public struct Counts: Sendable, Hashable, Encodable {
    public var events = 0
    /// Above the threshold.
    public var jets = 0
    /// Isolated electrons and muons.
    public var leptons = 0
    public var trueJets = 0
    /// True jets above the threshold that a jet is found for.
    public var trueJetsFound = 0
    /// Jets above the threshold that no true jet belongs to; without truth, all.
    public var jetsWithoutPair = 0
  }

  /// Jets of a range of true pT or |η|: the quantiles of pT/true pT.
  public struct Response: Sendable, Hashable, Encodable {
    public var lower: Double
    /// `nil`: no end.
    public var upper: Double?
    public var jets: Int
    public var mean, median: Double
    /// (q75 − q25)/2
    public var quartileResolution: Double
    /// (q84.13 − q15.87)/2
    public var centralResolution: Double

    init(_ bin: JetResponse.Bin) {
      (lower, jets, mean, median) = (bin.lower, bin.count, bin.mean, bin.median)
      upper = bin.upper.isFinite ? bin.upper : nil
      quartileResolution = bin.quartileResolution
      centralResolution = bin.centralResolution
    }
  }

  /// A component of missing momentum minus that of the invisible particles, x and y alike; GeV.
  public struct Residual: Sendable, Hashable, Encodable, CustomStringConvertible {
    public var mean: Double
    /// (q75 − q25)/2
    public var quartileResolution: Double
    /// (q84.13 − q15.87)/2
    public var centralResolution: Double

    /// `nil` without a component.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let quantile = Quantiles(values)
      mean = values.reduce(0, +) / Double(values.count)
      (quartileResolution, centralResolution) = (quantile.quartileSpread, quantile.centralSpread)
    }

    public var description: String {
      String(
        format: "(q75-q25)/2 %.2f GeV, 68 %% half %.2f GeV", quartileResolution, centralResolution)
    }
  }

  /// The file.
  public var output: String
  public var counts: Counts
  /// Particles that reconstruction could not take, and the first of them.
  public var skipped: String?
  var hasTrueJets: Bool
  public var responseByPt: [Response]
  public var responseByEta: [Response]
  public var missing: Residual?
  /// Of the true particles.
  public var trueMissing: Residual?

  private enum CodingKeys: String, CodingKey {
    case output, counts, skipped, responseByPt, responseByEta, missing, trueMissing
  }

  /// Some lines and tables for a terminal.
  public var text: String {
    var lines = [
      "\(counts.events) events: \(counts.jets) jets, \(counts.leptons) isolated leptons, written to \(output)"
    ]
    if let skipped { lines.append(skipped) }
    if hasTrueJets {
      let share =
        counts.trueJets > 0
        ? String(format: ", %.1f %%", 100 * Double(counts.trueJetsFound) / Double(counts.trueJets)) : ""
      lines.append("true jets: \(counts.trueJets), found: \(counts.trueJetsFound)\(share)")
      lines.append("jets that belong to no true jet: \(counts.jetsWithoutPair)")
    }
    if !responseByPt.isEmpty {
      lines += ["", "response pT/true pT, by true pT in GeV and by |eta|"]
      lines.append(Self.row(["from", "to", "jets", "median", "(q75-q25)/2", "68 % half"]))
      lines += responseByPt.map(Self.row) + [""] + responseByEta.map(Self.row)
    }
    if let missing {
      lines += ["", "missing momentum less that of invisible particles, x and y: \(missing)"]
    }
    if let trueMissing { lines.append("the same of the true particles: \(trueMissing)") }
    return lines.joined(separator: "\n")
  }

  private static func row(_ response: Response) -> String {
    row(
      [
        String(format: "%g", response.lower), response.upper.map { String(format: "%g", $0) } ?? "",
        "\(response.jets)",
      ]
        + [response.median, response.quartileResolution, response.centralResolution].map {
          String(format: "%.3f", $0)
        })
  }

  private static func row(_ cells: [String]) -> String {
    cells.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }.joined(separator: " ")
  }
}
