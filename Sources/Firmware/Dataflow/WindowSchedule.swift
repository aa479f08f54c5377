/// When a former takes the tokens of an image and when it hands on those that a layer asks for.
///
/// A step takes at most one token, makes at most one, or both; the steps of an image repeat. What is
/// made may use the token of the same step. Tokens are made as early as one token a step allows, and
/// taken as late as that permits, so that little is held and nothing waits for what it does not need.
struct WindowSchedule: Sendable, Hashable {
  /// For each step whether it takes a token.
  private(set) var takes: [Bool]
  /// For each step whether it makes one.
  private(set) var makes: [Bool]
  /// For each step whether the held tokens move on by one place: always when one is taken, and, with
  /// `movesOn`, in the steps after an image's last token too.
  private(set) var shifts: [Bool]
  /// For each token taken the shift that brings it in, and for each one made the shifts by then.
  private(set) var shiftOfToken: [Int]
  private(set) var shiftsBefore: [Int]

  var steps: Int { takes.count }

  /// - Parameters:
  ///   - tokens: tokens of an image that come in.
  ///   - needs: for each token to be made the last one that it needs.
  ///   - movesOn: whether the windows that are made after the last token stand where those before did.
  init(tokens: Int, needs: [Int], movesOn: Bool = false) {
    var made: [Int] = []
    for need in needs { made.append(max((made.last ?? -1) + 1, need)) }
    let steps = max(tokens, (made.last ?? -1) + 1)
    var takes = Array(repeating: false, count: steps)
    // For each token the first step that makes something which needs it, or a later one.
    var deadlines = Array(repeating: steps - 1, count: max(tokens, 1))
    for (need, step) in zip(needs, made) {
      deadlines[need] = min(deadlines[need], step)
    }
    var latest = steps
    var deadline = steps - 1
    for token in stride(from: tokens - 1, through: 0, by: -1) {
      deadline = min(deadline, deadlines[token])
      latest = min(latest - 1, deadline)
      takes[latest] = true
    }
    self.takes = takes
    makes = Array(repeating: false, count: steps)
    for step in made { makes[step] = true }
    shifts = takes
    if movesOn, let last = takes.lastIndex(of: true) {
      for step in last..<steps { shifts[step] = true }
    }
    var moved = 0
    shiftOfToken = []
    shiftsBefore = []
    for step in 0..<steps {
      if takes[step] { shiftOfToken.append(moved) }
      if shifts[step] { moved += 1 }
      if makes[step] { shiftsBefore.append(moved) }
    }
  }

  /// Tokens between one taken and the newest place when another is made.
  func age(ofToken token: Int, whenMaking made: Int) -> Int {
    shiftsBefore[made] - 1 - shiftOfToken[token]
  }
}

extension WindowSchedule {
  /// Clock edges between images when a kernel behind the former takes a token every so many.
  func interval(kernel: Int) -> Int {
    var time = 0
    var isFreeAt = 0
    var waitsUntil = 0
    var ends: [Int] = []
    for _ in 0..<3 {
      for step in makes {
        time = max(time + 1, waitsUntil)
        guard step else { continue }
        waitsUntil = max(time + 1, isFreeAt)
        isFreeAt = waitsUntil + kernel
      }
      ends.append(time)
    }
    return ends[2] - ends[1]
  }
}
