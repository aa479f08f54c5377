import Foundation
import WinnowEvents
import WinnowReconstruction

/// Reads a file that `Tools/golden/reconstruction/make.py` wrote.
func golden<Content: Decodable>(_ name: String, as: Content.Type = Content.self) throws -> Content {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/\(name)")
  return try JSONDecoder().decode(Content.self, from: Data(contentsOf: path))
}

struct GoldenPuppi: Decodable {
  struct Candidates: Decodable {
    var pt, eta, phi, mass: [Double]
    var vertex, photon: [Int]
  }
  struct Event: Decodable {
    var candidates: Candidates
    var vertices: Int
    var weights: [String: [Double]]

    var puppiCandidates: [PuppiCandidate] {
      candidates.pt.indices.map {
        PuppiCandidate(
          pt: candidates.pt[$0], eta: candidates.eta[$0], phi: candidates.phi[$0],
          mass: candidates.mass[$0],
          vertex: [.unknown, .leading, .pileup][candidates.vertex[$0]],
          isPhoton: candidates.photon[$0] == 1)
      }
    }
  }
  var events: [Event]
  var probabilities, quantiles, points, cumulative: [Double]
}

struct GoldenObjects: Decodable {
  struct Event: Decodable {
    var truth, reconstructed, matches: [[Double]]
    var ordered, kept, against: [Int]
    var weights, missing, weighted: [Double]
    var pairs: [[Double]]
  }
  var events: [Event]
  var truth, value, edges: [Double]
  var bins: [[Double]]
  var outside: Int
}

/// Rows of pT, η, φ, mass.
func momenta(_ rows: [[Double]]) -> [FourMomentum] {
  rows.map { FourMomentum(pt: $0[0], eta: $0[1], phi: $0[2], mass: $0[3]) }
}
