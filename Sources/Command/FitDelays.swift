import ArgumentParser
import Winnow

struct FitDelays: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit-delays",
    abstract: "Fit a delay model to the routed paths of a Vivado timing report.",
    discussion: """
      In Vivado, after route_design:
        report_timing -max_paths 500 -nworst 1 -file timing.txt
      Example:
        winnow fit-delays timing.txt --device xcvu9p -o delays.json
        winnow compile MODEL -o DIR --delays delays.json
      """)

  @Argument(help: "The text that report_timing or report_timing_summary wrote.")
  var report: String

  @Option(help: "The device, or the start of its part number; its model is fitted from.")
  var device: String = "xcvu9p"

  @Option(name: [.short, .customLong("output")], help: "The delay model to write, JSON.")
  var output: String?

  @Flag(help: "Print the fit as JSON.")
  var json = false

  func validate() throws {
    guard Device.named(device) != nil else {
      throw ValidationError(
        "--device \(device) is not known, or stands for several; 'winnow devices' lists them.")
    }
  }

  func run() throws {
    let fit = try DelayModel.fitted(
      to: VivadoTimingPaths(contentsOf: report), from: Device.named(device)!.family.delays)
    if let output { try AtomicFile.write(Array(fit.model.json().utf8), to: output) }
    if json { return try printJSON(fit) }
    print(fit.text, terminator: "")
    if let output { print("written to \(output)") }
  }
}
