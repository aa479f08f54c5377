public import WinnowFixedPoint

extension ProgramBuilder {
  /// Converts a scalar to a fixed-point type.
  ///
  /// A real function of a value becomes a table over the value's whole interval; a graph input
  /// becomes an input of that type.
  public mutating func convert(_ scalar: Scalar, to type: FixedPointType) throws -> Scalar {
    switch scalar {
    case .raw(let port, let element):
      return try input(port: port, element: element, type)
    case .realConstant(let real):
      guard let mantissa = type.convert(real) else { throw NetworkError("quantises a NaN") }
      return .constant(mantissa, fraction: type.fraction)
    case .constant(let mantissa, let fraction):
      return .constant(type.convert(mantissa, fraction: fraction), fraction: type.fraction)
    case .real(let value, let function):
      return try tabulate(value, step: type.fraction) { real in
        guard let mantissa = type.convert(function(real)) else {
          throw NetworkError("quantises a NaN: its function is not defined at \(real)")
        }
        return mantissa
      }
    case .value:
      if type.width == 0 { return .constant(0, fraction: type.fraction) }
      let rounded = try round(scalar, to: type.fraction, type.rounding)
      return try fit(rounded, type)
    }
  }

  private mutating func input(port: Int, element: Int, _ type: FixedPointType) throws -> Scalar {
    if let before = portTypes[port][element], before != type {
      throw NetworkError(
        "quantises graph input '\(program.inputs[port].name)' to \(type), another node to \(before); put one Quantize right after the input"
      )
    }
    portTypes[port][element] = type
    if type.width == 0 { return .constant(0, fraction: type.fraction) }
    let (low, high) = type.overflow.range(of: type.format)
    return emit(
      .input(port: port, element: element), Interval(low, high, fraction: type.fraction), origin: -1)
  }

  /// A table of `entry(x)` over all values x of the interval.
  mutating func tabulate(
    _ value: FixedPointProgram.Value, step: Int, _ entry: (Double) throws -> Int128
  ) throws -> Scalar {
    let range = interval(value)
    let count = range.high - range.low + 1
    guard count <= Self.maximumTableEntries else {
      throw NetworkError(
        "needs a table of \(count) entries; quantise the function's input to 16 bits or fewer")
    }
    let unit = Double(sign: .plus, exponent: -range.fraction, significand: 1)
    var entries: [Int] = []
    for mantissa in range.low...range.high {
      guard let result = Int(exactly: try entry(Double(mantissa) * unit)) else {
        throw NetworkError("has a table entry of more than 63 bits; quantise to a narrower format")
      }
      entries.append(result)
    }
    return table(value, first: range.low, entries, fraction: step)
  }

  /// `entries[x − first]`; the table must cover the value's interval and is cut to it.
  mutating func table(
    _ value: FixedPointProgram.Value, first: Int128, _ entries: [Int], fraction: Int
  ) -> Scalar {
    let range = interval(value)
    let covered = Array(entries[Int(range.low - first)...Int(range.high - first)])
    let bounds = Interval(
      Int128(covered.min()!), Int128(covered.max()!), fraction: fraction)
    return emit(.table(value, first: range.low, entries: covered), bounds)
  }

  /// Rounds to a coarser step; a step that is fine enough changes nothing.
  mutating func round(_ scalar: Scalar, to fraction: Int, _ mode: RoundingMode) throws -> Scalar {
    let range = try range(scalar)
    let bits = range.fraction - fraction
    if bits <= 0 { return scalar }
    // Less than half a step rounds to zero.
    let widest = max(range.low.magnitude, range.high.magnitude)
    if mode != .truncate, bits > 127 || widest < UInt128(1) << (bits - 1) {
      return .constant(0, fraction: fraction)
    }
    let half = Int128(1) << (bits - 1)
    func offset(_ builder: inout Self, _ constant: Int128, sign coefficient: Int128 = 0) throws
      -> Scalar
    {
      var terms: [(Scalar, Int128)] = [(scalar, 1)]
      if coefficient != 0 {
        // The sign bit, counted in the value's own step.
        let sign = try builder.scale(builder.isNegative(scalar), byPowerOfTwo: -range.fraction)
        terms.append((sign, coefficient))
      }
      return try builder.linear(terms, coefficientFraction: 0, constant: (constant, range.fraction))
    }
    switch mode {
    case .truncate: return try shift(scalar, bits: range.fraction - fraction, to: fraction)
    case .truncateToZero:
      return try shift(offset(&self, 0, sign: 2 * half - 1), to: fraction)
    case .nearest: return try shift(offset(&self, half), to: fraction)
    case .nearestToMinusInfinity: return try shift(offset(&self, half - 1), to: fraction)
    case .nearestToZero: return try shift(offset(&self, half - 1, sign: 1), to: fraction)
    case .nearestToInfinity: return try shift(offset(&self, half, sign: -1), to: fraction)
    case .nearestToEven:
      return try shift(offset(&self, half), to: fraction, convergent: true)
    }
  }

