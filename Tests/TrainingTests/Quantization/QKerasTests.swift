import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct QKerasTests {
  private struct Cases: Decodable {
    struct Case: Decodable {
      struct Arguments: Decodable {
        var bits, integer, symmetric: Int?
        var keep_negative, use_01, is_quantized_clip: Bool?
        var negative_slope, threshold: Double?
        var alpha: Alpha?
      }
      var index: Int
      var quantizer: String
      var arguments: Arguments
      var exact: Bool

      /// `nil` for what is not supported: free scales, tanh, 0/1, slopes, bounds off the grid.
      var ours: QKerasQuantizer? {
        guard exact, arguments.use_01 != true, arguments.negative_slope == nil,
          arguments.is_quantized_clip == nil
        else { return nil }
        let alpha = arguments.alpha?.ours ?? .powerOfTwo(0)
        switch quantizer {
        case "quantized_bits":
          return .bits(
            arguments.bits!, integer: arguments.integer!, keepNegative: arguments.keep_negative ?? true,
            symmetric: arguments.symmetric == 1, alpha: alpha)
        case "quantized_relu": return .relu(arguments.bits!, integer: arguments.integer!)
        case "binary": return .binary(alpha: alpha)
        case "ternary": return .ternary(threshold: arguments.threshold ?? 0.33, alpha: alpha)
        default: return nil
        }
      }
    }
    enum Alpha: Decodable {
      case number(Double)
      case text(String)
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
      var ours: QKerasQuantizer.Alpha {
        switch self {
        case .number(let number): .powerOfTwo(Int(log2(number)))
        case .text: .automatic
        }
      }
    }
    var cases: [Case]
  }

  private static func cases() throws -> [Cases.Case] {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    let path = here.joined(separator: "/") + "/Golden/qkeras/quantizers.json"
    return try JSONDecoder().decode(Cases.self, from: Data(contentsOf: URL(fileURLWithPath: path))).cases
  }

  /// The fixture's numbers are free of rounding errors; so are ours.
  @Test func numbersAreQKeras() throws {
    let golden = try GoldenArrays("qkeras/quantizers.npz")
    let x = Tensor(golden.shape("x"), .float64(try golden.doubles("x")))
    var compared = 0
    for item in try Self.cases() {
      guard let ours = item.ours else { continue }
      let values = try ours.values(x).elements.doubles
      #expect(try values == golden.doubles("y_\(item.index)"), "case \(item.index): \(ours)")
      compared += 1
    }
    #expect(compared == 24)
  }

  @Test func gradientsAreQKeras() throws {
    let golden = try GoldenArrays("qkeras/quantizers.npz")
    let (x, upstream) = (try golden.doubles("x"), try golden.doubles("upstream"))
    var clipped = 0
    for item in try Self.cases() {
      guard let ours = item.ours, let quantize = try? ours.operation() as? Quantize,
        // Unsigned weights let everything through there.
        item.quantizer == "quantized_relu" || quantize.types[0].isSigned
      else { continue }
      let isRelu = item.quantizer == "quantized_relu"
      let network = Network(
        name: "q", inputs: [.init("x", TensorType([.symbol("N", bound: nil), 25], .float64))],
        nodes: isRelu ? [Node("r", Relu(), "x"), Node("y", quantize, "r")] : [Node("y", quantize, "x")],
        outputs: ["y"])
      let plan = try TrainingPlan<Double>(
        network, sizes: ["N": 40], seeds: ["y"], gradients: ["x"],
        options: PlanOptions(quantization: QuantizePolicy(gradient: .qkeras)))
      plan.input("x")!.values.copy(from: x)
      plan.forward()
      plan.seed("y")!.copy(from: upstream)
      plan.backward()
      let key = "gradient_\(item.index)"
      if golden.file[key] != nil { clipped += 1 }
      let wanted = golden.file[key] == nil ? upstream : try golden.doubles(key)
      #expect(plan.value("x")!.gradient!.array == wanted, "case \(item.index)")
    }
    #expect(clipped == 5)
  }

  @Test func whatHasNoConversionSaysSo() {
    #expect(throws: TrainingError.self) { try QKerasQuantizer.ternary().operation() }
    #expect(throws: TrainingError.self) {
      try QKerasQuantizer.bits(6, integer: 0, alpha: .powerOfTwo(-1)).operation()
    }
    #expect(throws: TrainingError.self) {
      try QKerasQuantizer.bits(6, integer: 0, alpha: .automatic).operation()
    }
    #expect(throws: TrainingError.self) { try QKerasQuantizer.relu(99, integer: 0).operation() }
  }
}
