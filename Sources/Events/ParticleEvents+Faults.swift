extension ParticleEvents {
  /// What no particle can have: the first fault, in words, or `nil`.
  ///
  /// Collisions of today end at 7 TeV a beam; a million GeV, or a pseudorapidity of 50, is a column of
  /// something else. Generators round masses of light particles to a little below zero.
  static func fault(pt: Float, eta: Float, phi: Float, mass: Float) -> String? {
    if !(0...1e6).contains(pt) { return "pT \(pt) (0 to 10^6 GeV are possible)" }
    if !(-50...50).contains(eta) { return "eta \(eta) (-50 to 50 are possible)" }
    if !(-7...7).contains(phi) { return "phi \(phi) (-7 to 7 radian are possible)" }
    if !(-0.01...1e6).contains(mass) { return "mass \(mass) (0 to 10^6 GeV are possible)" }
    return nil
  }
}
