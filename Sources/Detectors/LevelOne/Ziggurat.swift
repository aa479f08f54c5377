#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors

/// Standard normal variates, mostly from one word and one multiplication: for towers, of which an
/// event has a hundred.
///
/// - Reference: G. Marsaglia and W. W. Tsang, The ziggurat method for generating random variables,
///   J. Stat. Softw. 5 (2000) 8, in the form of J. A. Doornik, An improved ziggurat method to generate
///   normal random samples (2005), with 128 boxes.
struct Ziggurat: Sendable {
  private static let boxes = 128
  /// Where the tail begins, and the area of each box, for 128 boxes (Doornik, section 3).
  private static let tail = 3.442_619_855_899
  private static let area = 9.912_563_035_262_17e-3

  /// The boxes' right edges, the widest first.
  private let edge: [Double]
  /// The part of each box that lies under the curve whatever the height.
  private let inside: [Double]

  init() {
    func density(_ x: Double) -> Double { exp(-0.5 * x * x) }
    var edge = [Ziggurat.area / density(Ziggurat.tail), Ziggurat.tail]
    for _ in 2..<Ziggurat.boxes {
      let last = edge.last!
      edge.append((-2 * log(Ziggurat.area / last + density(last))).squareRoot())
    }
    edge.append(0)
    self.edge = edge
    inside = (0..<Ziggurat.boxes).map { edge[$0 + 1] / edge[$0] }
  }

  @inline(__always)
  func draw(_ stream: inout RandomStream) -> Double {
    let word = stream.next()
    // The top 53 bits are the place in the box, the lowest 7 its number.
    let place = Double(Int64(bitPattern: word) &>> 11) * 0x1p-52
    let box = Int(word & 127)
    if abs(place) < inside[box] { return place * edge[box] }
    return beyond(box, place, &stream)
  }

  @inline(never)
  private func beyond(_ first: Int, _ firstPlace: Double, _ stream: inout RandomStream) -> Double {
    var (box, place) = (first, firstPlace)
    while true {
      if abs(place) < inside[box] { return place * edge[box] }
      if box == 0 { return place < 0 ? -tailDraw(&stream) : tailDraw(&stream) }
      let x = place * edge[box]
      let upper = exp(-0.5 * (edge[box] * edge[box] - x * x))
      let lower = exp(-0.5 * (edge[box + 1] * edge[box + 1] - x * x))
      if lower + stream.uniform() * (upper - lower) < 1 { return x }
      let word = stream.next()
      place = Double(Int64(bitPattern: word) &>> 11) * 0x1p-52
      box = Int(word & 127)
    }
  }

  private func tailDraw(_ stream: inout RandomStream) -> Double {
    while true {
      let x = -log(1 - stream.uniform()) / Ziggurat.tail
      let y = -log(1 - stream.uniform())
      if 2 * y >= x * x { return Ziggurat.tail + x }
    }
  }
}
