import WinnowFixedPoint
import WinnowNetworkIR

/// A header-only C++17 emulator of a program: bit-exact, no dependencies.
///
/// It is written from the program before adder sharing, so that it and the Verilog check each other.
struct EmulatorHeader {
  let program: FixedPointProgram
  let name: String
  /// Tells compilations apart; the Verilog of this one carries it too.
  var stamp: Stamp?

  /// The header.
  func text() -> String {
    let names = signalNames(program)
    var lines = [
      "// \(name): bit-exact emulator of the network '\(commentText(program.name))'. C++17, header only.",
      "// Every number is an integer mantissa; the ports' formats say where the point is.",
      "#ifndef WINNOW_\(name.uppercased())_EMULATOR_H",
      "#define WINNOW_\(name.uppercased())_EMULATOR_H",
      "#include <cstddef>", "#include <cstdint>", "",
      "namespace winnow_\(name) {", "",
      "using wide = __int128;", "",
    ]
    if let stamp { lines += ["// \(stamp.comment)", stamp.cConstant] }
    for (index, port) in program.inputs.enumerated() {
      lines += [
        "// Input \(index), '\(commentText(port.name))': \(formats(port.types.map(\.format))).",
        "constexpr std::size_t input\(index)_count = \(port.types.count);",
        "constexpr int input\(index)_fraction = \(port.fraction);",
      ]
    }
    for (index, port) in program.outputs.enumerated() {
      lines += [
        "// Output \(index), '\(commentText(port.name))': \(formats(port.formats)).",
        "constexpr std::size_t output\(index)_count = \(port.values.count);",
        "constexpr int output\(index)_fraction = \(port.fraction);",
      ]
    }
    lines += tables(names)
    let parameters =
      program.inputs.indices.map { "const std::int64_t* in\($0)" }
      + program.outputs.indices.map { "std::int64_t* out\($0)" }
    lines += [
      "", "/// One event: mantissas in, mantissas out.",
      "inline void run(\(parameters.joined(separator: ", "))) {",
    ]
    var origin = Int.min
    for value in 0..<program.count {
      if program.origins[value] != origin {
        origin = program.origins[value]
        if origin >= 0 { lines.append("  // \(commentText(program.nodeNames[origin]))") }
      }
      if case .constant = program.instructions[value] { continue }
      lines.append("  const \(type(value)) \(names[value]) = \(expression(value, names));")
    }
    for (index, port) in program.outputs.enumerated() {
      for (element, value) in port.values.enumerated() {
        let shift = port.fraction - program.intervals[value].fraction
        lines.append(
          "  out\(index)[\(element)] = static_cast<std::int64_t>(\(scaled(reference(value, names), shift)));")
      }
    }
    lines += ["}", "", "}  // namespace winnow_\(name)", "#endif", ""]
    return lines.joined(separator: "\n")
  }

  private func formats(_ formats: [FixedPointFormat]) -> String {
    "\(formats.count) of \(Set(formats.map(\.description)).sorted().joined(separator: ", "))"
  }

  private func reference(_ value: Int, _ names: [String]) -> String {
    if case .constant(let mantissa) = program.instructions[value] { return literal(mantissa) }
    return names[value]
  }

  private func literal(_ mantissa: Int128) -> String {
    if let narrow = Int64(exactly: mantissa), narrow != .min { return "INT64_C(\(narrow))" }
    let magnitude = mantissa.magnitude
    let (high, low) = (UInt64(magnitude >> 64), UInt64(truncatingIfNeeded: magnitude))
    let text = "((static_cast<wide>(UINT64_C(\(high))) << 64) + UINT64_C(\(low)))"
    return mantissa < 0 ? "(-\(text))" : text
  }

  private func scaled(_ text: String, _ shift: Int) -> String {
    shift == 0 ? text : "\(text) * \(literal(Int128(1) << shift))"
  }

  /// 64 bits where a value and all that it is computed from fit, else 128.
  private func type(_ value: Int) -> String { isWide(value) ? "wide" : "std::int64_t" }

  private func isWide(_ value: Int) -> Bool { program.largestIntermediate(value) > 9.0e18 }

