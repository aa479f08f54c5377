import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Loss kernels of every instruction set against plain loops in double precision.
@Suite struct LossKernelTests {
  struct Case: Sendable {
    var error: winnow_error
    var parameters = (0.0, 0.0, 0.0)
    var value: @Sendable (_ p: Double, _ t: Double) -> Double
    var slope: @Sendable (_ p: Double, _ t: Double) -> Double
  }

  private static func hinge(_ p: Double, _ t: Double) -> Double { max(0, 1 - (t == 0 ? -1 : t) * p) }

  static let cases: [Case] = [
    Case(error: winnow_error_squared) {
      ($0 - $1) * ($0 - $1)
    } slope: {
      2 * ($0 - $1)
    },
    Case(error: winnow_error_absolute) {
      abs($0 - $1)
    } slope: {
      $0 > $1 ? 1 : ($0 < $1 ? -1 : 0)
    },
    Case(error: winnow_error_log_cosh) {
      log(cosh($0 - $1))
    } slope: {
      tanh($0 - $1)
    },
    Case(error: winnow_error_huber, parameters: (0.4, 0, 0)) { p, t in
      abs(p - t) <= 0.4 ? (p - t) * (p - t) / 2 : 0.4 * (abs(p - t) - 0.2)
    } slope: {
      max(-0.4, min(0.4, $0 - $1))
    },
    Case(error: winnow_error_squared_logarithmic, parameters: (1e-7, 0, 0)) { p, t in
      let away = log1p(max(p, 1e-7)) - log1p(max(t, 1e-7))
      return away * away
    } slope: { p, t in
      p < 1e-7 ? 0 : 2 * (log1p(max(p, 1e-7)) - log1p(max(t, 1e-7))) / (p + 1)
    },
    Case(error: winnow_error_hinge, value: hinge) { hinge($0, $1) > 0 ? -$1 : 0 },
    Case(error: winnow_error_squared_hinge) {
      hinge($0, $1) * hinge($0, $1)
    } slope: {
      -2 * $1 * hinge($0, $1)
    },
    Case(error: winnow_error_logit_entropy, parameters: (0.1, 0, 0)) { p, t in
      log1p(exp(p)) - p * (t * 0.9 + 0.05)
    } slope: { p, t in
      1 / (1 + exp(-p)) - (t * 0.9 + 0.05)
    },
    Case(error: winnow_error_entropy, parameters: (0.1, 1e-3, 0)) { p, t in
      let (q, s) = (min(max(p, 1e-3), 1 - 1e-3), t * 0.9 + 0.05)
      return -(s * log(q) + (1 - s) * log(1 - q))
    } slope: { p, t in
      p < 1e-3 || p > 1 - 1e-3 ? 0 : (1 - (t * 0.9 + 0.05)) / (1 - p) - (t * 0.9 + 0.05) / p
    },
  ]

  /// Plain, masked (both means) and behind bounds, for rows shorter and longer than a vector.
  @Test(arguments: KernelSet.supported)
  func meansAndGradientsAgreeWithLoops(_ set: KernelSet) {
    for (index, example) in Self.cases.enumerated() {
      for width in [1, 2, 3, 7, 8, 15, 16, 17, 57, 64, 65] {
        for kind in 0..<4 {
          let seed = UInt64(index * 100 + width + 7 * kind)
          check(Float.self, set, example, width, kind, seed: seed, unit: 0x1p-24)
          check(Double.self, set, example, width, kind, seed: seed, unit: 0x1p-53)
        }
      }
    }
  }

