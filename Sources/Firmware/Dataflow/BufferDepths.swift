import WinnowNetworkIR

extension DataflowGraph {
  /// Images after which the interval is read; by then every schedule repeats.
  static let modelledImages = 6

  /// Gives every buffer the least depth with which the design is as fast as with unlimited ones.
  ///
  /// No single buffer can be smaller without a longer interval or latency.
  /// - Throws: ``NetworkError`` naming what blocks, should the design block with unlimited buffers.
  mutating func chooseDepths() throws -> ScheduleModel.Result {
    let model = ScheduleModel(self)
    let unlimited = model.unlimitedDepths
    let best = try result(of: model.with(unlimited))
    func isAsFast(_ depths: [Int]) -> Bool {
      var blocked: [String] = []
      guard let result = model.with(depths).run(images: Self.modelledImages, blocked: &blocked) else {
        return false
      }
      return result.interval <= best.interval && result.latency <= best.latency
    }
    var depths = edges.map(\.leastDepth)
    if !isAsFast(depths) {
      depths = zip(unlimited, depths).map { max($0, $1) }
      for edge in edges.indices {
        // The least depth that will do, the others as they are.
        var low = edges[edge].leastDepth
        var high = depths[edge]
        while low < high {
          // Most need little.
          let middle = low + min((high - low) / 2, max(low, 1))
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

extension ScheduleModel {
  /// The same with buffers of other depths.
  func with(_ depths: [Int]) -> ScheduleModel {
    var model = self
    for reader in readers.indices { model.readers[reader].depth = depths[reader] }
    return model
  }
}
