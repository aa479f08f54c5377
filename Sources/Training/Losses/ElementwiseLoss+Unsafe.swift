/// A loss of one element against its target.
protocol ElementFunction<Scalar> {
  associatedtype Scalar: RealScalar
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar
  /// The derivative by the prediction.
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar
}

/// Losses that are a mean over an event's elements, each compared with its own target.
protocol ElementwiseLoss: Loss {
  /// Over what the mean is taken where there is a mask.
  var maskedMean: MaskedMean { get }
}

extension ElementwiseLoss {
  public var inputNames: [String] { ["prediction"] }
  public var target: LossTarget { .values }

  public func validate(widths: [Int]) throws(HyperparameterError) { try checkWidths(widths) }

  /// The mean of each row; inlined where scalar and function are known.
  @inline(__always)
  func meanForward<F: ElementFunction>(
    _ function: F, _ data: LossData<F.Scalar>, _ rows: Range<Int>,
    _ losses: UnsafeMutablePointer<F.Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target else { return }
    for row in rows {
      let (p, t) = unsafe (data.first + row * width, target + row * width)
      if let mask = unsafe data.mask {
        let m = unsafe mask + row * width
        var sum: F.Scalar = 0
        var kept: F.Scalar = 0
        for k in 0..<width where unsafe m[k] != 0 {
          unsafe sum += m[k] * function.value(p[k], t[k])
          unsafe kept += m[k]
        }
        let count = maskedMean == .all ? F.Scalar(width) : kept
        unsafe losses[row] = count == 0 ? 0 : sum / count
      } else {
        // Four sums, so that additions do not wait for one another.
        var (a, b, c, d) = (F.Scalar.zero, F.Scalar.zero, F.Scalar.zero, F.Scalar.zero)
        var k = 0
        while k + 4 <= width {
          unsafe a += function.value(p[k], t[k])
          unsafe b += function.value(p[k + 1], t[k + 1])
          unsafe c += function.value(p[k + 2], t[k + 2])
          unsafe d += function.value(p[k + 3], t[k + 3])
          k += 4
        }
        while k < width {
          unsafe a += function.value(p[k], t[k])
          k += 1
        }
        unsafe losses[row] = ((a + c) + (b + d)) / F.Scalar(width)
      }
    }
  }

  @inline(__always)
  func meanBackward<F: ElementFunction>(
    _ function: F, _ data: LossData<F.Scalar>, _ rows: Range<Int>,
    _ seeds: UnsafePointer<F.Scalar>, _ gradients: LossGradients<F.Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let gradient = unsafe gradients.first, let target = unsafe data.target else { return }
    for row in rows {
      let (p, t) = unsafe (data.first + row * width, target + row * width)
      let g = unsafe gradient + row * width
      if let mask = unsafe data.mask {
        let m = unsafe mask + row * width
        var kept: F.Scalar = 0
        for k in 0..<width { unsafe kept += m[k] }
        let count = maskedMean == .all ? F.Scalar(width) : kept
        let scale = unsafe count == 0 ? 0 : seeds[row] / count
        // A masked element may hold anything; its slope is not even looked at.
        for k in 0..<width {
          unsafe g[k] = m[k] == 0 ? 0 : scale * m[k] * function.slope(p[k], t[k])
        }
      } else {
        let scale = unsafe seeds[row] / F.Scalar(width)
        for k in 0..<width { unsafe g[k] = scale * function.slope(p[k], t[k]) }
      }
    }
  }
}
