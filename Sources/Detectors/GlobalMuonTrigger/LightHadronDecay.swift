#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents
import WinnowTensors

/// The π or K → μν before the calorimeter that a muon of given pT comes from, drawn backwards.
///
/// Of parents with a spectrum N(p), a chance to decay D(p) and muons that take an even part z of their
/// momentum, muons of one pT have z with the density N(pT/z) D(pT/z)/z. N is CMS's fit to charged
/// hadrons, `p (1 + E/(nT))⁻ⁿ` with T = 145 MeV, n = 6.6 (arXiv:1005.3299), for both; kaons are 0.35
/// of the pions from 3 to 10 GeV (Pythia 8.317, minimum bias). Lifetimes, masses: PDG 2024.
struct LightHadronDecay {
  let parent: ParentHadron
  /// The muon's direction and where it starts, on the straight line from the parent's vertex.
  let eta, phi: Double
  let place: SIMD3<Double>

  private struct Kind {
    let pdg: Int32
    let mass, lifetime, branching, abundance: Double
    /// Energy and momentum of the muon in the parent's frame.
    let energy, momentum: Double

    init(_ pdg: Int32, mass: Double, lifetime: Double, branching: Double, abundance: Double) {
      (self.pdg, self.mass, self.lifetime) = (pdg, mass, lifetime)
      (self.branching, self.abundance) = (branching, abundance)
      let muon = Absorber.muonMass
      energy = (mass * mass + muon * muon) / (2 * mass)
      momentum = (mass * mass - muon * muon) / (2 * mass)
    }

    var least: Double { (energy - momentum) / mass }
    var most: Double { (energy + momentum) / mass }

    /// N(p) D(p) of a parent of this pT.
    func yield(_ pt: Double) -> Double {
      pt * pow(1 + pt / (6.6 * 0.145), -6.6) * abundance * branching * decays(pt)
    }

    /// The chance to decay before the calorimeter, at any polar angle.
    func decays(_ pt: Double) -> Double {
      1 - exp(-BarrelConstants.crystalRadius * mass / (pt * lifetime))
    }
  }

  private static let pion = Kind(
    211, mass: 0.139_570_39, lifetime: 7804.5, branching: 0.999_877, abundance: 1)
  private static let kaon = Kind(
    321, mass: 0.493_677, lifetime: 3711, branching: 0.6356, abundance: 0.35)

  /// dN/dpT of the muons, in arbitrary units.
  static func muonYield(_ pt: Double) -> Double {
    [pion, kaon].reduce(0) { sum, kind in
      // The midpoint rule over z, in steps where the yield changes by a fifth at most.
      let steps = 100
      let width = (kind.most - kind.least) / Double(steps)
      let values = (0..<steps).map { step in
        let part = kind.least + (Double(step) + 0.5) * width
        return kind.yield(pt / part) / part
      }
      return sum + values.reduce(0, +) / Double(steps)
    }
  }

  init(
    muonPt pt: Double, eta: Double, phi: Double, positive: Bool, z: Double,
    _ stream: inout RandomStream
  ) {
    // Both kinds together by rejection: z flat over the wider range, the height from the largest z.
    let (pion, kaon) = (Self.pion, Self.kaon)
    let height = kaon.yield(pt) + pion.yield(pt)
    var kind = pion
    var part = 1.0
    repeat {
      kind = stream.uniform() < 0.5 ? pion : kaon
      part = stream.uniform(in: kaon.least..<1)
      if part < kind.least || part > kind.most { continue }
      // An even density over the kind's own range.
      let density = 1 / (kind.most - kind.least) / part * kind.yield(pt / part)
      let top = height / (pion.most - pion.least)
      if stream.uniform() * top < density { break }
    } while true

    // The kick across the parent's direction, in the plane of the beam and out of it.
    let cosine = (part * kind.mass - kind.energy) / kind.momentum
    let kick = kind.momentum * max(1 - cosine * cosine, 0).squareRoot()
    let turn = stream.uniform(in: 0..<2 * Double.pi)
    self.phi = phi + kick * cos(turn) / pt
    self.eta = eta + kick * sin(turn) / pt

    let parentPt = pt / part
    let mean = parentPt * kind.lifetime / kind.mass
    let path = -mean * log(1 - stream.uniform() * kind.decays(parentPt))
    place = SIMD3(path * cos(phi), path * sin(phi), z + path * sinh(eta))
    parent = ParentHadron(
      pdg: positive ? kind.pdg : -kind.pdg, pt: Float(parentPt), eta: Float(eta), phi: Float(phi),
      vertex: SIMD3(0, 0, Float(z)))
  }
}
