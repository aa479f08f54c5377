/// The exact linear forms of values that come and go: sparse, in one block of memory.
struct FormTable {
  let inputs: [ConstantMatrixProblem.Input]
  private let stride: Int
  private(set) var counts: [Int] = []
  private(set) var places: [Int32] = []
  private(set) var coefficients: [Int] = []

  init(_ inputs: [ConstantMatrixProblem.Input]) {
    self.inputs = inputs
    stride = inputs.count
  }

  mutating func append() {
    counts.append(0)
    places.append(contentsOf: repeatElement(0, count: stride))
    coefficients.append(contentsOf: repeatElement(0, count: stride))
  }

  /// Where a value's terms are in ``places`` and ``coefficients``.
  func terms(of value: Int) -> Range<Int> {
    let first = value &* stride
    return first..<first &+ counts[value]
  }

  mutating func set(_ value: Int, to form: LinearForm) {
    counts[value] = form.terms.count
    for (index, term) in form.terms.enumerated() {
      places[value * stride + index] = term.input
      coefficients[value * stride + index] = term.coefficient
    }
  }

  /// `value` becomes the sum or difference of a pair.
  mutating func set(_ value: Int, to pair: PairKey) {
    let (left, right) = (terms(of: pair.first), terms(of: pair.second))
    let leftFactor = 1 &<< pair.firstShift
    let rightFactor = (pair.isDifference ? -1 : 1) &<< pair.secondShift
    var (i, j, end) = (left.lowerBound, right.lowerBound, value &* stride)
    while i < left.upperBound || j < right.upperBound {
      let leftInput = i < left.upperBound ? places[i] : .max
      let rightInput = j < right.upperBound ? places[j] : .max
      var coefficient = 0
      if leftInput <= rightInput {
        coefficient = coefficients[i] &* leftFactor
        i &+= 1
      }
      if rightInput <= leftInput {
        coefficient &+= coefficients[j] &* rightFactor
        j &+= 1
      }
      if coefficient != 0 {
        places[end] = min(leftInput, rightInput)
        coefficients[end] = coefficient
        end &+= 1
      }
    }
    counts[value] = end &- value &* stride
  }

  /// The exact range and step of a value.
  func wires(of value: Int) -> NarrowRange {
    var (low, high, bits) = (0, 0, 0)
    for index in terms(of: value) {
      let input = inputs[Int(places[index])]
      let ends = (coefficients[index] &* input.low, coefficients[index] &* input.high)
      low &+= min(ends.0, ends.1)
      high &+= max(ends.0, ends.1)
      bits |= input.isConstant ? ends.0 : coefficients[index]
    }
    return NarrowRange(low: low, high: high, zeros: bits == 0 ? 0 : bits.trailingZeroBitCount)
  }
}

/// A ``ValueRange`` in 64-bit integers, with its bits counted.
struct NarrowRange {
  var low: Int
  var high: Int
  /// Low bits that are always zero.
  var zeros: Int
  /// Bits of the magnitude, without the sign.
  var magnitudeBits: Int

  init(low: Int, high: Int, zeros: Int) {
    self.low = low
    self.high = high
    self.zeros = zeros
    magnitudeBits = ceilingLog2(max(0 &- low, high &+ 1 &<< zeros))
  }

  var isSigned: Bool { low < 0 }
  /// Sign and magnitude bits, counted from bit 0.
  var top: Int { magnitudeBits &+ (low < 0 ? 1 : 0) }
}
