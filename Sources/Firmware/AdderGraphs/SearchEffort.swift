/// How long to look for cheaper adder graphs.
///
/// A budget of steps, not of seconds: the same seed gives the same logic on every machine.
public enum SearchEffort: Int, Sendable, Hashable, Codable, CaseIterable {
  /// The greedy alone: milliseconds.
  case greedy = 0
  /// About a second of a core for a network.
  case short = 1
  /// About ten seconds.
  case medium = 2
  /// About a minute.
  case long = 3

  /// Nominal seconds of a core.
  var seconds: Double {
    switch self {
    case .greedy: 0
    case .short: 1
    case .medium: 10
    case .long: 60
    }
  }
}
