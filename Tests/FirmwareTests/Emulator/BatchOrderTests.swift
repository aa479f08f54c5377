import Foundation
import Testing
import WinnowFixedPoint
import WinnowTensors

@testable import WinnowFirmware
@testable import WinnowNetworkIR

/// The order in which the batch emulator runs a program.
@Suite struct BatchOrderTests {
  /// Every operand before what reads it, the same numbers, no more loops than in the program's order.
  @Test(arguments: 0..<20) func ordersGiveTheSameNumbers(seed: Int) {
    let program = RandomLogic.netlist(gates: 120, seed: UInt64(seed)).logic
    let ordered = program.inLevels()
    #expect(ordered.count == program.count)
    for (place, instruction) in ordered.instructions.enumerated() {
      #expect(instruction.operands.allSatisfy { $0 < place })
    }
    #expect(BatchRun.all(ordered).count <= BatchRun.all(program).count)
    var random = RandomStream(seed: UInt64(seed), label: "order")
    for _ in 0..<20 {
      let event = program.inputs.map { port in
        port.types.map { type in
          Int128(random.integer(in: Int(type.format.minimum)...Int(type.format.maximum)))
        }
      }
      let (own, other) = (program.evaluate(event), ordered.evaluate(event))
      for (a, b) in zip(program.outputs, ordered.outputs) {
        #expect(program.read(a, from: own) == ordered.read(b, from: other))
      }
    }
  }

  /// Pixel after pixel, each through the same operations: a loop an operation, not one an instruction.
  @Test func pixelsGoTogether() throws {
    let few = Self.pixels(8)
    #expect(BatchRun.all(few).count == 24)
    #expect(BatchRun.all(few.inLevels()).count == 3)
    // As few loops as these stay in the program's order; more do not.
    #expect(try #require(BatchEmulator(program: few, name: "few")).text().contains("v[11 + i] = v[10]"))
    let many = Self.pixels(BatchEmulator.mostLoopsInOrder / 2)
    let text = try #require(BatchEmulator(program: many, name: "many")).text()
    #expect(text.components(separatedBy: "std::size_t i = 0;").count - 1 == 3)
  }

  private static func pixels(_ count: Int) -> FixedPointProgram {
    var program = FixedPointProgram(name: "pixels")
    let type = FixedPointType(signed: true, width: 8, integer: 8)
    program.inputs = [
      .init(
        name: "x", shape: [count + 1], types: Array(repeating: type, count: count + 1), fraction: 0)
    ]
    for element in 0...count {
      _ = program.append(.input(port: 0, element: element), Interval(-128, 127), origin: -1)
    }
    var results: [Int] = []
    for pixel in 0..<count {
      let sum = program.append(
        .linear([.init(pixel, 3), .init(pixel + 1, -2)], constant: 4), Interval(-634, 641), origin: -1)
      let half = program.append(.floorShift(sum, bits: 2), Interval(-159, 160), origin: -1)
      results.append(
        program.append(.clamp(half, low: 0, high: 127), Interval(0, 127), origin: -1))
    }
    program.outputs = [
      .init(
        name: "y", shape: [count], values: results,
        formats: Array(
          repeating: FixedPointFormat(signed: false, width: 7, integer: 7), count: count),
        fraction: 0)
    ]
    return program
  }
}
