import WinnowFixedPoint

/// A function on the whole numbers from `first` on.
struct TableFunction: Hashable {
  var first: Int
  var values: [Int]

  var last: Int { first + values.count - 1 }
  var low: Int { values.min()! }
  var high: Int { values.max()! }

  subscript(x: Int) -> Int { values[x - first] }

  /// Bits that carry the argument.
  var argumentBits: Int { Self.bits(first, last) }
  /// Bits that carry the result.
  var resultBits: Int { Self.bits(low, high) }

  static func bits(_ low: Int, _ high: Int) -> Int {
    max(Interval(Int128(low), Int128(high)).format.width, 1)
  }

  /// Look-up tables of the function as one table, by the model.
  ///
  /// Addresses outside the range read 0, as the Verilog does.
  var cost: Int {
    let bits = argumentBits
    var entries = Array(repeating: 0, count: 1 << bits)
    for (index, value) in values.enumerated() { entries[(first + index) & (1 << bits - 1)] = value }
    return TableCost.of(entries, width: resultBits)
  }

  func minus(_ other: (Int) -> Int) -> TableFunction {
    TableFunction(
      first: first, values: values.enumerated().map { $0.element - other(first + $0.offset) })
  }
}
