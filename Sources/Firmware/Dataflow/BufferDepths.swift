import WinnowNetworkIR

extension DataflowGraph {
  /// Images after which the interval is read; by then every schedule repeats.
  static let modelledImages = 6

  /// Gives every buffer the least depth with which the design is as fast as with unlimited ones.
  ///
  /// No single buffer can be smaller without a longer interval or latency.
  /// - Throws: ``NetworkError`` naming what blocks, should the design block with unlimited buffers.
  mutating func chooseDepths() throws -> ScheduleModel.Result {
    var model = ScheduleModel(self)
    // A buffer that holds all of two images never holds anyone up.
    let unlimited = edges.map { 2 * streams[$0.stream].tokens.count }
    model.depths = unlimited
    let best = try result(of: model)
    func isAsFast(_ depths: [Int]) -> Bool {
      var trial = model
      trial.depths = depths
      var blocked: [String] = []
      guard let result = trial.run(images: Self.modelledImages, blocked: &blocked) else { return false }
      return result.interval <= best.interval && result.latency <= best.latency
    }
    var depths = edges.map(\.leastDepth)
    if !isAsFast(depths) {
      depths = unlimited
      for edge in edges.indices {
        // The least depth that will do, the others as they are.
        var low = edges[edge].leastDepth
        var high = depths[edge]
        while low < high {
          let middle = (low + high) / 2
          depths[edge] = middle
          if isAsFast(depths) { high = middle } else { low = middle + 1 }
        }
        depths[edge] = high
      }
    }
    for edge in edges.indices { edges[edge].depth = depths[edge] }
    return try result(of: ScheduleModel(self))
  }

  private func result(of model: ScheduleModel) throws -> ScheduleModel.Result {
    var blocked: [String] = []
    guard let result = model.run(images: Self.modelledImages, blocked: &blocked) else {
      throw NetworkError(
        "the dataflow blocks at \(blocked.joined(separator: ", ")); give its layers other numbers of pixels a token"
      )
    }
    return result
  }
}
