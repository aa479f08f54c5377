#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors
public import WinnowEvents

/// Muons as zero-bias triggers record them, without a generator: for checks of the response.
///
/// pT follows CMS's parametrisation of the spectrum of muons in minimum-bias collisions, a Gaussian
/// in log₁₀ pT with μ = −0.725 and σ = 0.4333 (CMS TN/1995-150; `RPCConst` and
/// `PatternOptimizerBase` of CMSSW). η is flat, charges are equal, φ is flat; the beam spot is 35
/// mm long (σ).
public struct MinimumBiasMuons: Sendable {
  /// GeV
  public var ptRange = 2.5..<200.0
  public var maximumEta = 1.0
  /// σ of the vertex along the beam in mm (LHC in 2017 and 2018: 3 to 4 cm).
  public var beamSpotLength = 35.0
  /// The part of the muons from decays in flight: 27,390 ± 5,700 nb against 6,122 ± 630 nb of b and
  /// c hadrons above 3 GeV in |η| < 2.4, Pythia 8.317 at 13 TeV (`winnow generate`, processes
  /// `decays-in-flight` and `heavy-flavour-muons`).
  public var lightFlavour = 0.82

  static let center = -0.725
  static let width = 0.4333

  /// pT at evenly spaced values of the cumulative spectrum, of heavy flavour and of decays in flight.
  private let quantiles, lightQuantiles: [Double]

  public init() {
    quantiles = Self.quantiles(ptRange, nodes: 20_000) { pt in
      let place = (log10(pt) - MinimumBiasMuons.center) / MinimumBiasMuons.width
      return exp(-place * place / 2)
    }
    lightQuantiles = Self.quantiles(ptRange, nodes: 1000, LightHadronDecay.muonYield)
  }

  /// Quantiles of a spectrum dN/dpT, by the trapezoid in ln pT.
  private static func quantiles(
    _ range: Range<Double>, nodes: Int, _ spectrum: (Double) -> Double
  ) -> [Double] {
    let (low, high) = (log(range.lowerBound), log(range.upperBound))
    let step = (high - low) / Double(nodes)
    var points: [(pt: Double, sum: Double)] = []
    var (sum, last) = (0.0, 0.0)
    for node in 0...nodes {
      let logarithm = low + Double(node) * step
      let density = spectrum(exp(logarithm)) * exp(logarithm)
      if node > 0 { sum += (density + last) / 2 * step }
      last = density
      points.append((exp(logarithm), sum))
    }
    var above = 1
    return (0...4096).map { number in
      let level = sum * Double(number) / 4096
      while above < nodes && points[above].sum < level { above += 1 }
      let (a, b) = (points[above - 1], points[above])
      return a.pt + (b.pt - a.pt) * (level - a.sum) / (b.sum - a.sum)
    }
  }

  /// One muon per event.
  ///
  /// - Parameter firstEvent: event `n` draws from the stream of its number.
  public func events(_ count: Int, seed: UInt64, firstEvent: Int = 0) -> ParticleEvents {
    var events = ParticleEvents()
    let root = RandomStream(seed: seed, label: "minimum-bias muons")
    for event in 0..<count {
      var stream = root.child(UInt64(firstEvent + event))
      let isLight = stream.uniform() < lightFlavour
      let spectrum = isLight ? lightQuantiles : quantiles
      let place = stream.uniform() * Double(spectrum.count - 1)
      let node = Int(place)
      let pt = spectrum[node] + (place - Double(node)) * (spectrum[node + 1] - spectrum[node])
      let eta = stream.uniform(in: -maximumEta..<maximumEta)
      let phi = stream.uniform(in: -Double.pi..<Double.pi)
      let positive = stream.next() & 1 == 0
      let z = beamSpotLength * stream.gaussian()
      events.beginEvent()
      if isLight {
        let hadron = LightHadronDecay(
          muonPt: pt, eta: eta, phi: phi, positive: positive, z: z, &stream)
        events.append(
          pdg: positive ? -13 : 13, pt: Float(pt), eta: Float(hadron.eta),
          phi: Float(wrapped(hadron.phi)), mass: Float(Absorber.muonMass), charge: positive ? 1 : -1,
          origin: .decayInFlight, vertex: SIMD3<Float>(hadron.place))
        events.parents.append(hadron.parent, of: event)
        continue
      }
      events.append(
        pdg: positive ? -13 : 13, pt: Float(pt), eta: Float(eta), phi: Float(phi),
        mass: Float(Absorber.muonMass), charge: positive ? 1 : -1,
        vertex: SIMD3(0, 0, Float(z)))
    }
    return events
  }
}
