import WinnowFixedPoint
import WinnowNetworkIR

/// `netlist.json`: the gates in a neutral list that an independent walker (`Tools/peers/recost.py`,
/// whose docstring defines the format) evaluates and re-costs beside a peer's program.
struct NeutralNetlist {
  let netlist: Netlist

  init(_ netlist: Netlist) { self.netlist = netlist }

  func text() -> String {
    var writer = Writer(logic: netlist.logic, names: netlist.names)
    return writer.text()
  }
}

private struct Writer {
  let logic: FixedPointProgram
  let names: [String]
  var lines: [String] = []
  /// Place of every signal in the list.
  var places: [Int] = []

  init(logic: FixedPointProgram, names: [String]) {
    self.logic = logic
    self.names = names
  }

  mutating func text() -> String {
    for value in 0..<logic.count { places.append(place(of: value)) }
    let outputs = logic.outputs.flatMap(\.values)
      .map { "{\"value\":\(places[$0])}" }.joined(separator: ",")
    return
      "{\"format\":\"winnow netlist\",\"format_version\":1,\"name\":\"\(verilogIdentifier(logic.name))\",\"outputs\":[\(outputs)],\"operations\":[\n"
      + lines.joined(separator: ",\n") + "\n]}\n"
  }

  private mutating func add(_ operation: String, _ fields: String, name: String? = nil) -> Int {
    let label = name.map { ",\"name\":\"\($0)\"" } ?? ""
    lines.append("{\"op\":\"\(operation)\"\(fields.isEmpty ? "" : ",")\(fields)\(label)}")
    return lines.count - 1
  }

  private mutating func shifted(_ operand: FixedPointProgram.Operand) -> Int {
    operand.shift == 0
      ? places[operand.value]
      : add("add", "\"a\":\(places[operand.value]),\"shiftA\":\(operand.shift),\"constant\":0")
  }

  private mutating func mux(
    _ condition: Int, _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand, _ name: String
  ) -> Int {
    add(
      "mux",
      "\"condition\":\(condition),\"a\":\(places[a.value]),\"shiftA\":\(a.shift),\"b\":\(places[b.value]),\"shiftB\":\(b.shift)",
      name: name)
  }

  private mutating func compare(
    _ a: FixedPointProgram.Operand, _ relation: String, _ b: FixedPointProgram.Operand
  ) -> Int {
    let (x, y) = (shifted(a), shifted(b))
    return add("compare", "\"a\":\(x),\"relation\":\"\(relation)\",\"b\":\(y)")
  }

  private mutating func place(of value: Int) -> Int {
    let interval = logic.intervals[value]
    let name = names[value]
    switch logic.instructions[value] {
    case .input(let port, let element):
      let index = logic.inputs[..<port].map(\.types.count).reduce(0, +) + element
      return add(
        "input", "\"low\":\(interval.low),\"high\":\(interval.high),\"index\":\(index)", name: name)
    case .constant(let mantissa): return add("constant", "\"value\":\(mantissa)")
    case .linear(let terms, let constant): return sum(terms, constant, name)
    case .floorShift(let x, let bits):
      return add("floor_shift", "\"a\":\(places[x]),\"bits\":\(bits)", name: name)
    case .convergentShift(let x, let bits):
      // The even neighbour is chosen when all bits that fall off are zero.
      let shifted = add("floor_shift", "\"a\":\(places[x]),\"bits\":\(bits)")
      let half = add("floor_shift", "\"a\":\(shifted),\"bits\":1")
      let rest = add("wrap", "\"a\":\(places[x]),\"signed\":false,\"width\":\(max(bits, 1))")
      let any = add("or_reduce", "\"a\":\(rest)")
      return add(
        "mux", "\"condition\":\(any),\"a\":\(shifted),\"b\":\(half),\"shiftB\":1", name: name)
    case .wrap(let x, let signed, let width):
      return add("wrap", "\"a\":\(places[x]),\"signed\":\(signed),\"width\":\(width)", name: name)
    case .clamp(let x, let low, let high):
      return add("clamp", "\"a\":\(places[x]),\"low\":\(low),\"high\":\(high)", name: name)
    case .maximum(let a, let b):
      let less = compare(a, "<", b)
      return mux(less, b, a, name)
    case .minimum(let a, let b):
      let less = compare(a, "<", b)
      return mux(less, a, b, name)
    case .multiply(let a, let b):
      return add("multiply", "\"a\":\(places[a]),\"b\":\(places[b])", name: name)
    case .table(let x, _, _):
      return add(
        "table", "\"a\":\(places[x]),\"low\":\(interval.low),\"high\":\(interval.high)", name: name)
    case .less(let a, let b): return compare(a, "<", b)
    case .equal(let a, let b): return compare(a, "==", b)
    case .select(let condition, let a, let b): return mux(places[condition], a, b, name)
    case .divide: preconditionFailure("a netlist has no divisions")
    }
  }

  private mutating func sum(
    _ terms: [FixedPointProgram.Term], _ constant: Int128, _ name: String
  ) -> Int {
    func fields(_ label: String, _ term: FixedPointProgram.Term) -> String {
      "\"\(label)\":\(places[term.value]),\"shift\(label.uppercased())\":\(term.coefficient.magnitude.trailingZeroBitCount)"
    }
    let first = terms[0]
    if terms.count == 2 {
      var (a, b) = (first, terms[1])
      if a.coefficient < 0 { swap(&a, &b) }
      return add(
        "add", "\(fields("a", a)),\(fields("b", b)),\"subtract\":\(b.coefficient < 0)", name: name)
    }
    if first.coefficient > 0 {
      if constant == 0, first.coefficient == 1 { return places[first.value] }
      return add("add", "\(fields("a", first)),\"constant\":\(constant)", name: name)
    }
    if constant == 0 {
      let scaled = add("add", "\(fields("a", first)),\"constant\":0")
      return add("negate", "\"a\":\(scaled)", name: name)
    }
    let bias = add("constant", "\"value\":\(constant)")
    return add("add", "\"a\":\(bias),\(fields("b", first)),\"subtract\":true", name: name)
  }
}
