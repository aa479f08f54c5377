import Foundation
import WinnowNetworkIR

/// A file that a run reads: enough to notice that it has changed, wherever it lies and whenever it
/// was written.
///
/// Files of up to 64 MiB are hashed whole; of larger ones 1024 blocks of 64 KiB at even distances,
/// the first and the last among them, so that opening a run takes a tenth of a second at most. A
/// change between two blocks that keeps the size is not noticed.
public struct FileIdentity: Sendable, Codable, Hashable {
  /// The recipe's key that names it; with the file's name where that is a folder.
  public var key: String
  public var file: String
  public var bytes: Int
  /// FNV-1a of 64 bits, hexadecimal.
  public var hash: String
  /// Whether all bytes were hashed.
  public var isWhole: Bool

  static let wholeLimit = 1 << 26
  static let blockBytes = 1 << 16

  /// `nil` for what cannot be read; whoever opens it says so.
  init?(key: String, file: String, wholeLimit: Int = Self.wholeLimit) {
    guard let handle = FileHandle(forReadingAtPath: file),
      let end = try? handle.seekToEnd(), let bytes = Int(exactly: end)
    else { return nil }
    defer { try? handle.close() }
    self.key = key
    self.file = file
    self.bytes = bytes
    isWhole = bytes <= wholeLimit
    let block = Self.blockBytes
    let count = isWhole ? (bytes + block - 1) / block : max(2, wholeLimit / block)
    var hash = FNV1a()
    for place in 0..<count {
      let offset = isWhole ? place * block : (bytes - block) * place / (count - 1)
      guard (try? handle.seek(toOffset: UInt64(offset))) != nil,
        let part = try? handle.read(upToCount: block)
      else { return nil }
      hash.add(part)
    }
    self.hash = hash.text
  }

  /// The files that a recipe names.
  static func of(_ recipe: Recipe) -> [FileIdentity] {
    named(by: recipe).compactMap { FileIdentity(key: $0.key, file: $0.file) }
  }

  /// Their recipes' keys and paths.
  static func named(by recipe: Recipe) -> [(key: String, file: String)] {
    let data = recipe.data.file
    var named = [(key: "data.file", file: data)]
    let kind = try? FileManager.default.attributesOfItem(atPath: data)[.type] as? FileAttributeType
    if kind == .typeDirectory {
      named = recipe.data.arrays.map { ("data.file/\($0).npy", "\(data)/\($0).npy") }
    }
    if let file = recipe.network.file { named.append(("network.file", file)) }
    if let teacher = recipe.distillation?.teacher { named.append(("distillation.teacher", teacher)) }
    // Numbered among the losses that are files.
    for (place, loss) in recipe.graphLosses.enumerated() {
      named.append(("loss.\(place).file", loss.file))
    }
    return named
  }

  /// What differs, for a message; `nil` where the content is the same.
  func change(from earlier: FileIdentity) -> String? {
    if bytes != earlier.bytes { return "\(earlier.bytes) bytes then, \(bytes) now" }
    return hash == earlier.hash && isWhole == earlier.isWhole ? nil : "the same size, other content"
  }
}

/// The hash of G. Fowler, L. C. Noll and K.-P. Vo, version 1a of 64 bits (RFC 9923).
private struct FNV1a {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: Data) {
    var value = value
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.value = value
  }

  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension TrainingDescription {
  /// Settings that name files, whose content is compared instead.
  private static let fileSettings = [
    ["data", "file"], ["network", "file"], ["distillation", "teacher"],
  ]

  /// Checks that a run goes on with what it began with; files may have moved.
  ///
  /// - Throws: ``NetworkError`` naming the first setting or file that differs.
  func requireSame(_ recipe: Recipe, _ files: [FileIdentity], in folder: String) throws {
    var (now, then) = (recipe.settings.withoutThreads, self.recipe)
    if inputs != nil {
      for path in Self.fileSettings {
        now = now.without(path[...])
        then = then.without(path[...])
      }
      now = now.withoutLossFiles
      then = then.withoutLossFiles
    }
    if let place = now.firstDifference(from: then) {
      throw NetworkError(
        "'\(folder)' holds a run of another recipe ('\(place)' differs); give -o another folder")
    }
    // Runs of earlier versions kept nothing about their files.
    guard let inputs, !inputs.isEmpty else { return }
    for earlier in inputs {
      guard let file = files.first(where: { $0.key == earlier.key }) else {
        throw NetworkError(
          "the run in '\(folder)' began with '\(earlier.file)', which is not read now; put that file back, or give -o another folder"
        )
      }
      if let change = file.change(from: earlier) {
        throw Self.otherFile(file, change, in: folder)
      }
    }
    for file in files where !inputs.contains(where: { $0.key == file.key }) {
      throw Self.otherFile(file, "it was not read then", in: folder)
    }
  }

  private static func otherFile(
    _ file: FileIdentity, _ change: String, in folder: String
  ) -> NetworkError {
    NetworkError(
      "'\(file.file)' is not the file that the run in '\(folder)' began with (\(change)); put that file back, or give -o another folder"
    )
  }
}

extension RecipeSetting {
  /// The same without one entry, whose table stays.
  func without(_ path: ArraySlice<String>) -> RecipeSetting {
    guard case .table(var table) = self, let key = path.first, let value = table[key] else {
      return self
    }
    table[key] = path.count == 1 ? nil : value.without(path.dropFirst())
    return .table(table)
  }

  /// The same without the names of the files that losses are read from.
  fileprivate var withoutLossFiles: RecipeSetting {
    guard case .table(var table) = self, let losses = table["loss"] else { return self }
    if case .list(let list) = losses {
      table["loss"] = .list(list.map { $0.without(["file"]) })
    } else {
      table["loss"] = losses.without(["file"])
    }
    return .table(table)
  }
}
