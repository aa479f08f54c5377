public import Winnow

/// A small random network, the same for a seed on every machine.
///
/// At most about twelve inputs, six layers, ten values a layer; every operator with an exact form,
/// every rounding and overflow mode, odd names, pruned weights, dead neurons, constants. Outputs
/// are fixed point or boolean of at most ``widestOutput`` bits.
public struct RandomNetwork: Sendable {
  public static let widestOutput = 60

  public let seed: UInt64
  public var network: Network
  public var events = 200
  /// MHz.
  public let clock: Double
  public let part: String
  /// Layers that were drawn and did not lower, with the reason; they are not in the network.
  public let rejections: [String]

  public init(seed: UInt64) {
    self.seed = seed
    var writer = RandomNetworkWriter(
      RandomStream(seed: seed, label: "random network"), name: "random_\(seed)")
    network = writer.write()
    rejections = writer.rejections
    clock = writer.random.uniform(in: 50..<600)
    part = writer.pick(Device.all).part
  }

  /// The network compiled for its clock, or for the fastest slower one that a pipeline reaches.
  public func design() throws -> Design { try Self.design(network, clock: clock, part: part) }

  /// A network compiled for a clock, or for the fastest slower one that a pipeline reaches.
  public static func design(_ network: Network, clock: Double, part: String) throws -> Design {
    try atReachableClock(FirmwareOptions(clock: clock, part: part)) { try Design(network, options: $0) }
  }
}

extension RandomNetwork: RandomCase {
  public var settings: String { "\(clock) MHz, \(part)" }
  public var plainer: [Self] { [] }

  /// Compiled, with events and the interpreter's answers.
  public func compared() throws -> ComparedNetwork {
    try ComparedNetwork(design(), events: events, seed: seed)
  }

  /// Compares networks without any tool: interpreter, program, engine on every instruction set, netlist.
  public static func compareInProcess(_ cases: [Self]) -> [Result<Int, any Error>] {
    cases.map { one in Result { try one.compared().compareInProcess() } }
  }

  /// Compiles and runs the C++ emulators of networks as one program.
  public static func emulate(_ cases: [Self], in folder: String) async throws -> [Result<Int, any Error>] {
    try await simulated(cases) {
      try $0.compared()
    } run: {
      try EmulatorBatch($0).run(in: folder)
    } check: {
      try $0.check("C++ emulator", $1.map { $0.map(Optional.some) })
    }
  }

  /// Simulates networks in one build.
  public static func simulate(
    _ cases: [Self], _ run: ([Simulation.Bench]) async throws -> [Simulation.Outcome]
  ) async throws -> [Result<Int, any Error>] {
    try await simulated(cases) {
      try $0.compared()
    } run: { networks in
      try await run(
        networks.map { Simulation.Bench($0.design, vectors: $0.vectors, expected: $0.expected) })
    } check: { network, outcome in
      try outcome.check(network.design.name, network.expected)
    }
  }
}

/// Draws a network layer by layer; a layer that has no exact form is drawn again.
struct RandomNetworkWriter {
  var random: RandomStream
  var network: Network
  /// Exact values that later layers may read.
  var pool: [String] = []
  /// The value that the next layer reads.
  var last = ""
  var rejections: [String] = []
  /// Elements that a value may have.
  var largest = 16
  /// How often layers with sums are drawn, beside the others.
  var sums = 1.0
  /// How images lie, where the network is one of images.
  var layout: DataLayout?

  init(_ random: RandomStream, name: String) {
    self.random = random
    network = Network(name: name)
  }

  /// What is known of a value.
  struct Extent {
    var shape: [Int]
    var format: FixedPointFormat
    var isConstant: Bool
  }

