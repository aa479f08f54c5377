import ArgumentParser
import Winnow

struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a network takes in each style, and which of them suits.",
    discussion: """
      Prints the designs that no other beats in LUT, DSP, BRAM, latency and
      interval at once, by the model; the best, the smallest share of the device
      that meets the demands, is marked. 'folded, interval N, logic' is made by
      'winnow compile --style folded --ii N --products logic', 'dataflow,
      interval N, folded' by --style dataflow --ii N --share.

      Example:
        winnow explore Examples/first-light/encoder.onnx --ii 8 --latency 500
      """)

  @Argument(help: "The network: ONNX, QONNX, or an hls4ml model description.")
  var model: String

  @Option(parsing: .unconditional, help: "The clock, MHz.")
  var clock: Double = 200

  @Option(help: "The device, or the start of its part number; see 'winnow devices'.")
  var device: String = "xcvu9p"

  @Option(parsing: .unconditional, help: "Clock edges between two events at most.")
  var ii: Int?

  @Option(parsing: .unconditional, help: "Latency at most, ns.")
  var latency: Double?

  @Flag(help: "Print all candidates as JSON.")
  var json = false

  @OptionGroup var symbols: SymbolOptions

  func validate() throws {
    guard clock.isFinite, clock > 0 else {
      throw ValidationError("--clock takes a frequency in MHz above 0, not \(clock).")
    }
    guard Device.named(device) != nil else {
      throw ValidationError(
        "--device \(device) is not known, or stands for several; 'winnow devices' lists them.")
    }
    if let ii, ii < 1 { throw ValidationError("--ii takes 1 or more clock edges, not \(ii).") }
    if let latency, !(latency > 0) {
      throw ValidationError("--latency takes nanoseconds above 0, not \(latency).")
    }
  }

  func run() throws {
    let progress = Progress(silent: json)
    progress("reading \(model)")
    let network = try symbols.network(model)
    let exploration = try Exploration(
      network, options: FirmwareOptions(clock: clock, part: Device.named(device)!.part),
      demands: .init(interval: ii, latency: latency)
    ) { progress($0) }
    progress.finish()
    if json { return try printJSON(exploration) }
    print(exploration.text(), terminator: "")
    _ = try exploration.choice()
  }
}
