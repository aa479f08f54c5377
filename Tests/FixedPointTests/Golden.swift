import Foundation
import WinnowFixedPoint

/// The golden files beside this one; Golden/README.md says what they hold.
enum Golden {
  static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Rows of a CSV file without its header.
  static func rows(_ name: String) throws -> [[String]] {
    try text(name).split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  static func format(_ signed: String, _ width: String, _ integer: String) -> FixedPointFormat {
    FixedPointFormat(signed: signed == "1", width: Int(width)!, integer: Int(integer)!)
  }
}

/// `conversions.json`.
struct GoldenConversions: Decodable {
  struct Format: Decodable {
    var signed: Bool
    var width: Int
    var integer: Int
    var digest: String?
    var format: FixedPointFormat { FixedPointFormat(signed: signed, width: width, integer: integer) }
  }
  struct Full: Decodable {
    var sources: [Format]
    var targets: [Format]
  }
  struct Sample: Decodable {
    var oneIn: UInt64
    var enumeratedWidth: Int
    var drawn: Int
    var chunk: Int
    var combinations: Int
    var sources: [Format]
    var targets: [Format]
    var digests: [String]

    enum CodingKeys: String, CodingKey {
      case drawn, chunk, combinations, sources, targets, digests
      case oneIn = "one_in"
      case enumeratedWidth = "enumerated_width"
    }
  }
  var seed: UInt64
  var roundings: [RoundingMode]
  var overflows: [OverflowMode]
  var full: Full
  var sample: Sample

  static func load() throws -> GoldenConversions {
    try JSONDecoder().decode(Self.self, from: Data(Golden.text("conversions.json").utf8))
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// 64-bit FNV-1a over mantissas of eight bytes, lowest first.
struct Digest {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ mantissa: Int128) {
    var bits = UInt64(truncatingIfNeeded: mantissa)
    for _ in 0..<8 {
      hash = (hash ^ bits & 0xff) &* 0x0000_0100_0000_01b3
      bits >>= 8
    }
  }

  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
