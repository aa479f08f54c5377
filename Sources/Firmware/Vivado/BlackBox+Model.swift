import WinnowFixedPoint
import WinnowNetworkIR

extension BlackBox {
  /// The C++ declaration of the function.
  private var prototype: String {
    let parameters =
      design.program.inputs.indices.map { "ap_uint<\(inputWidth($0))> \(inputName($0))" }
      + design.program.outputs.indices.map { "ap_uint<\(outputWidth($0))>* \(outputName($0))" }
    return "void \(name)(\(parameters.joined(separator: ", ")))"
  }

  /// `NAME_blackbox.h`: the function, and what packs and unpacks ports whose elements have one type.
  func header() -> String {
    let program = design.program
    let widest = max(
      program.inputs.indices.map(inputWidth).max() ?? 1, program.outputs.indices.map(outputWidth).max() ?? 1)
    // AMD's headers hold 1,024 bits unless they are told otherwise before they are read.
    let limit =
      widest <= 1024
      ? []
      : ["#ifndef AP_INT_MAX_W", "#define AP_INT_MAX_W \((widest + 1023) / 1024 * 1024)", "#endif"]
    let model = EmulatorModel(
      program: program, network: design.network, name: design.name, stamp: design.stamp)
    var packers: [String] = []
    for (index, port) in model.inputs.enumerated() where port.elements == nil {
      packers += packer(
        "inline ap_uint<\(inputWidth(index))> \(design.name)_pack_\(inputName(index))(const \(port.name) x[\(port.count)]) {",
        port, declared: "  ap_uint<\(inputWidth(index))> word = 0;",
        "word.range(\(port.type.width) * i + \(port.type.width - 1), \(port.type.width) * i) = x[i].range();",
        returned: "  return word;")
    }
    for (index, port) in model.outputs.enumerated()
    where program.outputs[index].formats.allSatisfy({ $0 == port.type.format }) {
      packers += packer(
        "inline void \(design.name)_unpack_\(outputName(index))(const ap_uint<\(outputWidth(index))>& word, \(port.name) x[\(port.count)]) {",
        port, declared: nil,
        "x[i].range() = word.range(\(port.type.width) * i + \(port.type.width - 1), \(port.type.width) * i);",
        returned: nil)
    }
    return
      ([
        "// \(name): '\(commentText(program.name))' as a Vitis HLS black box. Ports are packed from bit 0 in element order.",
        "// \(design.stamp.comment)", "#ifndef WINNOW_\(design.name.uppercased())_BLACKBOX_H",
        "#define WINNOW_\(design.name.uppercased())_BLACKBOX_H",
      ] + limit + [
        "#include <ap_fixed.h>", "#include <ap_int.h>", "",
        "/// One event. Not a top: call it from one.", "\(prototype);", "",
      ] + packers + ["#endif", ""]).joined(separator: "\n")
  }

  private func packer(
    _ signature: String, _ port: EmulatorPort, declared: String?, _ body: String, returned: String?
  ) -> [String] {
    [signature, "#pragma HLS INLINE"] + (declared.map { [$0] } ?? [])
      + ["  for (int i = 0; i < \(port.count); ++i) {", "#pragma HLS UNROLL", "    \(body)", "  }"]
      + (returned.map { [$0] } ?? []) + ["}", ""]
  }

  /// `NAME_blackbox.cpp`: what C simulation runs, the emulator.
  func model() -> String {
    let program = design.program
    var tables: [String] = []
    var body: [String] = []
    func table(_ name: String, _ formats: [FixedPointFormat], _ fraction: Int) {
      var low = 0
      let rows = formats.map { format in
        let width = max(format.width, 1)
        defer { low += width }
        return "{\(low), \(width), \(fraction - format.fraction), \(format.isSigned)}"
      }
      tables.append("constexpr field \(name)[] = {\n  \(rows.joined(separator: ",\n  "))};")
    }
    for (index, port) in program.inputs.enumerated() {
      table("input\(index)", port.types.map(\.format), port.fraction)
      body += [
        "  std::int64_t in\(index)[\(port.types.count)];",
        "  for (std::size_t i = 0; i < \(port.types.count); ++i) in\(index)[i] = element(\(inputName(index)), input\(index)[i]);",
      ]
    }
    for (index, port) in program.outputs.enumerated() {
      table("output\(index)", port.formats, port.fraction)
      body.append("  std::int64_t out\(index)[\(port.values.count)];")
    }
    let arguments =
      (program.inputs.indices.map { "in\($0)" } + program.outputs.indices.map { "out\($0)" })
      .joined(separator: ", ")
    body.append("  winnow_\(design.name)::run(\(arguments));")
    for (index, port) in program.outputs.enumerated() {
      body.append(
        "  for (std::size_t i = 0; i < \(port.values.count); ++i) set_element(*\(outputName(index)), output\(index)[i], out\(index)[i]);"
      )
    }
    return """
      // C model of \(name): the emulator on packed ports. For C simulation only.
      // \(design.stamp.comment)
      #include "\(name).h"

      #include <cstddef>
      #include <cstdint>

      #include "../emulator/\(design.name).h"

      namespace {

      /// Where an element is in its port, and how many steps of the port's its own step is, as a power of two.
      struct field {
        int low;
        int width;
        int shift;
        bool is_signed;
      };

      \(tables.joined(separator: "\n"))

      template <int W>
      std::int64_t element(const ap_uint<W>& word, const field& f) {
        std::uint64_t bits = word.range(f.low + f.width - 1, f.low).to_uint64();
        if (f.is_signed && f.width < 64 && (bits >> (f.width - 1)) != 0) bits |= ~std::uint64_t{0} << f.width;
        return static_cast<std::int64_t>(bits << f.shift);
      }

      template <int W>
      void set_element(ap_uint<W>& word, const field& f, std::int64_t mantissa) {
        word.range(f.low + f.width - 1, f.low) = ap_uint<64>(static_cast<std::uint64_t>(mantissa >> f.shift));
      }

      }  // namespace

      \(prototype) {
      \(body.joined(separator: "\n"))
      }

      """
  }
}
