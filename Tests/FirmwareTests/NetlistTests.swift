import Testing
import WinnowTensors
@testable import WinnowFirmware
import WinnowFixedPoint
@testable import WinnowNetworkIR

@Suite struct NetlistTests {
  /// One input of a range, divided by a constant.
  private func division(_ range: ClosedRange<Int>, by divisor: Int) -> FixedPointProgram {
    var program = FixedPointProgram(name: "division")
    let type = FixedPointType(signed: range.lowerBound < 0, width: 10, integer: 10)
    program.inputs = [.init(name: "x", shape: [1], types: [type], fraction: 0)]
    let x = program.append(
      .input(port: 0, element: 0), Interval(Int128(range.lowerBound), Int128(range.upperBound)),
      origin: -1)
    let low = Int128(range.lowerBound / divisor)
    let high = Int128(range.upperBound / divisor)
    let quotient = program.append(.divide(x, by: Int128(divisor)), Interval(low, high), origin: -1)
    program.outputs = [
      .init(
        name: "y", shape: [1], values: [quotient],
        formats: [FixedPointFormat(holding: low, through: high, fraction: 0)], fraction: 0)
    ]
    return program
  }

  /// A search shares sums of biases, too; those are constants, not adders.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func annealedLayersAreExact(seed: UInt64) throws {
    var network = Tiny.dense(inputs: 8, outputs: 32, seed: seed)
    var random = RandomStream(seed: seed, label: "few biases")
    network.constants["b"] = Tensor(
      [32], .fixed((0..<32).map { _ in Int128(random.integer(in: -5...5)) }, fraction: 4))
    let program = try FixedPointProgram(network.bindingBatch()).prunedToOutputs()
    let form = try GateForm(
      program, options: AdderGraphOptions(extraDepth: 2, seed: seed, work: 8_000_000))
    for instruction in form.logic.instructions {
      guard case .linear(let terms, _) = instruction else { continue }
      #expect(!terms.isEmpty)
    }
    for _ in 0..<50 {
      let event = [(0..<8).map { _ in Int128(random.integer(in: -128...127)) }]
      let (expected, found) = (program.evaluate(event), form.logic.evaluate(event))
      for (wanted, output) in zip(program.outputs, form.logic.outputs) {
        #expect(program.read(wanted, from: expected) == form.logic.read(output, from: found))
      }
      for (value, interval) in zip(found, form.logic.intervals) {
        #expect(value >= interval.low && value <= interval.high)
      }
    }
  }

  @Test(arguments: 2...40)
  func divisionIsExact(by divisor: Int) throws {
    for range in [-100...100, 0...255, -128 ... -1, -1...0, 3...17, -5...300, 0...511, -512...511] {
      let form = try GateForm(division(range, by: divisor), options: AdderGraphOptions())
      for x in range {
        let values = form.logic.evaluate([[Int128(x)]])
        #expect(form.logic.read(form.logic.outputs[0], from: values) == [Int128(x / divisor)])
        // Wires are as wide as the intervals say.
        for (value, interval) in zip(values, form.logic.intervals) {
          #expect(value >= interval.low && value <= interval.high, "\(x) / \(divisor)")
        }
      }
      #expect(
        form.logic.instructions.allSatisfy { if case .divide = $0 { false } else { true } })
    }
  }

  /// Every sum of a netlist is a two-input adder, an adder of a constant, a negation or a wire.
  @Test func sumsAreAdders() throws {
    let design = try Design(Tiny.dense(inputs: 6, outputs: 5, seed: 2))
    for gate in design.netlist.logic.instructions {
      guard case .linear(let terms, let constant) = gate else { continue }
      #expect(terms.allSatisfy { $0.coefficient.magnitude.nonzeroBitCount == 1 })
      #expect(terms.count == 2 && constant == 0 || terms.count == 1)
    }
  }

  @Test func signalNamesAreUniqueAndLegal() throws {
    for names in Tiny.oddNames {
      let logic = try Design(Tiny.named(names)).netlist
      #expect(Set(logic.names).count == logic.names.count)
      for name in logic.names {
        #expect(verilogIdentifier(name) == name, "'\(name)' is no identifier")
        // The names of register chains, ports and tables.
        #expect(name.wholeMatch(of: /.*_s[0-9]+/) == nil)
        #expect(["in_", "out_", "table_"].allSatisfy { !name.hasPrefix($0) })
      }
    }
  }

  @Test func portNamesAreUnique() {
    #expect(
      portNames(["a.b", "a_b", "a b", "x"], prefix: "in_") == ["in_a_b", "in_a_b_2", "in_a_b_3", "in_x"])
    #expect(portNames(["y_2", "y", "y"], prefix: "out_") == ["out_y_2", "out_y", "out_y_3"])
  }

  @Test(arguments: [
    ("always", "always_x"), ("1st", "n1st"), ("", "n"), ("größe", "gr__e"), ("a/b.c", "a_b_c"),
    ("testbench", "testbench_x"), ("program", "program_x"), ("_x", "n_x"), ("Net", "Net"),
  ])
  func identifiers(_ name: String, _ identifier: String) {
    #expect(verilogIdentifier(name) == identifier)
  }

  @Test func commentsHoldNoDirectives() {
    #expect(commentText("dense/1 (x)") == "dense/1_(x)")
    #expect(commentText("a\nb\\ */ \"%d\"") == "a_b___/___d_")
    #expect(commentText("synopsys translate_off") == "synopsys_translate_off")
    #expect(commentText("Größe") == "Größe")
  }
}
