import WinnowTensors

/// Level-1 events in an HDF5 file of the ADC2021 layout.
struct LevelOneEventArray: Sendable {
  let path: String
  let count: Int
  private let particles: any ArrayRows
  private let weights: (any ArrayRows)?

  init(_ path: String) throws {
    self.path = path
    let file = try EventColumns(path)
    particles = try file.rows("Particles", count: nil, elements: 4 * LevelOneEvents.objects)
    guard particles.shape.count == 3, particles.shape[2] == 4 else {
      throw EventError("\(particles.source) has shape \(particles.shape); [events, 19, 4] is read")
    }
    count = particles.rowCount
    weights = file.contains("Weights") ? try file.rows("Weights", count: count) : nil
  }

  func read(_ events: Range<Int>) throws -> LevelOneEvents {
    let found = try readKeeping(events)
    guard let first = found.spoiled.first else { return found.events }
    throw error(events.lowerBound + first.event, first.row, first.numbers)
  }

  /// Without the events that hold a NaN.
  func readDropping(_ events: Range<Int>) throws -> (events: LevelOneEvents, dropped: Int) {
    let found = try readKeeping(events)
    let spoiled = Set(found.spoiled.map(\.event))
    return (
      spoiled.isEmpty ? found.events : found.events.filtered { !spoiled.contains($0) }, spoiled.count
    )
  }

  /// The first NaN of an event.
  private struct Spoiled {
    var event: Int
    var row: Int
    var numbers: String
  }

  private func readKeeping(
    _ events: Range<Int>
  ) throws -> (events: LevelOneEvents, spoiled: [Spoiled]) {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    let weights: [Double]? = try self.weights?.values(events)
    var result = LevelOneEvents(
      count: events.count, weights: weights ?? [Double](repeating: 1, count: events.count))
    // Published files hold doubles: this conversion is quicker than the library's.
    let spoiled: [Spoiled]
    if particles.elementType == .float64 {
      let values: [Double] = try particles.values(events)
      spoiled = try place(values.span, into: &result, first: events.lowerBound)
    } else {
      let values: [Float] = try particles.values(events)
      spoiled = try place(values.span, into: &result, first: events.lowerBound)
    }
    return (result, spoiled)
  }

  /// Puts the rows of each event where their class belongs.
  private func place<Value: RowValue & BinaryFloatingPoint>(
    _ values: Span<Value>, into result: inout LevelOneEvents, first: Int
  ) throws -> [Spoiled] {
    let objects = LevelOneEvents.objects
    var spoiled: [Spoiled] = []
    nextEvent: for event in 0..<result.count {
      // By class 1 to 4: where the next object goes, and where there is no more room.
      var next = SIMD4<Int>(0, 1, 5, 9)
      let ends = SIMD4<Int>(1, 5, 9, 19)
      for row in 0..<objects {
        let source = 4 * (event * objects + row)
        let (pt, eta, phi, kind) = (
          Float(values[source]), Float(values[source + 1]), Float(values[source + 2]),
          Float(values[source + 3])
        )
        if pt.isNaN || eta.isNaN || phi.isNaN {
          spoiled.append(
            Spoiled(event: event, row: row, numbers: "pT \(pt), eta \(eta), phi \(phi)"))
          continue nextEvent
        }
        guard pt.isFinite, pt >= 0, eta.isFinite, abs(phi) < 3.1416 else {
          throw error(first + event, row, "pT \(pt), eta \(eta), phi \(phi)")
        }
        if kind == 0 { continue }
        guard kind >= 1, kind <= 4, kind == kind.rounded() else {
          throw error(first + event, row, "class \(kind), which is none of 0 to 4")
        }
        let index = Int(kind) - 1
        let to = next[index]
        guard to < ends[index] else {
          let room = LevelOneObject.allCases[index].rows.count
          throw error(first + event, row, "more than \(room) objects of class \(kind)")
        }
        next[index] = to + 1
        result.set(event: event, row: to, pt: pt, eta: eta, phi: phi)
      }
    }
    return spoiled
  }

  private func error(_ event: Int, _ row: Int, _ what: String) -> EventError {
    EventError(
      "\(particles.source) holds \(what) in event \(event), row \(row); check that it is an ADC2021 file"
    )
  }
}
