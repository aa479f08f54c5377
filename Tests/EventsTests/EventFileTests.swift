import Foundation
import Testing
import WinnowEvents
import WinnowTensors

@Suite struct EventFileTests {
  private func path(_ name: String) -> String {
    NSTemporaryDirectory() + "winnow-events-\(UUID().uuidString)-\(name)"
  }

  private var sample: ParticleEvents {
    var events = ParticleEvents()
    events.beginEvent(weight: 2.5, process: 3)
    events.append(
      pdg: -13, pt: 20, eta: 1, phi: -3, mass: 0.1057, charge: 1, origin: [.prompt, .tau],
      vertex: SIMD3(0, 0.5, -2))
    events.append(pdg: 22, pt: 3, eta: -4, phi: 0, mass: 0, charge: 0)
    events.beginEvent()
    events.beginEvent(weight: -1)
    events.append(pdg: 211, pt: 1, eta: 0, phi: 1, mass: 0.1396, charge: 1)
    return events
  }

  @Test(arguments: ["events.npz", "events.h5", "events.csv", "events.csv.gz"])
  func eventsComeBack(_ name: String) throws {
    let path = path(name)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try sample.write(to: path)
    let file = try ParticleEventFile(path)
    #expect(file.count == 3)
    #expect(try file.read(0..<3) == sample)
    let last = try file.read(1..<3)
    #expect(last.count == 2 && last.offsets == [0, 0, 1] && last.pdg == [211])
    #expect(throws: EventError.self) { try file.read(2..<4) }
  }

  /// The layout of prepared samples: no masses, charges or weights.
  @Test func missingColumnsComeFromTheSpecies() throws {
    let path = path("small.npz")
    defer { try? FileManager.default.removeItem(atPath: path) }
    var file = NPZ()
    file["offset"] = NumericArray(shape: [2], storage: .int32([0, 2]))
    file["pt"] = NumericArray(shape: [2], storage: .float32([1, 2]))
    file["eta"] = NumericArray(shape: [2], storage: .float32([0, 1]))
    file["phi"] = NumericArray(shape: [2], storage: .float32([0, 1]))
    file["pdg"] = NumericArray(shape: [2], storage: .int32([-321, 14]))
    file["vtx_mm"] = NumericArray(shape: [2, 3], storage: .float32([0, 0, 1, 0, 0, 2]))
    try file.write(to: path)
    let events = try ParticleEventFile(path).read(0..<1)
    #expect(events.charge == [-1, 0] && events.mass[0] == 0.493_677 && events.weights == [1])
    #expect(events.origin == [[], .invisible] && events.vertices[1].z == 2)
  }

  @Test func whatIsWrongIsNamed() throws {
    func message(_ change: (inout NPZ) -> Void) throws -> String {
      let path = path("bad.npz")
      defer { try? FileManager.default.removeItem(atPath: path) }
      var file = NPZ()
      file["offset"] = NumericArray(shape: [2], storage: .int32([0, 1]))
      for name in ["pt", "eta", "phi"] {
        file[name] = NumericArray(shape: [1], storage: .float32([1]))
      }
      file["pdg"] = NumericArray(shape: [1], storage: .int32([11]))
      change(&file)
      try file.write(to: path)
      do {
        _ = try ParticleEventFile(path).read(0..<1)
        return ""
      } catch { return "\(error)".replacingOccurrences(of: path, with: "F") }
    }
    #expect(
      try message { $0["pt"] = NumericArray(shape: [1], storage: .float32([.nan])) }
        == "'F' holds a particle of pT nan (0 to 10^6 GeV are possible) in event 0, particle 0; "
        + "generate the file anew or leave the event out")
    #expect(
      try message { $0["mass"] = NumericArray(shape: [1], storage: .float32([-2])) }
        .hasPrefix("'F' holds a particle of mass -2.0 (0 to 10^6 GeV are possible) in event 0"))
    #expect(
      try message { $0["eta"] = NumericArray(shape: [1], storage: .float32([-400])) }
        .hasPrefix("'F' holds a particle of eta -400.0 (-50 to 50 are possible)"))
    #expect(
      try message { $0["offset"] = NumericArray(shape: [3], storage: .int32([0, 2, 1])) }
        == "the array 'offset' of 'F' falls from 2.0 to 1.0 at event 1; offsets must ascend")
    #expect(
      try message { $0["eta"] = NumericArray(shape: [2], storage: .float32([1, 2])) }
        == "the array 'eta' of 'F' has shape [2]; 1 rows of 1 number were expected")
    #expect(
      try message { $0["pdg"] = NumericArray(shape: [1], storage: .float32([11.5])) }
        == "the array 'pdg' of 'F' holds 11.5 in row 0, which is no integer of 32 bits")
    #expect(throws: EventError.self) { try ParticleEventFile(#filePath) }
  }

  @Test func levelOneEventsComeBackInTheirOrder() throws {
    let path = path("level1.h5")
    defer { try? FileManager.default.removeItem(atPath: path) }
    var events = LevelOneEvents()
    events.appendEvent()
    events.set(event: 0, row: 0, pt: 40, eta: 0, phi: 1)
    events.set(event: 0, row: 5, pt: 25, eta: -2, phi: 3)
    events.set(event: 0, row: 9, pt: 90, eta: 3.5, phi: -3)
    events.appendEvent(weight: 0.5)
    let writer = try LevelOneEventWriter(path)
    try writer.append(events)
    try writer.append(events)
    try writer.finish()
    let file = try LevelOneEventFile(path)
    #expect(file.count == 4)
    #expect(try file.read(0..<2) == events && file.read(2..<4) == events)
    #expect(events.features.count == 2 * 57 && events.features[15] == 25)
    #expect(
      try HDF5File(contentsOf: path).dataset("Particles_Names").strings()
        == ["Pt", "Eta", "Phi", "Class"])
  }

  /// papers/2 lists muons first and the missing momentum last; the class column decides.
  @Test func anotherOrderIsRecognised() throws {
    let path = path("other.h5")
    defer { try? FileManager.default.removeItem(atPath: path) }
    var values = [Double](repeating: 0, count: 19 * 4)
    values.replaceSubrange(0..<4, with: [30, 1, 1, 3])
    values.replaceSubrange(4..<8, with: [20, 1, 1, 3])
    values.replaceSubrange(72..<76, with: [50, 0, 2, 1])
    let writer = try HDF5Writer(path)
    try writer.write(NumericArray(shape: [1, 19, 4], storage: .float64(values)), as: "Particles")
    try writer.finish()
    let events = try LevelOneEventFile(path).read(0..<1)
    #expect(events.pt[0] == 50 && events.pt[5] == 30 && events.pt[6] == 20)
    #expect(events.isPresent.filter { $0 }.count == 3)
  }
}