  mutating func write() -> Network {
    for port in 0..<(chance(0.2) ? 2 : 1) { while !attempt({ try $0.input(port) }) {} }
    let layers = integer(2...6)
    var written = 0
    for _ in 0..<40 where written < layers { if attempt({ try $0.layer() }) { written += 1 } }
    var outputs = [last]
    if chance(0.35), let other = pool.filter({ $0 != last }).randomElement(using: &random) {
      outputs.append(other)
    }
    if chance(0.1) {
      let name = constant([integer(1...2)], zeros: 0.2)
      _ = attempt { try $0.add(Arithmetic(.add), name, name) }
      if last != outputs[0] { outputs.append(last) }
    }
    network.outputs = outputs
    removeUnread()
    return network
  }

  /// Constants that no layer reads any more.
  mutating func removeUnread() {
    let read = Set(network.nodes.flatMap(\.inputs))
    network.constants = network.constants.filter { read.contains($0.key) }
  }

  /// Runs a step and keeps it if the network still lowers; the numbers drawn stay drawn.
  mutating func attempt(_ step: (inout Self) throws -> Void) -> Bool {
    let (network, pool, last) = (network, pool, last)
    do {
      try step(&self)
      var extent = try extent(of: self.last)
      guard extent.shape.reduce(1, *) <= largest, !extent.shape.contains(0) else {
        throw NetworkError("too many elements")
      }
      if extent.format.width > 40 {
        try quantize()
        extent = try self.extent(of: self.last)
      }
      guard extent.format.width <= RandomNetwork.widestOutput else { throw NetworkError("too wide") }
      // Wild formats lose everything now and then; a few constants are enough.
      if extent.isConstant, !chance(0.05) { throw NetworkError("constant") }
      self.pool.append(self.last)
      return true
    } catch {
      rejections.append("\(error)")
      (self.network, self.pool, self.last) = (network, pool, last)
      return false
    }
  }

  /// Shape and narrowest format of a value, from lowering the network up to it.
  func extent(of value: String) throws -> Extent {
    var part = network
    part.outputs = [value]
    let program = try FixedPointProgram(part)
    let port = program.outputs[0]
    var range = Interval(constant: 0, fraction: port.fraction)
    for value in port.values { range = try range.union(program.intervals[value]) }
    return Extent(
      shape: port.shape, format: range.format,
      isConstant: port.values.allSatisfy { program.intervals[$0].isConstant })
  }

  func shape(of value: String) throws -> [Int] { try network.verifyUpTo(value).sizes! }
}

