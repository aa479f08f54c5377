/// A constant integer matrix times a vector of integers: what an adder graph computes.
///
/// A row may name an input more than once (the coefficients add up), have zero coefficients, be
/// empty, or equal another row.
package struct ConstantMatrixProblem: Sendable, Hashable {
  /// The exact, inclusive range of an input's mantissa.
  ///
  /// An input with `low == high` is a constant, such as a bias; a zero constant costs nothing.
  package struct Input: Sendable, Hashable {
    package var low: Int
    package var high: Int
    /// Adder levels already spent before this input is ready.
    package var depth: Int

    package init(low: Int, high: Int, depth: Int = 0) {
      precondition(low <= high, "input range \(low)...\(high) is empty")
      precondition(depth >= 0, "input depth \(depth) is negative")
      self.low = low
      self.high = high
      self.depth = depth
    }

    package var isConstant: Bool { low == high }
    var isZero: Bool { low == 0 && high == 0 }
  }

  package struct Term: Sendable, Hashable {
    package var input: Int
    package var coefficient: Int

    package init(input: Int, coefficient: Int) {
      self.input = input
      self.coefficient = coefficient
    }
  }

  package var inputs: [Input]
  /// One row for each output.
  package var rows: [[Term]]

  package init(inputs: [Input], rows: [[Term]]) {
    self.inputs = inputs
    self.rows = rows
  }

  /// The least number of two-input adder levels in which every row can be summed from its
  /// canonical signed digits: the largest over the rows of `⌈log2 Σ 2^depth(digit)⌉`.
  ///
  /// - Complexity: O(terms · log terms).
  package var minimalDepth: Int {
    let levels = DepthScale(inputs)
    return levels.base + (rows.map { minimalLevels(linearForm(of: $0), levels) }.max() ?? 0)
  }

  /// Non-zero canonical signed digits: what there is to add.
  var signedDigits: Int {
    rows.reduce(0) { $0 + $1.reduce(0) { $0 + signedDigitCount($1.coefficient) } }
  }

  /// A row with equal inputs merged, zero coefficients and zero constants dropped.
  ///
  /// - Precondition: every merged coefficient is below 2^61 in magnitude, so that no sum of its
  ///   signed digits overflows.
  func linearForm(of row: [Term]) -> LinearForm {
    for term in row {
      precondition(
        inputs.indices.contains(term.input),
        "row names input \(term.input) of \(inputs.count)")
    }
    let form = LinearForm(
      row.filter { $0.coefficient != 0 && !inputs[$0.input].isZero }
        .map { LinearForm.Term(input: Int32($0.input), coefficient: $0.coefficient) })
    for term in form.terms {
      precondition(
        term.coefficient.magnitude < 1 << 61,
        "coefficient \(term.coefficient) of input \(term.input) is 2^61 or more")
    }
    return form
  }

  func minimalLevels(_ form: LinearForm, _ levels: DepthScale) -> Int {
    var weight = 0
    for term in form.terms {
      weight += signedDigitCount(term.coefficient) << levels.level(inputs[Int(term.input)].depth)
    }
    return ceilingLog2(weight)
  }
}

/// Adder levels counted from a base, so that `2^level` sums fit in 64 bits at any depth.
///
/// Inputs more than 40 levels above the deepest one are counted as if they were 40 above it.
struct DepthScale {
  let base: Int

  init(_ inputs: [ConstantMatrixProblem.Input]) {
    base = max(0, (inputs.map(\.depth).max() ?? 0) - 40)
  }

  func level(_ depth: Int) -> Int { max(0, depth - base) }
}
