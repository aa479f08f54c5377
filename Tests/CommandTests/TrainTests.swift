import Foundation
import Testing

/// What `winnow train` says of bad recipes and data: one sentence that names the place.
@Suite struct TrainBadInputTests {
  private func run(
    _ text: String, _ arguments: [String] = [], code: Int32, saying sentence: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let result = try Tool.run(["train", path, "-o", "\(folder)/run"] + arguments)
      #expect(result.code == code, "\(result.error)", sourceLocation: sourceLocation)
      #expect(result.error.contains(sentence), "\(result.error)", sourceLocation: sourceLocation)
      let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("winnow: ") }
      #expect(lines.count == 1, "\(result.error)", sourceLocation: sourceLocation)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/network.onnx"))
    }
  }

  static let jets = "\(Tool.root)/Examples/jet-tagger/jets-sample.npz"

  static func recipe(
    data: String = jets, network: String = "dense: [16, 8, 3]", epochs: Int = 1, rest: String = ""
  ) -> String {
    """
    data:
      file: \(data)
      inputs: {x: x}
      targets: {y: y}
      split: {validation: 0.2}
    network: {\(network)}
    loss: categorical_crossentropy
    epochs: \(epochs)
    \(rest)
    """
  }

  @Test func misspeltKeys() throws {
    try run(
      Self.recipe(rest: "lerning_rate: 1"), code: 2,
      saying: "line 9: 'lerning_rate' is no key of a recipe; did you mean 'optimizer.learning_rate'?")
    try run(
      Self.recipe(rest: "epoch: 3"), code: 2, saying: "'epoch' is no key of a recipe; did you mean 'epochs'?")
    try run(
      Self.recipe(network: "dense: [16, 3], actvation: relu"), code: 2,
      saying: "line 6: 'network.actvation' is no key of 'network'; did you mean 'activation'?")
    try run(
      Self.recipe(rest: "optimizer: {kind: adam, learningrate: 1}"), code: 2,
      saying: "'optimizer.learningrate' is no key of 'optimizer'; did you mean 'learning_rate'?")
    try run(
      Self.recipe(rest: "optimizer: adma"), code: 2, saying: "'optimizer' is 'adma'; did you mean 'adam'?")
    try run(
      Self.recipe(), ["--set", "quantization.wieghts=6"], code: 2,
      saying: "'quantization.wieghts' is no key of 'quantization'; did you mean 'weights'?")
  }

  @Test func valuesOutOfBounds() throws {
    try run(Self.recipe(rest: "batch: 0"), code: 2, saying: "'batch' is 0; give 1")
    try run(Self.recipe(rest: "l1: much"), code: 2, saying: "'l1' must be a number, not 'much'")
    try run(Self.recipe(), ["--set", "epochs"], code: 2, saying: "--set takes KEY.PATH=VALUE")
    try run("network: [", code: 2, saying: "this is no YAML")
    try run("epochs: 2", code: 2, saying: "the recipe has no 'data'; give it")
    try run(
      Self.recipe(network: "dense: [15, 3]"), code: 2,
      saying: "begins with 15, and the data's 'x' has 16 numbers per event")
  }

  @Test func dataThatDoNotFit() throws {
    try run(Self.recipe(data: "absent.npz"), code: 1, saying: "absent.npz")
    try run(
      Self.recipe(), ["--set", "data.inputs.x=z"], code: 1, saying: "'z'")
    try run(
      Self.recipe(), ["--set", "data.split.validation=0.00001"], code: 1,
      saying: "the validation split is empty")
    try run(
      Self.recipe(), ["--set", "batch=100000"], code: 1,
      saying: "the training split has 4000 events, fewer than one batch of 100000")
    // Three classes are labelled, the network knows two.
    try run(
      Self.recipe(network: "dense: [16, 8, 2]"), code: 1, saying: "is no class of 0 to 1")
  }

  @Test func aLossThatIsNoNumberStops() throws {
    try run(
      Self.recipe(rest: "optimizer: {kind: sgd, learning_rate: 1.0e+30}"), code: 1,
      saying: "the last checkpoint is good")
  }

  @Test func foldersOfOtherRuns() throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(Self.recipe().utf8).write(to: URL(fileURLWithPath: path))
      let out = "\(folder)/run"
      #expect(try Tool.run(["train", path, "-o", out]).code == 0)
      let other = try Tool.run(["train", path, "-o", out, "--set", "batch=512"])
      #expect(other.code == 1)
      #expect(other.error.contains("holds a run of another recipe ('batch' differs)"), "\(other.error)")
      let threads = try Tool.run(["train", path, "-o", out, "--threads", "2"])
      #expect(threads.code == 0 && threads.output.contains("is finished already"))
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.txt"))
      let foreign = try Tool.run(["train", path, "-o", folder])
      #expect(foreign.code == 1 && foreign.error.contains("holds something else"), "\(foreign.error)")
    }
  }

  /// NaN and infinity are found with file, array, row and column.
  @Test func numbersThatAreNone() throws {
    try withFolder { folder in
      // x: two columns of eight rows; row 5, column 1 is NaN. y: labels.
      var x = [Float](repeating: 1, count: 16)
      x[11] = .nan
      try Self.npy(x, [8, 2]).write(to: URL(fileURLWithPath: "\(folder)/x.npy"))
      try Self.npy([0, 1, 0, 1, 0, 1, 0, 1], [8]).write(to: URL(fileURLWithPath: "\(folder)/y.npy"))
      try run(
        Self.recipe(data: folder, network: "dense: [2, 2]", rest: "batch: 2"), code: 1,
        saying: "row 5, element 1 of")
    }
  }

  /// A NumPy file of float32.
  static func npy(_ values: [Float], _ shape: [Int]) -> Data {
    let sizes = shape.map { "\($0)," }.joined()
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data.append(contentsOf: header.utf8)
    for value in values {
      let bits = value.bitPattern
      data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }
    return data
  }
}