/// Draws.
extension RandomNetworkWriter {
  mutating func chance(_ probability: Double) -> Bool { random.uniform() < probability }
  mutating func integer(_ range: ClosedRange<Int>) -> Int { random.integer(in: range) }
  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[random.integer(in: 0...choices.count - 1)]
  }

  /// Names that tools and languages stumble over, now and then.
  private mutating func name(_ operation: any Operator) -> String {
    let index = network.nodes.count
    guard chance(0.1) else { return "\(operation.name.lowercased())\(index)" }
    let odd = pick([
      "always", "x_s1", "in_x", "out_y", "table_0", "node \(index)/a.b", "größe", "1st", "_", "wire_t3",
      "x_s2_t0", "_s3", "int", "random", "signal_0_s1",
    ])
    return network.nodes.contains { $0.name == odd } ? "\(odd).\(index)" : odd
  }

  /// Adds a node that reads the last value first, unless `inputs` are all that it reads.
  mutating func add(_ operation: any Operator, _ inputs: String...) throws {
    let read = inputs.isEmpty ? [last] : inputs
    let name = name(operation)
    network.nodes.append(Node(name, operation, inputs: read, outputs: [name]))
    last = name
    try network.verifyUpTo(name)
  }

  /// A number format, wild or near a value's own.
  mutating func type(near format: FixedPointFormat? = nil) -> FixedPointType {
    let width = chance(0.1) ? 1 : integer(2...11)
    var whole = integer(0...width)
    if chance(0.15) { whole = -integer(1...3) }
    if chance(0.1) { whole = width + integer(1...3) }
    var signed = chance(0.7)
    if let format, chance(0.75) {
      whole = format.integer - integer(-1...3)
      signed = format.isSigned && chance(0.9)
    }
    return FixedPointType(
      signed: signed, width: width, integer: whole, rounding: pick(RoundingMode.allCases),
      overflow: pick(OverflowMode.allCases))
  }

  /// Shapes of formats and constants that differ from place to place: for each element or along the last
  /// axis, in images along the channels.
  func finerShapes(_ shape: [Int]) -> [[Int]] {
    var along = Array(shape.suffix(1))
    if layout == .channelsFirst, shape.count > 2 { along = [shape[1]] + shape[2...].map { _ in 1 } }
    return [layout != nil && shape.count > 1 ? along : shape, along]
  }

  /// Quantises the last value: one type, or one for each element of the last axis.
  mutating func quantize(widest: Int? = nil) throws {
    let extent = try? extent(of: last)
    var shape: [Int] = []
    if chance(0.25), let extents = try network.verifyUpTo(last).sizes {
      let shapes = finerShapes(extents)
      shape = chance(0.5) ? shapes[0] : shapes[1]
    }
    var types: [FixedPointType] = []
    for _ in 0..<shape.reduce(1, *) {
      var type = type(near: extent?.format)
      if !shape.isEmpty, chance(0.08) { type.format.width = 0 }
      if let widest, type.width > widest {
        type.format.integer -= chance(0.5) ? type.width - widest : 0
        type.format.width = widest
      }
      types.append(type)
    }
    try add(Quantize(types: types, shape: shape))
  }

  /// A constant of small mantissas, some of them zero, whole columns dead now and then.
  mutating func constant(_ shape: [Int], zeros: Double? = nil) -> String {
    let bits = integer(1...6)
    let bound = Int128(1) << (bits - 1)
    let sparsity = zeros ?? (chance(0.3) ? 0 : random.uniform() * 0.9)
    let columns = shape.last ?? 1
    let dead = (0..<columns).map { _ in chance(0.06) }
    var values: [Int128] = []
    for index in 0..<shape.reduce(1, *) {
      let value = Int128(integer(Int(-bound)...Int(bound)))
      values.append(dead[index % columns] || chance(sparsity) ? 0 : value)
    }
    let name = "constant \(network.constants.count)"
    network.constants[name] = Tensor(shape, .fixed(values, fraction: integer(-1...6)))
    return name
  }

  /// Weights as a constant, or as a real constant with a `Quantize`.
  mutating func weights(_ shape: [Int]) throws -> String {
    let before = last
    let name = constant(shape)
    guard chance(0.25) else { return name }
    let real = network.constants[name]!.elements.doubles
    network.constants[name] = Tensor(shape, .float64(real.map { $0 * 1.0625 }))
    var types = [type()]
    var typeShape: [Int] = []
    if chance(0.5) {
      typeShape = shape
      types = real.map { _ in type() }
      for index in types.indices where chance(0.2) { types[index].format.width = 0 }
    }
    try add(Quantize(types: types, shape: typeShape), name)
    defer { last = before }
    return last
  }

  mutating func accumulation() -> Accumulation {
    if chance(0.5) { return .exact }
    func wide(_ type: FixedPointType, _ extra: Int) -> FixedPointType {
      var type = type
      type.format.width += extra
      type.format.integer += extra - extra / 2
      return type
    }
    let accumulator = wide(type(), integer(2...8))
    let product = wide(type(), integer(0...6))
    return Accumulation(product: chance(0.5) ? product : nil, accumulator: accumulator)
  }
}

extension Network {
  /// The type of one value; throws where the graph up to it is wrong.
  @discardableResult
  func verifyUpTo(_ value: String) throws -> TensorType {
    var part = self
    part.outputs = [value]
    return try part.verify()[value]!
  }
}
