// Time of one training step: forward, loss, backward, Adam, as Tools/peers/training_steps.py measures
// it for the frameworks; Tools/peers/training_turns.py alternates the two.
//
//     training-benchmark [--only NAME] [--threads 1] [--seconds 5] [--profile] [--tile-rows N] [--shards N]
//
// One JSON object a line. `NAME_qat` is the network with 8-bit weights, biases and activations.
import Foundation
import Winnow

let cases: [(name: String, make: () throws -> Case)] = [
  ("dnn_ae", { try autoencoder(Layers()) }),
  ("dnn_vae", { try variationalAutoencoder(Layers()) }),
  ("distillnet", { try distillNet(Layers()) }),
  ("scouting", { try scouting(Layers()) }),
  ("dnn_ae_qat", { try autoencoder(Layers(isQuantized: true)) }),
  ("dnn_vae_qat", { try variationalAutoencoder(Layers(isQuantized: true)) }),
  ("distillnet_qat", { try distillNet(Layers(isQuantized: true)) }),
  ("scouting_qat", { try scouting(Layers(isQuantized: true)) }),
  ("cnn_vae", convolutionalVAE),
  ("llp_cnn", longLivedParticleCNN),
  ("exatrkx_in", interactionNetwork),
]

var only: String?
var threads = 1
var seconds = 5.0
var profiles = false
var options = PlanOptions()
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--only": only = arguments.popFirst()
  case "--threads": threads = arguments.popFirst().flatMap { Int($0) } ?? 1
  case "--seconds": seconds = arguments.popFirst().flatMap { Double($0) } ?? 5
  case "--profile": profiles = true
  case "--tile-rows": options.tileRows = arguments.popFirst().flatMap { Int($0) }
  case "--shards": options.shards = arguments.popFirst().flatMap { Int($0) }
  default:
    FileHandle.standardError.write(Data("training-benchmark: unknown option \(argument)\n".utf8))
    exit(2)
  }
}

/// Steps on data that was made once, outside the measured time.
@MainActor
func measure(_ name: String, _ item: Case) throws {
  let plan = try TrainingPlan<Float>(
    item.objective.network, sizes: item.sizes, seeds: [item.objective.loss],
    options: options, team: ThreadTeam(threads))
  var stream = RandomStream(seed: 1, label: name)
  for input in item.objective.network.inputs {
    let value = plan.input(input.name)!
    if value.indices.count > 0 {
      var nodes = (0..<value.indices.count).map { _ in
        Int32(stream.integer(in: 0...(item.sizes["nodes"]! - 1)))
      }
      if input.name == "receiver" { nodes.sort() }
      for place in nodes.indices { value.indices[place] = nodes[place] }
    } else {
      for place in 0..<value.values.count {
        value.values[place] =
          item.isSparse && input.name == "x"
          ? (stream.uniform() < 0.02 ? 1 : 0)
          : Float(input.name == "target" ? stream.uniform() : stream.gaussian())
      }
    }
  }
  let optimizer = Adam(convention: .keras3)
  let count = plan.parameters.layout.count
  var state: OptimizerState<Float> = optimizer.makeState(parameterCount: count)
  let noise = GaussianNoise(stream)
  let seed = plan.seed(item.objective.loss)!
  let factor = 1 / Float(seed.count)
  func step(_ number: Int) {
    if item.noise > 0, let values = plan.input("eps")?.values {
      unsafe noise.fill(
        values.base, events: 0..<item.sizes["batch"]!, width: item.noise, step: number)
    }
    plan.setStep(UInt64(number))
    plan.forward()
    seed.fill(factor)
    plan.backward()
    let numbers = optimizer.begin(&state)
    unsafe state.withUnsafeSlots { slots in
      unsafe optimizer.update(
        parameters: plan.parameters.values.base, gradients: plan.gradient.base, slots: slots,
        range: 0..<count, step: numbers)
    }
  }
  let clock = ContinuousClock()
  for number in 0..<3 { step(number) }
  var times: [Double] = []
  let start = clock.now
  while times.count < 5 || (clock.now - start) / .seconds(1) < seconds {
    let before = clock.now
    step(times.count + 3)
    times.append((clock.now - before) / .milliseconds(1))
  }
  times.sort()
  print(
    """
    {"name": "\(name)", "framework": "winnow", "threads": \(threads), "steps": \(times.count), \
    "median_ms": \(times[times.count / 2]), "p5_ms": \(times[times.count / 20]), \
    "p95_ms": \(times[times.count * 19 / 20]), "parameters": \(count), "memory_MiB": \(plan.memory >> 20)}
    """)
  if profiles {
    for node in plan.profile().prefix(16) {
      print("  \(node.node) forward \(Int(node.forward * 1e6)) µs, backward \(Int(node.backward * 1e6)) µs")
    }
  }
}

for item in cases where only == nil || only == item.name { try measure(item.name, item.make()) }
