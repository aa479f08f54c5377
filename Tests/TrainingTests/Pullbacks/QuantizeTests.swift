import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct QuantizeTests {
  /// Every mode, narrow and wide formats, values on the grid, on its halves, between, beyond the
  /// ends and far beyond: the reals are the firmware's numbers, bit by bit.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func valuesAreThoseOfTheFixedPointType(_ rounding: RoundingMode, _ overflow: OverflowMode) {
    var stream = RandomStream(seed: 11, label: "\(rounding) \(overflow)")
    for signed in [true, false] {
      for (width, integer) in [(0, 0), (1, 1), (1, 0), (4, 2), (8, -3), (8, 12), (24, 4), (52, 20)] {
        let type = FixedPointType(
          signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
        let conversion = RealConversion(type)
        let step = Double(sign: .plus, exponent: -type.fraction, significand: 1)
        let span = Double(sign: .plus, exponent: integer, significand: 1)
        var values = [0, -0.0, .infinity, -.infinity, 1e30, -1e30, 1e-30, -1e-30, 0x1p60 + 0x1p10]
        values += [0.49999999999999994, -0.49999999999999994, 0.5000000000000001].map { $0 * step }
        for half in -9...9 { values.append(Double(half) * step / 2) }
        for end in [-span, -span / 2, span / 2, span] {
          for offset in -2...2 { values.append(end + Double(offset) * step / 2) }
        }
        for _ in 0..<200 { values.append(stream.gaussian() * span) }
        for value in values {
          let wanted = type.convert(value).map { Double($0) * step }
          #expect(conversion(value) == wanted, "\(type) of \(value)")
          #expect(conversion(value).sign == .plus || conversion(value) != 0, "\(type) gives −0")
        }
      }
    }
    #expect(RealConversion(FixedPointType(signed: true, width: 8, integer: 2))(.nan).isNaN)
  }

  /// The plan's loops, in both precisions and for one type and many, give these numbers too.
  @Test func plansConvertExactly() throws {
    var stream = RandomStream(seed: 12)
    let types = RoundingMode.allCases.flatMap { rounding in
      OverflowMode.allCases.map { overflow in
        FixedPointType(signed: true, width: 6, integer: 2, rounding: rounding, overflow: overflow)
      }
    }
    let values = (0..<64 * types.count).map { _ in Float(stream.gaussian() * 2) }
    func network(_ quantize: Quantize) -> Network {
      Network(
        name: "q",
        inputs: [.init("x", TensorType([.symbol("N", bound: nil), .fixed(types.count)], .float32))],
        nodes: [Node("y", quantize, "x")], outputs: ["y"])
    }
    func check<Scalar: TrainingScalar>(_ scalar: Scalar.Type) throws {
      let many = Quantize(types: types, shape: [types.count])
      for (index, quantize) in ([many] + types.map { Quantize($0) }).enumerated() {
        let plan = try TrainingPlan<Scalar>(network(quantize), sizes: ["N": 64])
        plan.input("x")!.values.copy(from: values.map { Scalar($0) })
        plan.forward()
        for (place, result) in plan.value("y")!.values.array.enumerated() {
          let type = index == 0 ? types[place % types.count] : types[index - 1]
          #expect(Double(result) == Double(type.convert(Double(values[place]))!) / 16)
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }
}
