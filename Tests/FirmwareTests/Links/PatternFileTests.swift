import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

@Suite struct PatternFileTests {
  private static func random(_ seed: UInt64, strobes: Bool, marks: Bool) -> PatternFile {
    var random = RandomStream(seed: seed, label: "patterns")
    let links = (0..<random.integer(in: 1...4)).map { $0 * 3 + random.integer(in: 0...2) }
    let count = random.integer(in: 0...20)
    func coin() -> Bool { random.integer(in: 0...1) == 1 }
    return PatternFile(
      board: "board\(seed)", links: links,
      frames: links.map { link in
        (0..<count).map { _ in
          LinkFrame(
            data: random.next(), isValid: coin(), startsPacket: marks && coin(),
            endsPacket: marks && coin(), startsOrbit: marks && coin(),
            strobe: !strobes || link % 2 == 0 || coin())
        }
      })
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func filesRoundTrip(_ seed: UInt64) throws {
    let strobes = seed % 2 == 0
    let plain = Self.random(seed, strobes: strobes, marks: false)
    #expect(try PatternFile(text: plain.text(.emp)) == plain)
    let marked = Self.random(seed, strobes: strobes, marks: true)
    #expect(try PatternFile(text: marked.text(.emp2)) == marked)
    var apx = Self.random(seed, strobes: false, marks: true)
    apx.board = ""
    #expect(try PatternFile(text: apx.text(.apx)) == apx)
    for format in PatternFile.Format.allCases {
      #expect(
        PatternFile.Format(of: try Self.random(seed, strobes: false, marks: true).text(format)) == format)
    }
  }

  private static let example = PatternFile(
    board: "x1", links: [0, 13],
    frames: [
      [
        .init(data: 0x0123_4567_89ab_cdef, isValid: true, startsPacket: true, startsOrbit: true),
        .init(data: 0xff, isValid: true, endsPacket: true),
      ],
      [.init(), .init(data: .max, isValid: true, startsPacket: true, endsPacket: true, strobe: false)],
    ])

