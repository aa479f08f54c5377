import ArgumentParser
import Winnow

/// How a network is spread over time and device.
struct StyleOptions: ParsableArguments {
  enum Style: String, ExpressibleByArgument, CaseIterable { case parallel, folded, dataflow, auto }

  @Option(
    help: ArgumentHelp(
      "parallel: an event every cycle; folded: multipliers shared over cycles; dataflow: images streamed through their layers; auto: the smallest that meets --ii and --latency."
    ))
  var style: Style = .parallel

  @Option(
    help:
      "Folded: cycles that each multiplier is used, for all layers or LAYER=N,LAYER=N; the report and 'winnow explore' name the layers."
  )
  var reuse: String?

  @Option(parsing: .unconditional, help: "Cycles between events that the design must keep up with.")
  var ii: Int?

  @Option(parsing: .unconditional, help: "Auto: the longest latency, ns.")
  var latency: Double?

  @Option(parsing: .unconditional, help: "Folded: the most multiplier blocks.")
  var maxDsp: Int?

  @Option(parsing: .unconditional, help: "Folded: the most look-up tables.")
  var maxLut: Int?

  enum Products: String, ExpressibleByArgument, CaseIterable { case cheapest, blocks, logic }

  @Option(help: "Folded: make products of multiplier blocks, of look-up tables, or of the cheaper of both.")
  var products: Products?

  @Flag(help: "Dataflow: layers share multipliers where that takes less of the device.")
  var share = false

  func validate() throws {
    if let ii, ii < 1 { throw ValidationError("--ii takes 1 or more cycles, not \(ii).") }
    if let latency, !(latency > 0) {
      throw ValidationError("--latency takes nanoseconds above 0, not \(latency).")
    }
    let foldings = [
      reuse.map { _ in "--reuse" }, maxDsp.map { _ in "--max-dsp" }, maxLut.map { _ in "--max-lut" },
      products.map { _ in "--products" },
    ].compactMap(\.self)
    if style != .folded, let first = foldings.first {
      throw ValidationError("\(first) is for --style folded; add it, or leave \(first) out.")
    }
    if share, style != .dataflow {
      throw ValidationError("--share is for --style dataflow; add it, or leave --share out.")
    }
    if style != .auto, latency != nil {
      throw ValidationError("--latency is for --style auto; add it, or leave --latency out.")
    }
    if style == .parallel, let ii, ii != 1 {
      throw ValidationError(
        "--style parallel takes an event every cycle; for --ii \(ii) choose folded, dataflow or auto.")
    }
    if style == .folded {
      let ways = [reuse != nil, ii != nil, maxDsp != nil || maxLut != nil].filter(\.self).count
      if ways > 1 {
        throw ValidationError("--reuse, --ii and --max-dsp/--max-lut exclude one another; give one.")
      }
      guard ways == 1 else {
        throw ValidationError(
          "--style folded needs --reuse, --ii, or a budget by --max-dsp and --max-lut.")
      }
      if let reuse {
        do { _ = try FoldedReuse(text: reuse) } catch { throw ValidationError("\(error)") }
      }
    }
  }

  /// What the options ask for; `auto` looks at every way.
  func resolved(
    for network: Network, _ options: FirmwareOptions, progress: (String) -> Void
  ) throws -> FirmwareStyle {
    switch style {
    case .parallel: return .parallel
    case .dataflow: return .dataflow(DataflowOptions(interval: ii, folds: share))
    case .folded:
      let products = FoldedProducts(rawValue: (products ?? .cheapest).rawValue)!
      if let reuse { return .folded(try FoldedReuse(text: reuse), products: products) }
      if let ii { return .folded(.interval(ii), products: products) }
      return .folded(.budget(lookUpTables: maxLut, multipliers: maxDsp), products: products)
    case .auto:
      // Candidates are compared without a search; the one that is chosen gets it.
      var quick = options
      quick.search = 0
      let exploration = try Exploration(
        network, options: quick, demands: .init(interval: ii, latency: latency), progress: progress)
      let choice = try exploration.choice()
      progress("chosen: \(choice.label)")
      if let dataflow = choice.dataflow { return .dataflow(dataflow) }
      guard let folding = choice.folding else { return .parallel }
      return .folded(folding.reuse, products: folding.products)
    }
  }
}
