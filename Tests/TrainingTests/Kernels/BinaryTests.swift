import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// Functions of two elements round once: the same bits as Swift's operators.
@Suite struct BinaryTests {
  private func value<Scalar: TrainingScalar>(
    _ function: winnow_binary, _ a: Scalar, _ b: Scalar
  ) -> Scalar {
    switch function {
    case winnow_binary_add: a + b
    case winnow_binary_subtract: a - b
    case winnow_binary_subtract_reversed: b - a
    case winnow_binary_multiply: a * b
    case winnow_binary_divide: a / b
    case winnow_binary_divide_reversed: b / a
    case winnow_binary_maximum: a > b ? a : b
    default: a < b ? a : b
    }
  }

  @Test(arguments: KernelSet.supported)
  func functionsEqualSwiftsOperators(_ set: KernelSet) {
    check(Float.self, set)
    check(Double.self, set)
  }

  private func check<Scalar: TrainingScalar>(_: Scalar.Type, _ set: KernelSet) {
    var stream = RandomStream(seed: 11)
    let kernels = unsafe Scalar.kernels(set)
    for code in 0..<winnow_binary_count.rawValue {
      let function = winnow_binary(rawValue: code)
      for columns in 1...70 {
        let rows = stream.integer(in: 1...4)
        for (broadcast, count) in [
          (winnow_broadcast_none, rows * columns), (winnow_broadcast_row, columns),
          (winnow_broadcast_column, rows), (winnow_broadcast_scalar, 1),
        ] {
          let a = KernelArray<Scalar>(random: rows * columns, &stream, offset: columns % 3)
          let b = KernelArray<Scalar>(random: count, &stream)
          let y = KernelArray<Scalar>(random: rows * columns, &stream)
          let old = y.values
          let accumulate = columns % 2 == 0
          unsafe kernels.pointee.binary(
            function, a.start, b.start, broadcast, y.start, rows, columns, accumulate ? 1 : 0)
          let expected = (0..<a.count).map { place in
            let other =
              switch broadcast {
              case winnow_broadcast_none: b[place]
              case winnow_broadcast_row: b[place % columns]
              case winnow_broadcast_column: b[place / columns]
              default: b[0]
              }
            let value = value(function, a[place], other)
            return accumulate ? old[place] + value : value
          }
          #expect(sameBits(y.values, expected), "\(function) \(rows)x\(columns) \(broadcast)")
          #expect(y.guardsAreWhole)
        }
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func maximumAndMinimumKeepNaN(_ set: KernelSet) {
    let a = KernelArray<Float>([.nan, 1]), b = KernelArray<Float>([1, .nan])
    let y = KernelArray<Float>(zeros: 2)
    let kernels = unsafe Float.kernels(set)
    for function in [winnow_binary_maximum, winnow_binary_minimum] {
      unsafe kernels.pointee.binary(
        function, a.start, b.start, winnow_broadcast_none, y.start, 1, 2, 0)
      #expect(y[0].isNaN && y[1].isNaN)
    }
  }

  @Test(arguments: KernelSet.supported)
  func scaleAndFill(_ set: KernelSet) {
    var stream = RandomStream(seed: 12)
    let kernels = unsafe Float.kernels(set)
    for count in 1...70 {
      let x = KernelArray<Float>(random: count, &stream, integers: true)
      let y = KernelArray<Float>(random: count, &stream, integers: true)
      let old = y.values
      unsafe kernels.pointee.scale(-3, x.start, y.start, count, 1)
      #expect(y.values == zip(old, x.values).map { $0 - 3 * $1 })
      unsafe kernels.pointee.scale(2, x.start, y.start, count, 0)
      #expect(y.values == x.values.map { 2 * $0 })
      unsafe kernels.pointee.fill(0.5, y.start, count)
      #expect(y.values.allSatisfy { $0 == 0.5 } && y.guardsAreWhole)
    }
  }
}
