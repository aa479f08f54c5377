import Testing
@testable import WinnowFirmware
import WinnowNetworkIR

@Suite struct PipelineTests {
  private static let clocks: [Double] = [50, 100, 160, 200, 240, 320, 360, 480, 600, 700]

  @Test(arguments: clocks)
  func stagesMeetTheClock(_ clock: Double) throws {
    let design = try Design(
      Tiny.sums(inputs: 8, outputs: 6, seed: 3), options: FirmwareOptions(clock: clock))
    #expect(design.pipeline.latency == design.pipeline.stageCount + 1)
    #expect(design.pipeline.longestPath <= 1000 / clock + 1e-9)
    let logic = design.netlist.logic
    for (value, gate) in logic.instructions.enumerated() {
      for operand in gate.operands where !logic.isConstant(operand) {
        #expect(design.pipeline.stages[operand] <= design.pipeline.stages[value])
      }
    }
    #expect(design.verilog.contains("latency \(design.pipeline.latency) clock edges"))
  }

  @Test func fasterClocksNeedMoreStages() throws {
    let network = Tiny.sums(inputs: 8, outputs: 6, seed: 3)
    let stages = try Self.clocks.map {
      try Design(network, options: FirmwareOptions(clock: $0)).pipeline.stageCount
    }
    #expect(stages == stages.sorted())
    #expect(stages.first! == 1 && stages.last! > 5)
  }

  /// The bits of every `reg` in the module, but for the valid chain.
  @Test(arguments: clocks)
  func registersAreAsManyAsInTheText(_ clock: Double) throws {
    for network in [Tiny.sums(inputs: 2, outputs: 1, seed: 1), Tiny.sums(inputs: 5, outputs: 7, seed: 8)] {
      let design = try Design(network, options: FirmwareOptions(clock: clock))
      let bits = registerBits(in: design.verilog)
      #expect(bits == design.pipeline.registerBits)
      #expect(design.resources.flipFlops == bits + design.pipeline.latency)
    }
  }

  @Test func impossibleClocks() {
    // Sums alone fit the fastest clock, a product in look-up tables does not.
    let product = Tiny.named(Tiny.oddNames[6])
    func message(_ clock: Double, part: String = "xcvu9p") -> String {
      do {
        _ = try Design(product, options: FirmwareOptions(clock: clock, part: part))
        return "no error"
      } catch { return "\(error)" }
    }
    let fastest = Device.Family.ultraScalePlus.delays.maximumClock
    #expect(
      message(fastest + 1)
        == "no pipeline reaches \(fastest + 1) MHz: the device's clock network carries \(fastest) MHz at most; ask for a lower --clock"
    )
    #expect(message(fastest).hasPrefix("no pipeline reaches \(fastest) MHz: '"))
    #expect(message(fastest).hasSuffix(" ns; ask for a lower --clock"))
    #expect(message(fastest).contains("' alone takes "))
    #expect(message(0) == "a clock of 0.0 MHz is not possible")
    #expect(message(-5) == "a clock of -5.0 MHz is not possible")
    #expect(message(.nan) == "a clock of nan MHz is not possible")
    #expect(message(.infinity) == "a clock of inf MHz is not possible")
    #expect(
      message(200, part: "xc")
        == "the device 'xc' is not known, or stands for several; 'winnow devices' lists them")
  }
}
