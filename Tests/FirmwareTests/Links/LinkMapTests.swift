import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct LinkMapTests {
  /// Two objects of pT, eta and a flag; one score.
  private static let network = Network(
    name: "objects", inputs: [.init("x", TensorType([6], .float64))],
    nodes: [
      Node(
        "q",
        Quantize(
          types: ["ufixed<12,11>", "fixed<9,5>", "ufixed<1,1>", "ufixed<12,11>", "fixed<9,5>", "ufixed<1,1>"]
            .map { try! FixedPointType(text: $0) }, shape: [6]), "x"),
      Node("score", Quantize(FixedPointType(signed: true, width: 14, integer: 12)), "q"),
    ], outputs: ["score"])

  private static let program = try! FixedPointProgram(network)

  private static func map(
    _ inputs: String = #"""
    [{"port": "x", "link": 4, "bits": [0, 11], "format": "ufixed<12,11>", "repeat": {"count": 2, "element": 3, "frame": 1}},
     {"port": "x", "element": 1, "link": 4, "bits": [12, 20], "repeat": {"count": 2, "element": 3, "frame": 1}},
     {"port": "x", "element": 2, "link": 4, "bits": [63, 63], "repeat": {"count": 2, "element": 3, "frame": 1}}]
    """#,
    outputs: String =
      #"[{"port": "score", "link": 7, "bits": [0, 13], "repeat": {"count": 4, "bit": 14}}, {"port": "score", "element": 4, "link": 7, "frame": 1, "bits": [50, 63], "repeat": {"count": 2, "bit": -50}}]"#,
    head: String = #""frames_per_crossing": 6, "tmux": 2"#
  ) throws -> LinkMap {
    try JSONDecoder().decode(
      LinkMap.self, from: Data("{\(head), \"inputs\": \(inputs), \"outputs\": \(outputs)}".utf8))
  }

  private static func layout(_ map: LinkMap) throws -> LinkLayout {
    try LinkLayout(map, for: program)
  }

  @Test func repetitionPlacesEveryElement() throws {
    let layout = try Self.layout(Self.map())
    #expect(layout.inputs.map(\.element) == [0, 1, 2, 3, 4, 5])
    #expect(layout.inputs.map(\.frame) == [0, 0, 0, 1, 1, 1])
    #expect(layout.inputs.map(\.bit) == [0, 12, 63, 0, 12, 63])
    #expect(layout.outputs.map(\.bit) == [0, 14, 28, 42, 50, 0])
    #expect(layout.outputs.map(\.frame) == [0, 0, 0, 0, 1, 1])
    #expect(layout.map.period == 12 && layout.map.linkClock == 240)
    #expect(layout.inputLinks == [4] && layout.outputLinks == [7])
  }

  @Test func codingRoundTrips() throws {
    var map = try Self.map()
    map.packetFrames = 9
    map.start = .orbit
    #expect(try JSONDecoder().decode(LinkMap.self, from: JSONEncoder().encode(map)) == map)
  }

  /// One fault at a time, and what is said of it.
  @Test(arguments: [
    (
      #"[{"port": "y", "link": 4, "bits": [0, 11]}]"#,
      "names the input 'y', which the network does not have; it has x"
    ),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 10]}]"#,
      "is given 11 bits, but the network's format ufixed<12,11> has 12"
    ),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 11], "format": "ufixed<12,10>"}]"#,
      "has the format ufixed<12,10>, but the network's is ufixed<12,11>"
    ),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 11], "format": "int"}]"#,
      "has the format 'int'; write one such as"
    ),
    (
      #"[{"port": "x", "link": 4, "bits": [53, 64]}]"#,
      "uses bits 53 to 64 of a frame; there are bits 0 to 63"
    ),
    (#"[{"port": "x", "link": 4, "bits": [-1, 10]}]"#, "uses bits -1 to 10 of a frame"),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 11], "repeat": {"count": 2, "element": 3, "bit": 53}}]"#,
      "uses bits 53 to 64 of a frame"
    ),
    (#"[{"port": "x", "element": 6, "link": 4, "bits": [0, 11]}]"#, "names element 6 of 'x', which has 6"),
    (
      #"[{"port": "x", "link": 4, "frame": 12, "bits": [0, 11]}]"#,
      "uses frame 12; a packet has frames 0 to 11"
    ),
    (#"[{"port": "x", "link": -1, "bits": [0, 11]}]"#, "uses link -1"),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 11]}, {"port": "x", "link": 5, "bits": [0, 11]}]"#,
      "places 'x' element 0 a second time"
    ),
    (
      #"[{"port": "x", "link": 4, "bits": [0, 11]}, {"port": "x", "element": 1, "link": 4, "bits": [11, 19]}]"#,
      "puts 'x' element 1 on bits 11 to 19 of link 4 frame 0, where 'x' element 0 has bits 0 to 11"
    ),
    (#"[{"port": "x", "link": 4, "bits": [0, 11]}]"#, "gives no place to element 1 of the input 'x'"),
    (#"[{"port": "x", "link": 4, "bits": [0, 11], "frmae": 1}]"#, "'inputs[0].frmae' is not known"),
    (#"[{"port": "x", "link": "a", "bits": [0, 11]}]"#, "'inputs[0].link' must be the link's number"),
    (#"[{"port": "x", "link": 4}]"#, "no 'inputs[0].bits'"),
    (#"[{"port": "x", "link": 4, "bits": [5]}]"#, "'inputs[0].bits' must be the first and the last bit"),
    (#"[{"port": "x", "link": 4, "bits": [0, 9223372036854775807]}]"#, "there are bits 0 to 63"),
    (
      #"[{"port": "x", "element": 9223372036854775807, "link": 4, "bits": [0, 11], "repeat": {"count": 2}}]"#,
      "numbers up to 1000000"
    ),
    (#"[{"port": "x", "link": 4, "bits": [0, 11], "repeat": {"count": 0}}]"#, "repeats 0 times"),
    (#"7"#, "'inputs' must be a list of fields"),
  ])
  func faultsAreNamed(_ inputs: String, _ sentence: String) throws {
    let error = #expect(throws: NetworkError.self) { try Self.layout(Self.map(inputs)) }
    #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    (#""frames_per_crossing": 0"#, "1 to 64"), (#""tmux": 2"#, "no 'frames_per_crossing'"),
    (#""frames_per_crossing": 6, "link_clock": 320"#, "does not carry 6 frames"),
    (#""frames_per_crossing": 6, "start": "header""#, "'start' must be packet, valid or orbit"),
    (
      #""frames_per_crossing": 6, "packet_frames": 7"#,
      "packet_frames is 7; the inputs use 2 frames, and packets follow every 6"
    ),
    (#""frames_per_crossing": 6, "board": "a b""#, "must be one word"),
  ])
  func faultsOfTheHeadAreNamed(_ head: String, _ sentence: String) throws {
    let error = #expect(throws: NetworkError.self) { try Self.layout(Self.map(head: head)) }
    #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
  }

  /// A template fits its network, whatever the formats.
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func templatesFit(_ seed: UInt64) throws {
    let network = try LinkedNetwork(seed: seed)
    let program = network.design.program
    let map = LinkMap(template: program, clock: network.design.options.clock)
    let layout = try LinkLayout(map, for: program)
    #expect(layout.inputs.count == program.inputs.flatMap(\.types).count)
    #expect(map.tmux == 1)
  }

  /// 57 words of 18 bits at nine frames a crossing: three in a frame, 19 frames, three links.
  @Test func templateOfAnAnomalyTrigger() throws {
    let network = Network(
      name: "anomaly", inputs: [.init("x", TensorType([57], .float64))],
      nodes: [Node("q", Quantize(FixedPointType(signed: true, width: 18, integer: 13)), "x")],
      outputs: ["q"])
    let program = try FixedPointProgram(network)
    let map = LinkMap(template: program, clock: 360)
    let layout = try LinkLayout(map, for: program)
    #expect(map.framesPerCrossing == 9 && layout.inputLinks == [0, 1, 2])
    #expect(map.inputs.count == 9 && layout.inputs[56].link == 2 && layout.inputs[56].frame == 0)
    #expect(map.yaml.contains(#"format: "fixed<18,13>""#))
  }

  /// Links faster than the network are refused.
  @Test func clocksMustFit() throws {
    let network = try LinkedNetwork(seed: 3)
    let clock = network.design.options.clock
    let map = LinkMap(template: network.design.program, clock: clock * 2)
    let layout = try LinkLayout(map, for: network.design.program)
    let error = #expect(throws: NetworkError.self) { try PayloadModule(network.design, layout) }
    #expect(error?.message.contains("compiled for \(clock) MHz") == true)
  }
}
