import Foundation
import Winnow

/// The C++ emulators of many networks in one program: one compilation, one run.
///
/// The undefined-behaviour sanitizer is on, so that an overflow or a shift too far fails the run.
public struct EmulatorBatch: Sendable {
  public let networks: [ComparedNetwork]

  public init(_ networks: [ComparedNetwork]) { self.networks = networks }

  /// Compiles and runs all emulators.
  ///
  /// - Parameter folder: an existing folder for the sources, the program and its data.
  /// - Returns: for each network and output all events' mantissas.
  public func run(in folder: String) throws -> [[[Int64]]] {
    var stimuli: [Int64] = []
    for network in networks {
      let design = network.design
      let files = "\(folder)/\(design.name)"
      try design.write(to: files, report: FirmwareReport(design))
      stimuli += network.vectors.inputs.flatMap(\.self)
    }
    try Data(stimuli.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } })
      .write(to: URL(fileURLWithPath: "\(folder)/in.bin"))
    try Data(driver().utf8).write(to: URL(fileURLWithPath: "\(folder)/emulators.cpp"))
    try runTool(
      "g++",
      [
        "-std=c++17", "-O0", "-w", "-DWINNOW_ONE_TARGET", "-fsanitize=undefined",
        "-fno-sanitize-recover=undefined", "-o",
        "emulators", "emulators.cpp",
      ], in: folder)
    try runTool("\(folder)/emulators", [], in: folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out.bin"))
    var numbers = stride(from: 0, to: bytes.count - 7, by: 8).map { start in
      Int64(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) })
    }[...]
    return networks.map { network in
      network.expected.map { expected in
        defer { numbers = numbers.dropFirst(expected.count) }
        return Array(numbers.prefix(expected.count))
      }
    }
  }

  /// Runs the emulator of many events at once and stops where it differs from that of one.
  private func batchCheck(_ network: ComparedNetwork) -> [String] {
    let name = network.design.name
    let ports = network.design.program
    let arguments =
      ports.inputs.indices.map { "in\($0).data()" } + ports.outputs.indices.map { "batch\($0).data()" }
    return ["#ifdef HAS_BATCH_\(name)"]
      + ports.outputs.indices.map { "  std::vector<std::int64_t> batch\($0)(out\($0).size());" }
      + ["  winnow_\(name)::run_batch(\(arguments.joined(separator: ", ")), \(network.vectors.count));"]
      + ports.outputs.indices.map {
        "  if (batch\($0) != out\($0)) { std::puts(\"batches differ in output \($0)\"); std::exit(1); }"
      } + ["#endif"]
  }

  private func driver() -> String {
    var lines = ["#include <cstdio>", "#include <vector>"]
    for network in networks {
      let header = "\(network.design.name)/emulator/\(network.design.name)"
      lines += [
        "#include \"\(header).h\"", "#if __has_include(\"\(header)_batch.h\")",
        "#include \"\(header)_batch.h\"", "#define HAS_BATCH_\(network.design.name)", "#endif",
      ]
    }
    lines += [
      "static std::FILE *in, *out;",
      "static std::vector<std::int64_t> load(std::size_t count) {",
      "  std::vector<std::int64_t> values(count + 1);",
      "  if (std::fread(values.data(), 8, count, in) != count) std::abort();",
      "  return values;", "}",
    ]
    for (index, network) in networks.enumerated() {
      let name = "winnow_\(network.design.name)"
      let ports = network.design.program
      lines += ["static void run\(index)() {"]
      lines += ports.inputs.indices.map {
        "  auto in\($0) = load(\(network.vectors.inputs[$0].count));"
      }
      lines += ports.outputs.indices.map {
        "  std::vector<std::int64_t> out\($0)(\(network.expected[$0].count) + 1);"
      }
      let arguments =
        ports.inputs.indices.map { "in\($0).data() + event * \(name)::input\($0)_count" }
        + ports.outputs.indices.map { "out\($0).data() + event * \(name)::output\($0)_count" }
      lines += [
        "  for (std::size_t event = 0; event < \(network.vectors.count); ++event)",
        "    \(name)::run(\(arguments.joined(separator: ", ")));",
      ]
      lines += batchCheck(network)
      lines += ports.outputs.indices.map {
        "  std::fwrite(out\($0).data(), 8, out\($0).size() - 1, out);"
      }
      lines += ["}"]
    }
    lines += [
      "int main() {", "  in = std::fopen(\"in.bin\", \"rb\");", "  out = std::fopen(\"out.bin\", \"wb\");",
    ]
    // The name stands in the log if the sanitizer stops the run.
    lines += networks.enumerated().map {
      "  std::puts(\"\($1.design.name)\"); std::fflush(stdout); run\($0)();"
    }
    return (["#include <cstdlib>"] + lines + ["  return std::fclose(out);", "}", ""]).joined(separator: "\n")
  }
}
