extension DriftTubeEvents {
  /// An event as text: a line for each layer, the outermost on top, a character for some tubes.
  ///
  /// A digit is a track's number (its last digit), `+` background, `.` tubes without a hit; where
  /// tubes share a character, a track's hit is shown before background.
  ///
  /// - Parameter tubesPerCharacter: 3 gives lines of 111 characters.
  public func picture(_ event: Int, tubesPerCharacter: Int = 3) -> String {
    precondition(tubesPerCharacter > 0)
    let geometry = DriftTubeGeometry.atlasBarrel
    let width =
      (DriftTubeGeometry.tubesPerLayer + tubesPerCharacter - 1) / tubesPerCharacter
    var lines = [[Character]](
      repeating: [Character](repeating: ".", count: width), count: geometry.layers.count)
    for hit in self[event] {
      let (layer, place) = (Int(layers[hit]), Int(tubes[hit]) / tubesPerCharacter)
      if tracks[hit] >= 0 {
        lines[layer][place] = Character("\(tracks[hit] % 10)")
      } else if lines[layer][place] == "." {
        lines[layer][place] = "+"
      }
    }
    let about = truth[event]
    let fromTracks = self[event].count { tracks[$0] >= 0 }
    var text =
      "event \(numbers[event]): L_r \(Self.rounded(about.decayLength / 1000)) m, "
      + "\(about.multiplicity) tracks of \(Self.rounded(about.momentum)) GeV, "
      + "\(fromTracks) hits of tracks, \(self[event].count - fromTracks) of background\n"
    for (number, layer) in geometry.layers.enumerated().reversed() {
      if number + 1 < geometry.layers.count, geometry.layers[number + 1].station != layer.station {
        text += "\n"
      }
      let label = Self.rounded(layer.radius / 1000)
      text +=
        String(repeating: " ", count: max(5 - label.count, 0)) + label + " m  "
        + String(lines[number]) + "\n"
    }
    return text
  }

  /// Two decimals.
  private static func rounded(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    return (hundredths < 0 ? "-" : "") + "\(whole)." + (rest < 10 ? "0\(rest)" : "\(rest)")
  }
}