  /// To the blank, as the test boards' own writer lays them out.
  @Test func layoutIsTheBoards() throws {
    #expect(
      try Self.example.text(.emp) == """
        Board x1
         Quad/Chan :         q00c0                q03c1       \("")
              Link :          000                  013        \("")
        Frame 0000 :   1v0123456789abcdef   1s0v0000000000000000
        Frame 0001 :   1v00000000000000ff   0s1vffffffffffffffff

        """)
    #expect(
      try Self.example.text(.emp2) == """
        ID: x1
        Metadata: (strobe,) start of orbit, start of packet, end of packet, valid

              Link              000                     013        \("")
        Frame 0000    1101 0123456789abcdef  10000 0000000000000000
        Frame 0001    0011 00000000000000ff  00111 ffffffffffffffff

        """)
    var apx = Self.example
    apx.frames[1][1].strobe = true
    #expect(
      try apx.text(.apx) == """
        #Sideband ON
        #LinkLabel                LINK_00                    LINK_13    \("")
        #BeginData
        0x0000    0x07 0x0123456789abcdef    0x00 0x0000000000000000
        0x0001    0x09 0x00000000000000ff    0x0b 0xffffffffffffffff

        """)
    let error = #expect(throws: NetworkError.self) { try Self.example.text(.apx) }
    #expect(error?.message.contains("link 13 holds back frames") == true)
  }

  /// Comments, blank lines, other numbers of blanks, and upper-case digits are read.
  @Test func looseFilesAreRead() throws {
    let file = try PatternFile(
      text: """
        # made by hand

        Board a board
        Quad/Chan : q00c0 q00c1
        \tLink : 000 7

        # a comment
        Frame 0000 : 1v00000000000000AB   1s0v0000000000000001

        Frame 0001 :\t0v0000000000000000 0s1v0000000000000002
        """)
    #expect(file.board == "a board" && file.links == [0, 7] && file.count == 2)
    #expect(file.frames[0][0] == LinkFrame(data: 0xab, isValid: true))
    #expect(file.frames[1][1] == LinkFrame(data: 2, isValid: true, strobe: false))
    let apx = try PatternFile(text: "#LinkLabel LINK_2\n#BeginData\n0x0 0x1b 0xF\n")
    #expect(apx.links == [2])
    #expect(apx.frames[0] == [LinkFrame(data: 15, isValid: true, startsPacket: true, endsPacket: true)])
  }

  private static let emp = "Board a\n Quad/Chan : q00c0 q00c1\n Link : 000 001\n"
  private static let emp2 =
    "ID: a\nMetadata: (strobe,) start of orbit, start of packet, end of packet, valid\n\n Link  000  001\n"
  private static let apx = "#Sideband ON\n#LinkLabel LINK_00\n#BeginData\n"

  @Test(arguments: [
    ("", "line 1, is no pattern file"), ("hello\n", "line 1, is no pattern file"),
    ("Board a\nLink : 0\n", "line 2, must begin with 'Quad/Chan :'"),
    ("Board a\n", "must be"), ("Board a\n Quad/Chan :\n Link :\n", "line 3, has no links"),
    ("Board a\n Quad/Chan :\n Link : 1 1\n", "line 3, has the link 1 twice"),
    ("Board a\n Quad/Chan :\n Link : a\n", "line 3, has 'a' where a link's number"),
    (emp + "Frame 0001 : 1v0000000000000000 1v0000000000000000\n", "line 4, must begin with 'Frame 0000 :'"),
    (emp + "Frame 0000 : 1v0000000000000000\n", "line 4, has 1 words for 2 links"),
    (
      emp + "Frame 0000 : 1v0000000000000000 2v0000000000000000\n",
      "line 4, has '2v0000000000000000' for link 1"
    ),
    (
      emp + "Frame 0000 : 1v0000000000000000 1v000000000000000\n",
      "line 4, has '1v000000000000000' for link 1"
    ),
    (emp + "Frame 0000 : 1v0000000000000000 1v000000000000000g\n", "for link 1"),
    (emp + "Frame 0000 : 1v0000000000000000 1v+00000000000000a\n", "for link 1"),
    (
      emp + "\nFrame 0000 : 1v0000000000000000 1v0000000000000000\nend\n",
      "line 6, must begin with 'Frame 0001 :'"
    ),
    ("ID: a\n Link  0\n", "line 2, must begin with 'Metadata"),
    (emp2 + "Frame 0000  0000 0000000000000000 0000 0000000000000000\n", "line 5, has 1 words for 2 links"),
    (
      emp2 + "Frame 0000    0000 0000000000000000  0002 0000000000000000\n",
      "line 5, has '0002 0000000000000000' for link 1"
    ),
    (emp2 + "Frame 0000    0000 0000000000000000  000 0000000000000000\n", "for link 1"),
    (apx + "0x0001 0x00 0x0000000000000000\n", "line 4, has '0x0001' where the row 0x0 must be"),
    (apx + "0x0000 0x00\n", "line 4, has 1 numbers for 1 links"),
    (apx + "0x0000 0x000 0x0000000000000000\n", "line 4, has '0x000 0x0000000000000000' for link 0"),
    (apx + "0x0000 0x00 0x00000000000000000\n", "for link 0"),
    (apx + "0x0000 00 0x0000000000000000\n", "for link 0"),
    ("#Sideband ON\nfoo\n", "line 2, must begin with '#LinkLabel'"),
    ("#LinkLabel LINK_00\n0x0000 0x00 0x0\n", "line 2, must begin with '#BeginData'"),
    ("#LinkLabel LANE_00\n", "line 1, has 'LANE_00' where a link's number"),
  ])
  func malformedFilesAreRefused(_ text: String, _ sentence: String) {
    let error = #expect(throws: NetworkError.self) { try PatternFile(text: text) }
    #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
  }
}
