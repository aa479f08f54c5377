import Testing
@testable import WinnowFirmware
import WinnowNetworkIR

@Suite struct DelayFitTests {
  private static let truth = DelayModel(
    lookUpTable: 0.41, carryEntry: 0.33, carry: 0.007, multiplier: 1.9, registerOverhead: 0.21,
    maximumClock: 775)
  private static let base = Device.Family.ultraScalePlus.delays

  /// A synthetic report in Vivado's layout: its delays are those of a known model, nobody routed it.
  private static func report(_ shapes: [(luts: Int, chains: [Int], multipliers: Int)]) -> String {
    shapes.enumerated().map { index, shape in
      var cells: [(String, String)] = [("FDRE", "Prop_CFF_SLICEL_C_Q")]
      for blocks in shape.chains {
        cells.append(("LUT2", "Prop_D6LUT_SLICEL_I0_O"))
        for block in 0..<blocks {
          cells.append(("CARRY8", "Prop_CARRY8_SLICEL_\(block == 0 ? "S[0]" : "CI")_CO[7]"))
        }
      }
      for _ in shape.chains.count..<max(shape.luts, shape.chains.count) {
        cells.append(("LUT6", "Prop_A6LUT_SLICEM_I3_O"))
      }
      for _ in 0..<shape.multipliers {
        cells += [("DSP_MULTIPLIER", "Prop_DSP_MULTIPLIER_A_U"), ("DSP_ALU", "Prop_DSP_ALU_V_ALU_OUT")]
      }
      let luts = max(shape.luts, shape.chains.count)
      let time =
        truth.registerOverhead + Double(luts) * truth.lookUpTable
        + Double(shape.chains.count) * truth.carryEntry
        + Double(shape.chains.reduce(0, +) * 8) * truth.carry
        + Double(shape.multipliers) * truth.multiplier
      let slack = 5 - time
      let lines = cells.enumerated().map { place, cell in
        """
            SLICE_X\(place)Y9         \(cell.0) (\(cell.1))
                                                              0.100     0.100 r  net_\(place)/O
                                 net (fo=1, routed)           0.100     0.200    net_\(place)
        """
      }.joined(separator: "\n")
      return """
        Slack (\(slack < 0 ? "VIOLATED" : "MET")) :             \(slack)ns  (required time - arrival time)
          Source:                 a_\(index)/C
          Destination:            b_\(index)/D
          Path Type:              Setup (Max at Slow Process Corner)
          Requirement:            5.000ns  (clk rise@5.000ns - clk rise@0.000ns)
          Data Path Delay:        1.000ns  (logic 0.5ns (50.0%)  route 0.5ns (50.0%))
        \(lines)

        """
    }.joined()
      + """
      Slack (MET) :             0.045ns  (arrival time - required time)
        Path Type:              Hold (Min at Fast Process Corner)
        Requirement:            0.000ns  (clk rise@0.000ns - clk rise@0.000ns)
          SLICE_X1Y1         LUT6 (Prop_A6LUT_SLICEM_I3_O)
      """
  }

  private static let shapes: [(luts: Int, chains: [Int], multipliers: Int)] = [
    (1, [], 0), (3, [], 0), (2, [1], 0), (3, [2, 3], 0), (5, [1, 1, 1], 0), (0, [4], 0), (1, [], 1),
    (12, [2], 0),
  ]

  @Test func readsEveryCell() throws {
    let paths = try VivadoTimingPaths(report: Self.report([(4, [2, 3], 1)])).paths
    #expect(paths.count == 1)
    #expect(paths[0].lookUpTables == 4)
    #expect(paths[0].carryChains == 2)
    #expect(paths[0].carryBits == 40)
    #expect(paths[0].multipliers == 1)
    #expect(paths[0].source == "a_0/C")
    #expect(paths[0].destination == "b_0/D")
  }

  /// From exact paths the model comes back; the tolerance is that of decimal text.
  @Test func fitFindsTheModel() throws {
    let fit = try DelayModel.fitted(
      to: VivadoTimingPaths(report: Self.report(Self.shapes)), from: Self.base)
    #expect(fit.kept.isEmpty && fit.paths == Self.shapes.count)
    #expect(fit.residual < 1e-9)
    #expect(abs(fit.model.lookUpTable - Self.truth.lookUpTable) < 1e-9)
    #expect(abs(fit.model.carryEntry - Self.truth.carryEntry) < 1e-9)
    #expect(abs(fit.model.carry - Self.truth.carry) < 1e-9)
    #expect(abs(fit.model.multiplier - Self.truth.multiplier) < 1e-9)
    #expect(abs(fit.model.registerOverhead - Self.truth.registerOverhead) < 1e-9)
    #expect(fit.model.maximumClock == Self.base.maximumClock)
  }

  /// What no path shows stays as it was.
  @Test func undeterminedFiguresAreKept() throws {
    let fit = try DelayModel.fitted(
      to: VivadoTimingPaths(report: Self.report([(1, [], 0), (4, [], 0)])), from: Self.base)
    #expect(fit.kept == ["carry chain", "carry bit", "multiplier"])
    #expect(fit.model.carry == Self.base.carry && fit.model.multiplier == Self.base.multiplier)
    #expect(abs(fit.model.lookUpTable - Self.truth.lookUpTable) < 1e-9)
    #expect(fit.text.contains("kept from the family's model: carry chain"))
    // All paths alike: one figure at most can be told, the others are kept.
    let alike = try DelayModel.fitted(
      to: VivadoTimingPaths(report: Self.report([(2, [1], 0), (2, [1], 0)])), from: Self.base)
    #expect(alike.kept.contains("carry bit") && alike.kept.contains("look-up table"))
  }

  @Test func refusals() {
    #expect(throws: NetworkError.self) { try VivadoTimingPaths(report: "no timing here") }
    #expect(throws: NetworkError.self) {
      try VivadoTimingPaths(
        report: Self.report([(1, [], 0)]).replacing("LUT6 (Prop_A6LUT", with: "RAMB36E2 (Prop_A6LUT"))
    }
    #expect(throws: NetworkError.self) {
      try DelayModel.fitted(to: VivadoTimingPaths(report: Self.report([(1, [], 0)])), from: Self.base)
    }
  }
}
