/// Trade-offs between loss and cost of which none is beaten in both by another.
public struct ParetoFront<Payload: Sendable>: Sendable {
  public struct Point: Sendable {
    public var loss: Double
    public var cost: Double
    /// What belongs to it: a checkpoint, a file name.
    public var payload: Payload
  }

  /// By rising cost, and so by falling loss.
  public private(set) var points: [Point] = []

  public init() {}

  /// Takes a point in unless one that is there is as good in both; drops those it beats.
  ///
  /// Numbers that are not finite are never taken.
  /// - Returns: the points that left, or `nil` if it was not taken.
  @discardableResult
  public mutating func insert(loss: Double, cost: Double, _ payload: Payload) -> [Point]? {
    guard loss.isFinite, cost.isFinite,
      !points.contains(where: { $0.loss <= loss && $0.cost <= cost })
    else { return nil }
    let beaten = points.filter { $0.loss >= loss && $0.cost >= cost }
    points.removeAll { $0.loss >= loss && $0.cost >= cost }
    let place = points.firstIndex { $0.cost > cost } ?? points.count
    points.insert(Point(loss: loss, cost: cost, payload: payload), at: place)
    return beaten
  }
}

extension ParetoFront.Point: Codable where Payload: Codable {}
extension ParetoFront: Codable where Payload: Codable {}
extension ParetoFront.Point: Equatable where Payload: Equatable {}
extension ParetoFront: Equatable where Payload: Equatable {}
