import WinnowONNXSchema
import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowNetworkFormats

/// Random damage to small files: both readers may throw a sentence and must do nothing worse.
///
/// `WINNOW_FUZZ_ITERATIONS` sets the number of damaged files (100,000; 4,000 in debug builds).
@Suite struct FuzzTests {
  static let iterations: Int = {
    #if DEBUG
      let usual = 4000
    #else
      let usual = 100_000
    #endif
    return ProcessInfo.processInfo.environment["WINNOW_FUZZ_ITERATIONS"].flatMap(Int.init) ?? usual
  }()

  @Test func damagedFiles() throws {
    let seeds = try FuzzSeeds.all()
    var stream = RandomStream(seed: 20_260_905, label: "formats")
    var accepted = 0
    for iteration in 0..<Self.iterations {
      let seed = seeds[iteration % seeds.count]
      let bytes = Self.damaged(seed, &stream)
      do {
        let network = try NetworkFile.decode(bytes)
        accepted += 1
        if iteration % 8 == 0 { try expectRoundTrip(network) }
        if iteration % 4 == 0 { run(network, seed: iteration / 4) }
      } catch let error as NetworkError {
        #expect(!error.message.isEmpty)
      } catch {
        Issue.record("another error: \(error)")
      }
    }
    print("fuzz: \(Self.iterations) damaged files from \(seeds.count) seeds, \(accepted) still networks")
    #expect(accepted > Self.iterations / 100)
  }

  @Test func noise() {
    var stream = RandomStream(seed: 3, label: "noise")
    for index in 0..<Self.iterations / 10 {
      let start: [UInt8] = [[0x08, 0x08], Array("{".utf8), [0x3a], []][index % 4]
      let bytes = start + (0..<stream.integer(in: 0...60)).map { _ in stream.integer(in: 0...255) }
      _ = message { _ = try NetworkFile.decode(bytes) }
    }
  }

  /// What the reader accepts, the writer writes and the reader reads again as the same.
  private func expectRoundTrip(_ network: Network) throws {
    let bytes: [UInt8]
    do { bytes = try NetworkFile.encode(network) } catch is NetworkError { return }
    #expect(try NetworkFile.decode(bytes) == network)
  }

  /// What the reader accepts can be interpreted, or refused with a sentence.
  private func run(_ network: Network, seed: Int) {
    _ = message {
      let types = try network.verify()
      let count = types.values.reduce(0) { $0 + $1.shape.reduce(1) { min($0 * ($1.size ?? 1), 1 << 20) } }
      guard count < 1 << 12 else { return }
      let bound = try network.binding(Dictionary(network.symbols.map { ($0, 2) }) { $1 })
      var inputs: [String: Tensor] = [:]
      for input in bound.inputs {
        guard let sizes = input.type.sizes else { return }
        let count = sizes.reduce(1, *)
        guard count < 1 << 12 else { return }
        // What the input asks for, and floats for every input.
        inputs[input.name] =
          count % 2 == 0 || !seed.isMultiple(of: 3)
          ? ONNXRoundTripTests.tensor(sizes, input.type.element)
          : Tensor(sizes, .float32((0..<count).map { Float($0) - 1.5 }))
      }
      _ = try Interpreter(bound).run(inputs)
    }
  }

  static func damaged(_ sound: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    if stream.integer(in: 0...2) == 0, let bytes = FuzzSeeds.rewritten(sound, &stream) { return bytes }
    var bytes = sound
    for _ in 0..<stream.integer(in: 1...4) where !bytes.isEmpty {
      let place = stream.integer(in: 0...bytes.count - 1)
      switch stream.integer(in: 0...7) {
      case 0: bytes[place] ^= 1 << stream.integer(in: 0...7)
      case 1: bytes[place] = interesting(&stream)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(interesting(&stream), at: place)
      case 4: bytes.removeLast(min(bytes.count, stream.integer(in: 0...40)))
      case 5:
        // A piece of the file once more.
        let end = min(bytes.count, place + stream.integer(in: 1...24))
        bytes.insert(contentsOf: bytes[place..<end], at: stream.integer(in: 0...bytes.count))
      case 6:
        // A long number in text, a long length in protobuf.
        let numbers = [
          "9223372036854775807", "-9223372036854775808", "-1", "0", "1e308", "999999999999", "null", "[[",
          "64",
        ]
        bytes.replaceSubrange(
          place..<place + 1, with: numbers[stream.integer(in: 0...numbers.count - 1)].utf8)
      default:
        for offset in place..<min(bytes.count, place + 4) { bytes[offset] = interesting(&stream) }
      }
    }
    return bytes
  }

