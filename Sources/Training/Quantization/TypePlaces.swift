/// For one period of a tensor's elements, the place of each one's type (or widths) in a shape that
/// broadcasts to it: along the last axis only where no other axis has types of its own.
func typePlaces(of shape: [Int], in target: [Int]) -> [Int] {
  let count = shape.reduce(1, *)
  if count == 1 { return [0] }
  if let last = shape.last, count == last { return Array(0..<last) }
  let padded = Array(repeating: 1, count: target.count - shape.count) + shape
  var places = [0]
  var stride = count
  for (own, extent) in zip(padded, target) {
    stride /= own
    places = places.flatMap { start in
      (0..<extent).map { start + (own == 1 ? 0 : $0 * stride) }
    }
  }
  return places
}

extension Operand {
  /// The shape that a period of types can have: rows, whose number is a symbol's, are all alike.
  var periodShape: [Int] { isBatched ? [1] + shape.dropFirst() : shape }
}
