import WinnowFixedPoint

extension FixedPointProgram {
  /// Runs the program for one event, one instruction after another, on 128-bit integers.
  ///
  /// - Parameter inputs: for each port its mantissas, counted in the port's step.
  /// - Returns: the mantissa of every value.
  public func evaluate(_ inputs: [[Int128]]) -> [Int128] {
    var values: [Int128] = []
    values.reserveCapacity(count)
    func at(_ operand: Operand) -> Int128 { values[operand.value] << operand.shift }
    for instruction in instructions {
      let result: Int128 =
        switch instruction {
        case .input(let port, let element):
          inputs[port][element]
            >> (self.inputs[port].fraction - self.inputs[port].types[element].fraction)
        case .constant(let mantissa): mantissa
        case .linear(let terms, let constant):
          terms.reduce(constant) { $0 + values[$1.value] * Int128($1.coefficient) }
        case .floorShift(let x, let bits): values[x] >> bits
        case .convergentShift(let x, let bits):
          values[x] & ((1 << bits) - 1) == 0
            ? (values[x] >> bits) & ~1 : values[x] >> bits
        case .wrap(let x, let signed, let width): wrapped(values[x], signed: signed, width: width)
        case .clamp(let x, let low, let high): min(max(values[x], low), high)
        case .maximum(let a, let b): max(at(a), at(b))
        case .minimum(let a, let b): min(at(a), at(b))
        case .multiply(let a, let b): values[a] * values[b]
        case .divide(let x, let divisor): values[x] / divisor
        case .table(let x, let first, let entries):
          // Only a changed netlist leaves its table; Verilog reads 0 there.
          entries.indices.contains(Int(truncatingIfNeeded: values[x] - first))
            ? Int128(entries[Int(values[x] - first)]) : 0
        case .less(let a, let b): at(a) < at(b) ? 1 : 0
        case .equal(let a, let b): at(a) == at(b) ? 1 : 0
        case .select(let condition, let a, let b): values[condition] == 1 ? at(a) : at(b)
        }
      values.append(result)
    }
    return values
  }

  /// An output port's mantissas, counted in the port's step.
  public func read(_ port: OutputPort, from values: [Int128]) -> [Int128] {
    port.values.map { values[$0] << (port.fraction - intervals[$0].fraction) }
  }
}

private func wrapped(_ value: Int128, signed: Bool, width: Int) -> Int128 {
  let low = value & ((1 << width) - 1)
  return signed && low >> (width - 1) == 1 ? low - (1 << width) : low
}
