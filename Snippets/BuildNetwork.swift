// docs/graph.md's example: a network built in Swift, evaluated by the interpreter, written as ONNX.
import Winnow

let builder = NetworkBuilder("autoencoder", seed: 1)
let x = builder.input("x", [.batch, 57])
let code = x.dense(32, weights: .heUniform, name: "encoder").batchNormalized().leakyRelu(0.3)
let network = try builder.network(outputs: [code.dense(57, name: "y")])

let event = Tensor([1, 57], .float32(Array(repeating: 0.5, count: 57)))
print(try Interpreter(network).run(["x": event])[0].shape)
try NetworkFile.write(network, to: "autoencoder.onnx")
