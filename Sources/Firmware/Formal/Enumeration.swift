import WinnowFixedPoint
import WinnowNetworkIR

/// Evaluates the two sides of a block for every combination of its variables' values.
struct Enumeration {
  let block: ProofBlock
  let integers: IntegerLanes
  let wires: WireLanes
  let variables: [EqualityProof.Variable]
  let ranges: [ClosedRange<Int128>]
  /// Values and signals that are sums of the variables.
  let valueSums: [Int: AffineForm]
  let signalSums: [Int: AffineForm]
  let twins: [Int: Int]

  private static let chunk = 1024

  func run(_ points: Int) -> EnumerationResult {
    var least = Int64.max
    var most = Int64.min
    for start in stride(from: 0, to: points, by: Self.chunk) {
      let count = min(Self.chunk, points - start)
      let numbers = combinations(start, count)
      let expected = reference(numbers, count)
      let found = netlist(numbers, count)
      let signal = block.signal
      for lane in 0..<count {
        if wires.number(found[lane], on: signal) != expected[lane] {
          return .differs(
            message(numbers, lane, expected[lane], wires.number(found[lane], on: signal)))
        }
        least = min(least, expected[lane])
        most = max(most, expected[lane])
      }
    }
    return .equal(Int128(least)...Int128(most))
  }

  /// The variables' values from a combination on.
  private func combinations(_ start: Int, _ count: Int) -> [[Int64]] {
    var divisor = 1
    return ranges.map { range in
      let size = Int(range.upperBound - range.lowerBound + 1)
      let low = Int64(range.lowerBound)
      var place = start / divisor % size
      var steps = start % divisor
      var numbers = Array(repeating: low, count: count)
      for lane in numbers.indices {
        numbers[lane] += Int64(place)
        steps += 1
        if steps == divisor {
          steps = 0
          place = place + 1 == size ? 0 : place + 1
        }
      }
      divisor *= size
      return numbers
    }
  }

  private func sum(_ form: AffineForm, _ numbers: [[Int64]]) -> [Int64] {
    let (primitive, factor) = form.primitive
    let place = variables.firstIndex(of: .sum(primitive))!
    let constant = Int64(form.constant)
    return numbers[place].map { $0 * factor + constant }
  }

  private func lanes(of signal: Int, _ numbers: [[Int64]]) -> [Int64] {
    numbers[variables.firstIndex(of: .wire(twins[signal] ?? signal))!]
  }

  private func reference(_ numbers: [[Int64]], _ count: Int) -> [Int64] {
    var lanes: [Int: [Int64]] = [:]
    for (value, form) in valueSums { lanes[value] = sum(form, numbers) }
    for (value, signal) in block.operands
    where lanes[value] == nil && variables.contains(.wire(signal)) {
      lanes[value] = self.lanes(of: signal, numbers)
    }
    integers.run(&lanes, count: count)
    return lanes[block.value]!
  }

  private func netlist(_ numbers: [[Int64]], _ count: Int) -> [UInt64] {
    var lanes: [Int: [UInt64]] = [:]
    for (signal, form) in signalSums {
      lanes[signal] = wires.pattern(sum(form, numbers), on: signal)
    }
    for signal in block.leaves
    where lanes[signal] == nil && variables.contains(.wire(twins[signal] ?? signal)) {
      lanes[signal] = wires.pattern(self.lanes(of: signal, numbers), on: signal)
    }
    wires.run(&lanes, count: count)
    return lanes[block.signal]!
  }

  private func message(
    _ numbers: [[Int64]], _ lane: Int, _ expected: Int64, _ found: Int64
  ) -> String {
    let values = numbers.map { "\($0[lane])" }.prefix(8).joined(separator: " ")
    return "operands \(values): expected \(expected), found \(found)"
  }
}
