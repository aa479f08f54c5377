import Testing

@testable import WinnowTensors

@Suite struct RandomStreamTests {
  /// The output of Blackman and Vigna's C program from state 1, 2, 3, 4.
  @Test func generatorAgreesWithItsReference() {
    var stream = RandomStream(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
      10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    #expect(expected.map { _ in stream.next() } == expected)
  }

  /// The output of Vigna's C program from state 1234567.
  @Test func fillerAgreesWithItsReference() {
    var filler = SplitMix64(state: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in filler.next() } == expected)
  }

  /// Computed by an independent program in Python from the documented algorithm.
  @Test func namedStreamsStayTheSame() {
    var stream = RandomStream(seed: 42)
    #expect(stream.next() == 1_546_998_764_402_558_742)
    #expect(stream.next() == 6_990_951_692_964_543_102)
    var child = stream.child(3)
    #expect(child.next() == 2_212_575_144_974_101_508)
    var labelled = RandomStream(seed: 42, label: "weights")
    #expect(labelled.next() == 4_468_931_616_652_776_682)
    #expect(
      labelled
        == {
          var s = RandomStream(seed: 42).child("weights")
          _ = s.next()
          return s
        }())
  }

  @Test func childrenDependOnTheirNamesAlone() {
    let stream = RandomStream(seed: 1)
    var used = stream
    for _ in 0..<10 { _ = used.next() }
    #expect(stream.child(7) == used.child(7))
    #expect(stream.child(3).child(5) != stream.child(5).child(3))
    var firsts: Set<UInt64> = []
    for index in 0..<10_000 as Range<UInt64> {
      var child = stream.child(index)
      firsts.insert(child.next())
    }
    #expect(firsts.count == 10_000)
  }
}

@Suite struct RandomStreamDistributionsTests {
  /// Computed in Python with 200-bit arithmetic; the last places may differ by the documented error,
  /// but not between machines.
  @Test func gaussianAgreesWithTheExactTransform() {
    var stream = RandomStream(seed: 42)
    let exact = [
      -0x1.9cfc3b5554225p+0, 0x1.9039f092211ccp-1, 0x1.0409077faf54cp-6, 0x1.e8ab869120c29p-2,
    ]
    for value in exact { #expect(abs(stream.gaussian() - value) < 1e-15) }
  }

  /// The bits of 10,000 variates, hashed by FNV-1a; the same from the documented operations in
  /// Python.
  @Test func gaussianIsTheSameOnEveryMachine() {
    var stream = RandomStream(seed: 42)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for _ in 0..<10_000 {
      hash = (hash ^ stream.gaussian().bitPattern) &* 0x0000_0100_0000_01b3
    }
    #expect(hash == 110_740_505_310_685_964)
  }

  /// Bounds of five standard errors for `n` draws.
  @Test func gaussianHasTheMomentsOfTheNormalDistribution() {
    var stream = RandomStream(seed: 3)
    let n = 20_000
    let values = (0..<n).map { _ in stream.gaussian(mean: 2, standardDeviation: 3) }
    let mean = values.reduce(0, +) / Double(n)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(n)
    let fourth =
      values.map { ($0 - mean) * ($0 - mean) * ($0 - mean) * ($0 - mean) }
      .reduce(0, +) / Double(n)
    let root = Double(n).squareRoot()
    #expect(abs(mean - 2) < 5 * 3 / root)
    #expect(abs(variance - 9) < 5 * 9 * 2.0.squareRoot() / root)
    #expect(abs(fourth - 243) < 5 * 81 * 96.0.squareRoot() / root)
  }

  @Test func uniformStaysInItsRange() {
    var stream = RandomStream(seed: 4)
    var sum = 0.0
    for _ in 0..<10_000 {
      let value = stream.uniform()
      #expect(value >= 0 && value < 1)
      sum += value
      let scaled = stream.uniform(in: -2..<3)
      #expect(scaled >= -2 && scaled < 3)
    }
    // Five standard errors of the mean of 10,000.
    #expect(abs(sum / 10_000 - 0.5) < 5 * (1.0 / 12).squareRoot() / 100)
  }

  @Test func integersCoverTheirRangeEvenly() {
    var stream = RandomStream(seed: 5)
    var counts = Array(repeating: 0, count: 7)
    for _ in 0..<14_000 { counts[stream.integer(in: -3...3) + 3] += 1 }
    // Five standard deviations of a binomial count, sqrt(14000 · 1/7 · 6/7) = 41.4.
    #expect(counts.allSatisfy { abs($0 - 2000) < 207 })
  }

  @Test func integersOfTheWidestRanges() {
    var stream = RandomStream(seed: 6)
    var copy = stream
    #expect(stream.integer(in: UInt64.min...UInt64.max) == copy.next())
    #expect(stream.integer(in: Int64.min...Int64.max) == Int64(bitPattern: copy.next() ^ 1 << 63))
    #expect(stream.integer(in: Int8(5)...5) == 5)
    for _ in 0..<1000 {
      let value = stream.integer(in: Int8.min...Int8.max)
      #expect(value >= .min && value <= .max)
      #expect((0...(UInt64.max / 2 + 1)).contains(stream.integer(in: 0...(UInt64.max / 2 + 1))))
    }
  }

  @Test func shufflesArePermutations() {
    var stream = RandomStream(seed: 7)
    var values = Array(0..<100)
    stream.shuffle(&values)
    #expect(values != Array(0..<100))
    #expect(values.sorted() == Array(0..<100))
    var none: [Int] = []
    stream.shuffle(&none)
    // Six orders of three, each 1,000 times in the mean; five standard deviations are 144.
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var three = [0, 1, 2]
      stream.shuffle(&three)
      counts[three, default: 0] += 1
    }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }
}
