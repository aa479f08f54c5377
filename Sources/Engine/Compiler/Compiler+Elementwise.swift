import CWinnowEngineKernels
import WinnowFixedPoint
import WinnowNetworkIR

extension Compiler {
  /// Makes the step of a value and, where its chain is fused, of the values it swallows.
  mutating func lower(_ value: Int) {
    switch program.instructions[value] {
    case .input(let port, let element): lowerInput(value, port, element)
    case .constant(let constant):
      setHome(value, addConstant(constant, Lane(bits: constant.signedBits)))
    case .linear, .floorShift, .convergentShift, .wrap, .clamp: lowerAffine(value)
    case .maximum(let a, let b): lowerBinary(value, winnow_engine_maximum_16, a, b)
    case .minimum(let a, let b): lowerBinary(value, winnow_engine_minimum_16, a, b)
    case .less(let a, let b): lowerBinary(value, winnow_engine_less_16, a, b)
    case .equal(let a, let b): lowerBinary(value, winnow_engine_equal_16, a, b)
    case .multiply(let a, let b):
      // Exact modulo the product's lane.
      let lane = Lane(program.intervals[value])
      add(
        value, lane,
        Draft(
          operation: Draft.operation(winnow_engine_multiply_16, lane), destination: 0,
          operands: [view(a, lane), view(b, lane)]))
    case .divide(let x, let divisor):
      let lane = Lane(bits: max(program.intervals[x].signedBits, divisor.signedBits))
      add(
        value, lane,
        Draft(
          operation: Draft.operation(winnow_engine_divide_16, lane), destination: 0,
          operands: [view(x, lane)], constants: [divisor]))
    case .table(let x, let first, let entries):
      // The index is small: its low 32 bits are all of it.
      let lane = Lane(program.intervals[value])
      add(
        value, lane,
        Draft(
          operation: Draft.operation(winnow_engine_table_16, lane), destination: 0,
          operands: [view(x, .bits32)], constants: [first], table: entries, result: lane))
    case .select(let condition, let a, let b):
      let lane = aligned(a, b)
      add(
        value, lane,
        Draft(
          operation: Draft.operation(winnow_engine_select_16, lane), destination: 0,
          operands: [view(condition, lane), view(a.value, lane), view(b.value, lane)],
          shifts: shifts(a, b, lane)))
    }
  }

  private mutating func lowerInput(_ value: Int, _ port: Int, _ element: Int) {
    if inputColumns[port][element] < 0 {
      inputColumns[port][element] = addColumn(Lane(program.intervals[value]))
    }
    setHome(value, inputColumns[port][element])
  }

  private mutating func lowerBinary(
    _ value: Int, _ family: winnow_engine_operation, _ a: FixedPointProgram.Operand,
    _ b: FixedPointProgram.Operand
  ) {
    let lane = aligned(a, b)
    add(
      value, lane,
      Draft(
        operation: Draft.operation(family, lane), destination: 0,
        operands: [view(a.value, lane), view(b.value, lane)], shifts: shifts(a, b, lane)))
  }

  /// The lane that holds both operands at their common step.
  private func aligned(_ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand) -> Lane {
    func bits(_ operand: FixedPointProgram.Operand) -> Int {
      let range = program.intervals[operand.value]
      return range.low == 0 && range.high == 0 ? 1 : range.signedBits + operand.shift
    }
    return Lane(bits: max(bits(a), bits(b)))
  }

  /// Only a constant zero shifts by a lane's width or more.
  private func shifts(
    _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand, _ lane: Lane
  ) -> (Int, Int) {
    (min(a.shift, lane.bits - 1), min(b.shift, lane.bits - 1))
  }
}
