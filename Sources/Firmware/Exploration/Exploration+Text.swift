import WinnowNetworkIR

extension Exploration {
  /// The choice, or a sentence that says what comes closest.
  ///
  /// - Throws: ``NetworkError`` when nothing meets the demands.
  public func choice() throws -> Candidate {
    if let best { return best }
    var wanted: [String] = []
    if let interval = demands.interval { wanted.append("an interval of \(interval) cycles") }
    if let latency = demands.latency { wanted.append("a latency of \(latency) ns") }
    let demand = wanted.isEmpty ? "" : " with \(wanted.joined(separator: " and "))"
    let closest = candidates.min { a, b in (excess(a), a.share) < (excess(b), b.share) }!
    throw NetworkError(
      "nothing fits '\(network)' on \(device) at \(clockMHz) MHz\(demand); the closest is \(closest.label): \(percent(closest.share)) of the device, interval \(closest.interval) cycles, latency \(short(closest.latencyNanoseconds)) ns; ask for less, a faster clock or a larger device"
    )
  }

  /// How many times a demand is exceeded, the worst of all.
  private func excess(_ candidate: Candidate) -> Double {
    max(
      candidate.share, Double(candidate.interval) / Double(demands.interval ?? .max),
      candidate.latencyNanoseconds / (demands.latency ?? .infinity))
  }

  /// The front as a table, the best marked.
  public func text() -> String {
    let widths = [2, 34, 10, 8, 8, 8, 10, 12, 10]
    func row(_ cells: [String]) -> String {
      let line = zip(cells, widths).map { $0.padded(to: $1) }.joined()
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    var lines = [
      "\(network) on \(device) at \(clockMHz) MHz (modelled, not routed)",
      row(["", "design", "LUT", "FF", "DSP", "BRAM", "interval", "latency ns", "share"]),
    ]
    let best = best
    for candidate in candidates where candidate.isOnFront || candidate.label == best?.label {
      lines.append(
        row([
          candidate.label == best?.label ? "*" : candidate.meetsDemands ? "" : "-", candidate.label,
          "\(candidate.estimate.lookUpTables)", "\(candidate.estimate.flipFlops)",
          "\(candidate.estimate.multipliers)", "\(candidate.estimate.blockMemories)",
          "\(candidate.interval)", short(candidate.latencyNanoseconds), percent(candidate.share),
        ]))
    }
    lines.append("* the best: the smallest share of the device that meets the demands; - does not meet them")
    if let withoutParallel { lines.append("the parallel style is not among them: \(withoutParallel)") }
    if !layers.isEmpty {
      let names = layers.map { "\($0.nodes.joined(separator: " and ")) (up to \($0.products))" }
      lines.append("layers for --reuse LAYER=N: \(names.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Exploration.Candidate {
  /// What the candidate is called in tables.
  public var label: String {
    switch style {
    case .parallel: "parallel"
    case .folded: "folded, interval \(reuse), \(products.rawValue)"
    case .dataflow: "dataflow, interval \(reuse)\(folds ? ", folded" : "")"
    }
  }
}

private func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
private func percent(_ share: Double) -> String { "\((share * 10000).rounded() / 100) %" }
