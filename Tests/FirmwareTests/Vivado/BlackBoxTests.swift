import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTestSupport

@testable import WinnowFirmware

/// The black box that Vitis HLS takes: its description, its C model, and its handshakes in simulation.
@Suite struct BlackBoxTests {
  /// Names of the JSON's fields and of the module's ports agree; UG1399 wants the function's and the
  /// module's name to be one.
  @Test func descriptionNamesThePorts() throws {
    let box = BlackBox(design: try Design(Tiny.named(Tiny.oddNames[2])))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(box.json().utf8)) as? [String: Any])
    #expect(json["c_function_name"] as? String == box.name)
    #expect(json["rtl_top_module_name"] as? String == box.name)
    let verilog = box.verilog()
    #expect(verilog.contains("module \(box.name) ("))
    let ports = try #require(verilog.split(separator: ");").first)
    func isPort(_ name: String, _ direction: String) -> Bool {
      ports.contains(try! Regex("\(direction) +wire (\\[[0-9:]+\\] )?\(name)(,|\\n)"))
    }
    let parameters = try #require(json["c_parameters"] as? [[String: Any]])
    #expect(parameters.count == 5)
    for parameter in parameters {
      let direction = try #require(parameter["c_port_direction"] as? String)
      for port in try #require(parameter["rtl_ports"] as? [String: String]).values {
        #expect(isPort(port, direction == "in" ? "input" : "output"), "\(port)")
      }
    }
    let common = try #require(json["rtl_common_signal"] as? [String: String])
    #expect(common.count == 8)
    for (field, port) in common {
      let isOutput = ["idle", "ready", "done"].contains { field.hasSuffix($0) }
      #expect(isPort(port, isOutput ? "output" : "input"), "\(port)")
    }
    let performance = try #require(json["rtl_performance"] as? [String: String])
    #expect(performance["latency"] == "\(box.design.pipeline.latency)")
    // Every register of the core stands still without the enable.
    let core = try #require(verilog.split(separator: "endmodule").dropFirst().first)
    #expect(
      core.matches(of: /posedge clock/).count == core.matches(of: /posedge clock\) if \(enable\)/).count)
  }

  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the C model was not compiled"))
  func modelEqualsInterpreter() async throws {
    for network in [Tiny.twoTwoOne, Tiny.dense(inputs: 5, outputs: 4, seed: 6)] {
      let design = try Design(network)
      let events = try InterpretedEvents(design, events: 150)
      let (inputs, outputs) = (design.program.inputs[0], design.program.outputs[0])
      let box = BlackBox(design: design)
      let model = EmulatorModel(
        program: design.program, network: network, name: design.name, stamp: design.stamp)
      let rows = events.vectors.inputs[0].map { "\($0)" }.joined(separator: ",")
      let width = inputs.types[0].width
      let size = outputs.formats[0].width
      let main = """
        #include <cstdio>
        #include "hls/\(box.name).h"
        static const long long in[] = {\(rows)};
        int main() {
          for (int event = 0; event < 150; ++event) {
            \(model.inputs[0].name) x[\(inputs.types.count)];
            \(model.outputs[0].name) y[\(outputs.values.count)];
            for (int i = 0; i < \(inputs.types.count); ++i)
              x[i].range(\(width - 1), 0) = ap_uint<64>(in[\(inputs.types.count) * event + i]);
            ap_uint<\(box.outputWidth(0))> word = 0;
            \(box.name)(\(design.name)_pack_\(box.inputName(0))(x), &word);
            \(design.name)_unpack_\(box.outputName(0))(word, y);
            for (int i = 0; i < \(outputs.values.count); ++i) {
              const unsigned long long bits = y[i].range(\(size - 1), 0).to_uint64();
              std::printf("%lld ", \(outputs.formats[0].isSigned ? "(long long)(bits << \(64 - size)) >> \(64 - size)" : "(long long)bits"));
            }
          }
        }
        """
      for types in EmulatorLibrary.typeHeaders {
        let text = try await withTemporaryFolder { folder in
          func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
          }
          for part in ["hls", "emulator"] {
            try FileManager.default.createDirectory(
              atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
          }
          for file in design.blackBoxFiles() { try write(file.text, "hls/\(file.name)") }
          try write(
            EmulatorHeader(program: design.program, name: design.name).text(), "emulator/\(design.name).h")
          try write(main, "main.cpp")
          var include = "."
          if case .vendor(let path) = types { include = path }
          if types == .own {
            try write(BlackBoxFixtures.integers, "ap_int.h")
            try write("#include \"winnow_ap_types_stand_in.h\"\n", "ap_fixed.h")
            try write(BlackBoxFixtures.fixed, "winnow_ap_types_stand_in.h")
          }
          try runTool(
            "g++",
            ["-std=c++17", "-O1", "-isystem", include, "-o", "main", "main.cpp", "hls/\(box.name).cpp"],
            in: folder)
          return try runTool("\(folder)/main", [], in: folder)
        }
        #expect(text.split(separator: " ").compactMap { Int64($0) } == events.expected[0], "\(types)")
      }
    }
  }

  /// Elements with a step and width of their own are packed one after another, each in its own step.
  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the C model was not compiled"))
  func modelTakesElementsOfSeveralTypes() async throws {
    let types = try ["fixed<6,3>", "ufixed<4,1>", "fixed<9,2>", "ufixed<1,5>"].map {
      try FixedPointType(text: $0)
    }
    let network = Network(
      name: "several", inputs: [.init("x", TensorType([4], .float32))],
      nodes: [Node("y", Quantize(types: types, shape: [4]), "x")], outputs: ["y"])
    let design = try Design(network)
    let events = try InterpretedEvents(design, events: 60)
    let port = design.program.inputs[0]
    let words = (0..<60).map { event in
      let own = zip(events.vectors.event(event, port: 0), types).map {
        $0 >> Int64(port.fraction - $1.fraction)
      }
      return "0x" + PackedWords.hexadecimal(own, widths: types.map(\.width))
    }
    // The outputs are the inputs: bits in, bits out, each through its step.
    let text = try await withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      for part in ["hls", "emulator"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      }
      for file in design.blackBoxFiles() { try write(file.text, "hls/\(file.name)") }
      // A stand-in of the emulator that shows the mantissas that it is given.
      try write(
        """
        #include <cstdint>
        #include <cstdio>
        namespace winnow_several {
        inline void run(const std::int64_t* in, std::int64_t* out) {
          for (int i = 0; i < 4; ++i) std::printf("%lld ", static_cast<long long>(out[i] = in[i]));
        }
        }
        """, "emulator/several.h")
      try write(BlackBoxFixtures.integers, "ap_int.h")
      try write(BlackBoxFixtures.fixed, "ap_fixed.h")
      try write(
        """
        #include <cstdio>
        #include <initializer_list>
        #include "hls/several_blackbox.h"
        int main() {
          for (unsigned long long word : {\(words.map { $0 + "ull" }.joined(separator: ", "))}) {
            ap_uint<20> y = 0;
            several_blackbox(ap_uint<20>(word), &y);
            if (y.range(19, 0).to_uint64() != word) std::printf("differs ");
          }
        }
        """, "main.cpp")
      try runTool(
        "g++", ["-std=c++17", "-isystem", ".", "-o", "main", "main.cpp", "hls/several_blackbox.cpp"],
        in: folder)
      return try runTool("\(folder)/main", [], in: folder)
    }
    #expect(!text.contains("differs"))
    #expect(text.split(separator: " ").compactMap { Int64($0) } == events.expected[0])
  }

  /// Random starts, stalls and clock enables: no event lost, doubled or changed, `ap_done` held until it is
  /// taken, and the stated latency counted in enabled edges.
  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; the black box was not simulated"))
  func handshakesKeepEveryEvent() async throws {
    var designs = try [Design(Tiny.twoTwoOne, options: FirmwareOptions(clock: 500))]
    designs.append(try Design(Tiny.dense(inputs: 5, outputs: 4, seed: 6)))
    let events = try designs.map { try InterpretedEvents($0, events: 300) }
    try await withTemporaryFolder { folder in
      var sources: [String] = []
      var bench = ""
      for (design, given) in zip(designs, events) {
        try given.bench(design).writeVectors(to: folder)
        let box = BlackBox(design: design)
        try Data(box.verilog().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(box.name).v"))
        sources.append("\(box.name).v")
        bench += BlackBoxFixtures.bench(of: box, events: 300)
      }
      let names = designs.map { BlackBox(design: $0).name }
      bench += Testbench.top(names)
      try Data(bench.utf8).write(to: URL(fileURLWithPath: "\(folder)/testbench.v"))
      try runTool(
        "verilator", ["--lint-only", "-Wall", "-Wno-DECLFILENAME", "-Wno-MULTITOP"] + sources, in: folder)
      try runTool(
        "verilator",
        [
          "--binary", "--timing", "-Wno-fatal", "-Wno-WIDTH", "--top-module", "testbench", "-Mdir",
          "simulator",
          "-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0", "testbench.v",
        ] + sources, in: folder)
      let text = try runTool("\(folder)/simulator/Vtestbench", [], in: folder)
      for name in names { #expect(text.contains("\(name): PASS 300"), "\(text.suffix(1000))") }
    }
    print("SIMULATED \(designs.count) black boxes \(300 * designs.count) vectors")
  }
}
