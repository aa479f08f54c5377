public import WinnowNetworkIR

extension Sort: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SortPullback(site, axis: axis, descends: descends)
  }
}

/// The first elements of every sorted line, and where they came from; the gradient goes back there.
///
/// A stable merge sort of each line: O(n log n), no allocation.
final class SortPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y, places: Operand<Scalar>
  private let lines, kept: AxisLines
  private let descends: Bool
  /// Two orders of a line.
  private let scratch: Buffer<Int32>

  init(_ site: Site<Scalar>, axis: Int, descends: Bool) {
    (x, y, places) = (site.inputs[0], site.outputs[0], site.outputs[1])
    lines = AxisLines(x.shape, axis: axis)
    kept = AxisLines(y.shape, axis: axis)
    self.descends = descends
    scratch = site.allocate(2 * lines.extent, of: Int32.self)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    sortLines(
      x.values, lines, y.values, places.indices, places.values, kept, descends: descends, scratch)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    if !x.accumulates { dx.fill(0) }
    pullSorted(dy, places.indices, kept, dx, lines)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sortLines<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ lines: AxisLines, _ y: Buffer<Scalar>, _ places: Buffer<Int32>,
  _ reals: Buffer<Scalar>, _ kept: AxisLines, descends: Bool, _ scratch: Buffer<Int32>
) {
  let (extent, stride) = (lines.extent, lines.inner)
  for line in 0..<lines.outer * lines.inner {
    let start = line / stride * extent * stride + line % stride
    let target = line / stride * kept.extent * stride + line % stride
    var order = unsafe scratch.base
    var spare = unsafe scratch.base + extent
    for n in 0..<extent { unsafe order[n] = Int32(n) }
    var width = 1
    while width < extent {
      for low in Swift.stride(from: 0, to: extent, by: 2 * width) {
        let (middle, high) = (min(low + width, extent), min(low + 2 * width, extent))
        var (left, right) = (low, middle)
        for n in low..<high {
          var takesRight = left >= middle
          if left < middle, right < high {
            let a = unsafe x.base[start + Int(order[left]) * stride]
            let b = unsafe x.base[start + Int(order[right]) * stride]
            takesRight = descends ? b > a : b < a
          }
          unsafe spare[n] = order[takesRight ? right : left]
          if takesRight { right += 1 } else { left += 1 }
        }
      }
      unsafe swap(&order, &spare)
      width *= 2
    }
    for n in 0..<kept.extent {
      let (place, to) = unsafe (order[n], target + n * stride)
      unsafe y.base[to] = x.base[start + Int(place) * stride]
      unsafe places.base[to] = place
      unsafe reals.base[to] = Scalar(place)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullSorted<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ places: Buffer<Int32>, _ kept: AxisLines, _ dx: Buffer<Scalar>,
  _ lines: AxisLines
) {
  let stride = lines.inner
  for line in 0..<lines.outer * lines.inner {
    let start = line / stride * lines.extent * stride + line % stride
    let target = line / stride * kept.extent * stride + line % stride
    for n in 0..<kept.extent {
      let from = target + n * stride
      unsafe dx.base[start + Int(places.base[from]) * stride] += dy.base[from]
    }
  }
}
