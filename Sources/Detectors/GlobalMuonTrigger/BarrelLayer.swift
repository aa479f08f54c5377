/// A hollow cylinder of one field, with an absorber spread over it or none.
public struct BarrelLayer: Sendable, Hashable {
  /// Where it ends, in mm; it begins where the last one ends.
  public var outerRadius: Double
  /// Flux density along the beam in tesla.
  public var field: Double
  public var absorber: Absorber?
  /// Thickness of absorber along the radius, in mm.
  public var thickness: Double
  /// Muons farther out along the beam than this (mm) miss the absorber and its field.
  public var maximumZ: Double
  /// The station (0 to 3) at its end.
  public var station: Int?

  public init(
    to outerRadius: Double, field: Double, absorber: Absorber? = nil, thickness: Double = 0,
    maximumZ: Double = .infinity, station: Int? = nil
  ) {
    (self.outerRadius, self.field) = (outerRadius, field)
    (self.absorber, self.thickness) = (absorber, thickness)
    (self.maximumZ, self.station) = (maximumZ, station)
  }

  /// The CMS barrel from the beam to the fourth station, as ``BarrelConstants`` gives it.
  public static let cms: [BarrelLayer] = {
    typealias C = BarrelConstants
    let field = C.solenoidField
    var layers = [
      BarrelLayer(to: C.crystalRadius, field: field),
      BarrelLayer(
        to: C.crystalRadius + C.crystalLength, field: field, absorber: .leadTungstate,
        thickness: C.crystalLength),
      BarrelLayer(to: C.hadronRadius, field: field),
    ]
    // The plates in two halves, since a muon that ranges out bends more in the second; the steel
    // counts as brass of the same mass, 4 % less loss in an eighth of it.
    let plates = C.hadronBrass + C.hadronSteel * Absorber.iron.density / Absorber.brass.density
    for end in [(C.hadronRadius + C.hadronEnd) / 2, C.hadronEnd] {
      layers.append(
        BarrelLayer(to: end, field: field, absorber: .brass, thickness: plates / 2))
    }
    layers.append(BarrelLayer(to: C.coldBore, field: field))
    let coilEnd = C.coldBore + C.coldMass
    layers.append(
      BarrelLayer(to: coilEnd, field: field / 2, absorber: .aluminium, thickness: C.coldMass))
    let steel =
      (C.coilInteractionLengths - C.coldMass / C.aluminiumInteractionLength)
      * C.ironInteractionLength
    layers.append(
      BarrelLayer(to: C.tailCatcherRadius, field: 0, absorber: .iron, thickness: steel))
    layers.append(
      BarrelLayer(
        to: C.tailCatcherRadius + C.tailCatcher, field: -C.yokeField, absorber: .iron,
        thickness: C.tailCatcher, maximumZ: C.wheelHalfLength))
    layers.append(BarrelLayer(to: C.stationRadii[0], field: 0, station: 0))
    for (iron, thickness) in C.yokeThickness.enumerated() {
      // Each plate stands half-way between two stations.
      let middle = (C.stationRadii[iron] + C.stationRadii[iron + 1]) / 2
      layers.append(BarrelLayer(to: middle - thickness / 2, field: 0))
      layers.append(
        BarrelLayer(
          to: middle + thickness / 2, field: -C.yokeField, absorber: .iron, thickness: thickness))
      layers.append(BarrelLayer(to: C.stationRadii[iron + 1], field: 0, station: iron + 1))
    }
    return layers
  }()
}
