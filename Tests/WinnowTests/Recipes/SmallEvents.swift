import Foundation
import Winnow

/// Events small enough to train on in a moment: `x` of four Gaussian features, `y` the class of the
/// sign of their sum, `t` that sum with noise, `w` weights, `m` a mask of zeros and ones.
enum SmallEvents {
  static func arrays(_ count: Int, seed: UInt64 = 3) -> NPZ {
    var stream = RandomStream(seed: seed, label: "small events")
    var (x, y, t, w, m): ([Float], [Int64], [Float], [Float], [Float]) = ([], [], [], [], [])
    for _ in 0..<count {
      let row = (0..<4).map { _ in Float(stream.gaussian()) }
      let sum = row.reduce(0, +)
      x += row
      y.append(sum > 0 ? 1 : 0)
      t.append(sum + 0.1 * Float(stream.gaussian()))
      w.append(Float(1 + stream.integer(in: 0...2)))
      m += (0..<4).map { _ in Float(stream.integer(in: 0...1)) }
    }
    var file = NPZ()
    file["x"] = NumericArray(floats: x, shape: [count, 4])
    file["y"] = NumericArray(integers: y)
    file["t"] = NumericArray(floats: t, shape: [count, 1])
    file["w"] = NumericArray(floats: w, shape: [count])
    file["m"] = NumericArray(floats: m, shape: [count, 4])
    return file
  }

  /// Writes the events and gives the file.
  static func write(_ count: Int, to folder: String, seed: UInt64 = 3) throws -> String {
    let path = "\(folder)/events-\(seed).npz"
    try arrays(count, seed: seed).write(to: path)
    return path
  }

  static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// The error that an action throws, as text.
  static func message(_ action: () throws -> Void) -> String {
    do { try action() } catch { return "\(error)" }
    return "no error"
  }
}
