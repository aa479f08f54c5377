import WinnowNetworkIR

/// Consecutive instructions of one kind with equal parameters: a loop of the batch emulator.
struct BatchRun {
  let values: Range<Int>

  /// A program as runs, in order; inputs are loaded elsewhere and belong to none.
  static func all(_ program: FixedPointProgram) -> [BatchRun] {
    var runs: [BatchRun] = []
    var start = 0
    while start < program.count {
      if case .input = program.instructions[start] {
        start += 1
        continue
      }
      let kind = shape(program.instructions[start])
      var end = start + 1
      // Operands must be ready before the run begins.
      while end < program.count, shape(program.instructions[end]) == kind,
        program.instructions[end].operands.allSatisfy({ $0 < start })
      {
        end += 1
      }
      runs.append(BatchRun(values: start..<end))
      start = end
    }
    return runs
  }

  /// An instruction without its operands; a sum also without its coefficients.
  static func shape(
    _ instruction: FixedPointProgram.Instruction
  ) -> FixedPointProgram.Instruction {
    func bare(_ operand: FixedPointProgram.Operand) -> FixedPointProgram.Operand {
      .init(0, shift: operand.shift)
    }
    switch instruction {
    case .input: return .input(port: 0, element: 0)
    case .constant: return .constant(0)
    case .linear: return .linear([], constant: 0)
    case .floorShift(_, let bits): return .floorShift(0, bits: bits)
    case .convergentShift(_, let bits): return .convergentShift(0, bits: bits)
    case .wrap(_, let signed, let width): return .wrap(0, signed: signed, width: width)
    case .clamp(_, let low, let high): return .clamp(0, low: low, high: high)
    case .maximum(let a, let b): return .maximum(bare(a), bare(b))
    case .minimum(let a, let b): return .minimum(bare(a), bare(b))
    case .multiply: return .multiply(0, 0)
    case .divide(_, let divisor): return .divide(0, by: divisor)
    case .table(_, let first, let entries): return .table(0, first: first, entries: entries)
    case .less(let a, let b): return .less(bare(a), bare(b))
    case .equal(let a, let b): return .equal(bare(a), bare(b))
    case .select(_, let a, let b): return .select(0, bare(a), bare(b))
    }
  }

  /// Tables and statements.
  func text(
    in program: FixedPointProgram, number: String, bits: Int
  ) -> (tables: [String], statements: [String]) {
    let first = values.lowerBound
    if case .linear = program.instructions[first] { return sums(program) }
    if case .constant = program.instructions[first] {
      let numbers = values.map { value -> String in
        guard case .constant(let mantissa) = program.instructions[value] else { return "0" }
        return literal(mantissa)
      }
      return (
        [array(number, "constant_\(first)", numbers)],
        [
          "  for (std::size_t i = 0; i < \(values.count); ++i) v[\(first) + i] = lane{} + constant_\(first)[i];"
        ]
      )
    }
    var tables: [String] = []
    let operands = values.map { program.instructions[$0].operands }
    var names: [String] = []
    for place in operands[0].indices {
      if values.count == 1 {
        names.append("v[\(operands[0][place])]")
      } else {
        let label = "operand_\(first)_\(place)"
        tables.append(array("std::uint32_t", label, operands.map { String($0[place]) }))
        names.append("v[\(label)[i]]")
      }
    }
    if case .table(_, let start, let entries) = program.instructions[first] {
      tables.append(array("number", "entries_\(first)", entries.map { literal(Int128($0)) }))
      return (
        tables,
        [
          "  for (std::size_t i = 0; i < \(values.count); ++i)",
          "    for (std::size_t l = 0; l < lanes; ++l) v[\(first) + i][l] = entries_\(first)[\(names[0])[l] - \(literal(start))];",
        ]
      )
    }
    let right = expression(program.instructions[first], names, bits)
    return (
      tables, ["  for (std::size_t i = 0; i < \(values.count); ++i) v[\(first) + i] = \(right);"]
    )
  }

