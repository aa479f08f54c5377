import Foundation
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// A small network of random formats, and a random map of its ports onto links.
struct LinkedNetwork {
  var design: Design
  var layout: LinkLayout
  var random: RandomStream

  /// Two inputs and two outputs, elements of different formats.
  ///
  /// - Parameter tight: the inputs take as few frames as they can, the outputs do not.
  init(
    seed: UInt64, start: PacketStart? = nil, tight: Bool = false
  ) throws {
    var random = RandomStream(seed: seed, label: "links")
    func types(_ count: Int) -> [FixedPointType] {
      (0..<count).map { _ in
        let signed = random.integer(in: 0...1) == 1
        let width = random.integer(in: 1...14)
        return FixedPointType(
          signed: signed, width: width, integer: random.integer(in: 1...6),
          rounding: .truncate, overflow: .wrap)
      }
    }
    let inputs = random.integer(in: 1...5)
    let others = random.integer(in: 1...3)
    let outputs = random.integer(in: 1...4)
    func weights(_ shape: [Int]) -> Tensor {
      Tensor(
        shape,
        .fixed((0..<shape.reduce(1, *)).map { _ in Int128(random.integer(in: -7...7) * 2 + 1) }, fraction: 2))
    }
    let network = Network(
      name: "linked_\(seed)",
      inputs: [
        .init("x", TensorType([.fixed(inputs)], .float64)),
        .init("y", TensorType([.fixed(others)], .float64)),
      ],
      constants: ["w": weights([inputs, outputs]), "v": weights([others, outputs])],
      nodes: [
        Node("qx", Quantize(types: types(inputs), shape: [inputs]), "x"),
        Node("qy", Quantize(types: types(others), shape: [others]), "y"),
        Node("dx", Dense(), "qx", "w"), Node("dy", Dense(), "qy", "v"),
        Node("sum", Arithmetic(.add), "dx", "dy"),
        Node("score", Quantize(types: types(outputs), shape: [outputs]), "sum"),
        Node("extra", Relu(), "qy"),
      ], outputs: ["score", "extra"])
    let clock = [40.0, 160, 240][random.integer(in: 0...2)]
    let framesPerCrossing = Int(clock / 40)
    design = try Design(network, options: FirmwareOptions(clock: clock))
    let program = design.program
    let inputWidths = program.inputs.map { $0.types.map(\.width) }
    let outputWidths = program.outputs.map { $0.formats.map(\.width) }
    let most = max(inputWidths.joined().count, outputWidths.joined().count)
    let tmux = (most + 2 + framesPerCrossing - 1) / framesPerCrossing
    let mode = start ?? PacketStart.allCases[random.integer(in: 0...2)]
    func fields(
      _ names: [String], _ widths: [[Int]], _ links: [Int], tight: Bool = false
    ) -> [LinkField] {
      var next: [Int: (frame: Int, bit: Int)] = [:]
      var fields: [LinkField] = []
      for (name, widths) in zip(names, widths) {
        for (element, width) in widths.enumerated() where width > 0 {
          var link = links[random.integer(in: 0...links.count - 1)]
          if tight { link = links[fields.count % links.count] }
          var (frame, bit) = next[link] ?? (0, 0)
          if bit + width > 64 { (frame, bit) = (frame + 1, 0) }
          let slack = tight ? 0 : min(random.integer(in: 0...9), 64 - bit - width)
          fields.append(
            LinkField(
              port: name, element: element, link: link, frame: frame,
              bits: bit + slack...bit + slack + width - 1))
          next[link] =
            !tight && random.integer(in: 0...1) == 1
            ? (frame + 1, 0) : (frame, bit + slack + width)
        }
      }
      return fields
    }
    let inputLinks = (0..<random.integer(in: 1...3)).map { 3 * $0 + 2 }
    let outputLinks = (0..<random.integer(in: 1...2)).map { 5 * $0 }
    var map = LinkMap(
      board: "b\(seed)", start: mode, tmux: max(tmux, 1), framesPerCrossing: framesPerCrossing,
      inputs: fields(program.inputs.map(\.name), inputWidths, inputLinks, tight: tight),
      outputs: fields(program.outputs.map(\.name), outputWidths, outputLinks))
    layout = try LinkLayout(map, for: program)
    // Without marks and with a gap after each packet, its length may be longer than what is used.
    if !tight, mode != .packet || random.integer(in: 0...1) == 1 {
      map.packetFrames = random.integer(in: layout.inputFrames...map.period)
      layout = try LinkLayout(map, for: program)
    }
    self.random = random
  }

  /// In the middle of what the first element of the score can be, so that both answers occur.
  var threshold: Int64 {
    let format = design.program.outputs[0].formats[0]
    return Int64(format.minimum + 1 + (format.maximum - format.minimum) / 2)
  }

  func vectors(_ count: Int) -> TestVectors { TestVectors(for: design.program, count: count, seed: 7) }

  func event(_ vectors: TestVectors, _ index: Int) -> [[Int64]] {
    vectors.inputs.indices.map { Array(vectors.event(index, port: $0)) }
  }

  /// The interpreter's answer, in the outputs' steps.
  func answers(_ events: [[[Int64]]]) throws -> [[[Int64]]] {
    let interpreter = try Interpreter(design.network)
    return try events.map { event in
      var tensors: [String: Tensor] = [:]
      for (port, mantissas) in zip(design.program.inputs, event) {
        tensors[port.name] = Tensor(
          port.shape, .fixed(mantissas.map { Int128($0) }, fraction: port.fraction))
      }
      return zip(try interpreter.run(tensors), design.program.outputs).map { result, port in
        let (mantissas, fraction) = result.mantissas!
        return mantissas.map { Int64($0 << (port.fraction - fraction)) }
      }
    }
  }
}

func hasTool(_ tool: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
  }
}

/// Icarus Verilog builds in a second, Verilator in half a minute; `WINNOW_LINK_SIMULATOR` chooses.
let linkSimulator: VerilogSimulator? =
  ProcessInfo.processInfo.environment["WINNOW_LINK_SIMULATOR"].flatMap(VerilogSimulator.init)
  ?? (hasTool("iverilog") ? .icarus : hasTool("verilator") ? .verilator : nil)

/// Payloads in a simulator build; Verilator's are compiled, so it takes fewer.
let linkCases: UInt64 = linkSimulator == .icarus ? 24 : 6

func withLinkFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-links-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
