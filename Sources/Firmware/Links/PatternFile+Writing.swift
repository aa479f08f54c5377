public import WinnowNetworkIR

extension PatternFile {
  /// The file's text.
  ///
  /// - Throws: ``NetworkError`` when APx, which has no strobe, is asked to hold back frames.
  public func text(_ format: Format) throws(NetworkError) -> String {
    switch format {
    case .emp: return empText()
    case .emp2: return emp2Text()
    case .apx: return try apxText()
    }
  }

  /// A link whose strobe is ever low shows it in every frame.
  private var strobed: [Bool] { frames.map { $0.contains { !$0.strobe } } }

  private func rows(_ prefix: (Int) -> String, _ token: (LinkFrame, Bool) -> String) -> String {
    let strobed = strobed
    var text = ""
    for frame in 0..<count {
      text += prefix(frame)
      for link in links.indices { text += token(frames[link][frame], strobed[link]) }
      text += "\n"
    }
    return text
  }

  private func empText() -> String {
    var text = "Board \(board)\n Quad/Chan :"
    for link in links {
      text += spaces(9) + "q\(padded(link / 4, 2))c\(link % 4)" + spaces(7)
    }
    text += "\n      Link :"
    for link in links { text += spaces(10) + padded(link, 3) + spaces(8) }
    return text + "\n"
      + rows(
        { "Frame \(padded($0, 4)) :" },
        { frame, strobed in
          spaces(3) + (strobed ? "\(digit(frame.strobe))s" : "")
            + "\(digit(frame.isValid))v\(hexadecimal(frame.data))"
        })
  }

  private func emp2Text() -> String {
    var text =
      "ID: \(board)\nMetadata: (strobe,) start of orbit, start of packet, end of packet, valid\n\n      Link  "
    for (link, strobed) in zip(links, strobed) {
      text += spaces(strobed ? 13 : 12) + padded(link, 3) + spaces(8)
    }
    return text + "\n"
      + rows(
        { "Frame \(padded($0, 4))  " },
        { frame, strobed in
          spaces(2) + (strobed ? digit(frame.strobe) : "") + digit(frame.startsOrbit)
            + digit(frame.startsPacket) + digit(frame.endsPacket) + digit(frame.isValid) + " "
            + hexadecimal(frame.data)
        })
  }

  private func apxText() throws(NetworkError) -> String {
    if let link = strobed.firstIndex(of: true) {
      throw NetworkError(
        "link \(links[link]) holds back frames by its strobe, which APx files cannot say; write EMP")
    }
    var text = "#Sideband ON\n#LinkLabel"
    for link in links { text += spaces(16) + "LINK_\(padded(link, 2))" + spaces(4) }
    return text + "\n#BeginData\n"
      + rows(
        { "0x\(padded($0, 4, radix: 16))" },
        { frame, _ in
          let bits = [frame.isValid, frame.startsPacket, frame.startsOrbit, frame.endsPacket]
          let sideband = bits.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) }
          return "    0x\(padded(sideband, 2, radix: 16)) 0x\(hexadecimal(frame.data))"
        })
  }
}

private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
private func digit(_ bit: Bool) -> String { bit ? "1" : "0" }

private func padded(_ number: Int, _ width: Int, radix: Int = 10) -> String {
  let text = String(number, radix: radix)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

private func hexadecimal(_ word: UInt64) -> String {
  let text = String(word, radix: 16)
  return String(repeating: "0", count: 16 - text.count) + text
}
