import WinnowNetworkIR

/// What a folded kernel is built for.
package struct FoldedSettings: Sendable {
  package var device: Device
  /// MHz.
  package var clock: Double
  package var extraDepth = 0
  /// Units of ``AdderGraphOptions/work`` in stages without folding.
  package var work = 0
  package var seed: UInt64 = 1
  package var products = FoldedProducts.cheapest
  /// The family's, or one fitted to a user's reports.
  package var delays: DelayModel

  package init(device: Device, clock: Double) {
    self.device = device
    self.clock = clock
    delays = device.family.delays
  }

  package init(_ options: FirmwareOptions, products: FoldedProducts = .cheapest) throws {
    self.init(device: try options.device(), clock: options.clock)
    extraDepth = options.extraDepth
    work = options.work
    seed = options.seed
    delays = options.delays ?? device.family.delays
    self.products = products
  }

  /// Nanoseconds of logic between two registers.
  var budget: Double { 1000 / clock - delays.registerOverhead }
}

/// What products of a folded layer are made of.
public enum FoldedProducts: String, Sendable, Codable, Hashable, CaseIterable {
  /// Whichever takes the smaller share of the device.
  case cheapest
  /// Multiplier blocks only.
  case blocks
  /// Look-up tables only.
  case logic
}