  private func expression(_ value: Int, _ names: [String]) -> String {
    let wide = isWide(value)
    func at(_ operand: Int) -> String {
      let text = reference(operand, names)
      return wide ? "static_cast<wide>(\(text))" : text
    }
    // C++ shifts by less than the width only; beyond it all bits are the sign already.
    func shiftable(_ bits: Int) -> Int { min(bits, wide ? 127 : 63) }
    func shifted(_ operand: FixedPointProgram.Operand) -> String { scaled(at(operand.value), operand.shift) }
    switch program.instructions[value] {
    case .input(let port, let element):
      let shift = program.inputs[port].fraction - program.inputs[port].types[element].fraction
      return shift == 0 ? "in\(port)[\(element)]" : "in\(port)[\(element)] >> \(shift)"
    case .constant(let mantissa): return literal(mantissa)
    case .linear(let terms, let constant):
      let sum = terms.map { "\(literal(Int128($0.coefficient))) * \(at($0.value))" }
      return ([literal(constant)] + sum).joined(separator: " + ")
    case .floorShift(let x, let bits): return "\(at(x)) >> \(shiftable(bits))"
    case .convergentShift(let x, let bits):
      return
        "(\(at(x)) >> \(shiftable(bits))) & ~static_cast<\(type(value))>((\(at(x)) & (\(literal(Int128(1) << bits)) - 1)) == 0)"
    case .wrap(let x, let signed, let width):
      let mask = literal((Int128(1) << width) - 1)
      if !signed { return "\(at(x)) & \(mask)" }
      let half = literal(Int128(1) << (width - 1))
      return "((\(at(x)) + \(half)) & \(mask)) - \(half)"
    case .clamp(let x, let low, let high):
      return
        "\(at(x)) < \(literal(low)) ? \(literal(low)) : \(at(x)) > \(literal(high)) ? \(literal(high)) : \(at(x))"
    case .maximum(let a, let b): return "\(shifted(a)) < \(shifted(b)) ? \(shifted(b)) : \(shifted(a))"
    case .minimum(let a, let b): return "\(shifted(b)) < \(shifted(a)) ? \(shifted(b)) : \(shifted(a))"
    case .multiply(let a, let b): return "\(at(a)) * \(at(b))"
    case .divide(let x, let divisor): return "\(at(x)) / \(literal(divisor))"
    case .table(let x, let first, _):
      return "\(tableName(value, names))[\(at(x)) - \(literal(first))]"
    case .less(let a, let b): return "\(shifted(a)) < \(shifted(b)) ? 1 : 0"
    case .equal(let a, let b): return "\(shifted(a)) == \(shifted(b)) ? 1 : 0"
    case .select(let condition, let a, let b):
      return "\(reference(condition, names)) != 0 ? \(shifted(a)) : \(shifted(b))"
    }
  }

  private func tableName(_ value: Int, _ names: [String]) -> String {
    guard case .table(_, _, let entries) = program.instructions[value] else { return "" }
    for other in 0..<value {
      if case .table(_, _, entries) = program.instructions[other] { return "table_\(names[other])" }
    }
    return "table_\(names[value])"
  }

  private func tables(_ names: [String]) -> [String] {
    var lines: [String] = []
    for value in 0..<program.count {
      guard case .table(_, _, let entries) = program.instructions[value],
        tableName(value, names) == "table_\(names[value])"
      else { continue }
      lines += [
        "", "static const std::int64_t table_\(names[value])[\(entries.count)] = {",
        "  " + entries.map { literal(Int128($0)) }.joined(separator: ", "), "};",
      ]
    }
    return lines
  }
}

extension EmulatorHeader {
  private var ports: String {
    (program.inputs.indices.map { "const int64_t* in\($0)" }
      + program.outputs.indices.map { "int64_t* out\($0)" }).joined(separator: ", ")
  }

  /// Declarations for C: sizes and a function over many events.
  func interface() -> String {
    """
    /* C interface of the emulator of '\(commentText(program.name))'. Mantissas, event after event. */
    #ifndef WINNOW_\(name.uppercased())_C_H
    #define WINNOW_\(name.uppercased())_C_H
    #include <stddef.h>
    #include <stdint.h>
    #ifdef __cplusplus
    extern "C" {
    #endif
    size_t \(name)_input_count(size_t port);
    size_t \(name)_output_count(size_t port);
    /* Tells compilations apart\(stamp.map { "; the Verilog has the same one: \($0.comment)" } ?? ": none, 0"). */
    uint64_t \(name)_stamp(void);
    void \(name)_run(\(ports), size_t events);
    #ifdef __cplusplus
    }
    #endif
    #endif

    """
  }

