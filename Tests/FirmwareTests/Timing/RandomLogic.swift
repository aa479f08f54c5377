@testable import WinnowFirmware
import WinnowFixedPoint
@testable import WinnowNetworkIR
import WinnowTensors

/// A random netlist of every kind of gate, with exact intervals.
struct RandomLogic {
  private var logic: FixedPointProgram
  private var random: RandomStream

  static func netlist(gates: Int, seed: UInt64) -> Netlist {
    var made = RandomLogic(seed: seed)
    made.addInputs()
    while made.logic.count < gates { made.addGate() }
    made.addOutputs()
    let logic = made.logic.prunedToOutputs()
    return Netlist(logic: logic, names: signalNames(logic), adderGraphs: [])
  }

  private init(seed: UInt64) {
    logic = FixedPointProgram(name: "random_\(seed)")
    logic.nodeNames = ["first", "second", "x_s2"]
    random = RandomStream(seed: seed, label: "random logic")
  }

  private mutating func draw(_ count: Int) -> Int { random.integer(in: 0...count - 1) }

  private mutating func addInputs() {
    for port in 0..<2 {
      let types = (0..<3).map { _ in
        let width = 1 + draw(9)
        return FixedPointType(signed: draw(2) == 0 && width > 1, width: width, integer: width)
      }
      logic.inputs.append(.init(name: "in \(port)", shape: [3], types: types, fraction: 0))
      for (element, type) in types.enumerated() {
        let format = type.format
        _ = logic.append(
          .input(port: port, element: element), Interval(format.minimum, format.maximum), origin: -1)
      }
    }
    _ = logic.append(.constant(5), Interval(constant: 5), origin: -1)
    _ = logic.append(.constant(0), Interval(constant: 0), origin: -1)
  }

  private mutating func signal(maximumWidth: Int = 24) -> Int {
    while true {
      // Young values make deep logic.
      let value = draw(3) > 0 ? max(0, logic.count - 1 - draw(8)) : draw(logic.count)
      if !logic.isConstant(value), logic.width(value) <= maximumWidth { return value }
    }
  }

  private mutating func add(_ gate: FixedPointProgram.Instruction, _ low: Int128, _ high: Int128) {
    guard low < high else { return }
    _ = logic.append(gate, Interval(low, high), origin: draw(3))
  }

  private mutating func addGate() {
    let a = signal()
    let x = logic.intervals[a]
    switch draw(14) {
    case 0, 1, 2, 3: addSum(a, signal())
    case 4:
      let (shift, constant) = (draw(3), Int128(draw(64) << draw(4)))
      add(
        .linear([.init(a, 1 << shift)], constant: constant), x.low << shift + constant,
        x.high << shift + constant)
    case 5:
      let shift = draw(3)
      add(.linear([.init(a, -1 << shift)], constant: 3), 3 - x.high << shift, 3 - x.low << shift)
    case 6: add(.linear([.init(a, 4)], constant: 0), x.low * 4, x.high * 4)
    case 7:
      let bits = 1 + draw(3)
      add(.floorShift(a, bits: bits), x.low >> bits, x.high >> bits)
    case 8:
      let bits = draw(4)
      add(.convergentShift(a, bits: bits), (x.low >> bits) & ~1, x.high >> bits)
    case 9:
      let width = 2 + draw(6)
      let signed = draw(2) == 0
      let format = FixedPointFormat(signed: signed, width: width, integer: width)
      add(.wrap(a, signed: signed, width: width), format.minimum, format.maximum)
    case 10:
      let low = max(x.low, [0, -8, -5][draw(3)])
      let high = min(x.high, [15, 12, 1 << 30][draw(3)])
      if low < high { add(.clamp(a, low: low, high: high), low, high) }
    case 11: addChoice(a, signal())
    case 12:
      let b = signal(maximumWidth: 5)
      let corners = [x.low, x.high].flatMap { x in
        [logic.intervals[b].low, logic.intervals[b].high].map { x * $0 }
      }
      if logic.width(a) < 12 { add(.multiply(a, b), corners.min()!, corners.max()!) }
    default:
      if logic.width(a) < 6 {
        let count = Int(x.high - x.low) + 1
        let entries = (0..<count).map { _ in draw(60) - 20 }
        add(.table(a, first: x.low, entries: entries), Int128(entries.min()!), Int128(entries.max()!))
      }
    }
  }

  private mutating func addSum(_ a: Int, _ b: Int) {
    let (x, y) = (logic.intervals[a], logic.intervals[b])
    let shift = [0, 0, 1, 2, 5][draw(5)]
    let minus = draw(2) == 0
    let (low, high) = minus ? (-y.high, -y.low) : (y.low, y.high)
    switch draw(2) {
    case 0:
      add(
        .linear([.init(a, 1), .init(b, (minus ? -1 : 1) << shift)], constant: 0),
        x.low + low << shift, x.high + high << shift)
    default:
      add(
        .linear([.init(a, 1 << shift), .init(b, minus ? -1 : 1)], constant: 0),
        x.low << shift + low, x.high << shift + high)
    }
  }

  private mutating func addChoice(_ a: Int, _ b: Int) {
    let (x, y) = (logic.intervals[a], logic.intervals[b])
    let zero = logic.instructions.firstIndex(of: .constant(0))!
    switch draw(6) {
    case 0: add(.maximum(.init(a), .init(b)), max(x.low, y.low), max(x.high, y.high))
    case 1: add(.minimum(.init(a), .init(b)), min(x.low, y.low), min(x.high, y.high))
    case 2: add(.less(.init(a), .init(b, shift: 1)), 0, 1)
    case 3: if x.low < 0 { add(.less(.init(a), .init(zero)), 0, 1) }
    case 4: add(.equal(.init(a), .init(b)), 0, 1)
    default:
      let flags = (0..<logic.count).filter {
        logic.intervals[$0].low == 0 && logic.intervals[$0].high == 1
      }
      if let flag = flags.last {
        add(.select(flag, .init(a), .init(b)), min(x.low, y.low), max(x.high, y.high))
      }
    }
  }

  private mutating func addOutputs() {
    let last = (0..<logic.count).suffix(12).filter { !logic.isConstant($0) }
    let early = (0..<4).map { _ in signal() }
    for (index, values) in [last, early].enumerated() {
      logic.outputs.append(
        .init(
          name: "out \(index)", shape: [values.count], values: values,
          formats: values.map { logic.intervals[$0].format }, fraction: 0))
    }
    logic.traces = [
      .init(
        name: "x_s2", shape: [last.count], values: last,
        formats: last.map { logic.intervals[$0].format }, fraction: 0)
    ]
  }
}
