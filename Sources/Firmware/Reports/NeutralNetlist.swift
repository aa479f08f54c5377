import WinnowFixedPoint
import WinnowNetworkIR

/// `netlist.json`: the gates in a neutral list, one JSON object each, that an independent walker
/// (`Tools/peers/recost.py`) re-costs beside a peer's program.
struct NeutralNetlist {
  let netlist: Netlist

  init(_ netlist: Netlist) { self.netlist = netlist }

  func text() -> String {
    let logic = netlist.logic
    var lines: [String] = []
    /// Place of every signal in the list.
    var places: [Int] = []
    func add(_ fields: String) -> Int {
      lines.append("{\(fields)}")
      return lines.count - 1
    }
    for value in 0..<logic.count {
      let interval = logic.intervals[value]
      func at(_ operand: Int) -> Int { places[operand] }
      func pair(_ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand) -> String {
        "\"a\":\(at(a.value)),\"shiftA\":\(a.shift),\"b\":\(at(b.value)),\"shiftB\":\(b.shift)"
      }
      let node = logic.origins[value] < 0 ? "" : ",\"node\":\"\(netlist.names[value])\""
      let place: Int
      switch logic.instructions[value] {
      case .input:
        place = add("\"op\":\"input\",\"low\":\(interval.low),\"high\":\(interval.high),\"exponent\":0")
      case .constant(let mantissa):
        place = add("\"op\":\"constant\",\"value\":\(mantissa),\"exponent\":0")
      case .linear(let terms, let constant):
        let first = terms[0]
        let shift = first.coefficient.magnitude.trailingZeroBitCount
        let minus = first.coefficient < 0
        if terms.count == 2 {
          var (a, b) = (first, terms[1])
          if a.coefficient < 0 { swap(&a, &b) }
          let shiftA = a.coefficient.magnitude.trailingZeroBitCount
          let shiftB = b.coefficient.magnitude.trailingZeroBitCount
          place = add(
            "\"op\":\"add\",\"a\":\(at(a.value)),\"shiftA\":\(shiftA),\"b\":\(at(b.value)),\"shiftB\":\(shiftB),\"subtract\":\(b.coefficient < 0)\(node)")
        } else if constant != 0 {
          let bias = add("\"op\":\"constant\",\"value\":\(constant),\"exponent\":0")
          place = add(
            minus
              ? "\"op\":\"add\",\"a\":\(bias),\"shiftA\":0,\"b\":\(at(first.value)),\"shiftB\":\(shift),\"subtract\":true\(node)"
              : "\"op\":\"add\",\"a\":\(at(first.value)),\"shiftA\":\(shift),\"b\":\(bias),\"shiftB\":0,\"subtract\":false\(node)")
        } else if minus {
          place = add("\"op\":\"negate\",\"a\":\(at(first.value)),\"shiftA\":\(shift)\(node)")
        } else if shift > 0 {
          let zero = add("\"op\":\"constant\",\"value\":0,\"exponent\":0")
          place = add(
            "\"op\":\"add\",\"a\":\(at(first.value)),\"shiftA\":\(shift),\"b\":\(zero),\"shiftB\":0,\"subtract\":false\(node)")
        } else {
          place = at(first.value)
        }
      case .floorShift(let x, let bits):
        place = add("\"op\":\"floor_shift\",\"a\":\(at(x)),\"bits\":\(bits)\(node)")
      case .convergentShift(let x, let bits):
        place = add("\"op\":\"convergent_shift\",\"a\":\(at(x)),\"bits\":\(bits)\(node)")
      case .wrap(let x, let signed, let width):
        place = add("\"op\":\"wrap\",\"a\":\(at(x)),\"signed\":\(signed),\"width\":\(width)\(node)")
      case .clamp(let x, let low, let high):
        place = add("\"op\":\"clamp\",\"a\":\(at(x)),\"low\":\(low),\"high\":\(high)\(node)")
      case .maximum(let a, let b): place = add("\"op\":\"maximum\",\(pair(a, b))\(node)")
      case .minimum(let a, let b): place = add("\"op\":\"minimum\",\(pair(a, b))\(node)")
      case .multiply(let a, let b):
        place = add("\"op\":\"multiply\",\"a\":\(at(a)),\"b\":\(at(b))\(node)")
      case .table(let x, let first, let entries):
        place = add(
          "\"op\":\"table\",\"a\":\(at(x)),\"first\":\(first),\"entries\":[\(entries.map(String.init).joined(separator: ","))]\(node)")
      case .less(let a, let b): place = add("\"op\":\"compare\",\"relation\":\"less\",\(pair(a, b))\(node)")
      case .equal(let a, let b): place = add("\"op\":\"compare\",\"relation\":\"equal\",\(pair(a, b))\(node)")
      case .select(let condition, let a, let b):
        place = add("\"op\":\"mux\",\"condition\":\(at(condition)),\(pair(a, b))\(node)")
      case .divide: preconditionFailure("a netlist has no divisions")
      }
      places.append(place)
    }
    let outputs = logic.outputs.flatMap(\.values).map { "\(places[$0])" }.joined(separator: ",")
    return "{\"format\":\"winnow netlist\",\"version\":1,\"outputs\":[\(outputs)],\"ops\":[\n"
      + lines.joined(separator: ",\n") + "\n]}\n"
  }
}
