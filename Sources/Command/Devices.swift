import ArgumentParser
import Winnow

struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the FPGAs known, with their resources.",
    discussion: "Example:\n  winnow devices")

  @Flag(help: "Print the list as JSON.")
  var json = false

  func run() throws {
    if json { return try printJSON(Device.all) }
    print(
      column("part", 30) + column("family", 20) + column("LUT", 10) + column("FF", 10)
        + column("DSP", 8) + column("BRAM", 8) + "source")
    for device in Device.all {
      print(
        column(device.part, 30) + column(device.family.rawValue, 20)
          + column("\(device.lookUpTables)", 10) + column("\(device.flipFlops)", 10)
          + column("\(device.multipliers)", 8) + column("\(device.blockMemories)", 8)
          + device.source)
    }
  }
}
