import Dispatch
import Synchronization

/// Independent pieces of a step's work, several at a time.
enum StudyWork {
  /// Does all pieces, in no certain order; each must leave the same whatever runs beside it.
  ///
  /// - Parameters:
  ///   - workers: pieces at a time.
  ///   - progress: called from one thread at a time.
  /// - Throws: the error of the first piece, in their order, that failed; the others are done.
  static func each<Piece: Sendable>(
    _ pieces: [Piece], workers: Int, progress: (String) -> Void,
    _ body: @Sendable (Piece, (String) -> Void) throws -> Void
  ) throws {
    let next = Atomic(0)
    let failures = Mutex<[Int: any Error]>([:])
    try withoutActuallyEscaping(progress) { progress in
      // The lock is what makes the caller's closure safe to share.
      let line = Mutex(())
      nonisolated(unsafe) let report = progress
      DispatchQueue.concurrentPerform(iterations: max(1, min(workers, pieces.count))) { _ in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < pieces.count else { return }
          do {
            try body(pieces[index]) { text in line.withLock { _ in unsafe report(text) } }
          } catch { failures.withLock { $0[index] = error } }
        }
      }
      if let first = failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
    }
  }
}
