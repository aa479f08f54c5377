/// The places of the factors of one sum, in the order in which it is formed.
struct SumTerms {
  var x: [Int]
  var w: [Int]
  var bias: Int
}

/// The element type of a sum of products: exact fixed point if all factors are, else real.
func sumElement(_ inputs: [TensorType], _ accumulation: Accumulation) throws -> ElementType {
  var fractions: [Int] = []
  for input in inputs {
    switch input.element {
    case .fixed(let fraction): fractions.append(fraction)
    case .integer, .boolean: fractions.append(0)
    case .float32, .float64: break
    }
  }
  if fractions.count == inputs.count {
    return .fixed(
      fraction: accumulation.fraction(
        fractions[0], fractions[1], bias: fractions.count > 2 ? fractions[2] : nil))
  }
  guard accumulation == .exact else {
    throw NetworkError("has an accumulator type but real inputs; quantise them first")
  }
  return inputs.allSatisfy { $0.element == .float32 } ? .float32 : .float64
}

/// Sums of products: exact on fixed point; on floats summed in double precision, in order, and
/// rounded once for float32.
func sumProducts(
  _ x: Tensor, _ w: Tensor, _ bias: Tensor?, _ accumulation: Accumulation, shape: [Int],
  terms: [SumTerms]
) throws -> Tensor {
  if let (xs, xf) = x.mantissas, let (ws, wf) = w.mantissas,
    bias == nil || bias?.mantissas != nil
  {
    let (bs, bf) = bias?.mantissas ?? ([], xf + wf)
    let sums = try terms.map { term in
      try accumulation.sum(
        zip(term.x, term.w).lazy.map { (xs[$0], ws[$1]) }, productFraction: xf + wf,
        bias: bs.isEmpty ? 0 : bs[term.bias], biasFraction: bf)
    }
    let fraction = accumulation.fraction(xf, wf, bias: bias == nil ? nil : bf)
    return Tensor(shape, .fixed(sums, fraction: fraction))
  }
  let (xs, ws) = (x.elements.doubles, w.elements.doubles)
  let bs = bias?.elements.doubles
  let sums = terms.map { term in
    zip(term.x, term.w).reduce(bs?[term.bias] ?? 0) { $0 + xs[$1.0] * ws[$1.1] }
  }
  let single = [x, w, bias].compactMap(\.self).allSatisfy { $0.elementType == .float32 }
  return Tensor(shape, single ? .float32(sums.map(Float.init)) : .float64(sums))
}
