import Testing
@testable import WinnowFirmware
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors
import WinnowTestSupport

@Suite struct EmulatorTests {
  private static func network(
    _ name: String, _ input: String, _ nodes: [Node], outputs: [String]
  ) throws -> Network {
    let type = try FixedPointType(text: input)
    return Network(
      name: name, inputs: [.init("x", TensorType([3], .float64))],
      nodes: [Node("q", Quantize(type), "x")] + nodes, outputs: outputs)
  }

  /// Intermediate results of more than 64 bits, shifts past the width, wraps at 63 and 64 bits.
  private static func wideNetworks() throws -> [Network] {
    func quantize(_ name: String, _ type: String, _ input: String) throws -> Node {
      Node(name, Quantize(try FixedPointType(text: type)), input)
    }
    return try [
      network(
        "square", "fixed<50,20,RND,SAT>",
        [
          Node("square", Arithmetic(.multiply), "q", "q"),
          Node("difference", Arithmetic(.subtract), "square", "q"),
          quantize("rounded", "fixed<60,30,RND_CONV,SAT>", "difference"),
          quantize("cut", "fixed<20,5,TRN_ZERO,SAT_SYM>", "difference"),
          Node("less", Comparison(.less), "square", "q"),
          Node("most", Arithmetic(.maximum), "square", "q"),
          quantize("wrapped", "ufixed<58,20>", "most"),
        ], outputs: ["rounded", "cut", "less", "wrapped"]),
      network(
        "far", "fixed<8,4>",
        [
          quantize("floor", "fixed<3,80>", "q"), quantize("even", "fixed<3,90,RND_CONV>", "q"),
          quantize("zero", "fixed<3,70,TRN_ZERO,SAT>", "q"),
          quantize("nearest", "fixed<4,68,RND>", "q"),
        ], outputs: ["floor", "even", "zero", "nearest"]),
      network(
        "wraps", "fixed<61,61>",
        [
          Node("third", Arithmetic(.add), "q", "q"),
          Node("fifth", Arithmetic(.add), "third", "q"),
          quantize("low", "fixed<62,62>", "fifth"), quantize("lower", "fixed<60,60>", "fifth"),
          quantize("unsigned", "ufixed<60,60>", "fifth"),
        ], outputs: ["lower", "unsigned", "low"]),
    ]
  }

  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the emulator was not compiled"))
  func equalsInterpreterPast64Bits() async throws {
    for network in try Self.wideNetworks() {
      let program = try FixedPointProgram(network)
      let vectors = TestVectors(for: program, count: 200, seed: 2)
      let expected = (0..<vectors.count).reduce(into: program.outputs.map { _ in [Int64]() }) { all, event in
        let values = program.evaluate([vectors.event(event, port: 0).map { Int128($0) }])
        for (index, port) in program.outputs.enumerated() {
          all[index] += program.read(port, from: values).map { Int64($0) }
        }
      }
      let interpreter = try Interpreter(network)
      for event in 0..<vectors.count {
        let row = vectors.event(event, port: 0).map { Int128($0) }
        let outputs = try interpreter.run([
          "x": Tensor([3], .fixed(row, fraction: program.inputs[0].fraction))
        ])
        for (index, output) in outputs.enumerated() {
          #expect(
            output.mantissas?.values.map { Int64($0) }
              == Array(expected[index][3 * event..<3 * event + 3]), "\(network.name), event \(event)")
        }
      }
      let emulator = EmulatorHeader(program: program, name: network.name)
      let found = try await Self.compiled(emulator, vectors)
      #expect(found == expected, "\(network.name)")
    }
  }

  /// Compiles with the sanitizer and runs one emulator.
  private static func compiled(
    _ emulator: EmulatorHeader, _ vectors: TestVectors
  ) async throws -> [[Int64]] {
    let program = emulator.program
    let rows = vectors.inputs[0].map { "INT64_C(\($0))" }.joined(separator: ",")
    let outputs = program.outputs.indices.map { "out\($0)" }
    let source =
      """
      #include <cstdio>
      #include "emulator.h"
      static const std::int64_t in[] = {\(rows)};
      int main() {
        for (int event = 0; event < \(vectors.count); ++event) {
          std::int64_t \(outputs.map { "\($0)[3]" }.joined(separator: ", "));
          winnow_\(emulator.name)::run(in + 3 * event, \(outputs.joined(separator: ", ")));
      \(outputs.map { "    std::printf(\"%ld %ld %ld \", (long)\($0)[0], (long)\($0)[1], (long)\($0)[2]);" }.joined(separator: "\n"))
        }
      }
      """
    let text = try await withTemporaryFolder { folder in
      try AtomicFile.write(Array(emulator.text().utf8), to: "\(folder)/emulator.h")
      try AtomicFile.write(Array(source.utf8), to: "\(folder)/main.cpp")
      try runTool(
        "g++",
        [
          "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wno-unused-variable", "-Werror",
          "-fsanitize=undefined", "-fno-sanitize-recover=undefined", "-o", "main", "main.cpp",
        ], in: folder)
      return try runTool("\(folder)/main", [], in: folder)
    }
    let numbers = text.split(separator: " ").compactMap { Int64($0) }
    var result: [[Int64]] = program.outputs.map { _ in [] }
    for (place, number) in numbers.enumerated() { result[place / 3 % outputs.count].append(number) }
    return result
  }

  /// The C interface beside the header, as `winnow verify` runs it.
  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the emulator was not compiled"))
  func interfaceReplaysVectors() async throws {
    let design = try Design(Tiny.dense(inputs: 5, outputs: 4, seed: 6))
    let vectors = TestVectors(for: design.program, count: 100, seed: 2)
    try await withTemporaryFolder { folder in
      try design.write(to: "\(folder)/firmware", report: FirmwareReport(design))
      let found = try await design.runEmulator("\(folder)/firmware/emulator", vectors: vectors, in: folder)
      #expect(found.batch == found.single)
      for event in 0..<100 {
        let values = design.program.evaluate([vectors.event(event, port: 0).map { Int128($0) }])
        let expected = design.program.read(design.program.outputs[0], from: values)
        #expect(found.single[0][3 * event..<3 * event + 3].map { Int128($0) } == expected)
      }
    }
  }

  /// Lanes of 32 bits, of 64, and none where a number needs more.
  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the emulator was not compiled"))
  func batchesUseLanesThatFit() async throws {
    func square(_ input: String, _ output: String) throws -> Network {
      try Self.network(
        "square", input,
        [
          Node("square", Arithmetic(.multiply), "q", "q"),
          Node("less", Comparison(.less), "square", "q"),
          Node("y", Quantize(try FixedPointType(text: output)), "square"),
        ], outputs: ["y", "less"])
    }
    for (network, lanes) in try [
      (square("fixed<12,4>", "fixed<9,5,RND_CONV,SAT_SYM>"), "int32"),
      (square("fixed<28,4>", "fixed<30,5,TRN_ZERO,WRAP>"), "int64"),
    ] {
      let design = try Design(network)
      let batch = try #require(BatchEmulator(program: design.program, name: design.name))
      #expect(batch.text().contains("using number = std::\(lanes)_t;"))
      // Whole vectors of events and a rest.
      let vectors = TestVectors(for: design.program, count: 53, seed: 3)
      try await withTemporaryFolder { folder in
        try design.write(to: "\(folder)/firmware", report: FirmwareReport(design))
        let found = try await design.runEmulator(
          "\(folder)/firmware/emulator", vectors: vectors, in: folder)
        #expect(found.batch == found.single)
        for event in 0..<vectors.count {
          let values = design.program.evaluate([vectors.event(event, port: 0).map { Int128($0) }])
          for (index, port) in design.program.outputs.enumerated() {
            let expected = design.program.read(port, from: values)
            #expect(found.batch[index][3 * event..<3 * event + 3].map { Int128($0) } == expected)
          }
        }
      }
    }
    let wide = try FixedPointProgram(square("fixed<50,20>", "fixed<9,5>"))
    #expect(BatchEmulator(program: wide, name: "wide")?.text() == nil)
  }
}