  /// The functions of the C interface.
  func implementation() -> String {
    func counts(_ kind: String, _ number: Int) -> String {
      let cases = (0..<number).map {
        "  if (port == \($0)) return winnow_\(name)::\(kind)\($0)_count;"
      }
      return """
        size_t \(name)_\(kind)_count(size_t port) {
        \(cases.joined(separator: "\n"))
          return 0;
        }
        """
    }
    let pointers =
      (program.inputs.indices.map { "in\($0)" } + program.outputs.indices.map { "out\($0)" })
      .joined(separator: ", ")
    return """
      #include "\(name)_c.h"
      #include "\(name)\(batch == nil ? "" : "_batch").h"

      \(counts("input", program.inputs.count))
      \(counts("output", program.outputs.count))
      uint64_t \(name)_stamp(void) { return UINT64_C(0x\(stamp ?? Stamp(value: 0))); }
      void \(name)_run(\(ports), size_t events) {
      \(batch == nil ? singly : "  winnow_\(name)::run_batch(\(pointers), events);")
      }

      """
  }

  private var batch: BatchEmulator? { BatchEmulator(program: program, name: name) }

  /// All events, one after the other.
  private var singly: String {
    let arguments =
      program.inputs.indices.map { "in\($0) + event * winnow_\(name)::input\($0)_count" }
      + program.outputs.indices.map { "out\($0) + event * winnow_\(name)::output\($0)_count" }
    return """
        for (size_t event = 0; event < events; ++event)
          winnow_\(name)::run(\(arguments.joined(separator: ", ")));
      """
  }

  /// A program that reads mantissas of whole files and writes the outputs: `replay IN0 … OUT0 …`,
  /// little-endian 64-bit integers. With a further argument, `--single`, it takes one event at a time.
  func replay() -> String {
    let inputs = program.inputs.indices
    let outputs = program.outputs.indices
    let files = inputs.count + outputs.count
    let all = (inputs.map { "in\($0).data()" } + outputs.map { "out\($0).data()" })
      .joined(separator: ", ")
    let one =
      (inputs.map { "in\($0).data() + event * winnow_\(name)::input\($0)_count" }
      + outputs.map { "out\($0).data() + event * winnow_\(name)::output\($0)_count" })
      .joined(separator: ", ")
    return """
      #include "\(name).h"
      #include "\(name)_c.h"
      #include <cstdio>
      #include <cstring>
      #include <vector>

      static bool load(const char* path, std::vector<int64_t>& values) {
        std::FILE* file = std::fopen(path, "rb");
        if (!file) { std::perror(path); return false; }
        int64_t buffer[4096];
        for (size_t n; (n = std::fread(buffer, sizeof(int64_t), 4096, file)) > 0;)
          values.insert(values.end(), buffer, buffer + n);
        std::fclose(file);
        return true;
      }

      static bool save(const char* path, const std::vector<int64_t>& values) {
        std::FILE* file = std::fopen(path, "wb");
        if (!file) { std::perror(path); return false; }
        const bool good = std::fwrite(values.data(), sizeof(int64_t), values.size(), file) == values.size();
        return std::fclose(file) == 0 && good;
      }

      int main(int argc, char** argv) {
        const bool single = argc == \(2 + files) && std::strcmp(argv[\(1 + files)], "--single") == 0;
        if (argc != \(1 + files) && !single) return 2;
      \(inputs.map { "  std::vector<int64_t> in\($0);\n  if (!load(argv[\($0 + 1)], in\($0))) return 1;" }.joined(separator: "\n"))
        const size_t events = in0.size() / \(name)_input_count(0);
      \(outputs.map { "  std::vector<int64_t> out\($0)(events * \(name)_output_count(\($0)));" }.joined(separator: "\n"))
        if (single) {
          for (size_t event = 0; event < events; ++event) winnow_\(name)::run(\(one));
        } else {
          \(name)_run(\(all), events);
        }
      \(outputs.map { "  if (!save(argv[\($0 + 1 + inputs.count)], out\($0))) return 1;" }.joined(separator: "\n"))
        return 0;
      }

      """
  }
}
