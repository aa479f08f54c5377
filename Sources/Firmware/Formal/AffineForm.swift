import WinnowFixedPoint

/// A value as an exact sum `Σ coefficient · atom + constant` over signals that are no sums themselves.
struct AffineForm: Hashable, Sendable {
  struct Term: Hashable, Sendable {
    var atom: Int
    var coefficient: Int64
  }

  /// Non-zero coefficients, by rising atom.
  var terms: [Term]
  var constant: Int128

  init(atom: Int) { self.init([Term(atom: atom, coefficient: 1)], 0) }
  init(constant: Int128) { self.init([], constant) }

  private init(_ terms: [Term], _ constant: Int128) {
    self.terms = terms
    self.constant = constant
  }

  /// This form, and another times a factor; `nil` when a coefficient leaves 64 bits.
  func adding(_ other: AffineForm, times factor: Int) -> AffineForm? {
    var sum: [Term] = []
    sum.reserveCapacity(terms.count + other.terms.count)
    var i = 0
    var j = 0
    while i < terms.count || j < other.terms.count {
      let a = i < terms.count ? terms[i].atom : Int.max
      let b = j < other.terms.count ? other.terms[j].atom : Int.max
      var coefficient: Int64 = 0
      if a <= b {
        coefficient = terms[i].coefficient
        i += 1
      }
      if b <= a {
        let (scaled, tooWide) =
          other.terms[j].coefficient.multipliedReportingOverflow(by: Int64(factor))
        let (total, carried) = coefficient.addingReportingOverflow(scaled)
        if tooWide || carried { return nil }
        coefficient = total
        j += 1
      }
      if coefficient != 0 { sum.append(Term(atom: min(a, b), coefficient: coefficient)) }
    }
    let (scaled, tooWide) = other.constant.multipliedReportingOverflow(by: Int128(factor))
    let (total, carried) = constant.addingReportingOverflow(scaled)
    return tooWide || carried ? nil : AffineForm(sum, total)
  }

  /// The exact range over atoms that each take any value of theirs.
  func range(_ atomRange: (Int) -> ClosedRange<Int128>) -> ClosedRange<Int128> {
    var low = constant
    var high = constant
    for term in terms {
      let bounds = atomRange(term.atom)
      let ends = (
        Int128(term.coefficient) * bounds.lowerBound, Int128(term.coefficient) * bounds.upperBound
      )
      low += min(ends.0, ends.1)
      high += max(ends.0, ends.1)
    }
    return low...high
  }

  /// The form without constant, sign and common factor, of which this is `factor · form + constant`.
  var primitive: (form: AffineForm, factor: Int64) {
    guard let first = terms.first else { return (self, 0) }
    var divisor: UInt64 = 0
    for term in terms {
      var (a, b) = (term.coefficient.magnitude, divisor)
      while b != 0 { (a, b) = (b, a % b) }
      divisor = a
    }
    let factor = first.coefficient < 0 ? -Int64(divisor) : Int64(divisor)
    return (
      AffineForm(terms.map { Term(atom: $0.atom, coefficient: $0.coefficient / factor) }, 0), factor
    )
  }
}
