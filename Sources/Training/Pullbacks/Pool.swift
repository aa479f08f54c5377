public import WinnowNetworkIR

extension Pool: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope {
    layout == .channelsFirst ? .rows : .whole
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    PoolPullback(self, site)
  }
}

/// Window by window. The gradient of a maximum goes to the first element that reaches it, as in
/// PyTorch.
private final class PoolPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let wide, narrow: ImageLayout
  private let table: WindowTable
  /// Of an average, per output position.
  private let factors: Buffer<Scalar>
  /// Of a maximum: the position that reached it.
  private let winners: Buffer<Int32>
  private let isMaximum: Bool

  init(_ operation: Pool, _ site: Site<Scalar>) {
    (x, y) = (site.inputs[0], site.outputs[0])
    wide = ImageLayout(x.shape, operation.layout)
    narrow = ImageLayout(y.shape, operation.layout)
    table = WindowTable(site, operation.window, inputs: wide.extents, outputs: narrow.extents)
    isMaximum = operation.function == .maximum
    factors = site.allocate(isMaximum ? 0 : table.outputs)
    winners = site.allocate(isMaximum ? site.outputs[0].count : 0, of: Int32.self)
    for output in 0..<factors.count {
      let covered = (0..<table.taps).filter { table.positions[$0 * table.outputs + output] >= 0 }
      factors[output] = 1 / Scalar(operation.countsPadding ? table.taps : covered.count)
    }
  }

  func forward(phase: Int) {
    if isMaximum {
      maximum(table, wide, narrow, x.values, y.values, winners)
    } else {
      average(table, wide, narrow, x.values, y.values, factors)
    }
  }

  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.openGradient else { return }
    if isMaximum {
      pullMaximum(wide, narrow, dy, dx, winners)
    } else {
      pullAverage(table, wide, narrow, dy, dx, factors)
    }
  }
}

extension ImageLayout {
  /// Calls the body with the starts of every channel of two images.
  @inline(__always)
  func forEachChannel(_ other: ImageLayout, _ body: (Int, Int) -> Void) {
    for image in 0..<batch {
      for channel in 0..<channels {
        body(
          image * batchStride + channel * channelStride,
          image * other.batchStride + channel * other.channelStride)
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func maximum<Scalar: TrainingScalar>(
  _ table: WindowTable, _ wide: ImageLayout, _ narrow: ImageLayout, _ x: Buffer<Scalar>,
  _ y: Buffer<Scalar>, _ winners: Buffer<Int32>
) {
  wide.forEachChannel(narrow) { from, to in
    for output in 0..<table.outputs {
      var most = -Scalar.infinity
      var winner: Int32 = -1
      for tap in 0..<table.taps {
        let position = unsafe table.positions.base[tap * table.outputs + output]
        if position < 0 { continue }
        let value = unsafe x.base[from + Int(position) * wide.positionStride]
        if winner < 0 || !(value <= most) { (most, winner) = (value, position) }
      }
      let place = to + output * narrow.positionStride
      unsafe y.base[place] = most
      unsafe winners.base[place] = winner
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullMaximum<Scalar: TrainingScalar>(
  _ wide: ImageLayout, _ narrow: ImageLayout, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>,
  _ winners: Buffer<Int32>
) {
  let outputs = narrow.extents.reduce(1, *)
  wide.forEachChannel(narrow) { from, to in
    for output in 0..<outputs {
      let place = to + output * narrow.positionStride
      unsafe dx.base[from + Int(winners.base[place]) * wide.positionStride] += dy.base[place]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func average<Scalar: TrainingScalar>(
  _ table: WindowTable, _ wide: ImageLayout, _ narrow: ImageLayout, _ x: Buffer<Scalar>,
  _ y: Buffer<Scalar>, _ factors: Buffer<Scalar>
) {
  wide.forEachChannel(narrow) { from, to in
    for output in 0..<table.outputs {
      var sum: Scalar = 0
      for tap in 0..<table.taps {
        let position = unsafe Int(table.positions.base[tap * table.outputs + output])
        if position >= 0 { unsafe sum += x.base[from + position * wide.positionStride] }
      }
      unsafe y.base[to + output * narrow.positionStride] = sum * factors.base[output]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullAverage<Scalar: TrainingScalar>(
  _ table: WindowTable, _ wide: ImageLayout, _ narrow: ImageLayout, _ dy: Buffer<Scalar>,
  _ dx: Buffer<Scalar>, _ factors: Buffer<Scalar>
) {
  wide.forEachChannel(narrow) { from, to in
    for output in 0..<table.outputs {
      let pulled = unsafe dy.base[to + output * narrow.positionStride] * factors.base[output]
      for tap in 0..<table.taps {
        let position = unsafe Int(table.positions.base[tap * table.outputs + output])
        if position >= 0 { unsafe dx.base[from + position * wide.positionStride] += pulled }
      }
    }
  }
}
