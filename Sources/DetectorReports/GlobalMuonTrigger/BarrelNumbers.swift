import WinnowDetectors

/// What the published efficiency of a station gives without any simulation.
enum BarrelNumbers {
  /// The chance of a pair that the track finder uses: all but those of the third and fourth station
  /// alone, of four stations that fire independently.
  static let twoOfFour: Double = {
    let p = BarrelConstants.segmentEfficiency
    let q = 1 - p
    let none = q * q * q * q
    let one = 4 * p * q * q * q
    let lastTwo = q * q * p * p
    return 1 - none - one - lastTwo
  }()
}
