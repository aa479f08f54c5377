import WinnowFixedPoint
import WinnowNetworkIR

/// The emulator as a shared library with the CMS emulator interface.
///
/// The library exports `create_model` and `destroy_model`; the model derives from
/// `hls4mlEmulator::Model`. What it takes and gives are pointers in a `std::any`, compared by
/// `typeid`: `T*` to the elements for one port; for several a pointer to a `std::pair` (two) or
/// `std::tuple` (more) of `std::array<T, N>`, or plain `T` for a port of one element.
/// - Reference: cms-hls4ml/hls4mlEmulatorExtras, `include/hls4ml/emulator.h`.
struct EmulatorModel {
  let name: String
  let inputs: [EmulatorPort]
  let outputs: [EmulatorPort]
  private let inputNames: [String]
  private let outputNames: [String]
  private let title: String
  private let stamp: Stamp

  init(program: FixedPointProgram, network: Network, name: String, stamp: Stamp) {
    self.name = name
    self.stamp = stamp
    inputs = program.inputs.enumerated().map { EmulatorPort($1, $0, of: program) }
    outputs = program.outputs.map { EmulatorPort($0, of: network) }
    inputNames = program.inputs.map(\.name)
    outputNames = program.outputs.map(\.name)
    title = program.name
  }

  /// What `prepare_input` takes a pointer to, and `read_result`.
  var inputType: String { Self.pointee(inputs) }
  var outputType: String { Self.pointee(outputs) }

  private static func pointee(_ ports: [EmulatorPort]) -> String {
    if ports.count == 1 { return ports[0].name }
    return "std::\(ports.count == 2 ? "pair" : "tuple")<\(ports.map(\.memberName).joined(separator: ", "))>"
  }

  /// `NAME_model.cpp`.
  func text() -> String {
    """
    // \(name): the emulator of '\(commentText(title))' as a CMS emulator library. C++17; build it with make.
    //   prepare_input takes a pointer to \(described(inputs, inputType, inputNames))
    //   read_result   takes a pointer to \(described(outputs, outputType, outputNames))
    // An instance holds one event; use one a thread.
    // \(stamp.comment)
    #include <array>
    #include <tuple>
    #include <utility>

    #include "\(name).h"
    #include "winnow_emulator.h"

    namespace {

    using input_type = \(inputType);
    using output_type = \(outputType);

    \(conversions())class \(name)_model final : public hls4mlEmulator::Model {
    \(storage("input", inputs, "in"))
    \(storage("output", outputs, "out"))

     public:
      void prepare_input(std::any input) override {
    \(preparation())
      }

      void predict() override {
        winnow_\(name)::run(\(arguments()));
      }

      void read_result(std::any result) override {
    \(reading())
      }
    };

    }  // namespace

    extern "C" __attribute__((visibility("default"))) hls4mlEmulator::Model* create_model() {
      return new \(name)_model;
    }

    extern "C" __attribute__((visibility("default"))) void destroy_model(hls4mlEmulator::Model* model) {
      delete model;
    }

    /// Tells compilations apart; the firmware carries the same one.
    extern "C" __attribute__((visibility("default"))) std::uint64_t emulator_stamp() {
      return UINT64_C(0x\(stamp));
    }

    """
  }

  private func described(_ ports: [EmulatorPort], _ type: String, _ names: [String]) -> String {
    let list = zip(ports, names).map { "'\(commentText($1))' (\($0.count))" }.joined(separator: ", ")
    return "\(type): \(list)"
  }

  private func storage(_ kind: String, _ ports: [EmulatorPort], _ prefix: String) -> String {
    ports.indices.map {
      "  std::array<std::int64_t, winnow_\(name)::\(kind)\($0)_count> \(prefix)\($0){};"
    }.joined(separator: "\n")
  }

  private func arguments() -> String {
    (inputs.indices.map { "in\($0).data()" } + outputs.indices.map { "out\($0).data()" })
      .joined(separator: ", ")
  }

  /// Element types of ports whose elements differ.
  private func conversions() -> String {
    var text = ""
    for (index, port) in inputs.enumerated() {
      guard let elements = port.elements else { continue }
      let rows = elements.map {
        "{\($0.width), \($0.isSigned), \(port.type.fraction - $0.fraction), AP_\($0.rounding.rawValue), AP_\($0.overflow.rawValue)}"
      }
      text +=
        "constexpr winnow::element_type element_types\(index)[] = {\n  \(rows.joined(separator: ",\n  "))};\n\n"
    }
    return text
  }

  private func preparation() -> String {
    var lines: [String] = []
    if inputs.count == 1, let integer = inputs[0].integerName {
      lines += [
        "    if (input.type() == typeid(\(integer)*)) {",
        "      const auto* values = winnow::pointer<\(integer)>(input);", taking(0, "values[i]", 6),
        "      return;",
        "    }",
      ]
    }
    lines.append("    const auto* values = winnow::pointer<input_type>(input);")
    for index in inputs.indices {
      lines.append(taking(index, element(inputs, index), 4))
    }
    return lines.joined(separator: "\n")
  }

  private func taking(_ index: Int, _ value: String, _ indent: Int) -> String {
    let mantissa = "winnow::mantissa(\(value))"
    let converted =
      inputs[index].elements == nil
      ? mantissa : "winnow::converted(\(mantissa), element_types\(index)[i])"
    return String(repeating: " ", count: indent)
      + "for (std::size_t i = 0; i < in\(index).size(); ++i) in\(index)[i] = \(converted);"
  }

  private func reading() -> String {
    var lines: [String] = []
    func giving(_ index: Int, _ value: String, _ indent: Int) -> String {
      String(repeating: " ", count: indent)
        + "for (std::size_t i = 0; i < out\(index).size(); ++i) winnow::set_mantissa(\(value), out\(index)[i]);"
    }
    if outputs.count == 1, let integer = outputs[0].integerName {
      lines += [
        "    if (result.type() == typeid(\(integer)*)) {",
        "      auto* values = winnow::pointer<\(integer)>(result);", giving(0, "values[i]", 6),
        "      return;",
        "    }",
      ]
    }
    lines.append("    auto* values = winnow::pointer<output_type>(result);")
    for index in outputs.indices { lines.append(giving(index, element(outputs, index), 4)) }
    return lines.joined(separator: "\n")
  }

  private func element(_ ports: [EmulatorPort], _ index: Int) -> String {
    if ports.count == 1 { return "values[i]" }
    return "std::get<\(index)>(*values)" + (ports[index].count == 1 ? "" : "[i]")
  }
}

extension EmulatorFiles {
  /// The emulator as a shared library with the CMS emulator interface; the header that it includes is
  /// another of the folder's files.
  package var modelFiles: [(name: String, text: String)] {
    let model = EmulatorModel(program: program, network: network, name: name, stamp: stamp)
    return [
      ("\(name)_model.cpp", model.text()), ("winnow_emulator.h", EmulatorModel.interfaceHeader),
      ("winnow_ap_types.h", EmulatorModel.typesHeader), ("Makefile", EmulatorModel.makefile(name)),
    ]
  }
}
