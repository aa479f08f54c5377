import Foundation
import Winnow

/// Events as full as those of the trigger and on its grids, so that they compress as well.
enum ToyLevelOneEvents {
  static func write(_ count: Int, to path: String) throws -> Int {
    let writer = try LevelOneEventWriter(path)
    let stream = RandomStream(seed: 1, label: "toy-level-1")
    for first in stride(from: 0, to: count, by: 10_000) {
      var events = LevelOneEvents()
      for event in 0..<min(10_000, count - first) {
        var random = stream.child(UInt64(first + event))
        append(&random, to: &events)
      }
      try writer.append(events)
    }
    try writer.finish()
    return count
  }

  private static func append(_ random: inout RandomStream, to events: inout LevelOneEvents) {
    events.appendEvent()
    let event = events.count - 1
    for object in LevelOneObject.allCases {
      let most = object.rows.count
      let present = object == .missingMomentum ? 1 : random.integer(in: 0...most)
      var pt = 40.0
      for row in object.rows.prefix(present) {
        pt *= random.uniform()
        events.set(
          event: event, row: row, pt: Float((2 * pt).rounded() / 2 + 0.5),
          eta: object == .missingMomentum
            ? 0 : Float(random.integer(in: -57...57)) * Float(0.0435),
          phi: Float(random.integer(in: -71...71)) * Float(2 * Double.pi / 144))
      }
    }
  }
}
