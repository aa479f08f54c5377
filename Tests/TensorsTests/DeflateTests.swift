import Testing

@testable import WinnowTensors

@Suite struct DeflateTests {
  @Test func checksumOfThePublishedCheckString() {
    #expect(Deflate.crc32(Array("123456789".utf8)[...]) == 0xcbf4_3926)
    #expect(Deflate.crc32([]) == 0)
  }

  /// Small steps exercise what buffers beyond 4 GB need.
  @Test(arguments: [1, 7, 1000, 1 << 30])
  func streamsExpandToTheSameBytes(step: Int) throws {
    var stream = RandomStream(seed: 2)
    let noise: [UInt8] = (0..<5000).map { _ in stream.integer(in: 0...3) }
    for bytes in [[], [9], noise, Array(repeating: 0, count: 5000)] {
      let deflated = try Deflate.compress(bytes[...], step: step)
      #expect(try Deflate.expand(deflated[...], count: bytes.count, step: step) == bytes)
    }
  }

  @Test func wrongSizesAreRefused() throws {
    let deflated = try Deflate.compress(Array(repeating: 1, count: 100)[...])
    #expect(throws: Deflate.Failure.longer) { try Deflate.expand(deflated[...], count: 99) }
    #expect(throws: Deflate.Failure.shorter) { try Deflate.expand(deflated[...], count: 101) }
    #expect(throws: Deflate.Failure.shorter) { try Deflate.expand(deflated[...], count: .max) }
    #expect(throws: Deflate.Failure.shorter) {
      try Deflate.expand((deflated + [0])[...], count: 100)
    }
    #expect(throws: Deflate.Failure.damaged) {
      try Deflate.expand(deflated.dropLast(), count: 100)
    }
    #expect(throws: Deflate.Failure.damaged) { try Deflate.expand([], count: 0) }
  }

  @Test func theLargestRatioIsReached() throws {
    // RFC 1951 allows 258 bytes in two bits, and zlib comes close.
    let count = 1 << 24
    let deflated = try Deflate.compress(ArraySlice(repeating: 0, count: count))
    #expect(count / deflated.count > 1000)
    #expect(try Deflate.expand(deflated[...], count: count).count == count)
  }
}