  /// Rows of a sparse matrix: sources and coefficients one after the other.
  private func sums(_ program: FixedPointProgram) -> (tables: [String], statements: [String]) {
    let first = values.lowerBound
    var starts = [0]
    var sources: [String] = []
    var coefficients: [String] = []
    var constants: [String] = []
    for value in values {
      guard case .linear(let terms, let constant) = program.instructions[value] else { continue }
      sources += terms.map { String($0.value) }
      coefficients += terms.map { literal(Int128($0.coefficient)) }
      constants.append(literal(constant))
      starts.append(sources.count)
    }
    return (
      [
        array("std::uint32_t", "start_\(first)", starts.map(String.init)),
        array("std::uint32_t", "source_\(first)", sources),
        array("number", "coefficient_\(first)", coefficients),
        array("number", "offset_\(first)", constants),
      ],
      [
        "  for (std::size_t i = 0; i < \(values.count); ++i) {",
        "    lane sum = lane{} + offset_\(first)[i];",
        "    for (std::size_t k = start_\(first)[i]; k < start_\(first)[i + 1]; ++k) sum += coefficient_\(first)[k] * v[source_\(first)[k]];",
        "    v[\(first) + i] = sum;", "  }",
      ]
    )
  }

  private func expression(
    _ instruction: FixedPointProgram.Instruction, _ x: [String], _ bits: Int
  ) -> String {
    // C++ shifts by less than the width only; beyond it all bits are the sign already.
    func shiftable(_ shift: Int) -> Int { min(shift, bits - 1) }
    func scaled(_ place: Int, _ operand: FixedPointProgram.Operand) -> String {
      operand.shift == 0 ? x[place] : "\(x[place]) * \(literal(Int128(1) << operand.shift))"
    }
    switch instruction {
    case .floorShift(_, let shift): return "\(x[0]) >> \(shiftable(shift))"
    case .convergentShift(_, let shift):
      // A comparison's lanes are 0 or −1.
      return
        "(\(x[0]) >> \(shiftable(shift))) & ~(((\(x[0]) & (\(literal((Int128(1) << shift) - 1)))) == 0) & 1)"
    case .wrap(_, let signed, let width):
      let mask = literal((Int128(1) << width) - 1)
      if !signed { return "\(x[0]) & \(mask)" }
      let half = literal(Int128(1) << (width - 1))
      return "((\(x[0]) + \(half)) & \(mask)) - \(half)"
    case .clamp(_, let low, let high):
      let (l, h) = ("(lane{} + \(literal(low)))", "(lane{} + \(literal(high)))")
      return "\(x[0]) < \(l) ? \(l) : (\(x[0]) > \(h) ? \(h) : \(x[0]))"
    case .maximum(let a, let b):
      return "\(scaled(0, a)) < \(scaled(1, b)) ? \(scaled(1, b)) : \(scaled(0, a))"
    case .minimum(let a, let b):
      return "\(scaled(1, b)) < \(scaled(0, a)) ? \(scaled(1, b)) : \(scaled(0, a))"
    case .multiply: return "\(x[0]) * \(x[1])"
    case .divide(_, let divisor): return "\(x[0]) / \(literal(divisor))"
    case .less(let a, let b): return "(\(scaled(0, a)) < \(scaled(1, b))) & 1"
    case .equal(let a, let b): return "(\(scaled(0, a)) == \(scaled(1, b))) & 1"
    case .select(_, let a, let b):
      return "\(x[0]) != 0 ? \(scaled(1, a)) : \(scaled(2, b))"
    case .input, .constant, .linear, .table: preconditionFailure("has a loop of its own")
    }
  }

  private func literal(_ mantissa: Int128) -> String { "number(INT64_C(\(mantissa)))" }

  private func array(_ type: String, _ name: String, _ values: [String]) -> String {
    // An array of zero elements is not C++.
    let plain = values.map { $0.replacing("number(INT64_C(", with: "").replacing("))", with: "") }
    return
      "static const \(type) \(name)[\(max(values.count, 1))] = {\(plain.isEmpty ? "0" : plain.joined(separator: ","))};"
  }
}
