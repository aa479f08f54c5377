import CWinnowEngineKernels
import WinnowFixedPoint
import WinnowNetworkIR

/// How an input port's rows become columns.
struct InputRows: Sendable {
  let name: String
  let types: [FixedPointType]
  let fraction: Int
  /// Where each element goes; `nil` for one that nothing reads.
  let columns: [ColumnPlace?]
  /// The first element of every tile of eight.
  let tiles: [Int]
  /// Elements outside of tiles.
  let singles: [Int]
  /// The tiles' and single elements' constants.
  let data: UInt32

  init(
    _ port: FixedPointProgram.InputPort, _ columns: [ColumnPlace?], unread: ColumnPlace,
    _ data: inout ConstantData
  ) {
    name = port.name
    types = port.types
    fraction = port.fraction
    self.columns = columns
    self.data = data.end
    let size = winnow_engine_tile_size
    let count = columns.count
    var tiles: [Int] = []
    var singles: [Int] = []
    var element = 0
    while element < count {
      // The last tile may overlap the one before.
      let first = min(element, count - size)
      if first >= 0, columns[first..<first + size].allSatisfy({ $0?.lane ?? .bits16 == .bits16 }) {
        if columns[first..<first + size].contains(where: { $0 != nil }) { tiles.append(first) }
        element = first + size
      } else {
        if columns[element] != nil { singles.append(element) }
        element += 1
      }
    }
    self.tiles = tiles
    self.singles = singles

    func range(_ element: Int) -> (low: Int64, span: Int64, shift: Int64) {
      guard columns[element] != nil else { return (.min, -1, 0) }
      let type = port.types[element]
      let shift = port.fraction - type.fraction
      // A 64-bit mantissa has no such bits, unless it is zero.
      if shift > 62 { return (0, 0, 0) }
      let (low, high) = type.overflow.range(of: type.format)
      let least = max(low << shift, Int128(Int64.min))
      let most = min(high << shift, Int128(Int64.max))
      return (
        Int64(least), Int64(truncatingIfNeeded: most - least), Int64(shift)
      )
    }
    for first in tiles {
      let ranges = (first..<first + size).map(range)
      data.append(packed: ranges.map(\.low))
      data.append(packed: ranges.map(\.span))
      data.append(packed: ranges.map(\.shift))
      let offsets = (first..<first + size).map { (columns[$0] ?? unread).offset }
      data.append(packed: [UInt32(first), 0] + offsets + [0, 0])
    }
    for element in singles {
      let (low, span, shift) = range(element)
      let place = columns[element]!
      data.append(
        packed: [low, span, shift, Int64(element), Int64(place.offset), Int64(place.lane.rawValue)])
    }
  }

  /// Bytes of flags for a block.
  func flagCount(blockSize: Int) -> Int {
    tiles.count * (blockSize / winnow_engine_tile_size) + singles.count
  }
}

/// How columns become an output port's rows.
struct OutputRows: Sendable {
  let name: String
  let columns: [ColumnPlace]
  /// Left shifts from a value's step to the port's.
  let shifts: [Int]
  /// Bits of the widest mantissa, the sign counted.
  let bits: Int
  let data: UInt32

  init(
    _ port: FixedPointProgram.OutputPort, _ values: [(place: ColumnPlace, interval: Interval)],
    _ data: inout ConstantData
  ) {
    name = port.name
    columns = values.map(\.place)
    // A zero needs no shift, however coarse its step.
    shifts = values.map {
      $0.interval.low == 0 && $0.interval.high == 0 ? 0 : port.fraction - $0.interval.fraction
    }
    bits = zip(values, shifts).map { $0.interval.signedBits + $1 }.max() ?? 1
    self.data = data.end
    for (place, shift) in zip(columns, shifts) {
      data.append(
        packed: [
          UInt64(place.offset) | UInt64(place.lane.rawValue) << 32 | UInt64(shift) << 48, 0,
        ])
    }
  }
}
