import Foundation
import WinnowFirmware
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors

/// A folder that one command writes: `run.json`, `network.onnx`, `firmware/`.
///
/// It appears whole or not at all: the command writes to a temporary name beside it and renames.
public struct RunDirectory: Sendable {
  public var path: String

  public init(_ path: String) { self.path = path }

  /// `run.json`: what made the folder.
  public struct Description: Sendable, Codable {
    public var tool = "winnow"
    public var version = winnowVersion
    public var command: [String]
    public var seed: UInt64
    public var machine: String
    public var firmware: FirmwareOptions?
    /// How the network became firmware; folders written before there was a choice are parallel.
    public var style: FirmwareStyle?
    public var model: String
    /// Every other file that was written, relative to the folder; what is not listed is not replaced.
    public var files: [String] = []

    public init(command: [String], seed: UInt64, model: String, firmware: FirmwareOptions?) {
      self.command = command
      self.seed = seed
      self.model = model
      self.firmware = firmware
      machine =
        "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
    }
  }

  public var firmware: String { path + "/firmware" }

  /// Reads `run.json`.
  ///
  /// - Throws: ``NetworkError`` when the folder was not made by `winnow compile`.
  public func description() throws -> Description {
    let file = path + "/run.json"
    guard FileManager.default.fileExists(atPath: file) else {
      throw NetworkError(
        "'\(path)' has no run.json; give the folder that 'winnow compile MODEL -o DIR' wrote")
    }
    guard
      let description = try? JSONDecoder().decode(
        Description.self, from: Data(InputFile.read(file)))
    else {
      throw NetworkError("'\(file)' is damaged; run 'winnow compile' again")
    }
    return description
  }

  /// Written later than the description, by `winnow verify`.
  private static let laterFiles = ["run.json", "firmware/reports/verification.json"]

  /// Whether a file is what the commands of docs/firmware.md leave beside a design's own: the emulator's
  /// library, a simulator, the testbench's results.
  private static func isLeft(_ file: String, beside files: [String]) -> Bool {
    let (folder, ending) = ("firmware/rtl/", "_testbench.v")
    if ["sim", "work-obj08.cf"].contains(where: { file == "firmware/vectors/\($0)" }) { return true }
    return files.contains { own in
      guard own.hasPrefix(folder), own.hasSuffix(ending) else { return false }
      let name = own.dropFirst(folder.count).dropLast(ending.count)
      return file == "firmware/emulator/\(name).so"
        || file.hasPrefix("firmware/vectors/\(name)_result") && file.hasSuffix(".txt")
    }
  }

  /// Checks that the folder may be written: absent, empty, or made by winnow before and holding only
  /// what winnow wrote; and where it is absent, that it can be made.
  public func checkWritable() throws {
    let files = FileManager.default
    guard !path.isEmpty else { throw NetworkError("the output folder has no name; give -o a folder") }
    try OutputFolder.check(path)
    guard let attributes = try? files.attributesOfItem(atPath: path) else { return }
    guard attributes[.type] as? FileAttributeType == .typeDirectory else {
      throw NetworkError("'\(path)' is a file; give -o a folder that does not exist yet")
    }
    guard let contents = try? files.contentsOfDirectory(atPath: path) else {
      throw NetworkError("the folder '\(path)' cannot be read; give -o another folder")
    }
    if contents.isEmpty { return }
    guard let description = try? description(), description.tool == "winnow" else {
      throw NetworkError(
        "the folder '\(path)' holds something else; give -o another folder, or empty it")
    }
    let own = Set(description.files + Self.laterFiles)
    let foreign = try Self.filesBelow(path).first {
      !own.contains($0) && !Self.isLeft($0, beside: description.files)
    }
    if let foreign {
      throw NetworkError(
        "the folder '\(path)' holds something else: '\(foreign)' was not written by 'winnow compile'; move it away, or give -o another folder"
      )
    }
  }

  /// All files below a folder, relative to it, sorted.
  private static func filesBelow(_ folder: String) throws -> [String] {
    let files = FileManager.default
    return try files.subpathsOfDirectory(atPath: folder).filter { name in
      let type = try files.attributesOfItem(atPath: "\(folder)/\(name)")[.type]
      return type as? FileAttributeType != .typeDirectory
    }.sorted()
  }

  /// Fills the folder by a closure that writes to a temporary one.
  public func create(_ fill: (_ temporary: String) throws -> Void) throws {
    try checkWritable()
    let files = FileManager.default
    let target = URL(fileURLWithPath: path).standardizedFileURL
    let parent = target.deletingLastPathComponent()
    try OutputFolder.make(parent.path)
    let temporary = parent.appendingPathComponent(
      ".\(target.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).new")
    try? files.removeItem(at: temporary)
    do {
      try located { try files.createDirectory(at: temporary, withIntermediateDirectories: false) }
      try fill(temporary.path)
      try located { try replace(target, by: temporary) }
    } catch {
      try? files.removeItem(at: temporary)
      throw error
    }
  }

  private func replace(_ target: URL, by temporary: URL) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: target.path) else {
      return try files.moveItem(at: temporary, to: target)
    }
    let old = temporary.appendingPathExtension("old")
    try? files.removeItem(at: old)
    try files.moveItem(at: target, to: old)
    do { try files.moveItem(at: temporary, to: target) } catch {
      try files.moveItem(at: old, to: target)
      throw error
    }
    try files.removeItem(at: old)
  }

  /// A file-system error as one sentence.
  private func located(_ action: () throws -> Void) throws {
    do { try action() } catch let error as CocoaError {
      throw NetworkError("could not write '\(path)': \(Self.sentence(error))")
    }
  }

  private static func sentence(_ error: CocoaError) -> String {
    switch error.code {
    case .fileWriteOutOfSpace: "the disk is full; free some space and run again"
    case .fileWriteNoPermission: "permission denied; choose another folder"
    case .fileWriteVolumeReadOnly: "the file system is read-only; choose another folder"
    default: error.localizedDescription
    }
  }
}

extension RunDirectory {
  /// Events whose vectors are written with a design; `winnow verify` replays more.
  public static let deliveredVectors = 256

  /// Writes a compiled design: run.json, network.onnx and the firmware folder with vectors.
  public func write(
    _ compiled: CompiledFirmware, options: FirmwareOptions, style: FirmwareStyle,
    report: CompiledReport, board: BoardFiles? = nil, command: [String], model: String
  ) throws {
    try create { temporary in
      var description = Description(
        command: command, seed: options.seed, model: model, firmware: options)
      description.style = style
      try NetworkFile.write(compiled.network, to: temporary + "/network.onnx")
      try compiled.write(
        to: temporary + "/firmware", report: report, vectors: Self.deliveredVectors,
        seed: options.seed)
      try board?.write(to: temporary + "/firmware")
      description.files = try Self.filesBelow(temporary)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let json = try encoder.encode(description)
      try AtomicFile.write(Array(json) + [UInt8(ascii: "\n")], to: temporary + "/run.json")
    }
  }
}
