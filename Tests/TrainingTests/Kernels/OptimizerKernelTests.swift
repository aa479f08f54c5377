import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// Optimisers' steps against their formulas in double precision, over three steps.
@Suite struct OptimizerKernelTests {
  /// Each step rounds the parameter a few times; numbers are of order 1, the change of a step at
  /// most about the rate.
  private static let tolerance = 40 * 0x1p-24

  @Test(arguments: KernelSet.supported)
  func adam(_ set: KernelSet) {
    var stream = RandomStream(seed: 51)
    let kernels = unsafe Float.kernels(set)
    for count in 1...70 {
      let p = KernelArray<Float>(random: count, &stream, offset: count % 3)
      let (m, v, most) = (
        KernelArray<Float>(zeros: count), KernelArray<Float>(zeros: count),
        KernelArray<Float>(zeros: count)
      )
      var (ps, ms) = (p.doubles, m.doubles)
      var (vs, mosts) = (v.doubles, m.doubles)
      let hasLargest = count % 2 == 0
      for time in 1...3 {
        let g = KernelArray<Float>(random: count, &stream)
        let (rate, beta1, beta2, epsilon, decay) = (0.01, 0.9, 0.999, 1e-3, 0.1)
        let (first, second) = (1 - power(beta1, time), 1 - power(beta2, time))
        var step = winnow_adam(
          rate: rate / first, beta1: beta1, beta2: beta2, root_scale: 1 / second.squareRoot(),
          epsilon: epsilon, keep: 1 - rate * decay, penalty: 0.01, gradient_scale: 0.5)
        unsafe kernels.pointee.adam(
          &step, p.start, g.start, m.start, v.start, hasLargest ? most.start : nil, count)
        for place in 0..<count {
          let d = 0.5 * Double(g[place]) + 0.01 * ps[place]
          ms[place] = beta1 * ms[place] + (1 - beta1) * d
          vs[place] = beta2 * vs[place] + (1 - beta2) * d * d
          mosts[place] = max(mosts[place], vs[place])
          let root = ((hasLargest ? mosts[place] : vs[place]) / second).squareRoot()
          ps[place] =
            (1 - rate * decay) * ps[place] - rate * (ms[place] / first) / (root + epsilon)
          #expect(abs(Double(p[place]) - ps[place]) < Self.tolerance)
          #expect(abs(Double(m[place]) - ms[place]) < Self.tolerance)
          #expect(abs(Double(v[place]) - vs[place]) < Self.tolerance)
        }
      }
      for array in [p, m, v, most] { #expect(array.guardsAreWhole) }
    }
  }

  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { y, _ in y * x } }

  @Test(arguments: KernelSet.supported)
  func descent(_ set: KernelSet) {
    var stream = RandomStream(seed: 52)
    let kernels = unsafe Float.kernels(set)
    for count in 1...70 {
      let p = KernelArray<Float>(random: count, &stream, offset: count % 3)
      let u = KernelArray<Float>(zeros: count)
      var (ps, us) = (p.doubles, u.doubles)
      let (hasVelocity, nesterov) = (count % 3 != 0, count % 2 == 0)
      for _ in 1...3 {
        let g = KernelArray<Float>(random: count, &stream)
        var step = winnow_descent(
          rate: 0.1, momentum: 0.9, dampening: 0.25, keep: 0.99, penalty: 0.01,
          gradient_scale: 2, nesterov: nesterov ? 1 : 0)
        unsafe kernels.pointee.momentum_descent(
          &step, p.start, g.start, hasVelocity ? u.start : nil, count)
        for place in 0..<count {
          var d = 2 * Double(g[place]) + 0.01 * ps[place]
          if hasVelocity {
            us[place] = 0.9 * us[place] + 0.75 * d
            d = nesterov ? d + 0.9 * us[place] : us[place]
          }
          ps[place] = 0.99 * ps[place] - 0.1 * d
          #expect(abs(Double(p[place]) - ps[place]) < Self.tolerance)
          #expect(!hasVelocity || abs(Double(u[place]) - us[place]) < Self.tolerance)
        }
      }
      #expect(p.guardsAreWhole && u.guardsAreWhole)
    }
  }
}
