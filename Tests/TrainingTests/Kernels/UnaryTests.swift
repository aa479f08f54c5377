import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Functions of one element against the C library in double precision.
///
/// The C library is within one unit in the last place of double, nothing against a unit of float.
/// The bounds are those that elementary.h states; they were seen on millions of arguments and are
/// checked here on 60,000 each.
@Suite struct UnaryTests {
  struct Case: Sendable {
    var function: winnow_unary
    var range: Range<Double>
    /// Units in the last place of the result, for float and double.
    var units: (Double, Double)
    var parameter = 0.0
    var exact: @Sendable (Double) -> Double
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static let cases: [Case] = [
    Case(function: winnow_unary_exp, range: -103..<90, units: (1.1, 2)) { exp($0) },
    Case(function: winnow_unary_log, range: 1e-30..<100, units: (1.1, 2)) { log($0) },
    Case(function: winnow_unary_log, range: 0.5..<2, units: (1.1, 2)) { log($0) },
    Case(function: winnow_unary_sigmoid, range: -87..<87, units: (2.5, 4), exact: sigmoid),
    Case(function: winnow_unary_tanh, range: -20..<20, units: (2.5, 4)) { tanh($0) },
    Case(function: winnow_unary_erf, range: -5..<5, units: (1.5, 2)) { erf($0) },
    Case(function: winnow_unary_softplus, range: -80..<80, units: (3, 4)) {
      $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0))
    },
    Case(function: winnow_unary_silu, range: -80..<80, units: (3.5, 5)) { $0 * sigmoid($0) },
    Case(function: winnow_unary_elu, range: -20..<5, units: (1.1, 2), parameter: 1) {
      $0 < 0 ? expm1($0) : $0
    },
    Case(function: winnow_unary_relu, range: -5..<5, units: (0, 0)) { max($0, 0) },
    Case(function: winnow_unary_abs, range: -5..<5, units: (0, 0)) { abs($0) },
    Case(function: winnow_unary_negate, range: -5..<5, units: (0, 0)) { -$0 },
    Case(function: winnow_unary_square, range: -5..<5, units: (0.5, 0.5)) { $0 * $0 },
    Case(function: winnow_unary_sqrt, range: 0..<5, units: (0.5, 0.5)) { $0.squareRoot() },
    Case(function: winnow_unary_reciprocal, range: 0.1..<5, units: (0.5, 0.5)) { 1 / $0 },
    Case(function: winnow_unary_leaky_relu, range: -5..<5, units: (0.5, 0.5), parameter: 0.25) {
      $0 < 0 ? 0.25 * $0 : $0
    },
  ]

  @Test(arguments: KernelSet.supported)
  func functionsAreWithinTheirStatedErrors(_ set: KernelSet) {
    for (index, example) in Self.cases.enumerated() {
      check(Float.self, set, example, units: example.units.0, seed: UInt64(index))
      check(Double.self, set, example, units: example.units.1, seed: UInt64(index))
    }
  }

  private func check<Scalar: TrainingScalar>(
    _: Scalar.Type, _ set: KernelSet, _ example: Case, units: Double, seed: UInt64
  ) {
    var stream = RandomStream(seed: seed, label: "functions")
    let arguments = (0..<60_000).map { place in
      let x = stream.uniform(in: example.range)
      // A quarter near zero.
      return Scalar(place % 4 == 0 && example.range.lowerBound < 0 ? x * 1e-3 : x)
    }
    let x = KernelArray(arguments)
    let y = KernelArray<Scalar>(zeros: x.count)
    let kernels = unsafe Scalar.kernels(set)
    unsafe kernels.pointee.unary(
      example.function, x.start, y.start, x.count, example.parameter)
    var worst = 0.0
    for place in 0..<x.count {
      let exact = example.exact(Double(x[place]))
      let rounded = Scalar(exact)
      if rounded.isInfinite {
        worst = max(worst, y[place] == rounded ? 0 : .infinity)
      } else {
        // Half a unit of rounding the reference to double is inside the bounds for double.
        worst = max(worst, abs(Double(y[place]) - exact) / Double(rounded.ulp))
      }
    }
    #expect(
      worst <= units, "\(example.function) \(Scalar.self) \(set): \(worst) units")
  }

  /// GELU has large relative errors where Φ vanishes; against `|x|` it is within 4 roundings.
  @Test(arguments: KernelSet.supported)
  func geluIsNearItsFormula(_ set: KernelSet) {
    var stream = RandomStream(seed: 3)
    let x = KernelArray((0..<20_000).map { _ in Float(stream.uniform(in: -8..<8)) })
    let y = KernelArray<Float>(zeros: x.count)
    let kernels = unsafe Float.kernels(set)
    for (function, exact) in [
      (winnow_unary_gelu, { $0 * 0.5 * erfc(-$0 * 0.5.squareRoot()) }),
      (
        winnow_unary_gelu_tanh,
        { x in
          0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
      ),
    ] as [(winnow_unary, (Double) -> Double)] {
      unsafe kernels.pointee.unary(function, x.start, y.start, x.count, 0)
      for place in 0..<x.count {
        let value = Double(x[place])
        #expect(abs(Double(y[place]) - exact(value)) <= 4 * 0x1p-24 * abs(value))
      }
    }
  }

  /// At every length and place of an array an element has the bits it has alone.
  @Test(arguments: KernelSet.supported)
  func bitsDoNotDependOnThePlace(_ set: KernelSet) {
    var stream = RandomStream(seed: 4)
    let kernels = unsafe Float.kernels(set)
    for code in 0..<winnow_unary_count.rawValue {
      let function = winnow_unary(rawValue: code)
      let alone = (0..<70).map { _ in Float(stream.uniform(in: -3..<3)) }
      let single = alone.map { value in
        let (x, y) = (KernelArray([value]), KernelArray<Float>(zeros: 1))
        unsafe kernels.pointee.unary(function, x.start, y.start, 1, 0.5)
        #expect(y.guardsAreWhole)
        return y[0]
      }
      for count in 1...70 {
        let x = KernelArray(Array(alone.prefix(count)), offset: count % 5)
        let y = KernelArray<Float>([Float](repeating: 9, count: count), offset: count % 3)
        unsafe kernels.pointee.unary(function, x.start, y.start, count, 0.5)
        #expect(sameBits(y.values, Array(single.prefix(count))), "\(function) \(count)")
        #expect(y.guardsAreWhole)
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func specialValues(_ set: KernelSet) {
    // A subnormal number, about 1e-40.
    let nan = Float.nan, tiny = Float(bitPattern: 71362)
    let x = KernelArray<Float>([.nan, .infinity, -.infinity, 0, tiny])
    let kernels = unsafe Float.kernels(set)
    for (function, expected) in [
      (winnow_unary_exp, [nan, .infinity, 0, 1, 1]),
      (winnow_unary_sigmoid, [nan, 1, 0, 0.5, 0.5]),
      (winnow_unary_tanh, [nan, 1, -1, 0, tiny]),
      (winnow_unary_erf, [nan, 1, -1, 0, 1.1283792 * tiny]),
      (winnow_unary_log, [nan, .infinity, nan, -.infinity, -92.10340]),
      (winnow_unary_relu, [nan, .infinity, 0, 0, tiny]),
      (winnow_unary_softplus, [nan, .infinity, 0, 0.6931472, 0.6931472]),
      (winnow_unary_elu, [nan, .infinity, -1, 0, tiny]),
    ] as [(winnow_unary, [Float])] {
      let y = KernelArray<Float>(zeros: 5)
      unsafe kernels.pointee.unary(function, x.start, y.start, 5, 1)
      for (got, want) in zip(y.values, expected) {
        // Subnormal products may round to a neighbour.
        #expect(
          got.isNaN == want.isNaN && (want.isNaN || got == want || abs(got - want) <= want.ulp),
          "\(function): \(got) for \(want)")
      }
    }
  }

  /// Derivatives in double against central differences, and those in float against double.
  ///
  /// With h = 1e-5 a difference errs by h² f‴/6 (below 1e-10 for these functions on [−3, 3], whose
  /// third derivatives stay below 6; exp, log, 1/x and √ on (0.5, 3): below 100) plus rounding
  /// 5 ε |f| / h < 1e-9.
  @Test(arguments: KernelSet.supported)
  func derivatives(_ set: KernelSet) {
    var stream = RandomStream(seed: 5)
    let h = 1e-5
    let kernels = unsafe Double.kernels(set)
    let floats = unsafe Float.kernels(set)
    for code in 0..<winnow_unary_count.rawValue {
      let function = winnow_unary(rawValue: code)
      let positive = [winnow_unary_log, winnow_unary_sqrt, winnow_unary_reciprocal].contains {
        $0 == function
      }
      let points = (0..<67).map { _ -> Double in
        let x = Double(Float(stream.uniform(in: positive ? 0.5..<3 : -3..<3)))
        return abs(x) < 0.001 ? 0.25 : x  // away from corners
      }
      func value(_ points: [Double]) -> KernelArray<Double> {
        let (x, y) = (KernelArray(points), KernelArray<Double>(zeros: points.count))
        unsafe kernels.pointee.unary(function, x.start, y.start, x.count, 0.5)
        return y
      }
      let (x, y) = (KernelArray(points), value(points))
      let (up, down) = (value(points.map { $0 + h }), value(points.map { $0 - h }))
      let dy = KernelArray(points.map { _ in Double(Float(stream.uniform(in: -1..<1))) })
      let dx = KernelArray<Double>(zeros: x.count)
      unsafe kernels.pointee.unary_backward(
        function, x.start, y.start, dy.start, dx.start, x.count, 0.5, 0)
      for place in 0..<x.count {
        let slope = (up[place] - down[place]) / (2 * h)
        #expect(
          abs(dx[place] - slope * dy[place]) < 1e-7 * max(1, abs(slope)),
          "\(function) at \(x[place])")
      }
      // In float, and added to an old gradient of 1: a few roundings of the terms, each at most
      // about 4 in size beside the slope itself.
      let fx = KernelArray(points.map { Float($0) }), fy = KernelArray<Float>(zeros: x.count)
      let fdy = KernelArray(dy.values.map { Float($0) })
      let fdx = KernelArray([Float](repeating: 1, count: x.count))
      unsafe floats.pointee.unary(function, fx.start, fy.start, x.count, 0.5)
      unsafe floats.pointee.unary_backward(
        function, fx.start, fy.start, fdy.start, fdx.start, x.count, 0.5, 1)
      for place in 0..<x.count {
        let size = 4 + 2 * abs(dx[place])
        #expect(
          abs(Double(fdx[place]) - (1 + dx[place])) < 8 * 0x1p-24 * size,
          "\(function) at \(x[place])")
      }
      #expect(dx.guardsAreWhole && fdx.guardsAreWhole)
    }
  }
}
