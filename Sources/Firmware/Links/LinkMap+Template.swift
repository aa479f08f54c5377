import Foundation
import WinnowFixedPoint
public import WinnowNetworkIR

extension LinkMap {
  /// A map that carries a network's ports in one crossing: elements side by side in frames, ports one
  /// after another, on as many links as that takes.
  ///
  /// - Parameter clock: MHz; the links carry a frame an edge, a multiple of 40 MHz at most as fast.
  public init(template program: FixedPointProgram, clock: Double) {
    let frames = min(max(Int((clock * 1.001 / 40).rounded(.down)), 1), 64)
    self.init(
      framesPerCrossing: frames,
      inputs: Self.fields(program.inputs.map { ($0.name, $0.types.map(\.format)) }, frames),
      outputs: Self.fields(program.outputs.map { ($0.name, $0.formats) }, frames))
  }

  /// - Parameter frames: of a link in a crossing.
  private static func fields(
    _ ports: [(name: String, formats: [FixedPointFormat])], _ frames: Int
  ) -> [LinkField] {
    var fields: [LinkField] = []
    var next = 0  // frame, counted over the links
    for (name, formats) in ports {
      guard let format = formats.first, format.width > 0, Set(formats).count == 1 else {
        fields += mixed(name, formats, frames, &next)
        continue
      }
      // Slots of a frame that repeat from frame to frame.
      let slots = 64 / format.width
      let last = next + (formats.count + slots - 1) / slots
      let first = next
      while next < last {
        let inLink = min(last, (next / frames + 1) * frames) - next
        for slot in 0..<min(slots, formats.count - (next - first) * slots) {
          let element = (next - first) * slots + slot
          let count = min(inLink, (formats.count - element + slots - 1) / slots)
          fields.append(
            LinkField(
              port: name, element: element, link: next / frames, frame: next % frames,
              bits: slot * format.width...(slot + 1) * format.width - 1,
              format: format.description,
              repetition: count > 1 ? .init(count: count, element: slots, frame: 1) : nil))
        }
        next += inLink
      }
    }
    return fields
  }

  /// A field an element, side by side.
  private static func mixed(
    _ name: String, _ formats: [FixedPointFormat], _ frames: Int, _ next: inout Int
  ) -> [LinkField] {
    var fields: [LinkField] = []
    var bit = 0
    for (element, format) in formats.enumerated() where format.width > 0 {
      if bit + format.width > 64 { (next, bit) = (next + 1, 0) }
      fields.append(
        LinkField(
          port: name, element: element, link: next / frames, frame: next % frames,
          bits: bit...bit + format.width - 1, format: format.description))
      bit += format.width
    }
    if bit > 0 { next += 1 }
    return fields
  }

  /// The map as `io.yaml`, with a word on every key.
  public var yaml: String {
    var lines = [
      "# Where the network's elements travel: a link carries one 64-bit frame a clock edge.",
      "board: \(quoted(board))            # the name in pattern files",
      "start: \(start.rawValue)          # what begins a packet: packet (its flag), valid (EMP v1), orbit",
      "tmux: \(tmux)                # crossings from packet to packet",
      "frames_per_crossing: \(framesPerCrossing)",
      "link_clock: \(linkClock)      # MHz",
    ]
    if let packetFrames { lines.append("packet_frames: \(packetFrames)       # of an input packet") }
    for (side, fields) in [("inputs", inputs), ("outputs", outputs)] {
      lines.append("\(side):  # first and last bit both counted; repeat steps from field to field")
      lines += fields.map { "  - \($0.yaml)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension LinkField {
  fileprivate var yaml: String {
    var parts = [
      "port: \(quoted(port))", "element: \(element)", "link: \(link)", "frame: \(frame)",
      "bits: [\(bits.lowerBound), \(bits.upperBound)]",
    ]
    if let format { parts.append("format: \(quoted(format))") }
    if let steps = repetition {
      parts.append(
        "repeat: {count: \(steps.count), element: \(steps.element), link: \(steps.link), frame: \(steps.frame), bit: \(steps.bit)}"
      )
    }
    return "{\(parts.joined(separator: ", "))}"
  }
}

/// A word in double quotes, as JSON and YAML both read it.
private func quoted(_ word: String) -> String {
  guard let data = try? JSONEncoder().encode(word) else { return "\"\"" }
  return String(decoding: data, as: UTF8.self)
}
