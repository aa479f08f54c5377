import WinnowNetworkIR

/// Up-sampling to the nearest neighbour.
extension GraphImport {
  /// `Upsample` of the versions 7 to 9; scales are an attribute before 9, an input after.
  mutating func upsample(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard try node.string("mode") ?? "nearest" == "nearest" else { throw Self.onlyNearest }
    let scales =
      try node.opset < 9
      ? node.floats("scales")?.map { Double($0) } : parameter(node, 1, "scales").elements.doubles
    try emit(node, Upsample(try factors(scales ?? [], of: x)), [x])
  }

  /// Whole factors in mode `nearest`, where the rules for the nearest neighbour agree.
  mutating func resize(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard try node.string("mode") ?? "nearest" == "nearest" else { throw Self.onlyNearest }
    let first = node.opset < 11 ? 1 : 2
    if node.opset >= 11 { _ = try optionalParameter(node, 1, "region") }
    var scales = try optionalParameter(node, first, "scales")?.elements.doubles ?? []
    let axes = try node.integers("axes").map { try $0.map { try axis($0, of: x) } } ?? Array(0..<x.rank)
    if scales.isEmpty {
      guard let sizes = try integers(node, 3, "sizes"), sizes.count == axes.count else {
        throw NetworkError("has neither scales nor sizes for \(axes.count) axes")
      }
      scales = try zip(sizes, axes).map { size, axis in
        guard let extent = x.type.shape[axis].size, extent > 0 else {
          throw NetworkError("resizes the axis '\(x.type.shape[axis])', whose size is not known, to \(size)")
        }
        return Double(size) / Double(extent)
      }
    }
    guard scales.count == axes.count else {
      throw NetworkError("has \(scales.count) scales for \(axes.count) axes")
    }
    var whole = Array(repeating: 1.0, count: x.rank)
    for (scale, axis) in zip(scales, axes) { whole[axis] = scale }
    let factors = try factors(whole, of: x)
    // Before version 11 there is one rule.
    let coordinates =
      try node.opset < 11
      ? "asymmetric" : node.string("coordinate_transformation_mode") ?? "half_pixel"
    let rounding = try node.opset < 11 ? "floor" : node.string("nearest_mode") ?? "round_prefer_floor"
    let agrees =
      switch (coordinates, rounding) {
      case ("asymmetric", "floor"): true
      case ("asymmetric", "round_prefer_floor"): factors.allSatisfy { $0 <= 2 }
      // Centres of small pixels lie inside the large one.
      case ("half_pixel", "round_prefer_floor"), ("half_pixel", "round_prefer_ceil"),
        ("pytorch_half_pixel", "round_prefer_floor"), ("pytorch_half_pixel", "round_prefer_ceil"):
        true
      default: factors.allSatisfy { $0 == 1 }
      }
    guard agrees else {
      throw NetworkError(
        "has coordinate_transformation_mode '\(coordinates.prefix(40))' with nearest_mode '\(rounding.prefix(40))', which does not repeat pixels; export with 'asymmetric' and 'floor'"
      )
    }
    try emit(node, Upsample(factors), [x])
  }

  private static let onlyNearest = NetworkError(
    "interpolates; only the mode 'nearest' is possible")

  private func axis(_ axis: Int, of x: Operand) throws -> Int {
    guard axis >= -x.rank, axis < x.rank else {
      throw NetworkError("has the axis \(axis) for a tensor of \(x.rank) dimensions")
    }
    return axis < 0 ? axis + x.rank : axis
  }

  private func factors(_ scales: [Double], of x: Operand) throws -> [Int] {
    guard scales.count == x.rank else {
      throw NetworkError("has \(scales.count) scales for \(x.type)")
    }
    return try scales.map { scale in
      guard let factor = Int(exactly: scale), factor >= 1 else {
        throw NetworkError("resizes by \(scale); whole factors from 1 are possible")
      }
      return factor
    }
  }
}
