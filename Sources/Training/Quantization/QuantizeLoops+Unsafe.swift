/// One type for all elements: clip, then round, which is the same as rounding first because the ends
/// of the range are whole numbers of steps. A NaN stays one.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func quantise<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, scale: Scalar, step: Scalar, low: Scalar, high: Scalar,
  rounding: QuantizerTable<Scalar>.FastRounding
) {
  // Adding it leaves no bits behind the point.
  let shifter = Scalar(sign: .plus, exponent: Scalar.Exponent(Scalar.significandBitCount), significand: 1.5)
  switch rounding {
  case .halvesToEven:
    for place in 0..<y.count {
      var s = unsafe x.base[place] * scale
      s = s < low ? low : s
      s = s > high ? high : s
      unsafe y.base[place] = ((s + shifter) - shifter) * step
    }
  case .halvesUp:
    for place in 0..<y.count {
      var s = unsafe x.base[place] * scale
      s = s < low ? low : s
      s = s > high ? high : s
      let even = (s + shifter) - shifter
      unsafe y.base[place] = (even + (s - even == 0.5 ? 1 : 0)) * step
    }
  case .down:
    for place in 0..<y.count {
      var s = unsafe x.base[place] * scale
      s = s < low ? low : s
      s = s > high ? high : s
      let even = (s + shifter) - shifter
      unsafe y.base[place] = (even - (even > s ? 1 : 0)) * step
    }
  }
}

/// Types that repeat after a period: those of channels or of single elements.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func quantise<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ table: QuantizerTable<Scalar>,
  rounding: QuantizerTable<Scalar>.FastRounding
) {
  let shifter = Scalar(sign: .plus, exponent: Scalar.Exponent(Scalar.significandBitCount), significand: 1.5)
  let (scale, step) = unsafe (table.scale.base, table.step.base)
  let (low, high) = unsafe (table.low.base, table.high.base)
  let up: Scalar = rounding == .halvesUp ? 1 : 0
  let down: Scalar = rounding == .down ? 1 : 0
  for start in stride(from: 0, to: y.count, by: table.period) {
    let (xs, ys) = unsafe (x.base + start, y.base + start)
    for place in 0..<min(table.period, y.count - start) {
      var s = unsafe xs[place] * scale[place]
      unsafe s = s < low[place] ? low[place] : s
      unsafe s = s > high[place] ? high[place] : s
      let even = (s + shifter) - shifter
      let rounded = even + (s - even == 0.5 ? up : 0) - (even > s ? down : 0)
      unsafe ys[place] = rounded * step[place]
    }
  }
}

/// The gradient passes where the element is in range.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pullQuantise<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, low: Scalar, high: Scalar,
  accumulates: Bool
) {
  if accumulates {
    for place in 0..<dx.count {
      let passes = unsafe x.base[place] >= low && x.base[place] <= high
      unsafe dx.base[place] += passes ? dy.base[place] : 0
    }
  } else {
    for place in 0..<dx.count {
      let passes = unsafe x.base[place] >= low && x.base[place] <= high
      unsafe dx.base[place] = passes ? dy.base[place] : 0
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pullQuantise<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ table: QuantizerTable<Scalar>,
  accumulates: Bool
) {
  let (low, high) = unsafe (table.passLow.base, table.passHigh.base)
  for start in stride(from: 0, to: dx.count, by: table.period) {
    let (xs, from, to) = unsafe (x.base + start, dy.base + start, dx.base + start)
    for place in 0..<min(table.period, dx.count - start) {
      let passes = unsafe xs[place] >= low[place] && xs[place] <= high[place]
      let before = unsafe accumulates ? to[place] : 0
      unsafe to[place] = before + (passes ? from[place] : 0)
    }
  }
}
