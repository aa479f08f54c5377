import WinnowReports

/// What CMS and papers/4 published about calorimeter jets, missing momentum and trigger muons.
enum PublishedLevelOne {
  /// `a/pT ⊕ b/√pT ⊕ c` of calorimeter jets, GeV.
  ///
  /// CMS Physics TDR, volume I (CERN-LHCC-2006-001), as public analysis code quotes it; the text
  /// was not at hand.
  struct JetResolution {
    var label: String
    var noise, stochastic, constant: Double

    func callAsFunction(_ pt: Double) -> Double {
      PublishedLevelOne.quadrature(noise / pt, stochastic / pt.squareRoot(), constant)
    }
  }

  /// In the order of the report's regions of jets; CMS's end at 1.4, 3 and 5.
  static let jets = [
    JetResolution(
      label: "CMS calorimeter jets, |η| < 1.4", noise: 5.6, stochastic: 1.25, constant: 0.033),
    JetResolution(
      label: "CMS calorimeter jets, 1.4 < |η| < 3", noise: 4.8, stochastic: 0.89, constant: 0.043),
    JetResolution(
      label: "CMS calorimeter jets, |η| > 3", noise: 3.8, stochastic: 0, constant: 0.085),
  ]
  static let jetSource = "CMS Physics TDR I (CERN-LHCC-2006-001), quoted"

  /// `3.8 ⊕ 0.97 √ΣET ⊕ 0.012 ΣET` GeV: calorimeter missing momentum of QCD events, the same TDR.
  /// Public CMS code has the 0.97; the other two numbers are from memory.
  static func missing(sum: Double) -> Double {
    quadrature(3.8, 0.97 * sum.squareRoot(), 0.012 * sum)
  }
  static let missingSource = "CMS Physics TDR I (CERN-LHCC-2006-001), in part from memory"

  /// Raw trigger muons of the barrel, 2.5 < pT < 45 GeV, zero bias: RMS of (L1 − offline)/offline in
  /// pT, of η and of φ.
  static let muonPt = 0.274
  static let muonEta = 0.034
  static let muonPhi = 0.166
  static let muonSource = "papers/4, table 2"
  /// The part of the found muons that pass a threshold at their true pT.
  static let muonConvention = 0.90
  static let muonConventionSource = "papers/4, definition"

  static func quadrature(_ a: Double, _ b: Double, _ c: Double) -> Double {
    (a * a + b * b + c * c).squareRoot()
  }

  /// A formula as a line of points that lie closer where it bends more.
  static func line(
    _ label: String, from low: Double, to high: Double, color: FigureColor? = nil,
    isDashed: Bool = false, _ formula: (Double) -> Double
  ) -> Series {
    let steps = 40
    let (first, last) = (low.squareRoot(), high.squareRoot())
    let x = (0...steps).map { step in
      let root = first + (last - first) * Double(step) / Double(steps)
      return root * root
    }
    return Series(
      label, .line, x: x, y: x.map(formula), color: color, isDashed: isDashed, isPublished: true)
  }
}
