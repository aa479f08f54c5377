import Winnow

/// Prepares each of some cases, simulates in one build those that could be prepared, and checks them.
func simulated<Case, Prepared, Outcome>(
  _ cases: [Case], prepare: (Case) throws -> Prepared,
  run: ([Prepared]) async throws -> [Outcome], check: (Prepared, Outcome) throws -> Int
) async throws -> [Result<Int, any Error>] {
  let prepared = cases.map { one in Result { try prepare(one) } }
  let ready = prepared.compactMap { try? $0.get() }
  var outcomes = (ready.isEmpty ? [] : try await run(ready)).makeIterator()
  return prepared.map { one in
    one.flatMap { ready in
      let outcome = outcomes.next()!
      return Result { try check(ready, outcome) }
    }
  }
}

/// Compiles for a clock, or for the fastest slower one that a pipeline reaches.
func atReachableClock<Design>(
  _ options: FirmwareOptions, _ compile: (FirmwareOptions) throws -> Design
) throws -> Design {
  var options = options
  while true {
    do { return try compile(options) } catch let error as NetworkError {
      guard error.message.contains("no pipeline reaches"), options.clock > 5 else { throw error }
      options.clock *= 0.7
    }
  }
}
