/// The three sums of a convolution and its transpose, term by term: the reference, in any precision.
///
/// *Narrow* is the image with a position per window (a convolution's result), *wide* the one that
/// windows slide over. Weights are `[narrow channel, wide channel of the group, tap]`.
struct WindowProduct: Sendable {
  let narrow, wide: ImageLayout
  let table: WindowTable
  let groups: Int

  /// Calls the body for every pair of channels that meet and every tap: the starts of both channels,
  /// the weight's place and the tap.
  @inline(__always)
  func forEachTap(_ body: (Int, Int, Int, Int) -> Void) {
    let (perGroup, members) = (wide.channels / groups, narrow.channels / groups)
    for image in 0..<narrow.batch {
      for channel in 0..<narrow.channels {
        for member in 0..<perGroup {
          let other = channel / members * perGroup + member
          for tap in 0..<table.taps {
            body(
              image * narrow.batchStride + channel * narrow.channelStride,
              image * wide.batchStride + other * wide.channelStride,
              (channel * perGroup + member) * table.taps + tap, tap)
          }
        }
      }
    }
  }
}

/// `narrow += w · wide`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gatherWindows<Scalar: TrainingScalar>(
  _ product: WindowProduct, _ w: Buffer<Scalar>, _ wide: Buffer<Scalar>, _ narrow: Buffer<Scalar>
) {
  let outputs = product.table.outputs
  let (near, far) = (product.narrow.positionStride, product.wide.positionStride)
  product.forEachTap { to, from, weight, tap in
    let positions = unsafe product.table.positions.base + tap * outputs
    let factor = unsafe w.base[weight]
    for n in 0..<outputs {
      let position = unsafe Int(positions[n])
      if position < 0 { continue }
      unsafe narrow.base[to + n * near] += factor * wide.base[from + position * far]
    }
  }
}

/// `wide += w · narrow`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func scatterWindows<Scalar: TrainingScalar>(
  _ product: WindowProduct, _ w: Buffer<Scalar>, _ narrow: Buffer<Scalar>, _ wide: Buffer<Scalar>
) {
  let outputs = product.table.outputs
  let (near, far) = (product.narrow.positionStride, product.wide.positionStride)
  product.forEachTap { from, to, weight, tap in
    let positions = unsafe product.table.positions.base + tap * outputs
    let factor = unsafe w.base[weight]
    for n in 0..<outputs {
      let position = unsafe Int(positions[n])
      if position < 0 { continue }
      unsafe wide.base[to + position * far] += factor * narrow.base[from + n * near]
    }
  }
}

/// `w += Σ narrow · wide`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pairWindows<Scalar: TrainingScalar>(
  _ product: WindowProduct, _ narrow: Buffer<Scalar>, _ wide: Buffer<Scalar>, _ w: Buffer<Scalar>
) {
  let outputs = product.table.outputs
  let (near, far) = (product.narrow.positionStride, product.wide.positionStride)
  product.forEachTap { from, other, weight, tap in
    let positions = unsafe product.table.positions.base + tap * outputs
    var sum: Scalar = 0
    for n in 0..<outputs {
      let position = unsafe Int(positions[n])
      if position < 0 { continue }
      unsafe sum += narrow.base[from + n * near] * wide.base[other + position * far]
    }
    unsafe w.base[weight] += sum
  }
}

/// Every element of a channel is that channel's bias, or 0.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func fillChannels<Scalar: TrainingScalar>(
  _ image: ImageLayout, _ bias: Buffer<Scalar>?, _ y: Buffer<Scalar>
) {
  guard let bias else { return y.fill(0) }
  for place in 0..<y.count {
    unsafe y.base[place] = bias.base[place / image.channelStride % image.channels]
  }
}

/// `sums[channel] += Σ x`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func addChannels<Scalar: TrainingScalar>(
  _ image: ImageLayout, _ x: Buffer<Scalar>, _ sums: Buffer<Scalar>
) {
  for place in 0..<x.count {
    unsafe sums.base[place / image.channelStride % image.channels] += x.base[place]
  }
}

extension Operand {
  /// The gradient, ready to be added to.
  var openGradient: Buffer<Scalar>? {
    guard let gradient else { return nil }
    if !accumulates { gradient.fill(0) }
    return gradient
  }
}
