/// The name that a misspelt one most likely stands for.
///
/// - Returns: the candidate with the smallest edit distance (insertions, deletions, replacements and
///   swapped neighbours), where it is at most a third of the name's length and at least 1; else `nil`.
/// - Complexity: O(length²) per candidate.
func nearestKey(to name: String, among candidates: [String]) -> String? {
  let distances = candidates.map { (key: $0, distance: editDistance(name, $0)) }
  guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, max(name.count, best.key.count) / 3) ? best.key : nil
}

/// Optimal string alignment distance (F. J. Damerau, Commun. ACM 7 (1964) 171).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.lowercased()), Array(b.lowercased()))
  var earlier: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, earlier[j - 1] + 1) }
      row.append(least)
    }
    (earlier, last) = (last, row)
  }
  return last[b.count]
}