  private mutating func shift(
    _ scalar: Scalar, bits: Int? = nil, to fraction: Int, convergent: Bool = false
  ) throws -> Scalar {
    let range = try range(scalar)
    let bits = range.fraction - fraction
    // A sum that lost its low zero bits has no tie to break, or a tie on every value.
    if bits <= 0 {
      guard convergent, bits == 0 else { return scalar }
      return try evened(scalar)
    }
    func shifted(_ x: Int128) -> Int128 {
      convergent && x & ((Int128(1) << bits) - 1) == 0 ? (x >> bits) & ~1 : x >> bits
    }
    switch scalar {
    case .constant(let mantissa, _): return .constant(shifted(mantissa), fraction: fraction)
    case .value(let value):
      switch program.instructions[value] {
      case .clamp(let x, let low, let high):
        // Both shifts are monotonic: they move before the clamp, so that it works on fewer bits.
        let inner = try shift(.value(x), to: fraction, convergent: convergent)
        return try clamp(
          inner, low: (shifted(low), fraction), high: (shifted(high), fraction))
      case .floorShift(let x, let before) where !convergent:
        return floorShift(
          x, bits: before + bits,
          Interval(range.low >> bits, range.high >> bits, fraction: fraction))
      default: break
      }
      let bounds = Interval(shifted(range.low), shifted(range.high), fraction: fraction)
      return convergent
        ? emit(.convergentShift(value, bits: bits), bounds) : floorShift(value, bits: bits, bounds)
    default: throw Self.notExact(scalar)
    }
  }

  /// A floor shift; one that leaves only the sign drops no more bits than there are.
  private mutating func floorShift(
    _ value: FixedPointProgram.Value, bits: Int, _ result: Interval
  ) -> Scalar {
    let sign = max(interval(value).format.width - 1, 1)
    return emit(.floorShift(value, bits: min(bits, sign)), result)
  }

  /// Every value is a tie: half a step was added to whole steps.
  private mutating func evened(_ scalar: Scalar) throws -> Scalar {
    let range = try range(scalar)
    guard case .value(let value) = scalar else {
      return .constant(range.low & ~1, fraction: range.fraction)
    }
    return emit(
      .convergentShift(value, bits: 0),
      Interval(range.low & ~1, range.high & ~1, fraction: range.fraction))
  }

  /// Brings a value that is on the type's grid into the type's range.
  private mutating func fit(_ scalar: Scalar, _ type: FixedPointType) throws -> Scalar {
    let range = try range(scalar)
    let fine = max(range.fraction, type.fraction)
    // Bounds in the value's own, coarser step: the format's minimum rounds up, its maximum down.
    let (least, most) = type.overflow.range(of: type.format)
    let coarser = fine - range.fraction
    let low = -((-least) >> coarser)
    let high = most >> coarser
    if range.low >= low, range.high <= high { return scalar }
    switch type.overflow {
    case .wrap:
      let width = type.width - coarser
      if width <= 0 { return .constant(0, fraction: type.fraction) }
      return wrap(scalar, signed: type.isSigned, width: width)
    case .saturate, .saturateSymmetrically:
      if coarser == 0 { return try clamp(scalar, low: (least, fine), high: (most, fine)) }
      // The clipped value may need the finer step. One coarse step past an end that is off the
      // grid stands for all that lies beyond, so that few bits are aligned.
      let floor = low << coarser == least ? low : low - 1
      var near = try clamp(scalar, low: (floor, range.fraction), high: (high + 1, range.fraction))
      // Of steps far wider than the format only the sign counts; nearer ones say the same.
      let excess = coarser - type.width - 1
      if excess > 0 { near = try scale(near, byPowerOfTwo: -excess) }
      let raised = try maximum(near, .constant(least, fraction: fine))
      return try minimum(raised, .constant(most, fraction: fine))
    case .saturateToZero:
      let below = try less(scalar, .constant(low, fraction: range.fraction))
      let above = try less(.constant(high, fraction: range.fraction), scalar)
      let zero = Scalar.constant(0, fraction: range.fraction)
      let kept = try select(above, zero, scalar)
      let inside = try select(below, zero, kept)
      narrow(
        inside, to: max(min(range.low, 0), min(low, 0))...min(max(range.high, 0), max(high, 0)))
      return inside
    }
  }

  /// States the range of a selected value, which interval arithmetic cannot see.
  private mutating func narrow(_ scalar: Scalar, to bounds: ClosedRange<Int128>) {
    guard case .value(let value) = scalar else { return }
    let range = interval(value)
    program.intervals[value] = Interval(
      max(range.low, bounds.lowerBound), min(range.high, bounds.upperBound),
      fraction: range.fraction)
  }
}
