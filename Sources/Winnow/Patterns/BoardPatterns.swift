import WinnowEngine
public import WinnowFirmware
import WinnowNetworkFormats
public import WinnowNetworkIR
public import WinnowTensors

/// Pattern files of a compiled run: events onto a board's links, and a board's answers back.
public struct BoardPatterns: Sendable {
  public let layout: LinkLayout
  public let program: FixedPointProgram

  /// Reads the network and the link map of a run.
  ///
  /// - Parameter run: the folder of a `winnow compile --io`.
  /// - Throws: ``NetworkError`` when the run has no link map, or one that does not fit its network.
  public init(run: String) throws {
    let directory = RunDirectory(run)
    let description = try directory.description()
    let file = directory.firmware + "/io.yaml"
    guard description.files.contains("firmware/io.yaml") else {
      throw NetworkError(
        "'\(run)' has no firmware/io.yaml; compile it again with --io, and 'winnow compile --io-template' writes a map to start from"
      )
    }
    let network = try NetworkFile.read(path: run + "/network.onnx").bindingBatch()
    program = try FixedPointProgram(network).prunedToOutputs()
    do {
      layout = try LinkLayout(LinkMap(yamlFile: file), for: program)
    } catch let error as NetworkError {
      throw NetworkError("'\(file)': \(error)")
    }
  }

  /// Events as packets on the input links, from frame 0 on.
  ///
  /// - Parameter format: of the file; EMP v1 has no marks and fits a map with `start: valid` only.
  /// - Throws: ``NetworkError`` when the format cannot say where packets begin.
  public func text(
    of vectors: TestVectors, format: PatternFile.Format
  ) throws(NetworkError) -> String {
    guard format != .emp || layout.map.start == .valid else {
      throw NetworkError(
        "EMP v1 files hold no marks, but the link map's packets begin with one (start: \(layout.map.start.rawValue)); write emp2 or apx, or compile with start: valid"
      )
    }
    let pattern = PacketWriter(layout).pattern(events: vectors.count) { event in
      vectors.inputs.indices.map { Array(vectors.event(event, port: $0)) }
    }
    return try pattern.text(format)
  }

  /// A board's answers as arrays of mantissas, one for each output, events first.
  public func outputs(of pattern: PatternFile) throws -> NPZ {
    let (events, _) = try PacketReader(layout).events(pattern)
    var arrays = NPZ()
    for (index, port) in program.outputs.enumerated() {
      let shape = port.shape.first == 1 && port.shape.count > 1 ? Array(port.shape.dropFirst()) : port.shape
      arrays[port.name] = NumericArray(
        integers: events.flatMap { $0[index] }, shape: [events.count] + shape)
    }
    return arrays
  }

  /// Compares a board's answers with the integer engine's.
  public func check(input: PatternFile, output: PatternFile) throws -> PatternCheck {
    let engine = try IntegerEngine(program)
    return try PatternCheck(layout, input: input, output: output) { events in
      guard !events.isEmpty else {
        throw NetworkError(
          "no whole packet is in the input file: the link map's packets begin with start: \(layout.map.start.rawValue), which EMP v1 files mark for start: valid only; give the file that went in"
        )
      }
      let columns = program.inputs.indices.map { port in events.flatMap { $0[port] } }
      let results = try engine.run(columns, events: events.count)
      return events.indices.map { event in
        zip(results, program.outputs).map { values, port in
          Array(values[event * port.values.count..<(event + 1) * port.values.count])
        }
      }
    }
  }
}

extension BoardPatterns {
  /// Simulates the payload as it lies in a run: a pattern file in, pattern files out, compared.
  ///
  /// - Parameters:
  ///   - answers: for each output port all events' mantissas.
  ///   - folder: an existing folder for the simulator's files.
  /// - Returns: the comparison for each format that fits the map.
  /// - Throws: ``NetworkError`` when the run has no payload, ``ToolError`` when Verilator is missing or
  ///   its lint or build fails.
  public static func simulatePayload(
    of run: String, _ design: any LinkedDesign, events: TestVectors, answers: [[Int64]], in folder: String
  ) async throws -> [(format: PatternFile.Format, result: PatternCheck)] {
    let layout = try BoardPatterns(run: run).layout
    let payload = try PayloadModule(design, layout)
    func text(_ name: String) throws -> String {
      String(decoding: try InputFile.read("\(run)/firmware/rtl/\(name).v"), as: UTF8.self)
    }
    let registers = "\(design.name)_registers"
    let files = try RunDirectory(run).description().files
    return try await PayloadBench.check(
      design, payload, verilog: text(payload.name),
      registers: files.contains("firmware/rtl/\(registers).v") ? text(registers) : nil,
      core: text(design.name),
      events: events, answers: answers, in: folder)
  }
}

extension PatternFile {
  /// Reads a pattern file, of whichever format.
  public init(file path: String) throws {
    let bytes = try InputFile.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw NetworkError("'\(path)' is no text, so no pattern file")
    }
    try self.init(text: text, name: "'\(path)'")
  }
}
