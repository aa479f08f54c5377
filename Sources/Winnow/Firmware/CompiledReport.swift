public import WinnowFirmware
import WinnowTensors

/// The report of a compiled design of any style; coded as the style's own.
public enum CompiledReport: Sendable, Encodable {
  case parallel(FirmwareReport, Device)
  case folded(FoldedReport, Device)
  case dataflow(DataflowReport, Device)

  public init(_ compiled: CompiledFirmware) {
    switch compiled {
    case .parallel(let design): self = .parallel(FirmwareReport(design), design.device)
    case .folded(let design): self = .folded(FoldedReport(design), design.device)
    case .dataflow(let design): self = .dataflow(DataflowReport(design), design.device)
    }
  }

  /// Yosys's count of cells.
  public var synthesis: SynthesisResult? {
    get {
      switch self {
      case .parallel(let report, _): report.synthesis
      case .folded(let report, _): report.synthesis
      case .dataflow(let report, _): report.synthesis
      }
    }
    set {
      switch self {
      case .parallel(var report, let device):
        report.synthesis = newValue
        self = .parallel(report, device)
      case .folded(var report, let device):
        report.synthesis = newValue
        self = .folded(report, device)
      case .dataflow(var report, let device):
        report.synthesis = newValue
        self = .dataflow(report, device)
      }
    }
  }

  /// The report as a page of text.
  public var text: String {
    switch self {
    case .parallel(let report, let device): report.text(for: device)
    case .folded(let report, let device): report.text(for: device)
    case .dataflow(let report, let device): report.text(for: device)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .parallel(let report, _): try report.encode(to: encoder)
    case .folded(let report, _): try report.encode(to: encoder)
    case .dataflow(let report, _): try report.encode(to: encoder)
    }
  }
}
