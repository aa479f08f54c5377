import WinnowFixedPoint
import WinnowNetworkIR

/// A second emulator of the same program, for throughput: many events at once, one in each lane of a
/// vector.
///
/// All values lie in one array of vectors; instructions of one kind that follow one another are a loop
/// over tables of their operands. Large networks are put in an order that makes these loops few, so that
/// they compile in seconds. It needs GCC's or
/// Clang's vector extensions. There is none for programs with numbers of more than 63 bits.
struct BatchEmulator {
  let program: FixedPointProgram
  let name: String
  private let bits: Int

  /// Loops up to which the program keeps its order. Its short loops are 3 to 16 % faster on three of the
  /// peers' networks (109 to 202 loops), as a value is still in a register when the next instruction
  /// reads it; but GCC took 35 s for the 1,510 of a convolutional encoder, and 4 s for those of its levels.
  static let mostLoopsInOrder = 500

  /// - Returns: `nil` where a number needs more than 63 bits.
  init?(program: FixedPointProgram, name: String) {
    let largest = (0..<program.count).map { program.largestIntermediate($0) }.max() ?? 0
    var constants: [Int128] = []
    for instruction in program.instructions {
      switch instruction {
      // Masks of the bits that fall off or stay.
      case .convergentShift(_, let bits): constants.append(Int128(1) << bits)
      case .wrap(_, _, let width): constants.append(Int128(1) << width)
      case .clamp(_, let low, let high): constants += [low, high]
      case .divide(_, let divisor): constants.append(divisor)
      case .table(_, let first, let entries):
        constants.append(first)
        constants += [Int128(entries.min() ?? 0), Int128(entries.max() ?? 0)]
      case .linear(let terms, _): constants += terms.map { Int128($0.coefficient) }
      default: break
      }
    }
    let constant = constants.map { Double($0.magnitude) }.max() ?? 0
    let most = max(largest, constant)
    if most < 2.147e9 {
      bits = 32
    } else if most < 9.2e18 {
      bits = 64
    } else {
      return nil
    }
    self.program =
      BatchRun.all(program).count > Self.mostLoopsInOrder ? program.inLevels() : program
    self.name = name
  }

  private var number: String { "std::int\(bits)_t" }

  /// The function `run_batch` of the header `NAME_batch.h`.
  func text() -> String {
    var body: [String] = []
    var tables: [String] = []
    for run in BatchRun.all(program) {
      let (declarations, statements) = run.text(in: program, number: number, bits: bits)
      tables += declarations
      body += statements
    }
    let parameters =
      program.inputs.indices.map { "const std::int64_t* in\($0)" }
      + program.outputs.indices.map { "std::int64_t* out\($0)" }
    let pointers = program.inputs.indices.map { "in\($0)" } + program.outputs.indices.map { "out\($0)" }
    let advanced =
      program.inputs.indices.map { "in\($0) + event * input\($0)_count" }
      + program.outputs.indices.map { "out\($0) + event * output\($0)_count" }
    return """
      // \(name): the emulator of \(name).h for many events at once, \(512 / bits) in the lanes of a vector. C++17 with
      // the vector extensions of GCC and Clang; without them it runs one event after the other.
      #ifndef WINNOW_\(name.uppercased())_BATCH_H
      #define WINNOW_\(name.uppercased())_BATCH_H
      #include <vector>
      #include "\(name).h"

      namespace winnow_\(name) {

      #if defined(__GNUC__)
      namespace batch {

      using number = \(number);
      constexpr std::size_t lanes = \(512 / bits);
      typedef number lane __attribute__((vector_size(64)));
      constexpr std::size_t value_count = \(program.count);

      \(tables.joined(separator: "\n"))

      // GCC makes one copy for each instruction set and chooses when the program starts.
      #if defined(__x86_64__) && !defined(__clang__) && !defined(WINNOW_ONE_TARGET)
      __attribute__((target_clones("avx512f", "avx2", "default")))
      #endif
      static void block(lane* v, \(parameters.joined(separator: ", "))) {
      \(loads().joined(separator: "\n"))
      \(body.joined(separator: "\n"))
      \(stores().joined(separator: "\n"))
      }

      }  // namespace batch
      #endif

      /// Many events, one after another in each port's array: mantissas in, mantissas out.
      inline void run_batch(\(parameters.joined(separator: ", ")), std::size_t events) {
        std::size_t event = 0;
      #if defined(__GNUC__)
        std::vector<batch::number> storage((batch::value_count + 1) * batch::lanes);
        // Aligned by hand: C++17 need not align a vector's storage to 64 bytes.
        auto* v = reinterpret_cast<batch::lane*>((reinterpret_cast<std::uintptr_t>(storage.data()) + 63) / 64 * 64);
        for (; event + batch::lanes <= events; event += batch::lanes)
          batch::block(v, \(advanced.joined(separator: ", ")));
      #endif
        for (; event < events; ++event) run(\(advanced.joined(separator: ", ")));
        \(pointers.map { "(void)\($0);" }.joined(separator: " "))
      }

      }  // namespace winnow_\(name)
      #endif

      """
  }

  /// Reads the ports' mantissas into the lanes.
  private func loads() -> [String] {
    var lines: [String] = []
    for value in 0..<program.count {
      guard case .input(let port, let element) = program.instructions[value] else { continue }
      let shift = program.inputs[port].fraction - program.inputs[port].types[element].fraction
      lines.append(
        "  for (std::size_t l = 0; l < lanes; ++l) v[\(value)][l] = static_cast<number>(in\(port)[l * input\(port)_count + \(element)]\(shift == 0 ? "" : " >> \(shift)"));"
      )
    }
    return lines
  }

  private func stores() -> [String] {
    var lines: [String] = []
    for (index, port) in program.outputs.enumerated() {
      for (element, value) in port.values.enumerated() {
        let shift = port.fraction - program.intervals[value].fraction
        let scale = shift == 0 ? "" : " * INT64_C(\(Int64(1) << Int64(shift)))"
        lines.append(
          "  for (std::size_t l = 0; l < lanes; ++l) out\(index)[l * output\(index)_count + \(element)] = static_cast<std::int64_t>(v[\(value)][l])\(scale);"
        )
      }
    }
    return lines
  }
}
