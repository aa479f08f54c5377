import WinnowFixedPoint
public import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

/// What hands a design over to a board beside its Verilog: links, VHDL, a black box of Vitis HLS.
public struct BoardFiles: Sendable {
  /// A parallel design, which alone can be had in VHDL and as a black box.
  public var design: Design?
  /// Payload, packers, stream wrapper and registers.
  public var links: LinkFiles?
  /// The netlist and its testbench in VHDL-2008, and `emp_payload` where there are links.
  public var vhdl = false
  /// What the EMP framework's version expects of `emp_payload`.
  public var interface = EMPPayload.Interface.slink
  public var blackBox = false

  public init(_ design: Design?, links: LinkFiles? = nil) {
    self.design = design
    self.links = links
  }

  /// What a report says of them.
  public var text: String { links?.text ?? "" }

  /// Writes into a firmware folder.
  ///
  /// - Throws: ``NetworkError``, ``ToolError`` or a file error naming what is wrong.
  func write(to folder: String) throws {
    try links?.write(to: folder)
    var files: [(String, String)] = []
    if vhdl, let design {
      let vectors = TestVectors(for: design.program, count: RunDirectory.deliveredVectors, seed: 1)
      let bench = Simulation.Bench(design, vectors: vectors, expected: [])
      files += [
        ("rtl/\(design.name).vhd", design.vhdl),
        ("rtl/\(design.name)_testbench.vhd", bench.vhdlTestbench),
      ]
      if let payload = links?.payload {
        let wrapper = try EMPPayload(
          payload: payload.name, inputLinks: payload.layout.inputLinks,
          outputLinks: payload.layout.outputLinks, stamp: design.stamp, interface: interface)
        files.append(("rtl/emp_payload.vhd", wrapper.vhdl))
      }
    }
    if blackBox, let design {
      try OutputFolder.make("\(folder)/hls")
      files += design.blackBoxFiles().map { ("hls/\($0.name)", $0.text) }
    }
    for (path, text) in files { try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)") }
  }
}
