/// The entries of every segment, in their order: what gathers backward and reduces forward without
/// two threads meeting at one place.
///
/// A counting sort, O(E + V); done again only when the ids changed, otherwise O(E) for the
/// comparison. Nodes that read the same integers share one.
final class SegmentIndex {
  let segments: Int
  /// Segment s has the entries `entries[starts[s]..<starts[s + 1]]`.
  let starts: Buffer<Int32>
  let entries: Buffer<Int32>
  /// Entries whose id is no segment; they belong to none.
  private(set) var strays = 0
  private let known: Buffer<Int32>
  private let fromEnd: Bool
  private var isKnown = false

  /// - Parameter fromEnd: whether −1 is the last segment.
  init<Scalar>(_ site: Site<Scalar>, entries: Int, segments: Int, fromEnd: Bool) {
    self.segments = segments
    self.fromEnd = fromEnd
    starts = site.allocate(segments + 2, of: Int32.self)
    self.entries = site.allocate(entries, of: Int32.self)
    known = site.allocate(entries, of: Int32.self)
  }

  /// The index of the ids, shared by all that read them. One shard at a time may call ``update(_:)``.
  static func shared<Scalar>(
    _ site: Site<Scalar>, _ source: IndexSource<Scalar>, segments: Int, fromEnd: Bool
  ) -> SegmentIndex {
    site.object(of: source.indices, fromEnd ? ~segments : segments) {
      SegmentIndex(site, entries: source.indices.count, segments: segments, fromEnd: fromEnd)
    }
  }

  func update(_ ids: Buffer<Int32>) {
    if isKnown, known.equals(ids) { return }
    known.copy(from: ids)
    isKnown = true
    strays = 0
    starts.fill(0)
    // Counts stand two places on, so that the fill below moves them into place.
    for entry in 0..<ids.count {
      let segment = segment(unsafe ids.base[entry])
      if segment < 0 { strays += 1 } else { unsafe starts.base[segment + 2] += 1 }
    }
    for segment in 0..<segments {
      unsafe starts.base[segment + 2] += starts.base[segment + 1]
    }
    for entry in 0..<ids.count {
      let segment = segment(unsafe ids.base[entry])
      if segment < 0 { continue }
      unsafe entries.base[Int(starts.base[segment + 1])] = Int32(entry)
      unsafe starts.base[segment + 1] += 1
    }
  }

  /// −1 if the id is none.
  @inline(__always)
  private func segment(_ id: Int32) -> Int {
    let place = fromEnd && id < 0 ? Int(id) + segments : Int(id)
    return place >= 0 && place < segments ? place : -1
  }

  /// The entries of a segment.
  @inline(__always)
  func range(_ segment: Int) -> Range<Int> {
    unsafe Int(starts.base[segment])..<Int(starts.base[segment + 1])
  }
}

extension Buffer where Element == Int32 {
  func equals(_ other: Buffer<Int32>) -> Bool {
    guard count == other.count else { return false }
    for place in 0..<count where unsafe base[place] != other.base[place] { return false }
    return true
  }
}

extension Site {
  /// This shard's part, or everything where there is but one call.
  func part(of count: Int, isCollective: Bool) -> Range<Int> {
    isCollective ? part(of: count) : 0..<count
  }
}
