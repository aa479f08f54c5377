import WinnowNetworkIR

extension TrainingPlan {
  /// The first value in the order of the graph that holds a NaN or an infinity.
  ///
  /// Where values share memory, the pass is done once more in a plan that keeps all of them; where
  /// there is not enough memory for that, only values are looked at that still hold what was computed.
  ///
  /// - Complexity: O(values), and a forward pass where values share memory.
  func firstNonFinite() -> String? {
    guard !overwritten.isEmpty else { return firstNonFinite(except: []) }
    return keepingAll()?.firstNonFinite(except: []) ?? firstNonFinite(except: overwritten)
  }

  private func firstNonFinite(except hidden: Set<String>) -> String? {
    let names =
      network.inputs.map(\.name) + parameters.layout.entries.map(\.name)
      + network.nodes.flatMap(\.outputs)
    return names.first { name in
      guard !hidden.contains(name), let value = value(name) else { return false }
      return (0..<value.values.count).contains { !value.values[$0].isFinite }
    }
  }

  /// A plan without shared memory after the same forward pass; parameters and state stay as they are.
  private func keepingAll() -> TrainingPlan<Scalar>? {
    var options = options
    options.checkpoints = 0
    let state = parameters.state.array
    defer { parameters.state.copy(from: state) }
    // No part takes more than all of this plan.
    let bytes = self.options.checkpoints * memory
    guard (try? AvailableMemory.require(bytes, for: "a second forward pass")) != nil,
      let plan = try? TrainingPlan(
        network, sizes: sizes, parameters: parameters, training: isTraining, options: options)
    else { return nil }
    for input in network.inputs {
      guard let own = value(input.name), let copy = plan.value(input.name) else { continue }
      copy.values.copy(from: own.values)
      for place in 0..<own.indices.count { copy.indices[place] = own.indices[place] }
    }
    plan.setStep(clock.step)
    plan.forward()
    return plan
  }
}
