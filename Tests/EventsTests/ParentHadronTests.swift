import Foundation
import Testing
import WinnowEvents
import WinnowTensors

/// Parents of decays in flight, through both kinds of file.
@Suite struct ParentHadronTests {
  private static func events() -> ParticleEvents {
    var events = ParticleEvents()
    for event in 0..<4 {
      events.beginEvent()
      events.append(pdg: 211, pt: 5, eta: 0.1, phi: 1, mass: 0.14, charge: 1)
      // Two decays in the third event, none in the second.
      for number in 0..<[1, 0, 2, 1][event] {
        events.append(
          pdg: 13, pt: Float(3 + number), eta: 0.2, phi: -1, mass: 0.1057, charge: -1,
          origin: .decayInFlight, vertex: SIMD3(500, 20, 3))
        events.parents.append(
          ParentHadron(
            pdg: -321, pt: Float(6 + event + number), eta: 0.21, phi: -1.01,
            vertex: SIMD3(0, 0, Float(event))),
          of: events.particleCount - 1)
      }
    }
    return events
  }

  private func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent(
      "parents-\(UUID().uuidString)-\(name)"
    ).path
  }

  @Test(arguments: ["events.npz", "events.h5"]) func roundTrip(name: String) throws {
    let path = temporary(name)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let events = Self.events()
    try events.write(to: path)
    let file = try ParticleEventFile(path)
    #expect(try file.read(0..<4).parents == events.parents)
    // Places count from the first particle read.
    let part = try file.read(2..<4)
    #expect(part.parents.particles == [1, 2, 4])
    #expect(part.parents[2] == events.parents[5])
    #expect(part.parents[0] == nil && part.parents[3] == nil)
    #expect(try file.read(1..<2).parents.isEmpty)
  }

  @Test func copiesKeepParents() {
    let events = Self.events()
    var copy = ParticleEvents()
    copy.beginEvent()
    for particle in events[2] { copy.append(particle, of: events) }
    #expect(copy.parents.particles == [1, 2])
    #expect(copy.parents.hadrons == Array(events.parents.hadrons[1...2]))
  }

  /// A row that the event has not is an error that names it.
  @Test func wrongRow() throws {
    let path = temporary("wrong.npz")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.events().write(to: path)
    var file = try NPZ(contentsOf: path)
    let rows = Int32(7)
    file["truth"] = NumericArray(
      shape: [8], storage: .int32([-1, rows, -1, -1, 0, 1, -1, 0]))
    try file.write(to: path)
    let events = try ParticleEventFile(path)
    let error = #expect(throws: EventError.self) { try events.read(0..<4) }
    #expect(error?.description.contains("truth row 7.0 in event 0") == true)
  }
}
