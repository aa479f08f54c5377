import WinnowNetworkIR

/// `NAME_links.h`: C++17 that packs the emulator's mantissas into the frames of links, and back.
///
/// It is written from the layout's table and shares no code with ``EventPacker``.
public struct LinkPackersHeader: Sendable {
  let layout: LinkLayout
  let name: String
  let stamp: Stamp

  public init(_ layout: LinkLayout, name: String, stamp: Stamp) {
    self.stamp = stamp
    self.layout = layout
    self.name = name
  }

  public var text: String {
    let map = layout.map
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
    return """
      // \(name): events as frames of links, \(map.framesPerCrossing) frames a crossing, a packet every \(map.tmux) crossings.
      // \(stamp.comment)
      // A port is an array of mantissas, as the emulator in \(name).h takes and gives them; `ports` holds
      // one pointer for each. C++17, header only.
      #ifndef WINNOW_\(name.uppercased())_LINKS_H
      #define WINNOW_\(name.uppercased())_LINKS_H
      #include <cstddef>
      #include <cstdint>

      namespace winnow_\(name) {
      namespace links {

      // An element of a port: `link` counts the columns below, `bit` is the lowest in the frame.
      // A mantissa of the port is the one on the link times 2^shift.
      struct place {
        int port, element, link, frame, bit, width;
        bool is_signed;
        int shift;
      };

      constexpr int packet_period = \(map.period);  // frames
      \(side("input", layout.inputs, layout.inputLinks, Array(repeating: layout.packetFrames, count: layout.inputLinks.count)))
      \(side("output", layout.outputs, layout.outputLinks, layout.outputLinks.map { layout.outputFrames($0) }))
      inline std::uint64_t mask(const place& p) {
        return (~UINT64_C(0) >> (64 - p.width)) << p.bit;
      }

      template <std::size_t Places, std::size_t Links, std::size_t Frames>
      inline void pack(const place (&places)[Places], const std::int64_t* const* ports,
                       std::uint64_t (&packet)[Links][Frames]) {
        for (auto& frames : packet)
          for (auto& word : frames) word = 0;
        for (const place& p : places) {
          const std::int64_t mantissa = ports[p.port][p.element] >> p.shift;
          packet[p.link][p.frame] |= (static_cast<std::uint64_t>(mantissa) << p.bit) & mask(p);
        }
      }

      template <std::size_t Places, std::size_t Links, std::size_t Frames>
      inline void unpack(const place (&places)[Places],
                         const std::uint64_t (&packet)[Links][Frames], std::int64_t* const* ports) {
        for (const place& p : places) {
          std::uint64_t bits = (packet[p.link][p.frame] & mask(p)) >> p.bit;
          if (p.is_signed && (bits >> (p.width - 1)) != 0)
            bits |= ~(~UINT64_C(0) >> (64 - p.width));
          ports[p.port][p.element] =
              static_cast<std::int64_t>(bits) * static_cast<std::int64_t>(UINT64_C(1) << p.shift);
        }
      }

      // Inputs to the frames that a sender puts on the links, and back.
      inline void pack_inputs(const std::int64_t* const* ports, input_packet& packet) {
        pack(input_places, ports, packet);
      }
      inline void unpack_inputs(const input_packet& packet, std::int64_t* const* ports) {
        unpack(input_places, packet, ports);
      }
      // Outputs to the frames that the board sends, and back.
      inline void pack_outputs(const std::int64_t* const* ports, output_packet& packet) {
        pack(output_places, ports, packet);
      }
      inline void unpack_outputs(const output_packet& packet, std::int64_t* const* ports) {
        unpack(output_places, packet, ports);
      }

      }  // namespace links
      }  // namespace winnow_\(name)
      #endif

      """
  }

  private func side(
    _ side: String, _ placements: [LinkPlacement], _ links: [Int], _ frames: [Int]
  ) -> String {
    let rows = placements.map { p in
      "    {\(p.port), \(p.element), \(links.firstIndex(of: p.link)!), \(p.frame), \(p.bit), \(p.width), \(p.isSigned), \(p.shift)},"
    }
    let ports =
      side == "input" ? layout.program.inputs.map(\.name) : layout.program.outputs.map(\.name)
    return """

      // Ports of the \(side): \(ports.enumerated().map { "\($0) '\(commentText($1))'" }.joined(separator: ", ")).
      constexpr std::size_t \(side)_links = \(links.count);
      constexpr int \(side)_link_numbers[] = {\(links.map(String.init).joined(separator: ", "))};
      constexpr int \(side)_packet_frames[] = {\(frames.map(String.init).joined(separator: ", "))};
      using \(side)_packet = std::uint64_t[\(links.count)][\(frames.max()!)];
      constexpr place \(side)_places[] = {
      \(rows.joined(separator: "\n"))
      };

      """
  }
}
