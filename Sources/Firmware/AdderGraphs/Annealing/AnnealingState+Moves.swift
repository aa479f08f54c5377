import WinnowTensors

/// The three ways to take rows apart, each before pairs are shared again.
extension AnnealingState {
  /// Takes 1 to 6 shared values apart, anywhere or all in one row.
  mutating func dissolveSome() {
    guard !live.isEmpty else { return }
    let count = 1 &+ draw(below: 6)
    guard random.next() >> 63 == 0 else {
      for _ in 0..<count where !live.isEmpty { dissolve(Int(live[draw(below: live.count)])) }
      return
    }
    let row = drawRow(terms: 2)
    for _ in 0..<count where isLive[row] {
      guard let shared = drawSharedOperand(of: row) else { break }
      dissolve(shared)
    }
  }

  /// Writes 1 to 3 coefficients in other minimal signed digits, half the time after taking a shared
  /// value of the row apart.
  mutating func rewriteDigits() {
    for _ in 0...draw(below: 3) {
      let row = drawRow(terms: 1)
      guard isLive[row] else { continue }
      if random.next() >> 63 == 0, let shared = drawSharedOperand(of: row) { dissolve(shared) }
      guard isLive[row], !rows[row].isEmpty else { continue }
      let value = rows[row][draw(below: rows[row].count)].value
      touch(row)
      var coefficient = 0
      for index in rows[row].indices.reversed() where rows[row][index].value == value {
        let term = rows[row][index]
        coefficient &+= (term.isNegative ? -1 : 1) &<< term.shift
        remove(at: index, from: row)
      }
      addDigits(of: coefficient, value, isRandom: true, to: row)
    }
  }

  /// Adds `coefficient × value` in the fewest signed digits: canonical ones, or any.
  mutating func addDigits(of coefficient: Int, _ value: Int, isRandom: Bool, to row: Int) {
    var rest = coefficient
    var shift = 0
    while rest != 0 {
      let zeros = rest.trailingZeroBitCount
      rest &>>= zeros
      shift &+= zeros
      var isNegative = rest & 3 == 3
      if isRandom {
        let digits = signedDigits(rest)
        let less = signedDigits(rest &- 1) < digits
        let more = signedDigits(rest &+ 1) < digits
        isNegative = less && more ? random.next() >> 63 == 0 : !less
      }
      add(SignedTerm(value: value, shift: shift, isNegative: isNegative), to: row)
      rest &+= isNegative ? 1 : -1
    }
  }

  /// A row in use with at least so many terms, if nine tries find one.
  private mutating func drawRow(terms: Int) -> Int {
    var row = draw(below: rows.count)
    for _ in 0..<9 where !isLive[row] || rows[row].count < terms { row = draw(below: rows.count) }
    return row
  }

  /// A shared value in the row, each term equally likely.
  private mutating func drawSharedOperand(of row: Int) -> Int? {
    candidates.removeAll(keepingCapacity: true)
    let first = inputCount &+ outputCount
    for index in rows[row].indices where rows[row][index].value >= first {
      candidates.append(Int32(rows[row][index].value &- inputCount))
    }
    return candidates.isEmpty ? nil : Int(candidates[draw(below: candidates.count)])
  }

  /// An integer below `count`, equally likely to one part in 2^32.
  mutating func draw(below count: Int) -> Int {
    Int(truncatingIfNeeded: (random.next() >> 32 &* UInt64(truncatingIfNeeded: count)) >> 32)
  }
}

/// ``signedDigitCount(_:)`` for magnitudes below 2^61.
@inline(__always)
func signedDigits(_ value: Int) -> Int { (value ^ (3 &* value)).nonzeroBitCount }
