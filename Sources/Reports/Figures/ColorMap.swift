/// Numbers in the cells of a plane, shown by colour: a 2-D histogram, a detector image.
public struct ColorMap: Sendable, Hashable, Codable {
  public var xEdges: [Double]
  public var yEdges: [Double]
  /// Row-major as in `Histogram2D`: `values[x * (yEdges.count − 1) + y]`. Zero and NaN stay white.
  public var values: [Double]

  public init(xEdges: [Double], yEdges: [Double], values: [Double]) {
    (self.xEdges, self.yEdges, self.values) = (xEdges, yEdges, values)
  }

  /// All cells of a direction are equally wide.
  var isUniform: Bool { Self.isUniform(xEdges) && Self.isUniform(yEdges) }

  private static func isUniform(_ edges: [Double]) -> Bool {
    guard let first = edges.first, let last = edges.last, edges.count > 1 else { return false }
    let step = (last - first) / Double(edges.count - 1)
    // Far below what a pixel shows.
    return edges.indices.allSatisfy {
      abs(edges[$0] - first - Double($0) * step) <= 1e-4 * abs(step)
    }
  }
}