  /// - Parameter kind: 0 plain, 1 and 2 masked, 3 behind bounds.
  private func check<Scalar: TrainingScalar>(
    _: Scalar.Type, _ set: KernelSet, _ example: Case, _ width: Int, _ kind: Int, seed: UInt64,
    unit: Double
  ) {
    let rows = 37
    var stream = RandomStream(seed: seed, label: "losses")
    let p = KernelArray<Scalar>(random: rows * width, &stream, offset: Int(seed % 3))
    var target = (0..<rows * width).map { _ in Scalar(stream.uniform() < 0.5 ? 0 : 1) }
    if example.error == winnow_error_hinge || example.error == winnow_error_squared_hinge {
      target = target.map { 2 * $0 - 1 }
    }
    let t = KernelArray(target)
    let seeds = KernelArray<Scalar>(random: rows, &stream, offset: 1)
    // The first row keeps nothing.
    let mask = KernelArray(
      (0..<rows * width).map { Scalar($0 >= width && stream.uniform() < 0.7 ? 1 : 0) })
    let bounds = KernelArray((0..<width).map { Scalar($0 % 3 == 0 ? 0 : Double($0 % 5)) })
    let (losses, gradient) = (
      KernelArray<Scalar>(zeros: rows), KernelArray<Scalar>(zeros: rows * width)
    )
    let isMasked = kind == 1 || kind == 2
    var mean = unsafe winnow_error_mean(
      error: example.error, mean_of_kept: kind == 2 ? 1 : 0, factor: 0.75,
      parameters: example.parameters,
      bounds: kind == 3 ? UnsafeRawPointer(bounds.start) : nil)
    let kernels = unsafe Scalar.kernels(set)
    let chosen = unsafe isMasked ? UnsafeRawPointer(mask.start) : nil
    unsafe kernels.pointee.error_means(&mean, p.start, t.start, chosen, rows, width, losses.start)
    unsafe kernels.pointee.error_means_backward(
      &mean, p.start, t.start, chosen, seeds.start, rows, width, gradient.start)

    // Terms are below 16 (squares of differences up to 1 + 4); a few units for each function and
    // one for each of `width` additions.
    let tolerance = 16 * unit * Double(width + 64)
    for row in 0..<rows {
      let places = row * width..<(row + 1) * width
      let kept = places.map { isMasked ? Double(mask[$0]) : 1 }
      var divisor = kind == 2 ? kept.reduce(0, +) : Double(width)
      if divisor == 0 { divisor = .infinity }
      var sum = 0.0
      for (column, place) in places.enumerated() {
        let bound = kind == 3 ? Double(bounds[column]) : 0
        let x = Double(p[place])
        let bounded = bound == 0 ? x : bound * tanh(x)
        let chain = bound == 0 ? 1 : bound * (1 - tanh(x) * tanh(x))
        // The clip's edge, where the slope jumps, may fall on either side.
        if abs(bounded - 1e-3) < 1e-6 || abs(bounded - 0.999) < 1e-6 { continue }
        sum += kept[column] * example.value(bounded, Double(t[place]))
        let slope =
          0.75 * Double(seeds[row]) / divisor * kept[column]
          * example.slope(bounded, Double(t[place])) * chain
        // Cross-entropies have slopes up to 1/clip.
        #expect(abs(Double(gradient[place]) - slope) <= tolerance * max(1, abs(slope)))
      }
      #expect(abs(Double(losses[row]) - 0.75 * sum / divisor) <= tolerance)
    }
    for array in [losses, gradient] { #expect(array.guardsAreWhole) }
  }

  @Test(arguments: KernelSet.supported)
  func divergenceAgreesWithLoops(_ set: KernelSet) {
    for width in [1, 3, 8, 16, 33] {
      let rows = 21
      var stream = RandomStream(seed: UInt64(width), label: "divergence")
      func random(_ count: Int) -> KernelArray<Double> {
        KernelArray(random: count, &stream, offset: 1)
      }
      let (mu, l, seeds, losses) = (
        random(rows * width), random(rows * width), random(rows), random(rows)
      )
      let old = losses.doubles
      let (dm, dl) = (
        KernelArray<Double>(zeros: rows * width), KernelArray<Double>(zeros: rows * width)
      )
      let kernels = unsafe Double.kernels(set)
      unsafe kernels.pointee.gaussian_divergence(
        mu.start, l.start, rows, width, 0.5, 0.25, losses.start)
      unsafe kernels.pointee.gaussian_divergence_backward(
        mu.start, l.start, seeds.start, rows, width, 0.25, dm.start, dl.start)
      // Terms are at most 1 + e; one rounding each and some for the exponential.
      let tolerance = 4 * 0x1p-53 * Double(width + 16)
      for row in 0..<rows {
        var sum = 0.0
        for place in row * width..<(row + 1) * width {
          sum += mu[place] * mu[place] + expm1(l[place]) - l[place]
          #expect(abs(dm[place] - 0.5 * seeds[row] * mu[place]) <= tolerance)
          #expect(abs(dl[place] - 0.25 * seeds[row] * expm1(l[place])) <= tolerance)
        }
        #expect(abs(losses[row] - (0.5 * old[row] + 0.25 * sum)) <= tolerance)
      }
      for array in [losses, dm, dl] { #expect(array.guardsAreWhole) }
    }
  }

  /// Noise has the same bits from every instruction set, whichever events are asked for.
  @Test(arguments: KernelSet.supported)
  func noiseHasTheSameBits(_ set: KernelSet) {
    let generic = unsafe Double.kernels(KernelSet.all.last!)
    for width in [1, 2, 3, 8, 11] {
      let (whole, part) = (
        KernelArray<Double>(zeros: 100 * width), KernelArray<Double>(zeros: 41 * width)
      )
      unsafe generic.pointee.gaussian_noise(42, 7, 100, width, whole.start)
      let kernels = unsafe Double.kernels(set)
      unsafe kernels.pointee.gaussian_noise(42, 7 + 13, 41, width, part.start)
      #expect(part.doubles == Array(whole.doubles[13 * width..<54 * width]))
      #expect(part.guardsAreWhole)
    }
  }
}
