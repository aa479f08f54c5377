import WinnowFixedPoint

/// Turns the tokens of a stream into those that a layer asks for: windows, padding, other numbers of
/// pixels, a whole image at once.
///
/// The last tokens stand in a shift register, each slot for as long as anything needs it; a token is
/// made by selecting from it. Which step takes and makes what is fixed (``WindowSchedule``), so that
/// one counter controls everything.
struct WindowFormer: Sendable {
  /// Where a slot of a made token comes from.
  enum Source: Sendable, Hashable {
    /// A slot of the token taken so many tokens ago.
    case held(slot: Int, age: Int)
    case zero
    case lowest
  }

  let moduleName: String
  let input: TokenStream
  let formats: [FixedPointFormat]
  let schedule: WindowSchedule
  /// For each slot of a made token what it may be, in the order of first use.
  let choices: [[Source]]
  /// Slots that choose alike, with the choice for each token.
  let groups: [Group]
  /// Tokens for which each slot of the input is held.
  let depths: [Int]

  struct Group: Sendable {
    var slots: [Int]
    var choice: [Int]
    var count: Int { (choice.max() ?? 0) + 1 }
  }

  /// - Parameters:
  ///   - demand: for each token to be made its slots; elements are those of the input.
  ///   - formats: of the slots, wide enough for all that they may be.
  init(
    named name: String, from input: TokenStream, demand: [[Tap]], formats: [FixedPointFormat]
  ) {
    let still = WindowFormer(
      named: name, from: input, demand: demand, formats: formats, movesOn: false)
    // Windows that slide are cheaper when the tokens move on to the end of the image; copies of one
    // token are when they stay.
    let moving =
      still.schedule.takes.last == true
      ? still
      : WindowFormer(named: name, from: input, demand: demand, formats: formats, movesOn: true)
    self = moving.size < still.size ? moving : still
  }

  /// Bits held and chosen.
  private var size: Int {
    let held = zip(depths, input.formats).reduce(0) { $0 + $1.0 * $1.1.width }
    return zip(choices, formats).reduce(held) { $0 + 4 * ($1.0.count - 1) * $1.1.width }
  }

  private init(
    named name: String, from input: TokenStream, demand: [[Tap]], formats: [FixedPointFormat],
    movesOn: Bool
  ) {
    moduleName = name
    self.input = input
    self.formats = formats
    let places = input.places
    func place(_ tap: Tap) -> (token: Int, slot: Int)? {
      guard case .element(_, let element) = tap else { return nil }
      guard let place = places[element] else {
        preconditionFailure("\(name) asks for element \(element), which its stream lacks")
      }
      return place
    }
    schedule = WindowSchedule(
      tokens: input.tokens.count,
      // Padding alone waits for the image too: nothing is made before it has begun.
      needs: demand.map { $0.lazy.compactMap { place($0)?.token }.max() ?? 0 }, movesOn: movesOn)
    var choices = formats.map { _ in [Source]() }
    var patterns = formats.map { _ in [Int]() }
    var depths = input.formats.map { _ in 0 }
    for (made, taps) in demand.enumerated() {
      for (slot, tap) in taps.enumerated() where formats[slot].width > 0 {
        if tap == .spare {
          patterns[slot].append(-1)
          continue
        }
        let source: Source
        if let (token, held) = place(tap) {
          let age = schedule.age(ofToken: token, whenMaking: made)
          source = input.formats[held].width == 0 ? .zero : .held(slot: held, age: age)
          depths[held] = max(depths[held], age + 1)
        } else {
          source = tap == .lowest ? .lowest : .zero
        }
        let known = choices[slot].firstIndex(of: source)
        if known == nil { choices[slot].append(source) }
        patterns[slot].append(known ?? choices[slot].count - 1)
      }
    }
    for slot in formats.indices where formats[slot].width > 0 {
      if choices[slot].isEmpty { choices[slot] = [.zero] }
      // What nobody reads stays what it was, or becomes what comes first.
      for made in patterns[slot].indices where patterns[slot][made] < 0 {
        patterns[slot][made] = made == 0 ? 0 : patterns[slot][made - 1]
      }
    }
    self.choices = choices
    self.depths = depths
    var groups: [[Int]: Int] = [:]
    var found: [Group] = []
    for slot in formats.indices where formats[slot].width > 0 {
      if let group = groups[patterns[slot]] {
        found[group].slots.append(slot)
      } else {
        groups[patterns[slot]] = found.count
        found.append(Group(slots: [slot], choice: patterns[slot]))
      }
    }
    self.groups = found
  }

  /// Whether each token made is made of one taken and always in the same way: wires do.
  var isWires: Bool {
    groups.allSatisfy { $0.count == 1 } && zip(schedule.takes, schedule.makes).allSatisfy { $0 && $1 }
      && depths.allSatisfy { $0 <= 1 }
  }

  /// Clock edges from the one that takes a token to the one that can take what is made of it.
  var latency: Int { isWires ? 0 : 1 }

  var outputWidth: Int { formats.reduce(0) { $0 + $1.width } }
}
