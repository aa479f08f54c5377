import Testing
import WinnowFixedPoint

/// Result types and values of `ap_fixed` arithmetic.
@Suite struct GoldenArithmeticTests {
  private struct Row {
    var operation: String
    var left: FixedPointFormat
    var x: Int128
    var right: FixedPointFormat
    var y: Int128
    var result: FixedPointFormat
    var value: Int128

    init(_ fields: [String]) {
      operation = fields[0]
      left = Golden.format(fields[1], fields[2], fields[3])
      x = Int128(fields[4])!
      right = Golden.format(fields[5], fields[6], fields[7])
      y = Int128(fields[8]) ?? 0
      result = Golden.format(fields[9], fields[10], fields[11])
      value = Int128(fields[12])!
    }
  }

  private func rows(_ operations: String...) throws -> [Row] {
    let rows = try Golden.rows("arithmetic.csv").map(Row.init).filter { operations.contains($0.operation) }
    #expect(!rows.isEmpty)
    return rows
  }

  @Test func sumsAndDifferences() throws {
    for row in try rows("add", "subtract") {
      let isSum = row.operation == "add"
      #expect(
        (isSum ? row.left.adding(row.right) : row.left.subtracting(row.right)) == row.result)
      let fraction = max(row.left.fraction, row.right.fraction)
      let x = row.x << (fraction - row.left.fraction)
      let y = row.y << (fraction - row.right.fraction)
      #expect((isSum ? x + y : x - y) == row.value)
      #expect(row.result.contains(mantissa: row.value))
    }
  }

  @Test func products() throws {
    for row in try rows("multiply") {
      #expect(row.left.multiplied(by: row.right) == row.result)
      #expect(row.x * row.y == row.value)
      #expect(row.result.contains(mantissa: row.value))
    }
  }

  /// The quotient's type is hls4ml's alone; its value is an integer division towards zero.
  @Test func quotients() throws {
    for row in try rows("divide", "divide_int", "divide_unsigned") {
      let shift = max(row.right.fraction, 0)
      let magnitude = divideTowardZero(row.x << shift, by: abs(row.y))
      #expect((row.y < 0 ? -magnitude : magnitude) == row.value, "\(row)")
    }
  }

  @Test func shifts() throws {
    for row in try rows("shift_left", "shift_right") {
      let type = FixedPointType(row.left)
      let distance = Int(row.y)
      #expect(row.left == row.result)
      #expect(
        type.shiftRight(row.x, by: row.operation == "shift_right" ? distance : -distance)
          == row.value, "\(row)")
    }
  }

  @Test func negation() throws {
    for row in try rows("negate") {
      #expect(row.result.width == row.left.width + 1 && row.result.isSigned)
      #expect(-row.x == row.value)
      #expect(row.left.interval.negated().format.width <= row.result.width)
    }
  }

  /// Truncation towards zero; the headers give −1 for a negative value below one (Golden/README.md).
  @Test func integers() throws {
    for row in try rows("to_int") where !(row.left.integer <= 0 && row.x < 0) {
      let integer = FixedPointType(
        signed: true, width: 32, integer: 32, rounding: .truncateToZero)
      #expect(integer.convert(row.x, fraction: row.left.fraction) == row.value, "\(row)")
    }
  }
}
