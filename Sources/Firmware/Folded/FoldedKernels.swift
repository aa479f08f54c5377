package import WinnowNetworkIR

/// Kernels for a dataflow's layers: folded where the schedule leaves clock edges between windows and
/// folding is cheaper, parallel elsewhere.
package struct FoldedKernels: KernelMaker {
  let options: FirmwareOptions
  let products: FoldedProducts
  /// Folds every layer that can be, cheaper or not.
  package var foldsAll = false
  private let parallel: ParallelKernels

  package init(_ options: FirmwareOptions, products: FoldedProducts = .cheapest) {
    self.options = options
    self.products = products
    parallel = ParallelKernels(options)
  }

  package func kernel(
    named name: String, for program: FixedPointProgram, interval: Int, share: Double
  ) throws -> any StreamKernel {
    let partition = FoldedPartition(program.prunedToOutputs())
    // A chain of several stages has another schedule than one kernel.
    guard interval >= 2, partition.stages.count == 1, !partition.stages[0].rows.isEmpty else {
      return try parallel.kernel(named: name, for: program, interval: interval, share: share)
    }
    let settings = try FoldedSettings(options, products: products)
    let stage = try FoldedStage(partition.stages[0], name: name, settings: settings)
    let reuse = min(interval, stage.products)
    guard reuse >= 2 else {
      return try parallel.kernel(named: name, for: program, interval: interval, share: share)
    }
    let folded = stage.folded(reuse)
    let price = settings.device.price(folded.resources)
    let rough = Double(stage.parallelEstimate) / Double(settings.device.lookUpTables)
    guard rough < 1.5 * price, !foldsAll else { return folded }
    let logic = try parallel.kernel(named: name, for: program, interval: interval, share: share)
    return settings.device.price(logic.resources) <= price ? logic : folded
  }
}
