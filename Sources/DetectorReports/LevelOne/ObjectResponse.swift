import WinnowDetectors
import WinnowEvents
import WinnowMetrics

/// How one kind of object answers to the generated ones: turn-on, pT and direction, by region of |η|.
struct ObjectResponse: Sendable {
  struct Region: Sendable {
    var label: String
    var eta: ClosedRange<Double>
    /// Of all generated.
    var turnOn: TurnOn
    /// Of those found, whatever their measured pT.
    var turnOnOfFound: TurnOn
    /// Measured over generated pT.
    var ratio: ResponseBins
  }

  /// GeV.
  let threshold: Double
  private(set) var regions: [Region]
  /// Measured less generated, all regions.
  private(set) var eta: ResponseBins
  private(set) var phi: ResponseBins

  /// - Parameters:
  ///   - turnOn: edges of generated pT in GeV.
  ///   - response: the same for resolutions, wider.
  init(
    threshold: Double, regions: [(String, ClosedRange<Double>)], turnOn: [Double],
    response: [Double]
  ) {
    self.threshold = threshold
    // Constant edges, which rise.
    let (fine, coarse) = (try! Binning(edges: turnOn), try! Binning(edges: response))
    self.regions = regions.map { label, eta in
      Region(
        label: label, eta: eta, turnOn: TurnOn(fine), turnOnOfFound: TurnOn(fine),
        ratio: ResponseBins(coarse, values: 0...4, cells: 800))
    }
    eta = ResponseBins(coarse, values: -0.4...0.4)
    phi = ResponseBins(coarse, values: -0.6...0.6)
  }

  /// - Parameter found: the object that was matched, if one was.
  mutating func add(_ generated: GeneratedObject, found: LevelOnePlace?) {
    let size = abs(generated.eta)
    guard let place = regions.firstIndex(where: { $0.eta.contains(size) }) else { return }
    let passes = found.map { $0.pt >= threshold } ?? false
    regions[place].turnOn.fill(generated.pt, passes: passes)
    guard let found else { return }
    regions[place].turnOnOfFound.fill(generated.pt, passes: passes)
    regions[place].ratio.fill(generated.pt, found.pt / generated.pt)
    eta.fill(generated.pt, found.eta - generated.eta)
    phi.fill(generated.pt, deltaPhi(found.phi, generated.phi))
  }
}

/// pT in GeV and direction of a found object.
struct LevelOnePlace: Sendable {
  var pt, eta, phi: Double

  /// The present objects of a kind in an event, in falling pT.
  static func all(_ kind: LevelOneObject, of event: Int, in events: LevelOneEvents)
    -> [LevelOnePlace]
  {
    kind.rows.compactMap { row in
      let place = event * LevelOneEvents.objects + row
      guard events.isPresent[place] else { return nil }
      return LevelOnePlace(
        pt: Double(events.pt[place]), eta: Double(events.eta[place]),
        phi: Double(events.phi[place]))
    }
  }
}
