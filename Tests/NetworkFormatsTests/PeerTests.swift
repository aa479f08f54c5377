import WinnowONNXSchema
import Testing
import WinnowFixedPoint
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors
import WinnowTestSupport

/// Five quantised networks as QONNX files with integer vectors that NumPy, da4ml, alkaid and hls4ml
/// agree on (`shared/data/peers`).
@Suite(.enabled(if: SharedData.exists("peers"), "\(SharedData.absence)"))
struct PeerTests {
  @Test(arguments: ["vae_encoder", "distillnet_8bit", "refit_wide", "qdistillnet", "scouting"])
  func outputsEqual(_ name: String) throws {
    let network = try NetworkFile.read(path: SharedData.path("peers/\(name).onnx"))
    let data = try NPZ(contentsOf: SharedData.path("peers/\(name).npz"))
    let format = try #require(try data.array("input_format").integers())
    let runner = try ExactRunner(network, fraction: Int(format[1] - format[2]))
    let (x, y) = (try rows(data.array("x")), try rows(data.array("y")))
    var compared = 0
    var interpreterDiffers = 0
    var programDiffers = 0
    for row in stride(from: 0, to: x.count, by: rowStride) {
      if try runner.trace(x[row])["y"] != y[row] { interpreterDiffers += 1 }
      if try runner.programTrace(x[row])["y"] != y[row] { programDiffers += 1 }
      compared += 1
    }
    #expect(interpreterDiffers == 0, "of \(compared) vectors")
    #expect(programDiffers == 0, "of \(compared) vectors")
    print("\(name): \(compared) of \(x.count) vectors compared")
    #expect(try NetworkFile.decode(NetworkFile.encode(network)) == network)
  }
}
