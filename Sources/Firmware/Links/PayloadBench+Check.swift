import WinnowNetworkIR

extension PayloadBench {
  /// The board test without a board: events to a pattern file, the file through the simulated payload,
  /// what comes out to a file, and that one compared with the answers.
  ///
  /// - Parameters:
  ///   - answers: for each output port all events' mantissas.
  ///   - verilog: the payload's Verilog as it lies on disk; its own where nothing is said.
  ///   - registers: that of its registers, where the one on disk has any.
  ///   - core: the network's Verilog as it lies on disk.
  ///   - folder: an existing folder for the simulator's files.
  /// - Returns: the comparison for each format that can say where the map's packets begin.
  /// - Throws: ``ToolError`` when the simulator is missing or its lint or build fails.
  public static func check(
    _ design: any LinkedDesign, _ payload: PayloadModule, verilog: String? = nil,
    registers: String? = nil, core: String? = nil, events: TestVectors,
    answers: [[Int64]], in folder: String, simulator: VerilogSimulator = .verilator
  ) async throws -> [(format: PatternFile.Format, result: PatternCheck)] {
    let layout = payload.layout
    let pattern = PacketWriter(layout).pattern(events: events.count) { event in
      events.inputs.indices.map { Array(events.event(event, port: $0)) }
    }
    let formats = PatternFile.Format.allCases.filter { $0 != .emp || layout.map.start == .valid }
    var bench = try PayloadBench(
      design, payload, pattern: PatternFile(text: pattern.text(formats[0])))
    if let verilog { (bench.verilog, bench.registers) = (verilog, registers) }
    bench.core = core
    let outcome = try await run([bench], in: folder, simulator: simulator)[0]
    return try formats.map { format in
      let result = try PatternCheck(
        layout, input: PatternFile(text: pattern.text(format)),
        output: PatternFile(text: outcome.pattern.text(format))
      ) { given in
        given.indices.map { event in
          zip(answers, design.program.outputs).map { values, port in
            Array(values[event * port.values.count..<(event + 1) * port.values.count])
          }
        }
      }
      return (format, result)
    }
  }
}
