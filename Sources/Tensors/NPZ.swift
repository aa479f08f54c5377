/// Named arrays, as NumPy keeps them in an `.npz` file.
///
///     var file = NPZ()
///     file["x"] = NumericArray(doubles: [0.5, 1.5])
///     try file.write(to: "events.npz")
///     let x = try NPZ(contentsOf: "events.npz").array("x")
public struct NPZ: Sendable, Hashable {
  /// The names, in the order of the file or of insertion.
  public private(set) var names: [String] = []
  private var arrays: [String: NumericArray] = [:]

  /// No arrays.
  public init() {}

  public var count: Int { names.count }

  public var isEmpty: Bool { names.isEmpty }

  /// The array of a name; assigning adds or replaces it, and `nil` removes it.
  public subscript(name: String) -> NumericArray? {
    get { arrays[name] }
    set {
      if newValue == nil {
        names.removeAll { $0 == name }
      } else if arrays[name] == nil {
        names.append(name)
      }
      arrays[name] = newValue
    }
  }

  /// The array of a name; throws, with the names that there are, where it is missing.
  public func array(_ name: String) throws(TensorFileError) -> NumericArray {
    if let array = arrays[name] { return array }
    let present = names.map { "'\($0)'" }.joined(separator: ", ")
    throw TensorFileError(
      "there is no array '\(name)'; the file holds \(present.isEmpty ? "none" : present)")
  }
}
