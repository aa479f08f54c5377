#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowEvents
import WinnowReports

/// Which of an event's candidates count, and how much.
enum FlowCollection: Int, CaseIterable, Sendable {
  /// The same event without pileup.
  case clean
  case puppi
  /// Each candidate times the true part of its energy that is from the collision of interest: what
  /// no weight per candidate can beat.
  case fractions
  case all

  var label: String {
    switch self {
    case .clean: "no pileup"
    case .puppi: "PUPPI"
    case .fractions: "true fractions"
    case .all: "all candidates"
    }
  }

  var color: FigureColor {
    switch self {
    case .clean: .green
    case .puppi: .blue
    case .fractions: .orange
    case .all: .vermillion
    }
  }

  /// The momenta of an event's candidates, weighted; those of weight 0 are left out.
  func momenta(_ flow: SimulatedFlow, _ event: Int) -> [FourMomentum] {
    let candidates = self == .clean ? flow.clean : flow.mixed
    return candidates[event].compactMap { candidate in
      let weight: Double
      switch self {
      case .clean, .all: weight = 1
      case .puppi: weight = Double(flow.puppiWeights[candidate])
      case .fractions: weight = Double(candidates.hardFraction[candidate])
      }
      guard weight > 0 else { return nil }
      return weight * candidates.momentum(candidate)
    }
  }
}

extension FlowCandidates {
  func momentum(_ candidate: Int) -> FourMomentum {
    let (pt, phi) = (Double(pt[candidate]), Double(phi[candidate]))
    return FourMomentum(
      px: pt * cos(phi), py: pt * sin(phi), pz: pt * sinh(Double(eta[candidate])),
      e: Double(energy[candidate]))
  }
}
