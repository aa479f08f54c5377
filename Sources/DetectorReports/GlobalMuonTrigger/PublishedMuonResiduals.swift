/// The row "GMT" of table 2 of papers/4: the trigger's muons less the offline ones, zero-bias
/// triggers of 2017 and 2018.
enum PublishedMuonResiduals {
  struct Row {
    let name: String
    /// For figures and tables.
    let label: String
    let axis: String
    /// The windows of section 3.2: the core's half width and where the tail begins.
    let core, tail: Double
    let rootMeanSquare: Double
    /// Parts of the data.
    let coreFraction, tailFraction: Double
    /// How far figure 2 is drawn here.
    let reach: Double
  }

  static let phi = Row(
    name: "phi", label: "Δφ", axis: "φ − φ_{offline} [rad]", core: 0.008, tail: 0.1,
    rootMeanSquare: 0.166, coreFraction: 0.1482, tailFraction: 0.4125, reach: 0.6)
  static let eta = Row(
    name: "eta", label: "Δη", axis: "η − η_{offline}", core: 0.0015, tail: 0.05,
    rootMeanSquare: 0.034, coreFraction: 0.0486, tailFraction: 0.1514, reach: 0.15)
  static let pt = Row(
    name: "pt", label: "Δp_{T}/p_{T}", axis: "(p_{T} − p_{T,offline}) / p_{T,offline}",
    core: 0.01, tail: 0.15, rootMeanSquare: 0.274, coreFraction: 0.1054, tailFraction: 0.4484,
    reach: 1)
  static let all = [phi, eta, pt]

  static let source = "papers/4, table 2"
  /// Ground states that decay to two muons in figure 3: φ, J/ψ, Υ, as the paper gives them (GeV).
  static let resonances = [("φ", 1.02), ("J/ψ", 3.09), ("Υ", 9.46)]
}
