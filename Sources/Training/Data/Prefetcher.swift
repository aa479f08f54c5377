import Foundation
import Synchronization

/// A thread that fills two slots in turn, one batch ahead of the caller.
///
/// The thread alone uses the reader and the slot that it fills; the caller alone uses the slot that
/// it was last given. Two counters pass slots over: batches filled, and batches done with.
/// Either side spins for some microseconds, which a step of a small network takes, and then sleeps.
final class Prefetcher: @unchecked Sendable {
  private let reader: BatchReader
  private let slots: [BatchSlot]
  private let filled = Atomic<Int>(0)
  private let released = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let ended = Atomic<Bool>(false)
  private let condition = NSCondition()
  /// Batches given to the caller; the caller's thread only.
  private var given = 0

  init(_ reader: BatchReader, _ slots: [BatchSlot], from position: BatchPosition) {
    self.reader = reader
    self.slots = slots
    let thread = Thread { self.loop(position) }
    thread.name = "winnow-batches"
    thread.start()
  }

  /// The next slot; the one given before is released.
  func next() -> BatchSlot {
    let number = given
    given += 1
    tell { released.store(number, ordering: .releasing) }
    wait { filled.load(ordering: .acquiring) > number }
    return slots[number % slots.count]
  }

  /// Ends the thread; afterwards nobody else uses the reader and the slots.
  func stop() {
    tell { stopping.store(true, ordering: .releasing) }
    wait { ended.load(ordering: .acquiring) }
  }

  private func loop(_ start: BatchPosition) {
    var position = start
    var number = 0
    while true {
      wait {
        stopping.load(ordering: .acquiring)
          || number - released.load(ordering: .acquiring) < slots.count
      }
      if stopping.load(ordering: .acquiring) { break }
      let slot = slots[number % slots.count]
      slot.fill(from: reader, position)
      number += 1
      tell { filled.store(number, ordering: .releasing) }
      // The caller meets the failure and stops the stream.
      if slot.failure != nil { break }
      position.advance(reader.batchesPerEpoch)
    }
    tell { ended.store(true, ordering: .releasing) }
  }

  private func tell(_ change: () -> Void) {
    condition.lock()
    change()
    condition.broadcast()
    condition.unlock()
  }

  private func wait(_ isReady: () -> Bool) {
    for _ in 0..<2000 where isReady() { return }
    condition.lock()
    while !isReady() { condition.wait() }
    condition.unlock()
  }
}
