import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Choosing reuse factors, and exploring.
@Suite struct FoldedReuseTests {
  private static let network = RandomDense(
    [12, 10, 6], seed: 4, plain: FoldedDesignTests.plain, name: "chosen"
  ).network

  private func message(_ action: () throws -> Void) -> String {
    do {
      try action()
      return "no error"
    } catch { return "\(error)" }
  }

  private func design(_ reuse: FoldedReuse) throws -> FoldedDesign {
    try FoldedDesignTests.design(Self.network, reuse)
  }

  @Test func texts() throws {
    #expect(try FoldedReuse(text: "8") == .uniform(8))
    #expect(try FoldedReuse(text: "a=4,b/c=2") == .layers(["a": 4, "b/c": 2], others: 1))
    #expect(try FoldedReuse(text: "a=4,16") == .layers(["a": 4], others: 16))
    for text in ["", "0", "-3", "a=", "a=0", "a=2,a=3", "4,5", "a=x", ",", "1.5"] {
      #expect(throws: NetworkError.self, "\(text)") { try FoldedReuse(text: text) }
    }
  }

  @Test func errorsSayWhatToDo() {
    #expect(
      message { _ = try design(.layers(["dens": 2], others: 1)) }
        == "there is no folded layer 'dens'; there are dense1 (1 to 120), dense2 (1 to 60)")
    #expect(
      message { _ = try design(.layers(["dense2": 61], others: 1)) }
        == "layer 'dense2' has 60 products; its reuse factor is 1 to 60, not 61")
    #expect(message { _ = try design(.uniform(0)) } == "a reuse factor of 0 is not possible; 1 or more is")
    #expect(
      message { _ = try design(.budget(lookUpTables: 10, multipliers: 0)) }
        .hasPrefix("no reuse factor fits 10 LUT and 0 DSP: the least is about "))
  }

  /// A layer with fewer products than asked for is named in the report, and no other is.
  @Test func lessReuseThanAskedForIsSaid() throws {
    let smaller = try FoldedReport(design(.uniform(100)))
    #expect(smaller.notes == ["dense2 has 60 products, so its reuse factor is 60, not 100"])
    #expect(smaller.text(for: Device.named("xcvu9p")!).contains("note: dense2 has 60 products"))
    #expect(
      try FoldedReport(design(.layers(["dense1": 4], others: 64))).notes
        == ["dense2 has 60 products, so its reuse factor is 60, not 64"])
    for reuse in [.uniform(60), .layers(["dense2": 60], others: 120), .interval(500)] as [FoldedReuse] {
      #expect(try FoldedReport(design(reuse)).notes == [])
    }
  }

  /// The layers' names can be learnt without compiling.
  @Test func explorationNamesTheLayers() throws {
    let exploration = try Exploration(Self.network, options: FirmwareOptions())
    #expect(
      exploration.text().contains("layers for --reuse LAYER=N: dense1 (up to 120), dense2 (up to 60)"))
  }

  /// An interval is reached by every layer, and a longer one costs no more.
  @Test func longerIntervalsAreCheaper() throws {
    let device = Device.named("xcvu9p")!
    var price = Double.infinity
    for edges in [1, 2, 4, 8, 16, 32, 60, 120] {
      let design = try design(.interval(edges))
      #expect(design.interval <= edges)
      // Counters grow with the interval, and only the best few shapes are built to be compared.
      #expect(device.price(design.resources) <= 1.05 * price, "at \(edges)")
      price = device.price(design.resources)
    }
  }

  /// The fastest that fits a budget does fit it, and one edge less would not.
  @Test func budgets() throws {
    for tables in [900, 1500, 3000] {
      let fitting = try design(.budget(lookUpTables: tables, multipliers: 12))
      #expect(fitting.resources.lookUpTables <= tables)
      #expect(fitting.resources.multipliers <= 12)
      guard fitting.interval > 1 else { continue }
      for products in FoldedProducts.allCases {
        let faster = try FoldedDesignTests.design(
          Self.network, .interval(fitting.interval - 1), products: products)
        #expect(
          faster.resources.lookUpTables > tables || faster.resources.multipliers > 12,
          "\(tables) LUT at \(fitting.interval - 1)")
      }
    }
  }

  @Test func explorationKeepsTheFront() throws {
    let exploration = try Exploration(
      Self.network, options: FirmwareOptions(), demands: .init(interval: 16))
    #expect(exploration.candidates.contains { $0.style == .parallel })
    #expect(exploration.front.count >= 3)
    for candidate in exploration.candidates where !candidate.isOnFront {
      #expect(exploration.front.contains { $0.isAtLeastAsGood(as: candidate) })
    }
    for a in exploration.front {
      #expect(!exploration.front.contains { $0.label != a.label && $0.isAtLeastAsGood(as: a) })
    }
    let best = try exploration.choice()
    #expect(best.interval <= 16)
    for candidate in exploration.candidates where candidate.meetsDemands {
      #expect(best.share <= candidate.share)
    }
    // What is chosen can be built, and takes what was said.
    if let (reuse, products) = best.folding {
      let design = try FoldedDesignTests.design(Self.network, reuse, products: products)
      #expect(design.resources == best.estimate)
      #expect(design.interval == best.interval && design.latency == best.latency)
    }
    #expect(exploration.text().contains("* "))
  }

  @Test func demandsThatNothingMeets() throws {
    let exploration = try Exploration(
      Self.network, options: FirmwareOptions(), demands: .init(interval: 4, latency: 1))
    let text = message { _ = try exploration.choice() }
    #expect(
      text.hasPrefix(
        "nothing fits 'chosen' on xcvu9p-flgb2104-2-e at 200.0 MHz with an interval of 4 cycles and a latency of 1.0 ns; the closest is "
      ))
    #expect(text.hasSuffix("ask for less, a faster clock or a larger device"))
  }
}
