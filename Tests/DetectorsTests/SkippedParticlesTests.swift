import Testing
import WinnowDetectors

@Suite struct SkippedParticlesTests {
  @Test func countsAndKeepsTheFirst() {
    var skips = SkippedParticles()
    #expect(skips.description == "no particles skipped")
    skips.add("event 3 holds the unknown code 9999999")
    var later = SkippedParticles()
    later.add("event 5 holds the unknown code 8888888")
    skips.add(later)
    #expect(
      skips.description
        == "2 particles skipped; the first: event 3 holds the unknown code 9999999")
  }
}
