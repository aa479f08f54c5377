import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowTensors

@Suite struct LongLivedSampleTests {
  private let sample = LongLivedSample(seed: 11)

  @Test func eventsDependOnSeedAndNumberAlone() {
    let all = sample.events(0..<40)
    var joined = sample.events(0..<17)
    joined.append(sample.events(17..<40))
    #expect(joined == all)
    // Any order.
    #expect(sample.events(39..<40).driftRadii == Array(all.driftRadii[all[39]]))
    #expect(LongLivedSample(seed: 12).events(0..<40) != all)
    #expect(LongLivedSample(seed: 11).events(0..<40) == all)
  }

  /// Kolmogorov and Smirnov against the uniform distribution: `√n D` exceeds 1.95 once in 1,000.
  @Test func decayLengthsAreUniform() {
    let lengths = sample.events(0..<4000).truth.map { $0.decayLength / 5000 }.sorted()
    let n = Double(lengths.count)
    let distance = lengths.enumerated().map { index, value in
      max(value - Double(index) / n, Double(index + 1) / n - value)
    }.max()!
    #expect(lengths.first! >= 0 && lengths.last! < 1)
    #expect(n.squareRoot() * distance < 1.95)
  }

  @Test func everyMultiplicityIsEquallyFrequent() {
    let truth = sample.events(0..<900).truth
    for multiplicity in 2...10 {
      #expect(truth.count { $0.multiplicity == multiplicity } == 100)
    }
    let isSignal = truth.map(\.isSignal)
    #expect(isSignal.contains(true) && isSignal.contains(false) && isSignal.contains(nil))
    for item in truth {
      let expected: Bool? =
        item.decayLength < 1000 ? false : item.decayLength > 3000 ? true : nil
      #expect(item.isSignal == expected)
    }
  }

  /// Momenta and energies of the products sum up to the particle's.
  @Test(arguments: 0..<18)
  func decaysConserveMomentum(event: Int) {
    let decay = LongLivedDecay()
    var stream = RandomStream(seed: 4).child(UInt64(event))
    var tracks: [SectorTrack] = []
    let truth = decay.draw(event: event, from: &stream, into: &tracks)
    #expect(tracks.count == 2 + event % 9)
    var (px, py, pz, energy) = (0.0, 0.0, 0.0, 0.0)
    for track in tracks {
      px += track.px
      py += track.py
      pz += track.pz
      let square = track.px * track.px + track.py * track.py + track.pz * track.pz
      energy += (square + decay.productMass * decay.productMass).squareRoot()
      #expect(track.x == truth.decayLength && track.y == 0)
      #expect(abs(track.z - track.x * sinh(truth.pseudorapidity)) < 1e-9 * max(track.x, 1))
    }
    // Sums of ten doubles of up to 100 GeV.
    #expect(abs(px - truth.momentum / cosh(truth.pseudorapidity)) < 1e-10)
    #expect(abs(py) < 1e-10 && abs(pz - truth.momentum * tanh(truth.pseudorapidity)) < 1e-10)
    let expected = (truth.momentum * truth.momentum + 100).squareRoot()
    #expect(abs(energy - expected) < 1e-10)
    #expect(abs(tracks.reduce(0) { $0 + $1.charge }) == Double(tracks.count % 2))
  }

  /// Two massless-like bodies decay evenly in the cosine at rest: mean 0, variance 1/3.
  @Test func twoBodiesAreIsotropic() {
    let decay = LongLivedDecay()
    var tracks: [SectorTrack] = []
    var (sum, square, count) = (0.0, 0.0, 0.0)
    for event in 0..<3000 {
      var stream = RandomStream(seed: 9).child(UInt64(event))
      let truth = decay.draw(event: 9 * event, from: &stream, into: &tracks)
      let gamma = (truth.momentum * truth.momentum / 100 + 1).squareRoot()
      let boost = truth.momentum / 10
      let (c, s) = (1 / cosh(truth.pseudorapidity), tanh(truth.pseudorapidity))
      let along = tracks[0].px * c + tracks[0].pz * s
      let total =
        (tracks[0].px * tracks[0].px + tracks[0].py * tracks[0].py
        + tracks[0].pz * tracks[0].pz + decay.productMass * decay.productMass).squareRoot()
      let atRest = gamma * along - boost * total
      let size = (25 - decay.productMass * decay.productMass).squareRoot()
      let cosine = atRest / size
      sum += cosine
      square += cosine * cosine
      count += 1
      #expect(abs(cosine) < 1 + 1e-9)
    }
    #expect(abs(sum / count) < 5 * (1 / (3 * count)).squareRoot())
    // The variance of cos² is 1/5 − 1/9.
    #expect(abs(square / count - 1.0 / 3) < 5 * ((1.0 / 5 - 1.0 / 9) / count).squareRoot())
  }

