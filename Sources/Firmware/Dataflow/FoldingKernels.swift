package import WinnowNetworkIR

/// Kernels that share multipliers over the edges that a token has, where that is the cheaper way.
package struct FoldingKernels: KernelMaker {
  private let parallel: ParallelKernels
  private let settings: FoldedSettings

  /// - Throws: ``NetworkError`` for an unknown device.
  package init(_ options: FirmwareOptions) throws {
    parallel = ParallelKernels(options)
    var settings = FoldedSettings(device: try options.device(), clock: options.clock)
    settings.extraDepth = options.extraDepth
    settings.effort = options.effort
    settings.seed = options.seed
    self.settings = settings
  }

  package func kernel(
    named name: String, for program: FixedPointProgram, interval: Int, share: Double
  ) throws -> any StreamKernel {
    let program = program.prunedToOutputs()
    // Only sums that read the window itself are folded, and a chain of stages is not.
    if interval > 1, let stages = try? FoldedStages(program, name: name, settings: settings),
      stages.stages.count == 1,
      let kernel = try stages.cheapest(stages.stages[0], within: interval) as? FoldedKernel
    {
      return kernel
    }
    return try parallel.kernel(named: name, for: program, interval: interval, share: share)
  }
}
