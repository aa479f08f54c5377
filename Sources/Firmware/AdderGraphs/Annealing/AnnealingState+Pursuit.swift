import WinnowTensors

/// Rebuilding a row from the values that exist.
extension AnnealingState {
  /// Digits that a value must save, and the share by which what it saves varies.
  private static let leastGain = 0.5
  private static let noise = 0.4
  private static let shifts = 5

  /// Forgets how a row is made, takes up to eight times the value that saves most signed digits of
  /// what is left, and writes the rest in digits.
  ///
  /// This brings in outputs that are sums of other outputs, and new forms of coefficients.
  mutating func pursue() {
    let row =
      live.isEmpty || random.uniform() < 0.7
      ? draw(below: outputCount) : Int(live[draw(below: live.count)])
    let value = value(ofRow: row)
    markUsers(of: row)
    touch(row)
    removeAll(from: row)
    rest.removeAll(keepingCapacity: true)
    rest.append(contentsOf: repeatElement(0, count: inputCount))
    for index in forms.terms(of: value) { rest[Int(forms.places[index])] = forms.coefficients[index] }
    restDigits.removeAll(keepingCapacity: true)
    var left = 0
    for coefficient in rest {
      restDigits.append(signedDigits(coefficient))
      left &+= signedDigits(coefficient)
    }
    for _ in 0..<8 where left > 2 {
      guard let best = bestOperand() else { break }
      left &-= subtract(best)
      add(best, to: row)
    }
    let isRandom = random.next() >> 63 == 0
    for input in 0..<inputCount where rest[input] != 0 {
      addDigits(of: rest[input], input, isRandom: isRandom, to: row)
    }
  }

  /// Marks a row and all that depend on it: they cannot be its operands.
  private mutating func markUsers(of row: Int) {
    marking &+= 1
    candidates.removeAll(keepingCapacity: true)
    candidates.append(Int32(row))
    marks[row] = marking
    while let entry = candidates.popLast() {
      let value = value(ofRow: Int(entry))
      for index in users[value].indices {
        let user = Int(users[value][index])
        if marks[user] != marking {
          marks[user] = marking
          candidates.append(Int32(user))
        }
      }
      work &+= users[value].count
    }
  }

  private mutating func bestOperand() -> SignedTerm? {
    var best: SignedTerm?
    var most = Self.leastGain
    func consider(_ gain: Int, _ value: Int, _ shift: Int, _ isNegative: Bool) {
      guard gain > 1 else { return }
      let worth = Double(gain &- 1) * (1 + Self.noise * random.uniform())
      if worth > most {
        most = worth
        best = SignedTerm(value: value, shift: shift, isNegative: isNegative)
      }
    }
    for index in 0..<outputCount &+ live.count {
      let row = index < outputCount ? index : Int(live[index &- outputCount])
      let value = value(ofRow: row)
      guard marks[row] != marking, rows[row].count > 1, levels[value] < limit else { continue }
      let terms = forms.terms(of: value)
      var present = 0
      for index in terms { present &+= restDigits[Int(forms.places[index])] }
      work &+= terms.count
      guard present >= 2 else { continue }
      work &+= 4 &* terms.count
      for shift in 0..<Self.shifts {
        var (plus, minus) = (0, 0)
        for index in terms {
          let coefficient = forms.coefficients[index] &<< shift
          let input = Int(forms.places[index])
          let (left, digits) = (rest[input], restDigits[input])
          plus &+= digits &- signedDigits(left &- coefficient)
          minus &+= digits &- signedDigits(left &+ coefficient)
        }
        consider(plus, value, shift, false)
        consider(minus, value, shift, true)
      }
    }
    return best
  }

  /// Takes an operand off what is left.
  ///
  /// - Returns: the digits that it saved.
  private mutating func subtract(_ term: SignedTerm) -> Int {
    var saved = 0
    for index in forms.terms(of: term.value) {
      let input = Int(forms.places[index])
      let coefficient = forms.coefficients[index] &<< term.shift
      rest[input] = term.isNegative ? rest[input] &+ coefficient : rest[input] &- coefficient
      let digits = signedDigits(rest[input])
      saved &+= restDigits[input] &- digits
      restDigits[input] = digits
    }
    return saved
  }
}
