/// How often events with a lepton come.
enum BackgroundRate {
  /// nb, of a lepton above 23 GeV at particle level: W → ℓν, 16.78 nb above 20 GeV of which 0.9093 are
  /// above 23 GeV, make 59.2 % (Tools/generation/README.md).
  static let crossSection = 25.8
  /// cm⁻² s⁻¹: the LHC's in 2018.
  static let luminosity = 2e34
  /// 1 nb is 10⁻³³ cm².
  static let eventsPerMonth = crossSection * 1e-33 * luminosity * 30 * 86_400
}
