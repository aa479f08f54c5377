/// Towers of a calorimeter in η and φ, mirrored at η = 0.
public struct FlowTowerGrid: Sendable, Hashable {
  /// Rings of equal towers in a range of |η|.
  struct Part: Sendable, Hashable {
    let start, end: Double
    let etaSteps, phiSteps: Int
    let first: Int
  }
  private(set) var parts: [Part] = []
  private(set) var count = 0

  /// - Parameter parts: from |η| = 0 outwards: where each ends, its rings on one side and the
  ///   towers of a ring.
  init(_ parts: [(end: Double, etaSteps: Int, phiSteps: Int)]) {
    var start = 0.0
    for part in parts {
      self.parts.append(
        Part(
          start: start, end: part.end, etaSteps: part.etaSteps, phiSteps: part.phiSteps,
          first: count))
      count += 2 * part.etaSteps * part.phiSteps
      start = part.end
    }
  }

  /// The tower at a direction, φ in [−π, π]; `nil` beyond the last part.
  func tower(eta: Double, phi: Double) -> Int? {
    let size = abs(eta)
    for part in parts where size < part.end {
      let step = Int((size - part.start) / (part.end - part.start) * Double(part.etaSteps))
      let turn = Int((phi + .pi) / (2 * .pi) * Double(part.phiSteps))
      let row = (eta < 0 ? part.etaSteps : 0) + min(step, part.etaSteps - 1)
      return part.first + row * part.phiSteps + min(max(turn, 0), part.phiSteps - 1)
    }
    return nil
  }

  /// A point of a tower by its place from edge to edge; 0.5 and 0.5 are the middle.
  func direction(_ tower: Int, _ alongEta: Double, _ alongPhi: Double) -> (eta: Double, phi: Double) {
    let part = parts.last { $0.first <= tower }!
    let (row, turn) = (tower - part.first).quotientAndRemainder(dividingBy: part.phiSteps)
    let isNegative = row >= part.etaSteps
    let step = Double(isNegative ? row - part.etaSteps : row) + alongEta
    let eta = part.start + step * (part.end - part.start) / Double(part.etaSteps)
    return (
      isNegative ? -eta : eta,
      -.pi + (Double(turn) + alongPhi) * 2 * .pi / Double(part.phiSteps)
    )
  }

  /// The forward calorimeter from |η| = 2.958 to 5, as it is in CMS today: 10° in φ.
  private static let forward = [(3.125, 1, 36), (4.7, 9, 36), (5.0, 1, 36)]

  /// 0.0174 × 1° up to |η| = 2.958: a crystal in the barrel, about a trigger cell in the end-caps.
  static let electromagnetic = FlowTowerGrid([(2.958, 170, 360)] + forward)

  /// 0.087 × 5° to |η| = 1.566, 0.0696 × 4° in the end-caps: cards CMS_PhaseII_200PU_v03 and _v04.
  /// (140PU_v02 has 0.0174 × 1° there, 16 times as many towers.) Of the barrel's edges beyond 1.566
  /// one at 1.65, which cuts a ring in two, is left out.
  static let hadron = FlowTowerGrid([(1.566, 18, 72), (2.958, 20, 90)] + forward)
}
