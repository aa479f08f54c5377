// The README's library example: a file to scores and to firmware.
import Winnow

let network = try NetworkFile.read(path: "Examples/first-light/encoder.onnx")
let events = try NPZ(contentsOf: "Examples/first-light/vectors.npz")
let mantissas = try events.array("inputs").integers() ?? []

let engine = try IntegerEngine(network)  // picks the instruction set once
let outputs = try engine.run([mantissas], events: mantissas.count / 57)  // mantissas, one array an output
print(engine.outputs.map(\.name), outputs.map { $0.prefix(3) })

let design = try Design(network, options: FirmwareOptions(clock: 200))
print(design.pipeline.latency, design.resources.lookUpTables)
