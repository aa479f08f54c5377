import Foundation
import WinnowMetrics
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

extension TrainingRun {
  /// Writes what the training came to. Interrupted, it writes the same again.
  func finish(_ part: StageRun) throws -> TrainingMetrics {
    let trainer = part.trainer
    let isLearned = recipe.widths != nil
    let last = isLearned ? try trainer.network.fixingWidths() : trainer.network
    var best = isLearned ? try trainer.bestNetwork.fixingWidths() : trainer.bestNetwork
    var epoch = trainer.state.bestEpoch
    let front = state.front.points.map { ($0.payload, $0.loss, $0.cost) }
    if let widths = recipe.widths, let least = front.map(\.1).min(),
      let chosen = front.first(where: { $0.1 <= least + abs(least) * widths.tolerance })
    {
      best = try NetworkFile.read(path: files.candidate(epoch: chosen.0))
      epoch = chosen.0
    }
    try removeBeatenCandidates()
    try NetworkFile.write(best, to: files.best)
    try NetworkFile.write(last, to: files.last)
    let lines = state.earlier + part.lines
    // Validation and test go through the network as it was written.
    let written = try NetworkFile.read(path: files.best)
    let metrics = try measure(
      written, epoch: epoch, lines: lines,
      front: front.map {
        TrainingMetrics.Candidate(epoch: $0.0, loss: $0.1, effectiveBitOperations: $0.2)
      })
    try files.write(metrics, to: files.metrics)
    try LossFigure(lines).write(files)
    return metrics
  }

  private func removeBeatenCandidates() throws {
    let kept = Set(state.front.points.map { "epoch-\($0.payload).onnx" })
    let folder = files.folder + "/pareto"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where !kept.contains(name) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  private func measure(
    _ network: Network, epoch: Int?, lines: [EpochLine], front: [TrainingMetrics.Candidate]
  ) throws -> TrainingMetrics {
    let split = events.split
    let isQuantized = network.nodes.contains { $0.operation is Quantize }
    let summary = try NetworkSummary(ConstantFolding().run(on: network))
    var exactness: TrainingMetrics.Exact?
    var notExact = summary.notExact
    if isQuantized, notExact == nil {
      do {
        let found = try network.exactness()
        exactness = TrainingMetrics.Exact(
          precision: found.precision.rawValue, node: found.node, bits: found.bits)
      } catch { notExact = "\(error)" }
    }
    return TrainingMetrics(
      name: recipe.name, seed: recipe.seed,
      events: TrainingMetrics.Events(
        training: split.training.count, validation: split.validation.count, test: split.test.count),
      epochs: lines, epoch: epoch,
      validation: try evaluate(network, split.validation), test: try evaluate(network, split.test),
      size: TrainingMetrics.Size(
        weights: summary.weights, zeroWeights: summary.zeros,
        sparsity: Double(summary.zeros) / Double(max(summary.weights, 1)),
        effectiveBitOperations: summary.effectiveBitOperations,
        lookUpTables: lookUpTables(of: network, summary)),
      exactness: exactness, notExact: notExact, threshold: teacher?.threshold, pareto: front)
  }

  /// Compiled where that takes a few seconds at most; the same for the same network.
  private func lookUpTables(of network: Network, _ summary: NetworkSummary) -> Int? {
    guard let operations = summary.effectiveBitOperations, operations <= 1 << 19 else { return nil }
    return try? Int(FirmwareEstimate(options: recipe.firmware.options).cost(of: network))
  }

  /// `nil` where no event counts.
  private func evaluate(_ network: Network, _ rows: RowSet) throws -> TrainingMetrics.Evaluated? {
    guard try events.haveWeight(rows) else { return nil }
    let (objective, learned) = try objectiveAndTarget(for: network)
    guard
      let batches = try events.evaluation(
        rows, for: objective, batch: recipe.batch, seed: recipe.seed)
    else { return nil }
    let evaluation = try Evaluation(
      objective, batches, parameters: Parameters<Float>(objective.network))
    let loss = try evaluation.loss()
    guard !recipe.metrics.isEmpty else { return TrainingMetrics.Evaluated(loss: loss, metrics: [:]) }
    // Without a loss of its own a student is compared with its teacher.
    let main = recipe.losses.first
    let isDistilled = main == nil && recipe.graphLosses.isEmpty
    guard let output = main?.inputs?.first ?? network.outputs.first,
      let target = isDistilled ? learned : main?.target ?? recipe.data.targets.first?.name
    else {
      throw RecipeError(
        "'metrics' compare the first loss's input with its target, and there is none; leave them out")
    }
    var (scores, truth, weights): ([Float], [Float], [Double]) = ([], [], [])
    try evaluation.forEachBatch { batch in
      let (y, t) = (batch.values(of: output), batch.values(of: target))
      let (width, targetWidth) = (y.count / batch.weights.count, t.count / batch.weights.count)
      for row in 0..<batch.weights.count where batch.weights[row] != 0 {
        weights.append(Double(batch.weights[row]))
        scores += y.part(row * width..<(row + 1) * width).array
        truth += t.part(row * targetWidth..<(row + 1) * targetWidth).array
      }
    }
    return TrainingMetrics.Evaluated(
      loss: loss,
      metrics: try MetricValues(
        recipe.metrics, scores: scores, truth: truth, weights: weights,
        threshold: main?.scoreThreshold ?? 0, target: target
      ).values)
  }
}
