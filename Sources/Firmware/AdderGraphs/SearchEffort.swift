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

  /// In units of ``AdderGraphOptions/work``, at 7 ns each on a core of 2024.
  var work: Int {
    switch self {
    case .greedy: 0
    case .short: 140_000_000
    case .medium: 1_400_000_000
    case .long: 8_400_000_000
    }
  }
}
