import WinnowFixedPoint
import WinnowNetworkIR

/// Numbers along a shape, of which some share a type.
struct TypeFitting {
  /// Shape of the numbers, without the batch.
  var shape: [Int]
  /// Axis of the channels.
  var channelAxis: Int
  /// Of each element.
  var low, high: [Double]
  /// Values of the elements, in whole rows.
  var sample: [Double]

  /// A constant: one row.
  init(_ tensor: Tensor, channelAxis: Int) {
    shape = tensor.shape
    self.channelAxis = channelAxis
    sample = tensor.elements.doubles
    (low, high) = (sample, sample)
  }

  init(_ observation: Calibration.Observation, channelAxis: Int) {
    shape = observation.shape
    self.channelAxis = channelAxis
    (low, high) = (observation.low, observation.high)
    sample = observation.sample.map { Double($0) }
  }

  func quantize(_ width: FittedWidth) throws -> Quantize {
    let whole = try type(of: Array(low.indices), width)
    var groups: [[Int]]
    var typesShape = Array(repeating: 1, count: shape.count)
    switch width.granularity {
    case .tensor: return Quantize(whole)
    case .channel:
      guard shape.indices.contains(channelAxis) else { return Quantize(whole) }
      let channels = shape[channelAxis]
      let inner = shape[(channelAxis + 1)...].reduce(1, *)
      typesShape[channelAxis] = channels
      groups = Array(repeating: [], count: channels)
      for place in low.indices { groups[place / inner % channels].append(place) }
    case .element:
      typesShape = shape
      groups = low.indices.map { [$0] }
    }
    // What was always zero tells nothing of its range.
    let types = try groups.map { group in
      group.allSatisfy { low[$0] == 0 && high[$0] == 0 } ? whole : try type(of: group, width)
    }
    while typesShape.first == 1, typesShape.count > 1 { typesShape.removeFirst() }
    return Quantize(types: types, shape: typesShape)
  }

  private func type(of group: [Int], _ width: FittedWidth) throws -> FixedPointType {
    var chosen: [Double] = []
    if width.range != .minimumMaximum {
      for row in stride(from: 0, to: sample.count, by: max(low.count, 1)) {
        for place in group { chosen.append(sample[row + place]) }
      }
    }
    return try width.type(
      low: group.map { low[$0] }.min() ?? 0, high: group.map { high[$0] }.max() ?? 0,
      sample: chosen)
  }
}
