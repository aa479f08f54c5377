import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// What a trigger's element and threshold may be, found before a design is made.
@Suite struct TriggerChoiceTests {
  private static func program(_ format: String) throws -> FixedPointProgram {
    let type = try FixedPointType(text: format)
    return try FixedPointProgram(
      Network(
        name: "n", inputs: [.init("x", TensorType([.fixed(2)], .float64))], constants: [:],
        nodes: [Node("score", Quantize(types: [type, type], shape: [2]), "x")], outputs: ["score"]))
  }

  private func message(_ format: String, element: Int = 0, _ threshold: Int64) throws -> String {
    let program = try Self.program(format)
    do {
      try LinkFiles.check(
        program, clock: 200, map: nil,
        trigger: TriggerChoice(port: "score", element: element, threshold: threshold))
      return ""
    } catch { return "\(error)" }
  }

  /// Every threshold that tells values apart is taken, and no other: those below pass always, those
  /// above never.
  @Test(arguments: [("fixed<4,2>", -8, 7), ("ufixed<4,2>", 0, 15), ("fixed<1,1>", -1, 0)])
  func thresholdsTellValuesApart(format: String, lowest: Int64, highest: Int64) throws {
    let output = try Self.program(format).outputs[0]
    for threshold in (lowest - 2)...(highest + 2) {
      let choice = TriggerChoice(port: "score", threshold: threshold)
      let passing = (lowest...highest).filter { choice.passes($0, output) }.count
      let text = try message(format, threshold)
      #expect(text.isEmpty == (passing > 0 && passing <= highest - lowest), "\(threshold): \(text)")
      if passing == 0 { #expect(text.contains("would never be reached")) }
      if passing > highest - lowest { #expect(text.contains("would always be reached")) }
    }
  }

  @Test func errorsSayWhatToDo() throws {
    #expect(
      try message("ufixed<4,2>", 99)
        == "the trigger's threshold 99 would never be reached: 'score' element 0 is ufixed<4,2>; give a mantissa of 1 to 15"
    )
    #expect(
      try message("fixed<4,2>", element: 2, 1) == "the trigger reads element 2 of 'score', which has 2")
  }
}
