/// A range of elements along some axes, with ONNX's rules: negative ends count from the end, ends
/// beyond the extent are clipped.
public struct Slice: SelectionOperator {
  public static let name = "Slice"

  public var starts: [Int]
  public var ends: [Int]
  public var axes: [Int]
  public var steps: [Int]

  public init(starts: [Int], ends: [Int], axes: [Int]? = nil, steps: [Int]? = nil) {
    self.starts = starts
    self.ends = ends
    self.axes = axes ?? Array(starts.indices)
    self.steps = steps ?? Array(repeating: 1, count: starts.count)
  }

  /// Start, step and count along every axis.
  private func ranges(_ input: [Dimension]) throws -> [(start: Int, step: Int, count: Int)?] {
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw NetworkError(
        "has \(starts.count) starts, \(ends.count) ends, \(axes.count) axes, \(steps.count) steps")
    }
    var ranges: [(start: Int, step: Int, count: Int)?] = Array(repeating: nil, count: input.count)
    for index in starts.indices {
      let axis = try resolveAxis(axes[index], rank: input.count)
      guard let extent = input[axis].size else {
        throw NetworkError("slices the axis '\(input[axis])', whose size is not known")
      }
      let step = steps[index]
      guard step != 0, step.magnitude < 1 << 40 else { throw NetworkError("slices with step \(step)") }
      func resolve(_ place: Int) -> Int {
        let place = place < 0 ? max(place, -(1 << 40)) + extent : place
        return step > 0 ? min(max(place, 0), extent) : min(max(place, -1), extent - 1)
      }
      let start = step > 0 ? resolve(starts[index]) : min(resolve(starts[index]), extent - 1)
      let end = resolve(ends[index])
      let span = step > 0 ? end - start : start - end
      ranges[axis] = (start, step, span <= 0 ? 0 : (span - 1) / abs(step) + 1)
    }
    return ranges
  }

  func shape(_ input: [Dimension]) throws -> [Dimension] {
    zip(input, try ranges(input)).map { $1.map { .fixed($0.count) } ?? $0 }
  }

  func places(_ input: [Int]) throws -> [Int] {
    let strides = rowMajorStrides(input)
    var start = 0
    var shape = input
    var steps = strides
    for (axis, range) in try ranges(input.map(Dimension.fixed)).enumerated() {
      guard let range else { continue }
      start += range.start * strides[axis]
      shape[axis] = range.count
      steps[axis] = strides[axis] * range.step
    }
    return stridedOffsets(shape: shape, strides: steps, start: start)
  }
}
