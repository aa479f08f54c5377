import WinnowTensors

/// The arrays of one file of `Golden/`.
struct GoldenArrays {
  private let file: NPZ
  private let name: String

  init(_ name: String) throws {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    file = try NPZ(contentsOf: here.joined(separator: "/") + "/Golden/" + name)
    self.name = name
  }

  func doubles(_ key: String) throws -> [Double] {
    switch file[key]?.storage {
    case .float64(let values): return values
    case .int64(let values): return values.map { Double($0) }
    default: throw MissingArray(description: "\(name) has no numbers \(key)")
    }
  }

  struct MissingArray: Error, CustomStringConvertible { let description: String }
}
