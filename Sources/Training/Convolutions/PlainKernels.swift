/// The definition of the block kernels: plain loops in any precision.
struct PlainKernels<Scalar: TrainingScalar>: BlockKernels {
  func fromRows(
    _ rows: Buffer<Scalar>, count: Int, features: Int, events: Int, _ block: Buffer<Scalar>
  ) {
    for feature in 0..<features {
      for event in 0..<events {
        block[feature * events + event] = event < count ? rows[event * features + feature] : 0
      }
    }
  }

  func toRows(
    _ block: Buffer<Scalar>, features: Int, events: Int, _ rows: Buffer<Scalar>, count: Int,
    accumulates: Bool
  ) {
    for event in 0..<count {
      for feature in 0..<features {
        let value = block[feature * events + event]
        rows[event * features + feature] =
          accumulates ? rows[event * features + feature] + value : value
      }
    }
  }

  func product(
    _ product: ChannelProduct, _ window: TapTable, events: Int, _ x: Buffer<Scalar>,
    weights: Buffer<Scalar>, bias: Buffer<Scalar>?, slope: Double?, _ y: Buffer<Scalar>
  ) {
    plainProduct(
      product, window, events: events, x, weights: weights, bias: bias,
      slope: slope.map { Scalar($0) }, y)
  }

  func pullWeights(
    _ product: ChannelProduct, _ places: PlaceTaps, events: Int, _ x: Buffer<Scalar>,
    _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>
  ) {
    plainPullWeights(product, places, events: events, x, dy, gradient)
  }

  func pullBias(
    channels: Int, positions: Int, events: Int, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>
  ) {
    for channel in 0..<channels {
      var sum: Scalar = 0
      for place in 0..<positions * events { sum += dy[channel * positions * events + place] }
      gradient[channel] += sum
    }
  }

  func pullRectifier(slope: Double, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, count: Int) {
    for place in 0..<count where y[place] <= 0 { dy[place] *= Scalar(slope) }
  }

  func combine(
    channels: Int, _ window: TapTable, _ factors: Buffer<Scalar>, events: Int,
    _ x: Buffer<Scalar>, _ y: Buffer<Scalar>
  ) {
    forTaps(channels, window, events, first: { y[$0] = 0 }) { tap, source, target in
      y[target] += factors[tap] * x[source]
    }
  }

  func pullCombination(
    channels: Int, _ window: TapTable, _ factors: Buffer<Scalar>, events: Int,
    _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>
  ) {
    dx.part(0..<channels * window.inputs * events).fill(0)
    forTaps(channels, window, events, first: { _ in }) { tap, source, target in
      dx[source] += factors[tap] * dy[target]
    }
  }

  func maximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>
  ) {
    forTaps(channels, window, events, first: { y[$0] = -.infinity }) { _, source, target in
      y[target] = x[source] > y[target] ? x[source] : y[target]
    }
  }

  func pullMaximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>,
    _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>
  ) {
    dx.part(0..<channels * window.inputs * events).fill(0)
    var found = -1
    forTaps(channels, window, events, first: { _ in found = -1 }) { _, source, target in
      guard found != target, x[source] == y[target] else { return }
      found = target
      dx[source] += dy[target]
    }
  }

  /// Calls `first` for each output element, then `body` for each of its taps in order.
  private func forTaps(
    _ channels: Int, _ window: TapTable, _ events: Int, first: (Int) -> Void,
    _ body: (_ tap: Int, _ source: Int, _ target: Int) -> Void
  ) {
    for channel in 0..<channels {
      for position in 0..<window.outputs {
        for event in 0..<events {
          let target = (channel * window.outputs + position) * events + event
          first(target)
          for tap in Int(window.starts[position])..<Int(window.starts[position + 1]) {
            let source = (channel * window.inputs + Int(window.sources[tap])) * events + event
            body(tap, source, target)
          }
        }
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainProduct<Scalar: TrainingScalar>(
  _ product: ChannelProduct, _ window: TapTable, events: Int, _ x: Buffer<Scalar>,
  weights: Buffer<Scalar>, bias: Buffer<Scalar>?, slope: Scalar?, _ y: Buffer<Scalar>
) {
  for group in 0..<product.groups {
    for output in 0..<product.outputs {
      let channel = group * product.outputs + output
      for position in 0..<window.outputs {
        let target = y.part(
          (channel * window.outputs + position) * events..<(channel * window.outputs + position + 1)
            * events)
        target.fill(bias?[channel] ?? 0)
        for tap in Int(window.starts[position])..<Int(window.starts[position + 1]) {
          for input in 0..<product.inputs {
            let weight = weights[
              group * product.groupStride + output * product.outputStride
                + input * product.inputStride + Int(window.kernel[tap])]
            let source =
              ((group * product.inputs + input) * window.inputs + Int(window.sources[tap])) * events
            for event in 0..<events { target[event] += weight * x[source + event] }
          }
        }
        if let slope { for event in 0..<events where target[event] <= 0 { target[event] *= slope } }
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainPullWeights<Scalar: TrainingScalar>(
  _ product: ChannelProduct, _ places: PlaceTaps, events: Int, _ x: Buffer<Scalar>,
  _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>
) {
  for group in 0..<product.groups {
    for output in 0..<product.outputs {
      for input in 0..<product.inputs {
        for place in 0..<places.places {
          var sum: Scalar = 0
          for tap in Int(places.starts[place])..<Int(places.starts[place + 1]) {
            let source =
              ((group * product.inputs + input) * places.inputs + Int(places.sources[tap])) * events
            let target =
              ((group * product.outputs + output) * places.outputs + Int(places.targets[tap])) * events
            for event in 0..<events { sum += dy[target + event] * x[source + event] }
          }
          gradient[
            group * product.groupStride + output * product.outputStride
              + input * product.inputStride + place] += sum
        }
      }
    }
  }
}