  /// Three massless bodies fill phase space with dN/dx ∝ x of x = 2E/M (the Dalitz plot is flat):
  /// ⟨x²⟩ = 1/2, with a variance of 1/3 − 1/4.
  @Test func threeBodiesFillPhaseSpace() {
    let decay = LongLivedDecay()
    var tracks: [SectorTrack] = []
    var sum = 0.0
    for event in 0..<3000 {
      var stream = RandomStream(seed: 10).child(UInt64(event))
      let truth = decay.draw(event: 9 * event + 1, from: &stream, into: &tracks)
      let track = tracks[event % 3]
      let square = track.px * track.px + track.py * track.py + track.pz * track.pz
      let energy = (square + decay.productMass * decay.productMass).squareRoot()
      let along =
        track.px / cosh(truth.pseudorapidity) + track.pz * tanh(truth.pseudorapidity)
      let gamma = (truth.momentum * truth.momentum / 100 + 1).squareRoot()
      let x = 2 * (gamma * energy - truth.momentum / 10 * along) / decay.mass
      sum += x * x
    }
    // The products' mass moves it by a few (2m/M)² = 8e-4.
    #expect(abs(sum / 3000 - 0.5) < 5 * (1.0 / 12 / 3000).squareRoot() + 0.004)
  }

  @Test func imagesShowTheHits() {
    let events = sample.events(0..<5)
    let images = events.images
    #expect(images.count == 5 * 20 * 333)
    for event in 0..<5 {
      let image = images[event * 6660..<(event + 1) * 6660]
      #expect(image.reduce(0) { $0 + Int($1) } == events[event].count)
      for hit in events[event] {
        #expect(image[event * 6660 + Int(events.layers[hit]) * 333 + Int(events.tubes[hit])] == 1)
      }
    }
  }

  /// One fifth evaluates, within five binomial errors.
  @Test func aFifthIsKeptForEvaluation() {
    let kept = Double(sample.events(0..<3000).isEvaluation.count { $0 })
    #expect(abs(kept - 600) < 5 * (3000 * 0.2 * 0.8).squareRoot())
  }

  @Test func aPictureIsText() {
    let events = sample.events(3..<4)
    let lines = events.picture(0).split(separator: "\n")
    #expect(lines.count == 21 && lines[0].hasPrefix("event 3: L_r "))
    #expect(lines[1].hasPrefix("10.23 m  ") && lines[20].hasPrefix(" 4.82 m  "))
    let drawn = lines[20].dropFirst(9)
    #expect(drawn.count == 111)
    // The innermost layer's characters are those of its hits.
    var expected = [Character](repeating: ".", count: 111)
    for hit in events[0] where events.layers[hit] == 0 {
      let (place, track) = (Int(events.tubes[hit]) / 3, events.tracks[hit])
      if track >= 0 {
        expected[place] = Character("\(track)")
      } else if expected[place] == "." {
        expected[place] = "+"
      }
    }
    #expect(String(drawn) == String(expected))
  }

  private func path(_ name: String) -> String {
    NSTemporaryDirectory() + "winnow-drift-\(UUID().uuidString)-\(name)"
  }

