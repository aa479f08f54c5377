import WinnowONNXSchema
import Testing
import WinnowFixedPoint
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors
import WinnowTestSupport

/// Descriptions with vectors: every output and trace by the interpreter and by the program.
struct DescriptionCheck {
  let name: String
  let description: ModelDescription
  let vectors: NPZ

  init(_ path: String) throws {
    name = String(path.split(separator: "/").last!)
    description = try ModelDescription(path: "\(path).json")
    vectors = try NPZ(contentsOf: "\(path)_vectors.npz")
  }

  /// Compares; returns the integers compared by each of the two.
  func run() throws -> Int {
    let network = description.network
    let fraction = try #require(ElementType.fraction(network.inputs[0].type.element))
    let runner = try ExactRunner(network, fraction: fraction)
    let inputs = try rows(vectors.array("inputs"))
    let traced = try #require(try vectors.array("trace_rows").integers()).map { Int($0) }
    let traceOfRow = Dictionary(uniqueKeysWithValues: traced.enumerated().map { ($1, $0) })
    var outputs: [(value: String, expected: [[Int128]])] = []
    for output in description.outputs {
      outputs.append((output.layer, try rows(vectors.array("out_\(output.name)"))))
    }
    var traces: [(value: String, expected: [[Int128]])] = []
    for key in vectors.names where key.hasPrefix("trace_") && key != "trace_rows" {
      traces.append((String(key.dropFirst(6)), try rows(vectors.array(key))))
    }
    var compared = 0
    for row in inputs.indices where row % rowStride == 0 || traceOfRow[row] != nil {
      let interpreted = try runner.trace(inputs[row])
      let computed = try runner.programTrace(inputs[row])
      var expectations = outputs.map { ($0.value, $0.expected[row]) }
      if let place = traceOfRow[row] { expectations += traces.map { ($0.value, $0.expected[place]) } }
      for (value, expected) in expectations {
        #expect(interpreted[value] == expected, "interpreter, \(name), \(value), row \(row)")
        #expect(computed[value] == expected, "program, \(name), \(value), row \(row)")
        compared += expected.count
      }
    }
    print("\(name): \(inputs.count) vectors, \(compared) integers compared twice")
    return compared
  }
}

extension ElementType {
  static func fraction(_ element: ElementType) -> Int? {
    if case .fixed(let fraction) = element { return fraction }
    return nil
  }
}

@Suite(.enabled(if: SharedData.exists("models"), "\(SharedData.absence)"))
struct PublishedDescriptionTests {
  @Test(arguments: ["axol1tl/v1", "axol1tl/v3", "axol1tl/v4", "cicada/v1p1p2", "cicada/v2p1p2"])
  func equalsItsVectors(_ name: String) throws {
    let check = try DescriptionCheck(SharedData.path("models/\(name)"))
    #expect(try check.run() > 0)
    let network = check.description.network
    #expect(try NetworkFile.decode(NetworkFile.encode(network)) == network)
  }
}

/// AXOL1TL's reduction of the means to a score on its own: inputs that wrap, which no vector reaches.
@Suite(.enabled(if: SharedData.exists("models/axol1tl/score_vectors.npz"), "\(SharedData.absence)"))
struct ScoreTests {
  @Test(arguments: [("v1", 13), ("v3", 8), ("v4", 8)])
  func wrapsAsTheOriginal(_ version: String, _ count: Int) throws {
    let description = try ModelDescription(path: SharedData.path("models/axol1tl/\(version).json"))
    let score = try #require(description.network.nodes.first { $0.name == "score" })
    let mu = try #require(description.network.producer(of: score.inputs[0])?.operation as? Quantize)
    let network = Network(
      name: "score", inputs: [.init("mu", TensorType([.fixed(count)], .fixed(fraction: mu.fraction)))],
      nodes: [Node("cast", mu, "mu"), Node("score", score.operation, "cast")], outputs: ["score"])
    let runner = try ExactRunner(network, fraction: mu.fraction)
    let vectors = try NPZ(contentsOf: SharedData.path("models/axol1tl/score_vectors.npz"))
    let (inputs, scores) = (
      try rows(vectors.array("mu\(count)")), try rows(vectors.array("score\(count)"))
    )
    for (input, expected) in zip(inputs, scores) {
      #expect(try runner.trace(input)["score"] == expected)
      #expect(try runner.programTrace(input)["score"] == expected)
    }
    print("score of \(version): \(inputs.count) vectors compared twice")
  }
}

@Suite struct GoldenDescriptionTests {
  static let names = Golden.names(in: "descriptions", ".json")

  @Test(arguments: names)
  func equalsItsVectors(_ name: String) throws {
    let check = try DescriptionCheck(Golden.path("descriptions/\(name)"))
    #expect(try check.run() > 0)
    let network = check.description.network
    #expect(try NetworkFile.decode(NetworkFile.encode(network)) == network)
  }
}
