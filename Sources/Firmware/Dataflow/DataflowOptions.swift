/// How a network is spread over a dataflow.
public struct DataflowOptions: Sendable, Hashable, Codable {
  /// Clock edges between two images that the design must keep up with; tokens get as many pixels as
  /// that takes, and no more. Without it every token is one pixel.
  public var interval: Int?
  /// Pixels of a token by layer or graph input, instead of what ``interval`` asks for.
  public var pixels: [String: Int]
  /// Whether layers that have several edges for a token share multipliers over them where that takes a
  /// smaller part of the device than logic does.
  public var folds: Bool
  /// Layers that one ready signal may pass through within a clock edge before a register stands in its way.
  public var readyChain: Int

  public init(interval: Int? = nil, pixels: [String: Int] = [:], folds: Bool = false, readyChain: Int = 4) {
    self.interval = interval
    self.pixels = pixels
    self.folds = folds
    self.readyChain = readyChain
  }
}
