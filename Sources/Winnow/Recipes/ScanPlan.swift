import Foundation
import WinnowTensors

/// Which settings a scan tries: every combination of a grid, each with a number of random draws.
public struct ScanPlan: Sendable, Hashable {
  private enum Axis: Hashable {
    case grid(key: String, values: [String])
    case random(key: String, low: Double, high: Double, isLogarithmic: Bool, isWhole: Bool)
  }

  /// The settings of each run, `key.path=value`.
  public let points: [[String]]

  /// - Parameters:
  ///   - grid: `key=a,b,c`.
  ///   - random: `key=low..high`, or `key=low..high:log`; whole numbers where both ends are.
  ///   - draws: random points for each combination of the grid.
  /// - Throws: ``RecipeError`` for what is not understood.
  public init(grid: [String], random: [String], draws: Int, seed: UInt64) throws {
    let axes = try grid.map(Self.gridAxis) + random.map(Self.randomAxis)
    guard !axes.isEmpty else {
      throw RecipeError("a scan changes nothing; give --grid key=a,b,c or --random key=low..high")
    }
    var combinations: [[String]] = [[]]
    for case .grid(let key, let values) in axes {
      combinations = combinations.flatMap { start in values.map { start + ["\(key)=\($0)"] } }
    }
    if random.isEmpty {
      points = combinations
      return
    }
    // Point k is the same whatever the number of draws.
    let stream = RandomStream(seed: seed, label: "scan")
    points = combinations.flatMap { start in
      (0..<draws).map { draw in
        start
          + axes.compactMap { axis in
            guard case .random(let key, let low, let high, let isLogarithmic, let isWhole) = axis
            else { return nil }
            var own = stream.child(start.joined(separator: " ")).child(key).child(UInt64(draw))
            let part = own.uniform()
            let value =
              isLogarithmic ? low * pow(high / low, part) : low + (high - low) * part
            return isWhole
              ? "\(key)=\(Int((low + (high - low + 1) * part).rounded(.down)))"
              : "\(key)=\(String(format: "%.6g", value))"
          }
      }
    }
  }

  private static func split(_ text: String, option: String) throws -> (key: String, rest: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw RecipeError("\(option) takes KEY.PATH=…, not '\(text)'")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private static func gridAxis(_ text: String) throws -> Axis {
    let (key, rest) = try split(text, option: "--grid")
    // Commas inside brackets belong to a value.
    var values: [String] = [""]
    var depth = 0
    for character in rest {
      if "[{<".contains(character) { depth += 1 }
      if "]}>".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        values.append("")
      } else {
        values[values.count - 1].append(character)
      }
    }
    guard values.allSatisfy({ !$0.isEmpty }) else {
      throw RecipeError("--grid \(text) has an empty value; write key=a,b,c")
    }
    return .grid(key: key, values: values)
  }

  private static func randomAxis(_ text: String) throws -> Axis {
    let (key, rest) = try split(text, option: "--random")
    let isLogarithmic = rest.hasSuffix(":log")
    let range = isLogarithmic ? String(rest.dropLast(4)) : rest
    guard let dots = range.firstRange(of: ".."), let low = Double(range[..<dots.lowerBound]),
      let high = Double(range[dots.upperBound...]), low.isFinite, high.isFinite, low < high
    else { throw RecipeError("--random \(text) is no range; write key=low..high or key=low..high:log") }
    guard !isLogarithmic || low > 0 else {
      throw RecipeError("--random \(text) is logarithmic from \(low); the low end must be above 0")
    }
    let isWhole =
      !isLogarithmic && Int(range[..<dots.lowerBound]) != nil && Int(range[dots.upperBound...]) != nil
    return .random(
      key: key, low: low, high: high, isLogarithmic: isLogarithmic, isWhole: isWhole)
  }
}
