import Foundation
import WinnowEvents
import WinnowFastJet

/// What FastJet's own C++ interface found in toy events.
struct GoldenJets: Decodable {
  struct Jet: Decodable {
    var momentum: [Double]
    var area: Double
    var constituents: [Int32]
  }
  struct Clustering: Decodable {
    var algorithm: JetDefinition.Algorithm
    var radius: Double
    var minimumPt: Double
    var jets: [Jet]
    var density: [Double]?
    var definition: JetDefinition {
      JetDefinition(algorithm, radius: radius, minimumPt: minimumPt)
    }
  }
  struct Event: Decodable {
    var particles: [[Double]]
    var clusterings: [Clustering]
    var momenta: [FourMomentum] {
      particles.map { FourMomentum(px: $0[0], py: $0[1], pz: $0[2], e: $0[3]) }
    }
  }
  var ghostSeeds: [Int32]
  var ghostArea: Double
  var maximumRapidity: Double
  var densityRapidity: Double
  var events: [Event]

  /// The clusterings that were made with ghosts.
  func hasAreas(_ clustering: Clustering) -> Bool { clustering.radius == 0.4 }

  static func read() throws -> GoldenJets {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/jets.json")
    return try JSONDecoder().decode(GoldenJets.self, from: Data(contentsOf: path))
  }
}

func momentum(_ p: [Double]) -> FourMomentum {
  FourMomentum(px: p[0], py: p[1], pz: p[2], e: p[3])
}
