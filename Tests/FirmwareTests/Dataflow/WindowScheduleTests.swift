import Testing

@testable import WinnowFirmware

@Suite struct WindowScheduleTests {
  /// A 3 × 3 window with a border of zeros over 4 × 5 pixels, one at a time: a row and a pixel behind,
  /// which are the steps at the end that take nothing.
  @Test func windowsFollowThePixels() {
    let needs = (0..<20).map { pixel in
      min(pixel / 5 + 1, 3) * 5 + min(pixel % 5 + 1, 4)
    }
    let schedule = WindowSchedule(tokens: 20, needs: needs)
    #expect(schedule.steps == 20 + 6)
    #expect(schedule.takes == (0..<26).map { $0 < 20 })
    #expect(schedule.makes == (0..<26).map { $0 >= 6 })
    #expect(schedule.shiftsBefore.prefix(3) == [7, 8, 9])
    #expect(schedule.age(ofToken: 0, whenMaking: 0) == 6)
    // Moving on, each window stands where the one before did; standing still, it does not.
    let moving = WindowSchedule(tokens: 20, needs: needs, movesOn: true)
    #expect((0..<20).allSatisfy { moving.age(ofToken: $0, whenMaking: $0) == 6 })
    #expect(schedule.age(ofToken: 19, whenMaking: 19) == 0)
  }

  /// Up-sampling takes a token only when the copies of the one before are made.
  @Test func tokensAreTakenLate() {
    let schedule = WindowSchedule(tokens: 3, needs: [0, 0, 0, 1, 1, 1, 2, 2, 2])
    #expect(schedule.steps == 9)
    #expect(schedule.takes.indices.filter { schedule.takes[$0] } == [0, 3, 6])
    #expect(schedule.shiftsBefore == [1, 1, 1, 2, 2, 2, 3, 3, 3])
  }

  /// Four pixels make one: taken on every step, made on every fourth; and what nobody needs is taken too.
  @Test func everyTokenIsTaken() {
    let pooled = WindowSchedule(tokens: 8, needs: [3, 7])
    #expect(pooled.steps == 8)
    #expect(pooled.makes.indices.filter { pooled.makes[$0] } == [3, 7])
    let cut = WindowSchedule(tokens: 6, needs: [0, 1])
    #expect(cut.takes.count { $0 } == 6)
    #expect(cut.steps == 6)
  }

  /// Tokens that later ones need are taken ahead where that saves steps.
  @Test func tokensAreTakenAhead() {
    let schedule = WindowSchedule(tokens: 4, needs: [0, 0, 0, 3])
    #expect(schedule.steps == 4)
    #expect(schedule.takes.allSatisfy { $0 })
  }

  /// Windows that come in bursts wait for a kernel with an interval.
  @Test func burstsWait() {
    let even = WindowSchedule(tokens: 8, needs: [1, 3, 5, 7])
    #expect(even.interval(kernel: 1) == 8 && even.interval(kernel: 2) == 8)
    #expect(even.interval(kernel: 3) == 12)
    let burst = WindowSchedule(tokens: 8, needs: [4, 5, 6, 7])
    #expect(burst.interval(kernel: 1) == 8)
    #expect(burst.interval(kernel: 2) > 8)
  }

  @Test func controlTablesRepeatByLines() {
    // 9 lines of 20 steps, the first two and the last unlike the others.
    let words = (0..<180).map { step in step < 40 ? 1 : step % 20 == 0 || step >= 160 ? 2 : 3 }
    let table = ControlTable(words, bits: 2)
    #expect(table.line % 20 == 0 || 20 % table.line == 0)
    #expect(table.kinds.flatMap { table.distinct[$0] }.prefix(180) == words[...])
    #expect(ControlTable.bits(1) == 1 && ControlTable.bits(2) == 1 && ControlTable.bits(5) == 3)
  }
}
