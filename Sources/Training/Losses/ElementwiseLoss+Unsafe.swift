import CWinnowFloatKernels

/// Losses that are a mean over an event's elements, each compared with its own target.
protocol ElementwiseLoss: Loss {
  /// Over what the mean is taken where there is a mask.
  var maskedMean: MaskedMean { get }
}

extension ElementwiseLoss {
  public var inputNames: [String] { ["prediction"] }
  public var target: LossTarget { .values }

  public func validate(widths: [Int]) throws(HyperparameterError) { try checkWidths(widths) }
}

/// An elementwise loss whose errors the float kernels know.
protocol KernelLoss: ElementwiseLoss {
  var error: ElementError { get }
}

/// The error of one element, with its parameters.
struct ElementError {
  var function: winnow_error
  var parameters: (Double, Double, Double) = (0, 0, 0)
}

extension ElementError {
  func mean(
    _ maskedMean: MaskedMean, factor: Double = 1, bounds: UnsafeRawPointer? = nil
  ) -> winnow_error_mean {
    unsafe winnow_error_mean(
      error: function, mean_of_kept: maskedMean == .kept ? 1 : 0, factor: factor,
      parameters: parameters, bounds: bounds)
  }
}

extension KernelLoss {
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe Scalar.errorMeans(error.mean(maskedMean), data, rows, losses)
  }

  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let gradient = unsafe gradients.first else { return }
    unsafe Scalar.errorMeansPull(error.mean(maskedMean), data, rows, seeds, into: gradient)
  }
}

extension RealScalar {
  /// The mean error of each event.
  static func errorMeans(
    _ mean: winnow_error_mean, _ data: LossData<Self>, _ rows: Range<Int>,
    _ losses: UnsafeMutablePointer<Self>
  ) {
    guard let target = unsafe data.target else { return }
    let width = unsafe data.widths.0
    let start = rows.lowerBound * width
    var mean = unsafe mean
    unsafe kernels.pointee.error_means(
      &mean, data.first + start, target + start, data.mask.map { unsafe $0 + start }, rows.count,
      width, losses + rows.lowerBound)
  }

  /// The gradient of `Σ seed · mean error` by the predictions.
  static func errorMeansPull(
    _ mean: winnow_error_mean, _ data: LossData<Self>, _ rows: Range<Int>,
    _ seeds: UnsafePointer<Self>, into gradient: UnsafeMutablePointer<Self>
  ) {
    guard let target = unsafe data.target else { return }
    let width = unsafe data.widths.0
    let start = rows.lowerBound * width
    var mean = unsafe mean
    unsafe kernels.pointee.error_means_backward(
      &mean, data.first + start, target + start, data.mask.map { unsafe $0 + start },
      seeds + rows.lowerBound, rows.count, width, gradient + start)
  }
}
