public import WinnowFirmware
public import WinnowNetworkIR
import WinnowFixedPoint

/// A network compiled to firmware of any style.
public enum CompiledFirmware: Sendable {
  case parallel(Design)
  case folded(FoldedDesign)
  case dataflow(DataflowDesign)

  /// Multiplications above which a dataflow gets no emulator: it has an instruction for every pixel
  /// of every layer.
  static let emulatedMultiplications = 2_000_000

  /// Compiles a quantised network.
  ///
  /// - Parameter progress: called with the share of the search for adder graphs that is done; the
  ///   parallel style alone reports it.
  /// - Throws: ``NetworkError`` naming a node that the style has no form for, or what is not possible.
  public init(
    _ network: Network, options: FirmwareOptions, style: FirmwareStyle,
    progress: @Sendable (Double) -> Void = { _ in }
  ) throws {
    switch style {
    case .parallel: self = .parallel(try Design(network, options: options, progress: progress))
    case .folded(let reuse, let products):
      self = .folded(
        try FoldedDesign(
          network, options: FoldedOptions(options, reuse: reuse, products: products)))
    case .dataflow(let dataflow):
      self = .dataflow(try DataflowDesign(network, options: options, dataflow: dataflow))
    }
  }

  /// Names the module and the files.
  public var name: String {
    switch self {
    case .parallel(let design): design.name
    case .folded(let design): design.name
    case .dataflow(let design): design.name
    }
  }

  /// The design where it can stand between links.
  public var linked: (any LinkedDesign)? {
    switch self {
    case .parallel(let design): design
    case .folded(let design): design
    case .dataflow: nil
    }
  }

  public var network: Network {
    switch self {
    case .parallel(let design): design.network
    case .folded(let design): design.network
    case .dataflow(let design): design.network
    }
  }

  public var verilog: String {
    switch self {
    case .parallel(let design): design.verilog
    case .folded(let design): design.verilog
    case .dataflow(let design): design.verilog
    }
  }

  /// The network as exact instructions, which emulator and engine run; `nil` for images too large.
  public func program() throws -> FixedPointProgram? {
    switch self {
    case .parallel(let design): return design.program
    case .folded(let design): return design.program
    case .dataflow(let design):
      let multiplications = try NetworkSummary(design.network.bindingBatch()).multiplications
      return multiplications > Self.emulatedMultiplications ? nil : try design.program()
    }
  }

  /// Events for replay: corners of the input formats, sparse and uniform events.
  public func vectors(count: Int, seed: UInt64) -> TestVectors {
    switch self {
    case .parallel(let design): TestVectors(for: design.program, count: count, seed: seed)
    case .folded(let design): TestVectors(for: design.program, count: count, seed: seed)
    case .dataflow(let design): design.vectors(count: count, seed: seed)
    }
  }

  /// Counts cells with Yosys, in an existing folder.
  public func synthesize(in folder: String) async throws -> SynthesisResult {
    switch self {
    case .parallel(let design): try await design.synthesize(in: folder)
    case .folded(let design): try await design.synthesize(in: folder)
    case .dataflow(let design): try await design.synthesize(in: folder)
    }
  }
}
