import WinnowFixedPoint

extension ProgramBuilder {
  /// The place of the largest scalar, the first one of several: a tree of least depth.
  mutating func placeOfLargest(_ scalars: [Scalar]) throws -> Scalar {
    var level = scalars.enumerated().map { place, scalar in
      (largest: scalar, place: Scalar.constant(Int128(place), fraction: 0))
    }
    while level.count > 1 {
      var next: [(largest: Scalar, place: Scalar)] = []
      for index in stride(from: 0, to: level.count - 1, by: 2) {
        let (a, b) = (level[index], level[index + 1])
        // Only a larger one further on takes the place.
        let exceeds = try less(a.largest, b.largest)
        next.append(
          (try maximum(a.largest, b.largest), try select(exceeds, b.place, a.place)))
      }
      if level.count % 2 == 1 { next.append(level[level.count - 1]) }
      level = next
    }
    return level[0].place
  }

  /// Sorts the lines of a tensor along an axis by a network of comparators: the values, and the
  /// places that they came from; equal elements keep their order.
  ///
  /// Values alone go through the network as they are. Places ride along in low bits that the wires
  /// are widened by, so that no two numbers are equal and the order of equal elements is kept.
  /// What is not used of either is pruned.
  mutating func sorted(
    _ tensor: ScalarTensor, axis: Int, descends: Bool, keeping: Int?
  ) throws -> [ScalarTensor] {
    let lines = try Lines(tensor.shape, axis: axis)
    let count = keeping ?? lines.extent
    var shape = tensor.shape
    shape[try resolveAxis(axis, rank: shape.count)] = count
    let targets = try Lines(shape, axis: axis)
    let zero = Scalar.constant(0, fraction: 0)
    var values = Array(repeating: zero, count: shape.reduce(1, *))
    var places = values
    for (start, target) in zip(lines.starts, targets.starts) {
      let scalars = lines.places(start).map { tensor.scalars[$0] }
      let (sortedValues, sortedPlaces) = try sorted(scalars, descends: descends, keeping: count)
      for rank in 0..<count {
        values[target + rank * targets.stride] = sortedValues[rank]
        places[target + rank * targets.stride] = sortedPlaces[rank]
      }
    }
    return [ScalarTensor(shape, values), ScalarTensor(shape, places)]
  }

  private mutating func sorted(
    _ scalars: [Scalar], descends: Bool, keeping: Int
  ) throws -> (values: [Scalar], places: [Scalar]) {
    guard scalars.count > 1 else {
      return (Array(scalars.prefix(keeping)), Array([.constant(0, fraction: 0)].prefix(keeping)))
    }
    let network = SortingNetwork(scalars.count, keeping: keeping)
    // A network brings the largest up; the smallest come up with the comparators turned round.
    func run(_ scalars: [Scalar], _ builder: inout Self) throws -> [Scalar] {
      var scalars = scalars
      for comparator in network.comparators {
        let (a, b) = (scalars[comparator.low], scalars[comparator.high])
        let (least, most) = (try builder.minimum(a, b), try builder.maximum(a, b))
        scalars[comparator.low] = descends ? least : most
        scalars[comparator.high] = descends ? most : least
      }
      return network.lines.reversed().map { scalars[$0] }
    }
    let bits = Int.bitWidth - (scalars.count - 1).leadingZeroBitCount
    let fraction = try scalars.map { try range($0).fraction }.max()!
    var tagged: [Scalar] = []
    for (place, scalar) in scalars.enumerated() {
      // Of equal elements the first is to come out first: as the largest, or as the smallest.
      let tag = descends ? scalars.count - 1 - place : place
      tagged.append(try self.tagged(scalar, Int128(tag), bits: bits, fraction: fraction))
    }
    let values = try run(scalars, &self)
    var places: [Scalar] = []
    for scalar in try run(tagged, &self) {
      places.append(
        try place(scalar, bits: bits, fraction: fraction, last: descends ? scalars.count - 1 : nil))
    }
    return (values, places)
  }

  /// `x · 2^bits + tag`, counted in steps of `2^−(fraction + bits)`: wires beside wires.
  private mutating func tagged(
    _ scalar: Scalar, _ tag: Int128, bits: Int, fraction: Int
  ) throws -> Scalar {
    let range = try range(scalar)
    let shift = bits + fraction - range.fraction
    guard shift < 62 else { throw Exact.tooWide() }
    let low = try Exact.shiftLeft(range.low, shift) + tag
    guard case .value(let value) = scalar else {
      return .constant(low, fraction: fraction + bits)
    }
    return emit(
      .linear([.init(value, 1 << shift)], constant: tag),
      Interval(low, try Exact.shiftLeft(range.high, shift) + tag, fraction: fraction + bits))
  }

  /// The place that a tag stands for.
  private mutating func place(
    _ scalar: Scalar, bits: Int, fraction: Int, last: Int?
  ) throws -> Scalar {
    let mask = (Int128(1) << bits) - 1
    switch scalar {
    case .constant(let mantissa, let step):
      let tag = (mantissa << (fraction + bits - step)) & mask
      return .constant(last.map { Int128($0) - tag } ?? tag, fraction: 0)
    case .value(let value):
      // A coarser step has zeros where tags stand.
      let missing = fraction + bits - interval(value).fraction
      guard missing < bits else { return .constant(last.map { Int128($0) } ?? 0, fraction: 0) }
      let tag = emit(
        .wrap(value, signed: false, width: bits - missing),
        Interval(0, mask >> missing, fraction: -missing))
      guard let last, case .value(let tagValue) = tag else { return tag }
      let step = 1 << missing
      let entries = stride(from: 0, through: Int(mask), by: step).map { max(last - $0, 0) }
      return table(tagValue, first: 0, entries, fraction: 0)
    default: throw Self.notExact(scalar)
    }
  }
}