/// Scans: every point once, resumable, a table.
@Suite struct ScanTests {
  @Test func gridAndRandomPoints() throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: path))
      let arguments = [
        "scan", path, "--grid", "batch=256,512", "--random", "optimizer.learning_rate=0.0001..0.01:log",
        "-n", "2", "-j", "2", "-o", "\(folder)/scan", "--set", "optimizer.kind=adam", "--json",
      ]
      let first = try Tool.run(arguments)
      #expect(first.code == 0, "\(first.error)")
      let table = try #require(
        try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
      let runs = try #require(table["runs"] as? [[String: Any]])
      #expect(runs.count == 4)
      let losses = runs.compactMap { $0["validationLoss"] as? Double }
      #expect(losses.count == 4 && losses == losses.sorted())
      #expect(Set(runs.compactMap { $0["settings"] as? [String] }).count == 4)
      // Started again, nothing is left to do, and the table is the same.
      #expect(try Tool.run(arguments).output == first.output)
      let other = try Tool.run(arguments + ["--grid", "epochs=2,3"])
      #expect(other.code == 1 && other.error.contains("scan of other settings"), "\(other.error)")
      // What is finished was trained with the settings of then.
      let changed = try Tool.run(arguments + ["--set", "l2=0.001"])
      #expect(
        changed.code == 1 && changed.error.contains("run of another recipe ('l2' differs)"),
        "\(changed.error)")
      let typo = try Tool.run(
        ["scan", path, "--grid", "optimizer.lerning_rate=1,2", "-o", "\(folder)/typo"])
      #expect(typo.code == 2 && typo.error.contains("did you mean 'learning_rate'?"), "\(typo.error)")
    }
  }

  @Test func withoutSlurm() throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: path))
      let result = try Tool.run(
        ["scan", path, "--grid", "batch=256,512", "--slurm", "-o", "\(folder)/scan"],
        path: "\(folder)/nothing")
      #expect(result.code == 1 && result.error.contains("sbatch is not installed"), "\(result.error)")
    }
  }
}
