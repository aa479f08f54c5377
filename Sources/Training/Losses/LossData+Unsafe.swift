/// The arrays of a loss, lent for one call.
///
/// Unused pointers are nil. `scratch` belongs to one thread; everything else is read only.
@unsafe public struct LossData<Scalar: RealScalar> {
  public var first: UnsafePointer<Scalar>
  public var second: UnsafePointer<Scalar>?
  public var third: UnsafePointer<Scalar>?
  /// The elements per event of each input.
  public var widths: (Int, Int, Int)
  /// Target values, one row per event.
  public var target: UnsafePointer<Scalar>?
  public var labels: UnsafePointer<Int32>?
  /// A weight for each element of the first input: 1 keeps, 0 masks.
  public var mask: UnsafePointer<Scalar>?
  public var scratch: UnsafeMutableRawPointer?

  public init(
    first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>? = nil,
    third: UnsafePointer<Scalar>? = nil, widths: (Int, Int, Int),
    target: UnsafePointer<Scalar>? = nil, labels: UnsafePointer<Int32>? = nil,
    mask: UnsafePointer<Scalar>? = nil, scratch: UnsafeMutableRawPointer? = nil
  ) {
    unsafe self.first = first
    unsafe self.second = second
    unsafe self.third = third
    unsafe self.widths = widths
    unsafe self.target = target
    unsafe self.labels = labels
    unsafe self.mask = mask
    unsafe self.scratch = scratch
  }
}

/// Where gradients go; nil where one is not wanted.
@unsafe public struct LossGradients<Scalar: RealScalar> {
  public var first: UnsafeMutablePointer<Scalar>?
  public var second: UnsafeMutablePointer<Scalar>?
  public var third: UnsafeMutablePointer<Scalar>?

  public init(
    first: UnsafeMutablePointer<Scalar>?, second: UnsafeMutablePointer<Scalar>? = nil,
    third: UnsafeMutablePointer<Scalar>? = nil
  ) {
    unsafe self.first = first
    unsafe self.second = second
    unsafe self.third = third
  }
}

extension Loss {
  /// The loss of each event, for evaluation and tests; allocates.
  ///
  /// - Parameters:
  ///   - inputs: one flat array per input, row-major.
  ///   - events: the number of rows.
  public func losses<Scalar: RealScalar>(
    _ inputs: [[Scalar]], target: [Scalar] = [], labels: [Int32] = [], mask: [Scalar]? = nil,
    events: Int
  ) throws(HyperparameterError) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: events)
    try unsafe lend(inputs, target, labels, mask, events) { data in
      unsafe result.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress {
          unsafe forward(data, rows: 0..<events, losses: base)
        }
      }
    }
    return result
  }

  /// The gradients of `Σ seed · loss`, one array per input; allocates.
  public func gradients<Scalar: RealScalar>(
    _ inputs: [[Scalar]], target: [Scalar] = [], labels: [Int32] = [], mask: [Scalar]? = nil,
    seeds: [Scalar]
  ) throws(HyperparameterError) -> [[Scalar]] {
    // What is not written stays NaN and is seen.
    var results = inputs.map { [Scalar](repeating: .nan, count: $0.count) }
    while results.count < 3 { results.append([]) }
    var (first, second, third) = (results[0], results[1], results[2])
    try unsafe lend(inputs, target, labels, mask, seeds.count) { data in
      unsafe first.withUnsafeMutableBufferPointer { a in
        unsafe second.withUnsafeMutableBufferPointer { b in
          unsafe third.withUnsafeMutableBufferPointer { c in
            unsafe seeds.withUnsafeBufferPointer { s in
              guard let base = s.baseAddress else { return }
              unsafe backward(
                data, rows: 0..<seeds.count, seeds: base,
                gradients: LossGradients(
                  first: a.baseAddress, second: b.isEmpty ? nil : b.baseAddress,
                  third: c.isEmpty ? nil : c.baseAddress))
            }
          }
        }
      }
    }
    return Array([first, second, third].prefix(inputs.count))
  }

  private func lend<Scalar: RealScalar>(
    _ inputs: [[Scalar]], _ target: [Scalar], _ labels: [Int32], _ mask: [Scalar]?,
    _ events: Int, _ body: (LossData<Scalar>) -> Void
  ) throws(HyperparameterError) {
    if events == 0 { return }
    let widths = inputs.map { $0.count / events }
    try validate(widths: widths)
    let wanted = events * targetWidth(widths: widths)
    let given = self.target == .labels ? labels.count : target.count
    try HyperparameterError.require(
      inputs.allSatisfy { $0.count % events == 0 } && given == wanted
        && (mask == nil || mask!.count == inputs[0].count),
      "the loss '\(Self.kind.rawValue)' of \(events) events takes \(wanted) target numbers and a "
        + "mask as large as its first input, and got \(given); give arrays of the same events")
    let second = inputs.count > 1 ? inputs[1] : []
    let third = inputs.count > 2 ? inputs[2] : []
    let scratch = [UInt64](repeating: 0, count: (scratchByteCount(widths: widths) + 7) / 8 + 1)
    func run(_ scratch: UnsafeMutableRawBufferPointer) {
      unsafe inputs[0].withUnsafeBufferPointer { a in
        unsafe second.withUnsafeBufferPointer { b in
          unsafe third.withUnsafeBufferPointer { c in
            unsafe target.withUnsafeBufferPointer { t in
              unsafe labels.withUnsafeBufferPointer { l in
                unsafe (mask ?? []).withUnsafeBufferPointer { m in
                  unsafe body(
                    LossData(
                      first: a.baseAddress!, second: b.isEmpty ? nil : b.baseAddress,
                      third: c.isEmpty ? nil : c.baseAddress,
                      widths: (
                        widths[0], widths.count > 1 ? widths[1] : 0,
                        widths.count > 2 ? widths[2] : 0
                      ),
                      target: t.isEmpty ? nil : t.baseAddress,
                      labels: l.isEmpty ? nil : l.baseAddress,
                      mask: m.isEmpty ? nil : m.baseAddress, scratch: scratch.baseAddress))
                }
              }
            }
          }
        }
      }
    }
    var memory = scratch
    unsafe memory.withUnsafeMutableBytes { unsafe run($0) }
  }
}
