import Foundation

/// What the machine, and the control group that the process runs in, have free.
public enum AvailableMemory {
  /// The bytes that can still be taken; `nil` where the system does not say.
  public static func bytes() -> Int? {
    func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    var candidates: [Int] = []
    if let information = text("/proc/meminfo"), let free = free(meminfo: information) {
      candidates.append(free)
    }
    let groups = text("/proc/self/cgroup") ?? ""
    for folder in groupFolders(cgroup: groups) {
      for (limit, usage) in [
        ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"),
      ] {
        if let free = free(limit: text("\(folder)/\(limit)"), usage: text("\(folder)/\(usage)")) {
          candidates.append(free)
        }
      }
    }
    return candidates.min()
  }

  /// Checks a need before anything is read or reserved.
  ///
  /// - Parameters:
  ///   - what: what needs the bytes, in the error's message.
  ///   - available: what is free; no check where it is not known.
  public static func require(
    _ bytes: Int, for what: String, available: Int? = AvailableMemory.bytes(),
    remedy: String = "use smaller batches or fewer columns"
  ) throws(TrainingError) {
    guard let available, bytes > available else { return }
    throw TrainingError(
      "\(what) take \(gigabytes(bytes)) in memory, and \(gigabytes(available)) are free; \(remedy)")
  }

  /// `MemAvailable` of `/proc/meminfo`, in bytes.
  static func free(meminfo text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let words = line.split(separator: " ")
      if words.count == 3, words[2] == "kB", let count = Int(words[1]) { return count << 10 }
    }
    return nil
  }

  /// The folders of the groups of `/proc/self/cgroup`, with those above them, of both versions.
  static func groupFolders(cgroup text: String) -> [String] {
    var folders: [String] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let root: String
      if fields[0] == "0", fields[1].isEmpty {
        root = "/sys/fs/cgroup"
      } else if fields[1].split(separator: ",").contains("memory") {
        root = "/sys/fs/cgroup/memory"
      } else {
        continue
      }
      var folder = root
      folders.append(folder)
      for part in fields[2].split(separator: "/") {
        folder += "/\(part)"
        folders.append(folder)
      }
    }
    return folders
  }

  /// What a group's limit leaves; `nil` without a limit.
  static func free(limit: String?, usage: String?) -> Int? {
    func number(_ text: String?) -> Int? {
      text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    // A limit near 2^63 is the first version's word for none.
    guard let limit = number(limit), limit < 1 << 60 else { return nil }
    return max(0, limit - (number(usage) ?? 0))
  }

  private static func gigabytes(_ bytes: Int) -> String {
    switch bytes {
    case ..<1_000_000: "\(bytes) bytes"
    case ..<100_000_000: "\((Double(bytes) / 1e5).rounded() / 10) MB"
    default: "\((Double(bytes) / 1e8).rounded() / 10) GB"
    }
  }
}
