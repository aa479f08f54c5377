import WinnowEvents

/// A part of the calorimeter that measures nothing: the towers whose centres lie in it.
///
/// Jets and missing momentum lose its energy, and electrons that point there are not found. Muons do
/// not need the calorimeter.
public struct DeadRegion: Sendable, Hashable {
  /// From the first, up to but without the second.
  public let pseudorapidity: Range<Double>
  /// The same in radian, from −2π to 2π; it may go across π.
  public let azimuth: Range<Double>

  /// - Throws: ``EventError`` for ranges that end before they begin, reach further than the towers
  ///   or more than once around, or hold no tower's centre.
  public init(
    pseudorapidity: (from: Double, to: Double), azimuth: (from: Double, to: Double)
  ) throws {
    let text =
      "\(pseudorapidity.from):\(pseudorapidity.to):\(azimuth.from):\(azimuth.to)"
    let most = TriggerTowers.maximumEta
    guard pseudorapidity.from < pseudorapidity.to, azimuth.from < azimuth.to else {
      throw EventError(
        "the dead towers \(text) end before they begin; give ETA0:ETA1:PHI0:PHI1 with ETA0 < ETA1 and PHI0 < PHI1"
      )
    }
    guard pseudorapidity.from >= -most, pseudorapidity.to <= most else {
      throw EventError(
        "the dead towers \(text) reach beyond the trigger's; give pseudorapidities from -\(most) to \(most)"
      )
    }
    guard azimuth.from >= -2 * .pi, azimuth.to <= 2 * .pi,
      azimuth.to - azimuth.from <= 2 * .pi
    else {
      throw EventError(
        "the dead towers \(text) go more than once around; give azimuths from -2 pi to 2 pi, at most 2 pi apart"
      )
    }
    self.pseudorapidity = pseudorapidity.from..<pseudorapidity.to
    self.azimuth = azimuth.from..<azimuth.to
    guard !towers(of: TriggerTowers()).isEmpty else {
      throw EventError(
        "the dead towers \(text) hold no tower's centre; towers are 2 pi/72 wide, and from 0.087 in pseudorapidity"
      )
    }
  }

  /// The numbers of its towers, rising.
  func towers(of towers: TriggerTowers) -> [Int] {
    (0..<TriggerTowers.count).filter {
      let centre = towers.centre($0)
      return pseudorapidity.contains(centre.eta)
        && [-2 * .pi, 0, 2 * .pi].contains { azimuth.contains(centre.phi + $0) }
    }
  }
}
