extension FirmwareReport {
  /// The report with Vivado's figures in the place of the modelled ones; the model's stay in the file.
  ///
  /// - Throws: ``ToolError`` when the reports are of another device or clock than the design.
  public func replacingEstimates(with vivado: VivadoReports) throws -> FirmwareReport {
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
