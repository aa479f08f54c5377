import WinnowTensors

/// The arrays of one golden file.
struct GoldenArrays {
  let file: NPZ
  let name: String

  /// - Parameter name: the path below `Golden/`.
  init(_ name: String) throws {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    file = try NPZ(contentsOf: here.joined(separator: "/") + "/Golden/" + name)
    self.name = name
  }

  /// An array's elements as `Double`; floats and integers are exact.
  func doubles(_ key: String) throws -> [Double] {
    guard let array = file[key] else { throw MissingArray(description: "\(name) has no \(key)") }
    switch array.storage {
    case .float64(let values): return values
    case .float32(let values): return values.map { Double($0) }
    case .int64(let values): return values.map { Double($0) }
    case .int32(let values): return values.map { Double($0) }
    case .int8(let values): return values.map { Double($0) }
    default: throw MissingArray(description: "\(key) of \(name) is \(array.elementType)")
    }
  }

  func shape(_ key: String) -> [Int] { file[key]?.shape ?? [] }

  struct MissingArray: Error, CustomStringConvertible {
    let description: String
  }
}
