#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowReports

/// One muon of the trigger beside its offline muon, in the plane in which the field bends them.
struct MuonDisplay: Sendable {
  let muon: TriggerMuon
  let offline: OfflineMuon
  let event: Int

  func figure(_ provenance: Provenance) -> Figure {
    typealias C = BarrelConstants
    let trigger = GlobalMuonTrigger.cms
    func track(
      _ label: String, pt: Double, eta: Double, phi: Double, charge: Int,
      vertex: SIMD3<Double> = .zero
    ) -> BendingView.Track {
      let points = trigger.path(pt: pt, eta: eta, phi: phi, charge: charge, vertex: vertex)
      return BendingView.Track(label, x: points.map(\.x), y: points.map(\.y))
    }
    let truth = track(
      "offline, p_{T} \(offline.pt.formatted1) GeV", pt: offline.pt, eta: offline.eta,
      phi: offline.phi, charge: offline.charge, vertex: offline.vertex)
    var found = track(
      "trigger, p_{T} \(muon.pt.formatted1) GeV", pt: muon.pt, eta: muon.pseudorapidity,
      phi: muon.azimuth, charge: muon.charge)
    let place = TriggerMuon.phiStep * Double(muon.phiAtStation)
    found.hits = [(C.stationRadii[1] * cos(place), C.stationRadii[1] * sin(place))]
    let view = BendingView(
      tracks: [truth, found],
      surfaces: [("coil", C.coldBore)]
        + zip(["MB1", "MB2", "MB3", "MB4"], C.stationRadii).map { ($0, $1) })
    var figure = view.figure(
      "bending", title: "Event \(event): the trigger's muon and the offline one",
      provenance: provenance)
    figure.caption =
      "Paths with the median energy loss and without scattering, from the vertex to the fourth station. The point is the azimuth that the trigger measured at the second station; its path begins at the azimuth that the look-up table gives for the vertex, so that wrong p_{T} or the end of the table shows as a distance from the point."
    return figure
  }
}

extension Double {
  /// With one decimal place.
  var formatted1: String {
    let tenths = Int((abs(self) * 10).rounded())
    return "\(self < 0 ? "−" : "")\(tenths / 10).\(tenths % 10)"
  }
}
