/// A value of an adder graph as an exact sparse combination of the inputs.
///
/// Intervals of sums overestimate when an input occurs in both operands (`3x − x`); the form does
/// not, so ranges and steps taken from it are exact.
struct LinearForm: Hashable, Sendable {
  struct Term: Hashable, Sendable {
    var input: Int32
    var coefficient: Int
  }

  /// Non-zero coefficients, by rising input.
  private(set) var terms: [Term]

  var isZero: Bool { terms.isEmpty }

  init(input: Int) {
    terms = [Term(input: Int32(input), coefficient: 1)]
  }

  /// The sum of terms in any order.
  init(_ unordered: [Term]) {
    terms = []
    for term in unordered.sorted(by: { $0.input < $1.input }) {
      if let last = terms.indices.last, terms[last].input == term.input {
        terms[last].coefficient += term.coefficient
      } else {
        terms.append(term)
      }
    }
    terms.removeAll { $0.coefficient == 0 }
  }

  /// `(left << leftShift) ± (right << rightShift)`.
  ///
  /// - Precondition: coefficients stay below 2^63.
  /// - Complexity: O(terms of both).
  init(
    _ left: LinearForm, shift leftShift: Int, _ right: LinearForm, shift rightShift: Int,
    subtract: Bool
  ) {
    precondition(leftShift < 62 && rightShift < 62, "shift of a linear form is 62 or more")
    let leftFactor = 1 << leftShift
    let rightFactor = (subtract ? -1 : 1) << rightShift
    terms = []
    terms.reserveCapacity(left.terms.count + right.terms.count)
    var i = 0
    var j = 0
    while i < left.terms.count || j < right.terms.count {
      let leftInput = i < left.terms.count ? left.terms[i].input : Int32.max
      let rightInput = j < right.terms.count ? right.terms[j].input : Int32.max
      var coefficient = 0
      if leftInput <= rightInput {
        coefficient += left.terms[i].coefficient * leftFactor
        i += 1
      }
      if rightInput <= leftInput {
        coefficient += right.terms[j].coefficient * rightFactor
        j += 1
      }
      if coefficient != 0 {
        terms.append(Term(input: min(leftInput, rightInput), coefficient: coefficient))
      }
    }
  }

  var negated: LinearForm {
    var form = self
    for index in form.terms.indices { form.terms[index].coefficient.negate() }
    return form
  }

  /// The odd form with a positive first coefficient of which this is `± form << shift`.
  ///
  /// Rows that agree here are computed once. The zero form is its own.
  var canonical: (form: LinearForm, shift: Int, isNegative: Bool) {
    guard let first = terms.first else { return (self, 0, false) }
    let shift = terms.map(\.coefficient.trailingZeroBitCount).min() ?? 0
    let isNegative = first.coefficient < 0
    var form = self
    for index in form.terms.indices {
      let odd = form.terms[index].coefficient >> shift
      form.terms[index].coefficient = isNegative ? -odd : odd
    }
    return (form, shift, isNegative)
  }

  /// The exact range over all inputs.
  ///
  /// - Precondition: the bounds fit in 128 bits.
  func range(over inputs: [ConstantMatrixProblem.Input]) -> ValueRange {
    var low: Int128 = 0
    var high: Int128 = 0
    var zeros = Int.max
    for term in terms {
      let input = inputs[Int(term.input)]
      let coefficient = Int128(term.coefficient)
      let ends = (coefficient * Int128(input.low), coefficient * Int128(input.high))
      low += min(ends.0, ends.1)
      high += max(ends.0, ends.1)
      if input.isConstant {
        guard input.low != 0 else { continue }
        zeros = min(zeros, ends.0.trailingZeroBitCount)
      } else {
        zeros = min(zeros, term.coefficient.trailingZeroBitCount)
      }
    }
    return ValueRange(low: low, high: high, zeros: zeros == .max ? 0 : zeros)
  }
}