  @Test func filesComeBack() throws {
    let path = path("sample.h5")
    defer { try? FileManager.default.removeItem(atPath: path) }
    var progress: [Int] = []
    try sample.write(events: 0..<70, to: path, block: 30) { progress.append($0) }
    #expect(progress == [30, 60, 70])
    let file = try DriftTubeFile(path)
    #expect(file.count == 70)
    var (read, made) = (try file.read(25..<65), sample.events(25..<65))
    for event in 0..<40 {
      // The file keeps metres in Float: 24 bits of at most 5.
      let (a, b) = (read.truth[event], made.truth[event])
      #expect(abs(a.decayLength - b.decayLength) < 1e-3 && a.multiplicity == b.multiplicity)
      #expect(abs(a.momentum - b.momentum) < 1e-5)
      #expect(abs(a.pseudorapidity - b.pseudorapidity) < 1e-7)
    }
    read.truth = []
    made.truth = []
    #expect(read == made)
    #expect(throws: EventError.self) { try file.read(60..<71) }
    let images = try HDF5File(contentsOf: path).dataset("images")
    #expect(images.shape == [70, 1, 20, 333])
    let pixels: [Int64] = try images.values(rows: 25..<65)
    #expect(pixels.map { UInt8($0) } == sample.events(25..<65).images)
    let labels: [Int64] = try HDF5File(contentsOf: path).dataset("label").values(rows: 0..<70)
    #expect(
      labels == sample.events(0..<70).truth.map { $0.isSignal.map { $0 ? 1 : 0 } ?? -1 })
  }

  @Test func blocksDoNotChangeTheFile() throws {
    let paths = [path("a.h5"), path("b.h5")]
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    try sample.write(events: 0..<128, to: paths[0], block: 64)
    try sample.write(events: 0..<128, to: paths[1], block: 128)
    for name in ["images", "hit_offset", "hit_tube", "hit_track", "event"] {
      let values: [[Int64]] = try paths.map {
        let column = try HDF5File(contentsOf: $0).dataset(name)
        return try column.values(rows: 0..<column.rowCount)
      }
      #expect(values[0] == values[1], "\(name)")
    }
  }

  @Test func aStoppedOrEmptyWriteLeavesNoHalfFile() throws {
    struct Stop: Error {}
    let path = path("stopped.h5")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: Stop.self) {
      try sample.write(events: 0..<20, to: path, block: 10) { _ in throw Stop() }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try sample.write(events: 0..<0, to: path)
    #expect(try DriftTubeFile(path).count == 0)
  }

  @Test func settingsThatCannotBeAreRefused() {
    let path = path("never.h5")
    func message(_ change: (inout LongLivedSample) -> Void) -> String {
      var sample = LongLivedSample(seed: 1)
      change(&sample)
      do {
        try sample.write(events: 0..<2, to: path)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { $0.decay.mass = 1 }.contains("do not come from 1.0 GeV"))
    #expect(message { $0.decay.momenta = 5..<5 }.contains("cannot be drawn"))
    #expect(message { $0.response.efficiency = 1.1 }.contains("an efficiency of 1.1"))
    #expect(
      message { $0.response.geometry = DriftTubeGeometry(stations: []) }
        == "an image has 20 layers; the geometry has 0")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func whatIsWrongWithAFileIsNamed() throws {
    let path = path("bad.h5")
    defer { try? FileManager.default.removeItem(atPath: path) }
    func message(_ change: (DriftTubeEvents) -> DriftTubeEvents) throws -> String {
      let writer = try DriftTubeWriter(path)
      try writer.append(change(sample.events(0..<3)))
      try writer.finish()
      do {
        _ = try DriftTubeFile(path).read(0..<3)
        return ""
      } catch { return "\(error)".replacingOccurrences(of: path, with: "F") }
    }
    #expect(
      try message {
        var events = $0
        events.driftRadii.removeLast()
        return events
      }.contains("'hit_radius_mm' of 'F' has shape"))
    #expect(
      try message {
        var events = $0
        events.driftRadii[0] = .nan
        return events
      }.contains("negative or not a number"))
    let writer = try HDF5Writer(path)
    try writer.write(NumericArray(shape: [1], storage: .float32([1])), as: "pt")
    try writer.finish()
    do {
      _ = try DriftTubeFile(path)
      Issue.record("a file without hits was read")
    } catch {
      #expect("\(error)".contains("has no dataset 'hit_offset'"))
    }
    #expect(throws: (any Error).self) { try DriftTubeFile(path + ".none") }
  }
}
