import Testing
import WinnowEngine
import WinnowNetworkIR

@Suite struct EngineErrorTests {
  private func engine(_ options: IntegerEngine.Options = .init()) throws -> IntegerEngine {
    var writer = NetworkWriter("errors", shape: [2])
    writer.quantize("fixed<10,4>")
    return try IntegerEngine(writer.finished().network, options: options)
  }

  private func expect(_ message: String, _ body: () throws -> Void) {
    #expect(throws: EngineError(message), performing: body)
  }

  @Test func wrongNumberOfPorts() throws {
    let engine = try engine()
    expect(
      "the network has 1 inputs and 1 outputs, not 2 and 1; give one array for each"
    ) { _ = try engine.run([[0, 0], [0]] as [[Int64]], events: 1) }
  }

  @Test func wrongSize() throws {
    let engine = try engine()
    expect("input 'x' needs 6 numbers for 3 events of 2 elements, not 5") {
      _ = try engine.run([[1, 2, 3, 4, 5]] as [[Int64]], events: 3)
    }
    expect("output 'n0' needs room for 2 numbers, not 3; make it with makeOutputs(events:of:)") {
      var results: [[Int64]] = [[0, 0, 0]]
      try engine.makeContext().run([[1, 2]] as [[Int64]], events: 1, into: &results)
    }
    expect("cannot run -1 events") {
      var results: [[Int64]] = [[]]
      try engine.makeContext().run([[]] as [[Int64]], events: -1, into: &results)
    }
  }

  @Test func narrowOutput() throws {
    let engine = try engine()
    expect(
      "output 'n0' has mantissas of 10 bits, which do not fit Int8; use a wider array, Int128 at most"
    ) {
      var results = engine.makeOutputs(events: 1, of: Int8.self)
      try engine.makeContext().run([[1, 2]] as [[Int64]], events: 1, into: &results)
    }
  }

  @Test func notANumber() throws {
    let engine = try engine()
    expect("input 'x' is not a number at event 1, element 0; replace missing values before the engine") {
      _ = try engine.run([[1, 2, .nan, 3]], events: 2)
    }
  }

  @Test func blockSize() {
    expect("a block of 48 events does not fit the vectors; use a positive multiple of 32") {
      _ = try engine(.init(blockSize: 48))
    }
  }
}
