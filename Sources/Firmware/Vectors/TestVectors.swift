import WinnowFixedPoint
public import WinnowNetworkIR
import WinnowTensors

/// Input events as mantissas, for replay through every execution.
public struct TestVectors: Sendable, Hashable {
  /// For each input port all events' mantissas, event after event, in the port's step.
  public var inputs: [[Int64]]
  public var count: Int

  public init(inputs: [[Int64]], count: Int) {
    self.inputs = inputs
    self.count = count
  }

  /// One event's mantissas of a port.
  public func event(_ index: Int, port: Int) -> ArraySlice<Int64> {
    let width = count == 0 ? 0 : inputs[port].count / count
    return inputs[port][index * width..<(index + 1) * width]
  }
}

extension TestVectors {
  /// Corners of the input formats, then events that are sparse as real ones, then uniform random.
  ///
  /// Corners: everything zero, minimum, maximum, one step in from both, one step either side of zero,
  /// alternating extremes, and each element alone at its extremes.
  public init(for program: FixedPointProgram, count: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, label: "test vectors")
    var inputs: [[Int64]] = []
    for port in program.inputs {
      var values: [Int64] = []
      values.reserveCapacity(count * port.types.count)
      for event in 0..<count {
        for (element, type) in port.types.enumerated() {
          let low = Int64(type.overflow.range(of: type.format).low)
          let high = Int64(clamping: type.overflow.range(of: type.format).high)
          let mantissa = Self.mantissa(
            event, element, of: port.types.count, low: low, high: high, total: count, &random)
          values.append(mantissa << (port.fraction - type.fraction))
        }
      }
      inputs.append(values)
    }
    self.init(inputs: inputs, count: count)
  }

  private static func mantissa(
    _ event: Int, _ element: Int, of elements: Int, low: Int64, high: Int64, total: Int,
    _ random: inout RandomStream
  ) -> Int64 {
    func kept(_ value: Int64) -> Int64 { min(max(value, low), high) }
    switch event {
    case 0: return kept(0)
    case 1: return low
    case 2: return high
    case 3: return kept(low + (low < high ? 1 : 0))
    case 4: return kept(high - (low < high ? 1 : 0))
    case 5: return kept(1)
    case 6: return kept(-1)
    case 7: return element % 2 == 0 ? low : high
    case 8: return element % 2 == 0 ? high : low
    case 9: return element < elements / 2 ? low : high
    case 10: return element < elements / 2 ? high : low
    default: break
    }
    let single = event - 11
    // Each element alone, as far as they take less than a quarter of the events.
    if single < min(2 * elements, total / 4) {
      guard single / 2 == element else { return kept(0) }
      return single % 2 == 0 ? low : high
    }
    if event % 2 == 0 { return Int64(random.integer(in: Int(low)...Int(high))) }
    // Mostly absent objects; the others with a steeply falling spectrum of either sign.
    if random.uniform() < 0.6 { return kept(0) }
    let scale = max(Double(high), 1) / 16
    let size = abs(random.gaussian()) * random.gaussian().magnitude * scale
    let value = Int64(min(size, Double(high) / 2))
    return kept(random.uniform() < 0.5 ? value : -value)
  }
}
