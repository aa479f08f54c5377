import CWinnowEngineKernels
import WinnowFixedPoint
import WinnowNetworkIR

/// Sums, shifts, wraps and clamps are one kind of step: a chain of them that nothing else reads is
/// fused, so that the values in between never leave the registers.
extension Compiler {
  /// The kernel's order: sum, shift, wrap, clamp; `nil` for other instructions.
  private func stage(_ value: Int) -> Int? {
    switch program.instructions[value] {
    case .linear: 0
    case .floorShift, .convergentShift: 1
    case .wrap: 2
    case .clamp: 3
    default: nil
    }
  }

  /// Whether the value exists only inside its reader's step.
  func isFused(_ value: Int) -> Bool {
    guard uses[value] == 1, reader[value] >= 0, let own = stage(value),
      let next = stage(reader[value])
    else { return false }
    return own < next
  }

  mutating func lowerAffine(_ last: Int) {
    var terms: [FixedPointProgram.Term] = []
    var range = program.intervals[last]
    var sum: Int128 = 0
    var shift = 0
    var convergent = false
    var wrap: (signed: Bool, width: Int)?
    var bounds: (low: Int128, high: Int128)?
    // From the last instruction back to the first of the chain.
    var current: Int? = last
    while let value = current {
      let source: Int
      switch program.instructions[value] {
      case .linear(let all, let constant):
        terms = all
        sum = constant
        range = program.intervals[value]
        current = nil
        continue
      case .floorShift(let x, let bits): (source, shift) = (x, bits)
      case .convergentShift(let x, let bits): (source, shift, convergent) = (x, bits, true)
      case .wrap(let x, let signed, let width): (source, wrap) = (x, (signed, width))
      case .clamp(let x, let low, let high): (source, bounds) = (x, (low, high))
      default: preconditionFailure("no affine instruction")
      }
      range = program.intervals[source]
      current = isFused(source) ? source : nil
      if current == nil { terms = [.init(source, 1)] }
    }
    var needed = range.signedBits
    if let wrap { needed = min(needed, shift + wrap.width + (wrap.signed ? 0 : 1)) }
    let result = Lane(program.intervals[last])
    let lane = Lane(bits: max(needed, result.bits))
    var step = Draft(operation: 0, destination: 0)
    let extremes = (low: Int128.min >> (128 - lane.bits), high: Int128.max >> (128 - lane.bits))
    // A shift of a lane's width or more leaves the sign only.
    step.shifts.0 = min(shift, lane.bits - 1)
    step.convergent = convergent
    step.result = result
    step.constants = [
      sum, shift > 126 ? -1 : (1 << shift) - 1,
      wrap.map { $0.signed ? 1 << ($0.width - 1) : 0 } ?? 0, wrap.map { (1 << $0.width) - 1 } ?? -1,
      max(bounds?.low ?? extremes.low, extremes.low), min(bounds?.high ?? extremes.high, extremes.high),
    ]
    (step.operation, step.terms) = sources(terms, lane)
    add(last, step.result, step)
  }

  /// The kernel for a sum in a lane and its terms' columns.
  private mutating func sources(
    _ terms: [FixedPointProgram.Term], _ lane: Lane
  ) -> (operation: UInt32, terms: [(column: Int, coefficient: Int)]) {
    switch lane {
    case .bits32
    where terms.count > 2
      && terms.allSatisfy { homeLane($0.value) == .bits16 && Int16(exactly: $0.coefficient) != nil }:
      return (winnow_engine_affine_pairs.rawValue, paired(terms))
    case .bits64
    where terms.allSatisfy {
      homeLane($0.value).bits <= 32 && Int32(exactly: $0.coefficient) != nil
    }:
      return (
        winnow_engine_affine_widening.rawValue,
        terms.map { (view($0.value, .bits32), $0.coefficient) }
      )
    default:
      return (
        Draft.operation(winnow_engine_affine_16, lane),
        terms.map { (view($0.value, lane), $0.coefficient) }
      )
    }
  }
}
