extension AdderGraph {
  /// The first output that is not the row it stands for; `nil` when the graph is the matrix.
  ///
  /// The linear form of every value is followed through the adders: exact for all inputs at once.
  package func firstWrongOutput(of problem: ConstantMatrixProblem) -> Int? {
    guard outputs.count == problem.rows.count, inputCount == problem.inputs.count else { return 0 }
    var forms: [AffineForm?] = problem.inputs.indices.map {
      problem.inputs[$0].isConstant
        ? AffineForm(constant: Int128(problem.inputs[$0].low)) : AffineForm(atom: $0)
    }
    let zero = AffineForm(constant: 0)
    for adder in adders {
      forms.append(
        forms[adder.left.value].flatMap { left in
          forms[adder.right.value].flatMap { right in
            zero.adding(left, times: 1 << adder.left.shift)?
              .adding(right, times: (adder.subtract ? -1 : 1) << adder.right.shift)
          }
        })
    }
    return outputs.indices.first { index in
      let output = outputs[index]
      let found = output.value.map {
        forms[$0].flatMap { zero.adding($0, times: (output.negate ? -1 : 1) << output.shift) }
      }
      let wanted = problem.rows[index].reduce(Optional(zero)) { sum, term in
        forms[term.input].flatMap { sum?.adding($0, times: term.coefficient) }
      }
      return wanted == nil || (found ?? zero) != wanted
    }
  }
}
