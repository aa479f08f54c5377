import Foundation
import Testing

/// Mistakes of a recipe that show beside the data only: still the recipe's, exit code 2, before
/// anything is trained.
@Suite struct TrainLateErrorTests {
  private func run(
    _ settings: [String], code: Int32 = 2, saying sentences: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: path))
      let result = try Tool.run(
        ["train", path, "-o", "\(folder)/run"] + settings.flatMap { ["--set", $0] })
      #expect(result.code == code, "\(result.error)", sourceLocation: sourceLocation)
      for sentence in sentences {
        #expect(result.error.contains(sentence), "\(result.error)", sourceLocation: sourceLocation)
      }
      let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("winnow: ") }
      #expect(lines.count == (code == 0 ? 0 : 1), "\(result.error)", sourceLocation: sourceLocation)
      #expect(
        FileManager.default.fileExists(atPath: "\(folder)/run/checkpoints/last.npz") == (code == 0),
        sourceLocation: sourceLocation)
    }
  }

  @Test func lossesOfValuesThatAreNotThere() throws {
    try run(
      ["loss={kind: categorical_crossentropy, input: nowhere}"],
      saying: "'loss': loss 'categorical_crossentropy' reads 'nowhere', which the network does not compute")
    try run(
      ["loss={kind: mse, target: x}"], saying: "'loss': ")
    try run(
      ["loss={kind: beta_vae, beta: 0, input: output, target: t, mask: m}"],
      saying: "reads 't', and 'data' has no such input or target")
  }

  /// One output where the loss reads a reconstruction, means and variances.
  @Test func betaVAEWithoutLatentValues() throws {
    let start = "the loss 'beta_vae' reads three values, the reconstruction, the latent means and"
    try run(["loss=beta_vae"], saying: start, "and 1 is there; name them with 'inputs:")
    try run(
      ["loss={kind: beta_vae, inputs: [output, dense_1]}"], saying: start, "and 2 are there",
      "two 'slice' layers take apart what holds both")
    try run(["loss={kind: gaussian_kl, input: output}"], saying: "and 1 value is there")
  }

  @Test func noiseThatNobodyReads() throws {
    try run(
      ["data.noise={eps: 4}"],
      saying: "'data.noise.eps' is read by no layer", "or leave it out")
    try run(
      ["network={layers: [{dense: 4}, {multiply: eps}, {dense: 3}]}", "data.noise={eps: 4}"], code: 0)
  }

  @Test func weightsThatAreAllZero() throws {
    try run(
      ["epochs=0", "quantization={weights: \"fixed<1,6,RND_CONV,SAT>\", epochs: 1}"],
      saying: "'quantization.weights' makes all 128 weights of 'dense_1' zero", "give them more bits")
  }

  @Test func metricsThatCannotBeComputed() throws {
    try run(["metrics=[rmse]"], saying: "'metrics' has 'rmse'", "has 1 for 3 answers")
  }

  @Test func imagesOfOneNumber() throws {
    let layers = "{reshape: [1, 4, 4]}, {convolution: 2, kernel: 3, padding: same}"
    try run(
      ["network={layers: [\(layers), {maximum_pool: 2}, flatten, {dense: 3}]}"], code: 0)
    try run(
      ["network={layers: [\(layers), {maximum_pool: [2, 2, 2]}, flatten, {dense: 3}]}"],
      saying: "has a window [2, 2, 2] for 2 spatial axes; give one number for each")
    try run(
      ["network={layers: [{maximum_pool: 2}, {dense: 3}]}"],
      saying: "it takes an image [batch, channels, rows, …]")
  }

  /// The results come back from the checkpoint; without it a sentence says what to do.
  @Test func resultsThatWereRemoved() throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: path))
      let run = "\(folder)/run"
      let arguments = ["train", path, "-o", run]
      #expect(try Tool.run(arguments).code == 0)
      for name in ["metrics.json", "network.onnx"] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(run)/\(name)"))
        try FileManager.default.removeItem(atPath: "\(run)/\(name)")
        let again = try Tool.run(arguments)
        #expect(again.code == 0, "\(again.error)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(run)/\(name)")) == bytes)
      }
      try Data("{".utf8).write(to: URL(fileURLWithPath: "\(run)/metrics.json"))
      let damaged = try Tool.run(arguments)
      #expect(
        damaged.code == 1 && damaged.error.contains("is damaged; remove it"), "\(damaged.error)")
      try FileManager.default.removeItem(atPath: "\(run)/metrics.json")
      try FileManager.default.removeItem(atPath: "\(run)/checkpoints/last.npz")
      let lost = try Tool.run(arguments)
      #expect(lost.code == 1)
      #expect(lost.error.contains("is finished, but '\(run)/metrics.json' is gone"), "\(lost.error)")
    }
  }
}

@Suite struct ParetoCommandTests {
  @Test func singleNetworksAndMissingGnuplot() throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      let rest = "quantization: {weights: 4, activations: 6, inputs: 6, epochs: 1}"
      try Data(TrainBadInputTests.recipe(network: "dense: [16, 3]", rest: rest).utf8)
        .write(to: URL(fileURLWithPath: path))
      #expect(
        try Tool.run(["scan", path, "--grid", "seed=1,2", "-o", "\(folder)/scan"]).code == 0)
      let single = try Tool.run(["pareto", "\(folder)/scan/run-0000"])
      #expect(single.code == 0, "\(single.error)")
      #expect(single.output.contains("pareto.json; a single network makes no figure"), "\(single.output)")
      let two = try Tool.run(["pareto", "\(folder)/scan"], path: "\(folder)/nothing")
      #expect(two.code == 0, "\(two.error)")
      #expect(
        two.output.contains("no figure, as gnuplot is not installed: apt-get install gnuplot-nox"),
        "\(two.output)")
    }
  }
}
