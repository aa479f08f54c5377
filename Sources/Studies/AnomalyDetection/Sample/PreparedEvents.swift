import Winnow

/// What the networks read and are compared with, from events in the published layout.
///
/// `x`: the 57 numbers of an event, GeV and radian, absent objects zero. `t`: the same with pT
/// standardised by the mean and width of each of the 19 places in the training events, which the loss
/// compares with; where `x` is 0 it is masked.
struct PreparedEvents: Sendable {
  static let width = 3 * LevelOneEvents.objects
  var x: [Float] = []
  /// Empty where all are 1.
  var weights: [Double] = []
  /// Events with a number that is none, which are left out.
  var dropped = 0

  var count: Int { x.count / Self.width }

  /// Reads events up to a number.
  ///
  /// - Throws: what the reader says of a file of another layout.
  init(_ path: String, most: Int) throws {
    let file = try LevelOneEventFile(path)
    let wanted = min(most, file.count)
    for start in stride(from: 0, to: wanted, by: 16_384) {
      let block = try file.readDroppingNaN(start..<min(start + 16_384, wanted))
      x += block.events.features
      weights += block.events.weights
      if let place = weights.indices.dropFirst(start).first(where: { !(0...1000).contains(weights[$0]) }) {
        throw StudyError(
          "'\(path)' has the weight \(weights[place]) in event \(place); weights from 0 to 1000 are possible, and their mean should be 1"
        )
      }
      dropped += block.dropped
    }
  }

  /// Places of events, each as often as its weight says, the rest of the weight drawn: scores, areas and
  /// thresholds then know events of weight 1 only, as the published ones are.
  func unweighted(_ places: some Sequence<Int>, _ random: inout RandomStream) -> [Int] {
    guard weights.count == count else { return Array(places) }
    return places.flatMap { place -> [Int] in
      let whole = weights[place].rounded(.down)
      let isDrawn = random.uniform() < weights[place] - whole
      return Array(repeating: place, count: Int(max(whole, 0)) + (isDrawn ? 1 : 0))
    }
  }

  /// The events of some places, in that order.
  func rows(_ places: some Sequence<Int>) -> [Float] {
    var rows: [Float] = []
    for place in places { rows += x[place * Self.width..<(place + 1) * Self.width] }
    return rows
  }
}

/// Mean and width of pT at each of the 19 places.
struct MomentumScale: Sendable, Codable {
  var means: [Double]
  var widths: [Double]

  init(of x: [Float]) {
    let objects = LevelOneEvents.objects
    let events = x.count / PreparedEvents.width
    means = Array(repeating: 0, count: objects)
    widths = means
    for place in 0..<objects {
      let values = (0..<events).map { Double(x[$0 * PreparedEvents.width + 3 * place]) }
      let mean = values.reduce(0, +) / Double(max(events, 1))
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(events, 1))
      means[place] = mean
      // A place that is empty in all training events; where a later event fills it, pT counts in GeV.
      widths[place] = variance > 0 ? variance.squareRoot() : 1
    }
  }

  func target(_ x: [Float]) -> [Float] {
    var target = x
    for index in stride(from: 0, to: x.count, by: 3) {
      let place = index % PreparedEvents.width / 3
      target[index] = Float((Double(x[index]) - means[place]) / widths[place])
    }
    return target
  }
}
