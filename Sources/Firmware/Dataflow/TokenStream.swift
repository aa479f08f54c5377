import WinnowFixedPoint

/// What flows between two layers: the tokens of one image, and where each element of it stands.
struct TokenStream: Sendable {
  var name: String
  /// For each token and each of its slots an element of the image, or -1 where the slot is spare.
  var tokens: [[Int]]
  /// One per slot, for all tokens; a width of 0 is the constant zero, which has no wires.
  var formats: [FixedPointFormat]

  /// The lowest bit of each slot, and behind them the width of a token.
  var offsets: [Int] { formats.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.width) } }
  var width: Int { formats.reduce(0) { $0 + $1.width } }

  /// Token and slot of every element.
  var places: [Int: (token: Int, slot: Int)] {
    var places: [Int: (Int, Int)] = [:]
    for (token, elements) in tokens.enumerated() {
      for (slot, element) in elements.enumerated() where element >= 0 {
        places[element] = (token, slot)
      }
    }
    return places
  }
}

/// What a slot of a token that a layer asks for holds.
enum Tap: Sendable, Hashable {
  /// An element of a stream's image.
  case element(stream: Int, Int)
  /// Zero padding.
  case zero
  /// Padding that no maximum notices.
  case lowest
  /// Nothing that anyone reads: behind the last pixel of an image.
  case spare
}

extension FixedPointFormat {
  /// The narrowest format that holds all values of some formats.
  init(covering formats: some Sequence<FixedPointFormat>, zero: Bool) {
    var low: Int128 = 0
    var high: Int128 = 0
    var fraction: Int?
    for format in formats where format.width > 0 {
      let step = max(fraction ?? format.fraction, format.fraction)
      let (up, own) = (step - (fraction ?? step), step - format.fraction)
      if fraction == nil, !zero {
        (low, high) = (format.minimum, format.maximum)
      } else {
        low = min(low << up, format.minimum << own)
        high = max(high << up, format.maximum << own)
      }
      fraction = step
    }
    self.init(holding: low, through: high, fraction: fraction ?? 0)
  }
}
