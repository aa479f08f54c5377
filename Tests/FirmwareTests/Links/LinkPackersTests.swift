import Foundation
import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// The C++ packers give the frames of the Swift ones, and take them back.
@Suite(.enabled(if: hasTool("g++"), "g++ is not installed; the C++ packers were not compiled"))
struct LinkPackersTests {
  @Test func packersAgree() async throws {
    let networks = try (1...UInt64(6)).map { try LinkedNetwork(seed: $0 + 400) }
    var text = "#include <cstdio>\n#include <vector>\n"
    var main = ""
    var expected: [String] = []
    for network in networks {
      let name = network.design.name
      let layout = network.layout
      let packer = EventPacker(layout)
      text += "#include \"\(name)_links.h\"\n"
      let vectors = network.vectors(50)
      let events = (0..<50).map { network.event(vectors, $0) }
      let answers = try network.answers(events)
      for (side, cases) in [(EventPacker.Side.input, events), (.output, answers)] {
        let word = side == .input ? "input" : "output"
        let shape = cases[0].map(\.count)
        let data = cases.flatMap { $0.joined() }
        main += "  { using namespace winnow_\(name)::links;\n"
        main +=
          "    static const int64_t data[] = {\(data.map { "INT64_C(\($0))" }.joined(separator: ","))};\n"
        main +=
          "    for (int event = 0; event < 50; ++event) {\n      const int64_t* at = data + event * \(shape.reduce(0, +));\n"
        var low = 0
        for (port, count) in shape.enumerated() {
          main += "      const int64_t* p\(port) = at + \(low); int64_t q\(port)[\(count)] = {0};\n"
          low += count
        }
        let all = shape.indices
        main += """
                const int64_t* ports[] = {\(all.map { "p\($0)" }.joined(separator: ", "))};
                int64_t* back[] = {\(all.map { "q\($0)" }.joined(separator: ", "))};
                \(word)_packet packet;
                pack_\(word)s(ports, packet);
                unpack_\(word)s(packet, back);
                for (std::size_t l = 0; l < \(word)_links; ++l)
                  for (int f = 0; f < \(word)_packet_frames[l]; ++f)
                    std::printf("%d %016llx\\n", \(word)_link_numbers[l], (unsigned long long)packet[l][f]);
          \(shape.enumerated().map { "      for (int i = 0; i < \($1); ++i) if (q\($0)[i] != p\($0)[i]) std::printf(\"differs\\n\");" }.joined(separator: "\n"))
              }
            }

          """
        for event in cases {
          let words = packer.words(side, ports: event)
          #expect(packer.ports(side, words: words) == event)
          for (link, words) in zip(packer.links(side), words) {
            for word in words {
              let digits = String(word, radix: 16)
              expected.append("\(link) " + String(repeating: "0", count: 16 - digits.count) + digits)
            }
          }
        }
      }
    }
    text += "int main() {\n\(main)  return 0;\n}\n"
    let source = text
    let output = try await withLinkFolder { folder in
      for network in networks {
        let name = network.design.name
        try Data(LinkPackersHeader(network.layout, name: name, stamp: network.design.stamp).text.utf8)
          .write(to: URL(fileURLWithPath: "\(folder)/\(name)_links.h"))
      }
      try Data(source.utf8).write(to: URL(fileURLWithPath: "\(folder)/main.cpp"))
      try await ExternalTool.compiler.require(
        ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-O1", "-o", "main", "main.cpp"], in: folder,
        doing: "compiling the packers")
      return try await runProgram("\(folder)/main", [], in: folder).output
    }
    let lines = output.split(separator: "\n").map(String.init)
    #expect(lines.count == expected.count)
    if let (found, wanted) = zip(lines, expected).first(where: { $0 != $1 }) {
      Issue.record("'\(found)', expected '\(wanted)'")
    }
  }
}
