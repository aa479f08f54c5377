import CWinnowEngineKernels

/// A step while the plan is made: columns by number, constants beside it.
struct Draft {
  var operation: UInt32
  var destination: Int
  /// The columns a, b, c.
  var operands: [Int] = []
  var shifts = (0, 0)
  var terms: [(column: Int, coefficient: Int)] = []
  /// An affine step's parameters, a divisor, a table's first index.
  var constants: [Int128] = []
  var table: [Int] = []
  var convergent = false
  var result = Lane.bits16

  var columns: [Int] { operands + terms.map(\.column) }
}

extension Draft {
  /// A kernel of a family that has one per lane; the argument is the family's 16-bit one.
  static func operation(_ family: winnow_engine_operation, _ lane: Lane) -> UInt32 {
    family.rawValue + UInt32(lane.rawValue)
  }
}

/// One scalar for the events of a block.
struct Column {
  var lane: Lane
  /// The last step that reads it; `Int.max` for one that must stay.
  var lastUse = -1
  var offset: UInt32 = 0
}
