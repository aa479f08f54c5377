import ArgumentParser
import Winnow

/// What a design gets beside its Verilog, for a real board.
struct BoardOptions: ParsableArguments {
  @Option(help: "The links: io.yaml; adds the payload around the network, and packers.")
  var io: String?

  @Option(help: "Write a link map to start from to this file, and nothing else.")
  var ioTemplate: String?

  @Flag(help: "Add an AXI4-Stream wrapper.")
  var stream = false

  @Option(
    help:
      "Add a trigger bit and AXI4-Lite registers: OUTPUT=THRESHOLD or OUTPUT[ELEMENT]=THRESHOLD, a mantissa.")
  var trigger: String?

  @Flag(help: "Add the netlist in VHDL-2008; with --io also emp_payload.vhd.")
  var vhdl = false

  enum Interface: String, ExpressibleByArgument, CaseIterable { case early, slink }

  @Option(help: "The emp_payload that the EMP framework's version expects; slink where not given.")
  var emp: Interface?

  @Flag(help: "Add a black box for Vitis HLS.")
  var blackBox = false

  /// The options that ask for a file, and the styles that have it.
  private var given: [(name: String, styles: [String])] {
    let parallel = ["parallel"]
    let linked = ["parallel", "folded"]
    let all: [(name: String, styles: [String], isGiven: Bool)] = [
      ("--io-template", linked, ioTemplate != nil), ("--io", linked, io != nil),
      ("--stream", parallel, stream), ("--trigger", linked, trigger != nil),
      ("--vhdl", parallel, vhdl), ("--black-box", parallel, blackBox),
    ]
    return all.filter(\.isGiven).map { ($0.name, $0.styles) }
  }

  /// The first option that a style does not have, and those that have it.
  private func refused(by style: String) -> (name: String, styles: String)? {
    given.first { !$0.styles.contains(style) }
      .map { ($0.name, $0.styles.joined(separator: " or ")) }
  }

  func validate() throws {
    if trigger != nil, io == nil, !stream {
      throw ValidationError("--trigger needs --io or --stream, in whose logic the bit is formed.")
    }
    if emp != nil, io == nil || !vhdl {
      throw ValidationError(
        "--emp chooses the ports of emp_payload.vhd, which --io with --vhdl writes; add both, or leave --emp out."
      )
    }
    if trigger != nil, io != nil, vhdl {
      throw ValidationError(
        "emp_payload has no ports for --trigger's registers; leave --trigger or --vhdl out.")
    }
  }

  /// Refuses what the style cannot have, before anything is compiled.
  func validate(for style: StyleOptions.Style) throws {
    if style != .auto, let option = refused(by: style.rawValue) {
      throw ValidationError(
        "\(option.name) is for --style \(option.styles); leave it out, or leave out --style \(style.rawValue)."
      )
    }
    if let trigger, trigger.wholeMatch(of: Self.triggerForm) == nil {
      throw ValidationError(
        "--trigger takes OUTPUT=THRESHOLD or OUTPUT[ELEMENT]=THRESHOLD, a whole number, not '\(trigger)'.")
    }
  }

  /// Refuses what a style that `auto` has chosen cannot have, before it is compiled.
  func check(_ style: FirmwareStyle) throws {
    if let option = refused(by: style.name) {
      throw NetworkError(
        "\(option.name) is for --style \(option.styles), and --style auto chose \(style.name); leave \(option.name) out, or give the style"
      )
    }
  }

  private static var triggerForm: Regex<(Substring, Substring, Substring?, Substring)> {
    /(.+?)(?:\[([0-9]{1,6})\])?=(-?[0-9]{1,18})/
  }

  /// Finds what is wrong with the link map or the trigger before the search for less logic.
  func checkLinks(of network: Network, clock: Double) throws {
    guard io != nil || trigger != nil else { return }
    try LinkFiles.check(
      try FixedPointProgram(network.bindingBatch()).prunedToOutputs(), clock: clock,
      map: io.map { try LinkMap(yamlFile: $0) }, trigger: trigger.map { try choice($0) })
  }

  /// What to write beside a design; `nil` when nothing is asked for.
  func files(for compiled: CompiledFirmware) throws -> BoardFiles? {
    guard !given.isEmpty, let design = compiled.linked else { return nil }
    var files = BoardFiles(design as? Design)
    if io != nil || stream {
      files.links = try LinkFiles(
        design, map: io.map { try LinkMap(yamlFile: $0) }, stream: stream,
        trigger: trigger.map { try choice($0, stamp: design.stamp.value) })
    }
    files.vhdl = vhdl
    files.interface = EMPPayload.Interface(rawValue: (emp ?? .slink).rawValue)!
    files.blackBox = blackBox
    return files
  }

  /// Reads `score=120` or `mu[2]=-7`.
  private func choice(_ text: String, stamp: UInt64 = 0) throws -> TriggerChoice {
    guard let match = text.wholeMatch(of: Self.triggerForm),
      let threshold = Int64(match.3)
    else {
      throw NetworkError(
        "the trigger '\(text)' is not understood; give OUTPUT=THRESHOLD or OUTPUT[ELEMENT]=THRESHOLD, with a whole number"
      )
    }
    return TriggerChoice(
      port: String(match.1), element: match.2.flatMap { Int($0) } ?? 0, threshold: threshold,
      stamp: stamp)
  }
}
