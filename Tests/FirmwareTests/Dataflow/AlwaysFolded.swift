import WinnowNetworkIR

@testable import WinnowFirmware

/// Folds every layer that can be, cheaper or not.
struct AlwaysFolded: KernelMaker {
  let options: FirmwareOptions

  func kernel(
    named name: String, for program: FixedPointProgram, interval: Int, share: Double
  ) throws -> any StreamKernel {
    let partition = FoldedPartition(program.prunedToOutputs())
    if interval >= 2, partition.stages.count == 1, !partition.stages[0].rows.isEmpty {
      let settings = try FoldedSettings(options, products: .cheapest)
      let stage = try FoldedStage(partition.stages[0], name: name, settings: settings)
      let reuse = min(interval, stage.products)
      if reuse >= 2 { return stage.folded(reuse) }
    }
    return try ParallelKernels(options).kernel(
      named: name, for: program, interval: interval, share: share)
  }
}
