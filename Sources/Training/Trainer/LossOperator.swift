import WinnowNetworkIR

/// A loss as a node of the objective's graph: one number per event.
///
/// Inputs: those of the loss, then the target, if it has one, then a mask, if there is one.
struct LossOperator: Differentiable {
  static let name = "Loss"

  var loss: AnyLoss
  var hasMask: Bool

  private var count: Int { loss.loss.inputNames.count }
  private var hasTarget: Bool { loss.loss.target != .none }

  func isDifferentiable(input: Int) -> Bool { input < count }

  func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    let wanted = count + (hasTarget ? 1 : 0) + (hasMask ? 1 : 0)
    guard inputs.count == wanted else {
      throw NetworkError("takes \(wanted) inputs, not \(inputs.count)")
    }
    guard let rows = inputs[0].shape.first, inputs.allSatisfy({ $0.shape.first == rows }) else {
      throw NetworkError("takes inputs with the same leading axis, the events")
    }
    let widths = try inputs.map { type in
      try type.shape.dropFirst().reduce(1) { product, dimension in
        guard let size = dimension.size else {
          throw NetworkError("has an input \(type) of unknown width")
        }
        return product * size
      }
    }
    do { try loss.loss.validate(widths: Array(widths[..<count])) } catch {
      throw NetworkError("\(error)")
    }
    if hasTarget {
      let width = loss.loss.targetWidth(widths: Array(widths[..<count]))
      guard widths[count] == width else {
        throw NetworkError("has a target of \(widths[count]) elements per event; \(width) fit")
      }
    }
    if hasMask {
      guard loss.loss is any ElementwiseLoss || loss.loss is BetaVAELoss else {
        throw NetworkError(
          "has a mask, which the loss '\(loss.loss.kindName)' does not use; leave it out, or weigh events")
      }
      guard widths[wanted - 1] == widths[0] else {
        throw NetworkError(
          "has a mask of \(widths[wanted - 1]) elements per event for \(widths[0]); give one per element")
      }
    }
    return [TensorType([rows], inputs[0].element == .float64 ? .float64 : .float32)]
  }

  func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let values = inputs.map(\.elements.doubles)
    let target = hasTarget ? values[count] : []
    let labels = loss.loss.target == .labels ? target.map { Int32($0) } : []
    let losses = try loss.loss.losses(
      Array(values[..<count]), target: loss.loss.target == .labels ? [] : target, labels: labels,
      mask: hasMask ? values.last : nil, events: inputs[0].shape[0])
    return [Tensor([inputs[0].shape[0]], .float64(losses))]
  }

  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    LossPullback(loss.loss, hasTarget: hasTarget, hasMask: hasMask, site)
  }
}

private final class LossPullback<Scalar: TrainingScalar>: Pullback {
  private let loss: any Loss
  private let inputs: [Operand<Scalar>]
  private let y: Operand<Scalar>
  private let target, mask: Operand<Scalar>?
  private let labels: Buffer<Int32>
  private let work: Buffer<UInt64>
  /// Gradients before they are added, for inputs that others write to too.
  private let own: [Buffer<Scalar>?]

  init(_ loss: any Loss, hasTarget: Bool, hasMask: Bool, _ site: Site<Scalar>) {
    self.loss = loss
    let count = loss.inputNames.count
    inputs = Array(site.inputs[..<count])
    y = site.outputs[0]
    target = hasTarget ? site.inputs[count] : nil
    mask = hasMask ? site.inputs.last : nil
    labels = site.allocate(loss.target == .labels ? site.outputs[0].count : 0, of: Int32.self)
    let bytes = loss.scratchByteCount(widths: inputs.map(\.rowCount))
    work = site.allocate(bytes / 8 + 1, of: UInt64.self)
    own = inputs.map { $0.gradient == nil || $0.accumulates ? site.allocate($0.count) : nil }
  }

  private func data() -> LossData<Scalar> {
    let widths = inputs.map(\.rowCount) + [0, 0]
    let isLabels = loss.target == .labels
    return unsafe LossData(
      first: inputs[0].values.base,
      second: inputs.count > 1 ? UnsafePointer(inputs[1].values.base) : nil,
      third: inputs.count > 2 ? UnsafePointer(inputs[2].values.base) : nil,
      widths: (widths[0], widths[1], widths[2]),
      target: isLabels ? nil : target.map { unsafe UnsafePointer($0.values.base) },
      labels: isLabels ? UnsafePointer(labels.base) : nil,
      mask: mask.map { unsafe UnsafePointer($0.values.base) },
      scratch: UnsafeMutableRawPointer(work.base))
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if loss.target == .labels, let target {
      for row in 0..<labels.count { labels[row] = Int32(Double(target.values[row])) }
    }
    unsafe loss.forward(data(), rows: 0..<y.count, losses: y.values.base)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let seeds = y.gradient else { return }
    let targets = inputs.indices.map { own[$0] ?? inputs[$0].gradient! }
    let gradients = unsafe LossGradients(
      first: targets[0].base, second: targets.count > 1 ? targets[1].base : nil,
      third: targets.count > 2 ? targets[2].base : nil)
    unsafe loss.backward(data(), rows: 0..<y.count, seeds: seeds.base, gradients: gradients)
    for (place, input) in inputs.enumerated() {
      if let part = own[place], let gradient = input.gradient { add(part, to: gradient) }
    }
  }
}
