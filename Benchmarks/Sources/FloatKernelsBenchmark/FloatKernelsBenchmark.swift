import CArithmeticPeak
import CWinnowFloatKernels
import Foundation

/// `float-kernels-benchmark [instruction set]`: rates of the float kernels on one thread, products
/// as shares of the multiply-add peak measured in the same run.
@main
struct FloatKernelsBenchmark {
  static func main() {
    let wanted = CommandLine.arguments.dropFirst().first
    for set in 0..<winnow_float_instruction_set_count()
    where winnow_float_instruction_set_is_supported(set) != 0 {
      let name = unsafe String(cString: winnow_float_instruction_set_name(set))
      if wanted == nil || wanted == name { report(set, name) }
    }
  }

  static func report(_ set: Int32, _ name: String) {
    let kernels = unsafe winnow_float_kernels_of_float(set)
    let bytes: Int32 = name == "avx512" ? 64 : name == "avx2" ? 32 : 16
    let rounds = 20_000
    let operations = winnow_arithmetic_peak(bytes, rounds)
    let peak = operations / best { _ = winnow_arithmetic_peak(bytes, rounds) }
    print("\(name): peak \(number(peak / 1e9, 1)) GFLOP/s")
    print("product (rows x inner x columns)      forward         dX         dW   % of peak")
    for shape in shapes { unsafe reportProducts(kernels, shape, peak) }
    print("elementwise, 65,536 elements (2 MB at most): GB/s of arrays read and written")
    unsafe reportElementwise(kernels)
    let step = unsafe EncoderStep(kernels)
    let seconds = best { step.run() }
    print("dnn_ae, batch 1024: all kernels of a training step \(number(seconds * 1e6, 0)) µs\n")
  }

  /// The layers of the study's networks.
  static let shapes: [(String, Int, Int, Int)] = [
    ("dnn_ae", 1024, 57, 32), ("dnn_ae", 1024, 32, 16), ("dnn_ae", 1024, 16, 3),
    ("dnn_ae", 1024, 3, 16), ("dnn_ae", 1024, 16, 32), ("dnn_ae", 1024, 32, 57),
    ("distillnet", 1024, 16, 128), ("distillnet", 1024, 128, 64), ("distillnet", 1024, 64, 1),
    ("scouting", 1024, 4, 32), ("scouting", 1024, 32, 32), ("scouting", 1024, 32, 3),
    ("exatrkx", 100_000, 256, 128), ("exatrkx", 100_000, 128, 64), ("llp_cnn", 64, 10_496, 256),
  ]

  static func reportProducts(
    _ kernels: UnsafePointer<winnow_float_kernels>, _ shape: (String, Int, Int, Int),
    _ peak: Double
  ) {
    let (name, m, k, n) = shape
    let (x, w, y) = (Floats(m * k), Floats(k * n), Floats(m * n))
    let scratch = Floats(winnow_float_product_scratch(m, k, n))
    let operations = 2 * Double(m) * Double(k) * Double(n)
    let forward = best {
      unsafe kernels.pointee.product(
        x.start, k, w.start, n, y.start, n, m, k, n, nil, 0, winnow_epilogue_none, 0,
        scratch.start)
    }
    let right = best {
      unsafe kernels.pointee.product_transposed_right(
        y.start, n, w.start, n, x.start, k, m, k, n, 0, scratch.start)
    }
    let left = best {
      unsafe kernels.pointee.product_transposed_left(
        x.start, k, y.start, n, w.start, n, m, k, n, 0, scratch.start)
    }
    var line = padded("\(name) \(m)x\(k)x\(n)", 32)
    for seconds in [forward, right, left] { line += padded(number(seconds * 1e6, 1) + " µs", 12) }
    for seconds in [forward, right, left] {
      line += padded(number(operations / seconds / peak * 100, 0), 5)
    }
    print(line)
  }

  static func reportElementwise(_ kernels: UnsafePointer<winnow_float_kernels>) {
    let count = 65_536
    let (x, y, dy, dx) = (Floats(count), Floats(count), Floats(count), Floats(count))
    func rate(_ name: String, arrays: Int, _ body: () -> Void) {
      let seconds = best(body)
      print(
        padded(name, 32) + padded(number(Double(arrays * count * 4) / seconds / 1e9, 1), 12))
    }
    for (name, function) in [
      ("relu", winnow_unary_relu), ("sigmoid", winnow_unary_sigmoid), ("tanh", winnow_unary_tanh),
      ("exp", winnow_unary_exp), ("log", winnow_unary_log), ("gelu", winnow_unary_gelu),
      ("softplus", winnow_unary_softplus),
    ] {
      rate(name, arrays: 2) {
        unsafe kernels.pointee.unary(function, x.start, y.start, count, 0)
      }
      rate(name + " backward", arrays: 4) {
        unsafe kernels.pointee.unary_backward(
          function, x.start, y.start, dy.start, dx.start, count, 0, 0)
      }
    }
    rate("add", arrays: 3) {
      unsafe kernels.pointee.binary(
        winnow_binary_add, x.start, dy.start, winnow_broadcast_none, y.start, 1, count, 0)
    }
    rate("column sums of 32", arrays: 1) {
      unsafe kernels.pointee.column_sums(x.start, nil, y.start, count / 32, 32, 1, 0)
    }
    rate("sum", arrays: 1) { _ = unsafe kernels.pointee.sum(x.start, nil, count) }
    rate("softmax of 8", arrays: 2) {
      unsafe kernels.pointee.softmax(x.start, y.start, count / 8, 8)
    }
    rate("softmax of 64", arrays: 2) {
      unsafe kernels.pointee.softmax(x.start, y.start, count / 64, 64)
    }
    let (mean, squares) = (Floats(64), Floats(64))
    rate("normalisation statistics of 64", arrays: 2) {
      unsafe kernels.pointee.channel_statistics(
        x.start, count / 64, 64, 1, mean.start, squares.start)
    }
    let format = [Float(16), 1 / 16, -128, 127].map { Floats(repeating: $0, 1) }
    rate("quantise", arrays: 2) {
      unsafe kernels.pointee.quantise(
        winnow_rounding_nearest, winnow_overflow_saturate, x.start, y.start, 1, count,
        format[0].start, format[1].start, format[2].start, format[3].start, 0)
    }
    var step = winnow_adam(
      rate: 1e-3, beta1: 0.9, beta2: 0.999, root_scale: 1, epsilon: 1e-7, keep: 1, penalty: 0,
      gradient_scale: 1)
    let (m, v) = (Floats(count), Floats(repeating: 1, count))
    rate("adam", arrays: 7) {
      unsafe kernels.pointee.adam(&step, y.start, x.start, m.start, v.start, nil, count)
    }
  }

  /// The shortest of several calls' times, in seconds; short calls are repeated inside.
  static func best(_ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    body()
    let once = clock.measure(body) / .seconds(1)
    let repeats = max(1, Int(50e-6 / max(once, 1e-9)))
    let samples = once > 0.01 ? 7 : 60
    return (0..<samples).map { _ in
      clock.measure { for _ in 0..<repeats { body() } } / .seconds(1) / Double(repeats)
    }.min()!
  }

  static func number(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
  static func padded(_ text: String, _ width: Int) -> String {
    width > 30
      ? text + String(repeating: " ", count: max(0, width - text.count))
      : String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
