/// A report of modelled figures, which Vivado's can replace.
public protocol ModelledReport: Sendable, Codable {
  /// The device's part number.
  var device: String { get }
  var clockMHz: Double { get }
  var estimate: Resources { get }
  /// Who says how fast the design is.
  var timing: String { get set }
  /// What Vivado's reports say; printed in the place of the estimates.
  var vivado: VivadoReports? { get set }
  /// The report as a page of text.
  func text(for device: Device) -> String
}

extension FirmwareReport: ModelledReport {}
extension FoldedReport: ModelledReport {}
extension DataflowReport: ModelledReport {}

extension ModelledReport {
  /// The report with Vivado's figures in the place of the modelled ones; the model's stay in the file.
  ///
  /// - Throws: ``ToolError`` when the reports are of another device or clock than the design.
  public func replacingEstimates(with vivado: VivadoReports) throws -> Self {
    let part = vivado.part.lowercased().filter { $0 != "-" }
    let own = device.lowercased().filter { $0 != "-" }
    // Vivado shortens parts: xcvu9p-flgb2104-2-e is written xcvu9pflgb2104-2, or vu9p-flgb2104.
    guard part.isEmpty || own.hasPrefix(part) || own.dropFirst(2).hasPrefix(part) else {
      throw ToolError(
        message:
          "Vivado's reports are of the device '\(vivado.part)', the design is for \(device); compile it with --device \(vivado.part), or give the right reports"
      )
    }
    let period = 1000 / clockMHz
    guard abs(vivado.period - period) < 0.002 * period else {
      throw ToolError(
        message:
          "Vivado's clock '\(vivado.clock)' has a period of \(vivado.period) ns, the design's is \(rounded(period)) ns; compile it with --clock \(rounded(1000 / vivado.period)), or give the right reports"
      )
    }
    var report = self
    report.vivado = vivado
    report.timing =
      vivado.isRouted ? "routed by \(vivado.version)" : "timed by \(vivado.version), not routed"
    return report
  }
}

extension ModelledReport {
  /// What the design takes as a whole: by Vivado where it has been asked, otherwise by the model.
  func resourceLines(for device: Device) -> [(label: String, value: String)] {
    if let vivado { return vivado.lines(for: device) }
    func share(_ used: Int, _ available: Int) -> String {
      available == 0
        ? "\(used)"
        : "\(used) of \(available) (\((Double(used) / Double(available) * 1000).rounded() / 10) %)"
    }
    return [
      ("LUT (estimate)", share(estimate.lookUpTables, device.lookUpTables)),
      ("FF (estimate)", share(estimate.flipFlops, device.flipFlops)),
      ("DSP (estimate)", share(estimate.multipliers, device.multipliers)),
      ("BRAM (estimate)", share(estimate.blockMemories, device.blockMemories)),
    ]
  }

  /// Stands above a table of layers whose figures are not Vivado's.
  var tableNote: [String] { vivado == nil ? [] : ["  by the model:"] }
}

extension VivadoReports {
  /// `Vivado v.2023.2`.
  var version: String { tool.split(separator: " ").prefix(2).joined(separator: " ") }

  /// The report's lines in the place of the estimates.
  func lines(for device: Device) -> [(label: String, value: String)] {
    func share(_ used: Double, _ available: Int) -> String {
      let text = used == used.rounded() ? "\(Int(used))" : "\(used)"
      return available == 0
        ? text : "\(text) of \(available) (\((used / Double(available) * 1000).rounded() / 10) %)"
    }
    return [
      ("LUT (Vivado)", share(Double(lookUpTables), device.lookUpTables)),
      ("FF (Vivado)", share(Double(flipFlops), device.flipFlops)),
      ("DSP (Vivado)", share(Double(multipliers), device.multipliers)),
      ("BRAM (Vivado)", share(blockMemories, device.blockMemories)),
      (
        "clock (Vivado)",
        "\(rounded(achievedClock)) MHz, slack \(worstNegativeSlack) ns of \(period) ns (\(state.isEmpty ? "state unknown" : state.lowercased()))"
      ),
    ]
  }
}

private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