  private static func interesting(_ stream: inout RandomStream) -> UInt8 {
    let favourites: [UInt8] = [
      0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x08, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x5d, 0x7b, 0x7d, 0x2d,
    ]
    let choice = stream.integer(in: 0...2 * favourites.count)
    return choice < favourites.count ? favourites[choice] : stream.integer(in: 0...255)
  }
}

/// Small sound files for damage.
enum FuzzSeeds {
  static func all() throws -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for name in [
      "gemm", "matmul", "convolution_1d", "pools", "arithmetic", "shapes", "reductions", "constants",
      "clip_attributes", "bipolar", "trunc_2", "domain_brevitas", "quantised_image", "resize",
      "convolution_transpose", "normalizations", "indices",
    ] {
      seeds.append(try Golden.bytes("onnx/\(name).onnx"))
    }
    // Each operator of the domain org.winnow in a file of its own.
    var seen: Set<String> = []
    for (operation, types) in ONNXRoundTripTests.operators where seen.insert(operation.name).inserted {
      var network = Network(name: "n", inputs: [.init("x", types[0])], outputs: ["y"])
      for (index, type) in types.enumerated().dropFirst() {
        guard let shape = type.sizes else { continue }
        network.constants["c\(index)"] = ONNXRoundTripTests.tensor(shape, type.element)
      }
      let inputs = ["x"] + types.indices.dropFirst().map { "c\($0)" }
      let outputs = ["y"] + (1..<(try operation.infer(types)).count).map { "y\($0)" }
      network.nodes = [Node("n", operation, inputs: inputs, outputs: outputs)]
      seeds.append(try NetworkFile.encode(network))
      if let own = try ownForm(NetworkFile.encode(network), operation) { seeds.append(own) }
    }
    seeds.append(Array(ModelDescriptionErrorTests.description(ModelDescriptionErrorTests.dense()).utf8))
    seeds.append(Array(ModelDescriptionErrorTests.description(ModelDescriptionErrorTests.convolution).utf8))
    seeds.append(Array(description.utf8))
    return seeds
  }

  /// The same with the operator under `org.winnow`, whatever standard form it has.
  private static func ownForm(_ bytes: [UInt8], _ operation: any Operator) throws -> [UInt8]? {
    var model = try ONNXFile.decode(bytes)
    guard let index = model.graph.node.lastIndex(where: { $0.domain != "org.winnow" }) else { return nil }
    var node = model.graph.node[index]
    node.domain = "org.winnow"
    node.opType = operation.name
    node.input = node.input.filter { !$0.hasPrefix("n/") && !$0.isEmpty }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    node.attribute = [.string("parameters", String(decoding: try encoder.encode(operation), as: UTF8.self))]
    model.graph.node[index] = node
    return try ONNXFile.encode(model)
  }

  /// Every operator of a description that is small.
  private static let description: String = {
    let type = ModelDescriptionErrorTests.type
    let layers = [
      #"{"name":"a","op":"OffsetShift","inputs":["input"],"shape":[2],"offset_type":\#(type),"difference_type":\#(type),"offsets":[1,2],"shifts":[1,-2],"result_type":\#(type)}"#,
      #"{"name":"b","op":"Normalize","inputs":["a"],"n":2,"n_filt":1,"scale_type":\#(type),"bias_type":\#(type),"scales":[3],"biases":[1],"result_type":\#(type)}"#,
      #"{"name":"c","op":"Subtract","inputs":["a","b"],"result_type":\#(type)}"#,
      #"{"name":"d","op":"Dot","inputs":["c","b"],"product_type":\#(type),"accumulator_type":\#(type),"result_type":null}"#,
      #"{"name":"e","op":"SigmoidTable","inputs":["d"],"table_size":4,"table":[0,1,2,3],"table_type":\#(type)}"#,
      #"{"name":"f","op":"SoftmaxTable","inputs":["c"],"n":2,"table_size":2,"exp_table":[1,2],"inverse_table":[2,1],"exp_type":\#(type),"inverse_type":\#(type),"input_type":\#(type),"sum_type":\#(type)}"#,
      #"{"name":"g","op":"GlobalAveragePooling1D","inputs":["c"],"width":2,"n_filt":1,"accumulator_type":\#(type),"average_type":null}"#,
      #"{"name":"h","op":"OffsetDivide","inputs":["c"],"offsets":[1,2],"divisors":[2,4],"result_type":\#(type)}"#,
      #"{"name":"y","op":"SumOfSquares","inputs":["h"],"square_type":\#(type),"accumulator_type":\#(type)}"#,
    ]
    return ModelDescriptionErrorTests.description(
      layers.joined(separator: ","), outputs: #"[{"name":"o","layer":"y"}]"#)
  }()

  /// A sound ONNX file with some of its fields rewritten; the protobuf stays sound.
  static func rewritten(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8]? {
    guard bytes.first == 0x08, var model = try? ONNXFile.decode(bytes), model.hasGraph else { return nil }
    let extremes: [Int64] = [0, 1, -1, 2, 3, 7, 64, 1 << 20, 1 << 26, 1 << 31, 1 << 62, .max, .min, -2]
    func extreme(_ stream: inout RandomStream) -> Int64 {
      extremes[stream.integer(in: 0...extremes.count - 1)]
    }
    var graph = model.graph
    for _ in 0..<stream.integer(in: 1...3) {
      let node = graph.node.isEmpty ? nil : stream.integer(in: 0...graph.node.count - 1)
      let tensor = graph.initializer.isEmpty ? nil : stream.integer(in: 0...graph.initializer.count - 1)
      switch stream.integer(in: 0...8) {
      case 0:
        guard let node, !graph.node[node].attribute.isEmpty else { continue }
        let place = stream.integer(in: 0...graph.node[node].attribute.count - 1)
        var attribute = graph.node[node].attribute[place]
        attribute.i = extreme(&stream)
        attribute.f = [.nan, .infinity, -1, 0, 1e30][stream.integer(in: 0...4)]
        if !attribute.ints.isEmpty {
          attribute.ints[stream.integer(in: 0...attribute.ints.count - 1)] = extreme(&stream)
        }
        graph.node[node].attribute[place] = attribute
      case 1:
        guard let node, !graph.node[node].attribute.isEmpty else { continue }
        graph.node[node].attribute.remove(at: stream.integer(in: 0...graph.node[node].attribute.count - 1))
      case 2:
        guard let node else { continue }
        let names = Importer.standard.keys.sorted()
        graph.node[node].opType = names[stream.integer(in: 0...names.count - 1)]
        if graph.node[node].domain != "org.winnow" { graph.node[node].domain = "" }
      case 3:
        guard let node, !graph.node[node].input.isEmpty else { continue }
        let all =
          graph.initializer.map(\.name) + graph.input.map(\.name) + graph.node.flatMap(\.output) + [""]
        graph.node[node].input[stream.integer(in: 0...graph.node[node].input.count - 1)] =
          all[stream.integer(in: 0...all.count - 1)]
      case 4:
        guard let tensor, !graph.initializer[tensor].dims.isEmpty else { continue }
        graph.initializer[tensor].dims[stream.integer(in: 0...graph.initializer[tensor].dims.count - 1)] =
          extreme(&stream)
      case 5:
        guard let tensor else { continue }
        // Another number in the data, as many bytes as before.
        var data = [UInt8](graph.initializer[tensor].rawData)
        let words = data.count / 4
        guard words > 0 else { continue }
        let place = 4 * stream.integer(in: 0...words - 1)
        let word = UInt32(truncatingIfNeeded: extreme(&stream))
        for byte in 0..<4 { data[place + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte)) }
        graph.initializer[tensor].rawData = Data(data)
      case 6:
        guard var type = graph.input.first?.type.tensorType, !type.shape.dim.isEmpty else { continue }
        type.shape.dim[stream.integer(in: 0...type.shape.dim.count - 1)].dimValue = extreme(&stream)
        graph.input[0].type.tensorType = type
      case 7:
        guard let node else { continue }
        graph.node.remove(at: node)
      default:
        if !model.opsetImport.isEmpty {
          model.opsetImport[0].version = [7, 9, 11, 13, 18, 21][stream.integer(in: 0...5)]
        }
      }
    }
    model.graph = graph
    return try? ONNXFile.encode(model)
  }
}
