/// Twenty layers of drift tubes in three stations, as in one sector of ATLAS's barrel.
///
/// The frame is the sector's: x leads outwards from the beam, y along the tubes, z along the beam;
/// a layer is a plane of constant x whose wires lie along y, `pitch` apart in z. mm.
///
///     inner station   2 × 4 layers at x = 5 m     layers 0 to 7
///     middle station  2 × 3 layers at x = 7.5 m   layers 8 to 13
///     outer station   2 × 3 layers at x = 10 m    layers 14 to 19
///
/// - Reference: ATLAS Collaboration, JINST 3 (2008) S08003, section 6.3 (numbers of layers, radii,
///   tubes); papers/1 (20 layers of 333 tubes). Where a number is our choice, it says so.
public struct DriftTubeGeometry: Sendable, Hashable {
  /// Two multilayers of tubes on either side of a spacer.
  public struct Station: Sendable, Hashable {
    /// The distance of the spacer's middle from the beam.
    public var radius: Double
    public var layersPerMultilayer: Int
    /// The gap between the two multilayers.
    public var spacer: Double
    /// The length of a tube, centred on the sector's middle plane.
    public var tubeLength: Double

    public init(radius: Double, layersPerMultilayer: Int, spacer: Double, tubeLength: Double) {
      (self.radius, self.layersPerMultilayer) = (radius, layersPerMultilayer)
      (self.spacer, self.tubeLength) = (spacer, tubeLength)
    }
  }

  /// A plane of wires.
  public struct Layer: Sendable, Hashable {
    public let station: Int
    /// x of the wires.
    public let radius: Double
    /// z of the wire of tube 0.
    public let firstWire: Double
    public let halfTubeLength: Double
  }

  /// The outer diameter of a tube: 29.970 mm (arXiv:1604.00236, section 1).
  public static let tubeDiameter = 29.970
  /// The thickness of the aluminium wall: 0.4 mm (ibid.).
  public static let wallThickness = 0.4
  /// The radius of the gas, in which a track makes a hit: 14.585 mm.
  public static let gasRadius = tubeDiameter / 2 - wallThickness
  /// The distance of neighbouring wires: the diameter and 65 µm of glue. A close-packed
  /// multilayer's layers are √3/2 of it apart. (Muon Spectrometer Technical Design Report,
  /// CERN/LHCC 97-22:
  /// 30.035 mm.)
  public static let pitch = 30.035
  /// Tubes of a layer; 333 of them span 10.0 m of z, centred here on the middle of the detector
  /// (papers/1 gives the number only).
  public static let tubesPerLayer = 333

  public let stations: [Station]
  public let layers: [Layer]

  /// Spacers and tube lengths of the chambers BIL, BML and BOL (CERN/LHCC 97-22); BIL, BML and BOL
  /// stand at "about 5, 7.5 and 10 m" (JINST 3 S08003).
  public static let atlasBarrel = DriftTubeGeometry(stations: [
    Station(radius: 5000, layersPerMultilayer: 4, spacer: 170, tubeLength: 2671.5),
    Station(radius: 7500, layersPerMultilayer: 3, spacer: 317, tubeLength: 3551.5),
    Station(radius: 10_000, layersPerMultilayer: 3, spacer: 317, tubeLength: 4961.5),
  ])

  /// - Parameter stations: from the beam outwards; ``atlasBarrel`` has the paper's 20 layers.
  public init(stations: [Station]) {
    self.stations = stations
    let rise = Self.pitch * 3.0.squareRoot() / 2
    var layers: [Layer] = []
    for (number, station) in stations.enumerated() {
      let count = station.layersPerMultilayer
      for index in 0..<2 * count {
        let isOuter = index >= count
        let height = Double(isOuter ? index - count : count - 1 - index) * rise
        let fromMiddle = station.spacer / 2 + Self.tubeDiameter / 2 + height
        // Close packing: every other layer is moved by half a pitch.
        let shift = (index % 2 == 0 ? -0.25 : 0.25) * Self.pitch
        layers.append(
          Layer(
            station: number, radius: station.radius + (isOuter ? fromMiddle : -fromMiddle),
            firstWire: -0.5 * Double(Self.tubesPerLayer - 1) * Self.pitch + shift,
            halfTubeLength: station.tubeLength / 2))
      }
    }
    self.layers = layers
  }

  /// z of a wire.
  public func wire(layer: Int, tube: Int) -> Double {
    layers[layer].firstWire + Double(tube) * Self.pitch
  }
}
