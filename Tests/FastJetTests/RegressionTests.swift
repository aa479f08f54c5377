import Foundation
import Testing
import WinnowEvents
import WinnowFastJet
import WinnowTestSupport

/// FastJet's own example event and regression output, where they lie beside the repository.
@Suite(
  .enabled(if: JetFinder.isAvailable, "this build leaves FastJet out"),
  .enabled(if: SharedData.exists("jets/single-event.dat"), "\(SharedData.absence)"))
struct RegressionTests {
  private func particles(_ name: String) throws -> [FourMomentum] {
    let text = try String(contentsOfFile: SharedData.path("jets/\(name)"), encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 4
        ? FourMomentum(px: numbers[0], py: numbers[1], pz: numbers[2], e: numbers[3]) : nil
    }
  }

  /// Azimuth as FastJet prints it, in 0 ..< 2π.
  private func printed(_ jets: Jets) -> [[String]] {
    zip(jets.momenta, jets.rapidities).map { jet, rapidity in
      let phi = jet.phi < 0 ? jet.phi + 2 * .pi : jet.phi
      return [rapidity, phi, jet.pt].map { String(format: "%.8f", $0) }
    }
  }

  @Test func antiKtIsTheRegressionOutputToAllPrintedDigits() throws {
    let particles = try particles("single-event.dat")
    #expect(particles.count == 354)
    let text = try String(
      contentsOfFile: SharedData.path("jets/antikt_R04_R07_R10.reference.txt"), encoding: .utf8)
    var radius = 0.0
    var expected: [Double: [[String]]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: "R"), words.count > place + 2, words[place + 1] == "=" {
        radius = Double(words[place + 2]) ?? 0
      } else if words.count == 5 || words.count == 4, words.first?.hasPrefix("antikt:") == true {
        let numbers = words.suffix(3)
        if numbers.allSatisfy({ Double($0) != nil }) {
          expected[radius, default: []].append(Array(numbers))
        }
      }
    }
    #expect(expected.keys.sorted() == [0.4, 0.7, 1.0])
    for (radius, jets) in expected {
      let found = printed(try JetFinder(JetDefinition(radius: radius)).jets(of: particles))
      #expect(jets.count > 20)
      for (index, (jet, wanted)) in zip(found, jets).enumerated() {
        #expect(jet == wanted, "R = \(radius), jet \(index)")
      }
    }
  }

  struct Expected: Decodable {
    var jets: [String: [[Double]]]
  }

  /// The same event by the Python bindings of FastJet 3.5.2: rapidity, φ, pT, mass, constituents.
  @Test func everyAlgorithmIsThatOfTheNewerRelease() throws {
    let particles = try particles("single-event.dat")
    let data = try Data(
      contentsOf: URL(fileURLWithPath: SharedData.path("jets/single-event.expected.json")))
    let expected = try JSONDecoder().decode(Expected.self, from: data)
    let names: [String: JetDefinition.Algorithm] = [
      "antikt": .antiKt, "kt": .kt, "cambridge": .cambridgeAachen, "ca": .cambridgeAachen,
    ]
    var compared = 0
    for (name, jets) in expected.jets {
      let parts = name.components(separatedBy: "_R")
      guard parts.count == 2, let algorithm = names[parts[0]], let radius = Double(parts[1]) else {
        continue
      }
      compared += 1
      let found = try JetFinder(JetDefinition(algorithm, radius: radius)).jets(of: particles)
      for (index, wanted) in jets.enumerated() where index < found.count {
        let jet = found.momenta[index]
        // Both sum the same numbers; releases may sum in another order: 1e-16 × 2 TeV × 354.
        #expect(abs(found.rapidities[index] - wanted[0]) < 1e-9)
        #expect(abs(deltaPhi(jet.phi, wanted[1])) < 1e-9)
        #expect(abs(jet.pt - wanted[2]) < 1e-9)
        #expect(found.constituents(of: index).count == Int(wanted[4]))
      }
    }
    print("compared with FastJet 3.5.2: \(compared) of \(expected.jets.keys.sorted())")
    #expect(compared >= 3)
  }
}
