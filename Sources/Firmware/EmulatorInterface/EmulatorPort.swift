import WinnowFixedPoint
import WinnowNetworkIR

/// A port as the CMS emulator interface sees it: one C++ type for all of its elements.
struct EmulatorPort {
  /// Its step is the port's: a mantissa of this type is a mantissa of the port.
  var type: FixedPointType
  var count: Int
  /// The elements' own types where they are not all ``type``; values are converted to them.
  var elements: [FixedPointType]?

  /// `ap_fixed<18, 13>`, `ap_ufixed<10, 6, AP_RND_CONV, AP_SAT>`: the modes are part of the type.
  var name: String {
    let modes =
      type.rounding == .truncate && type.overflow == .wrap
      ? "" : ", AP_\(type.rounding.rawValue), AP_\(type.overflow.rawValue)"
    return "ap_\(type.isSigned ? "" : "u")fixed<\(type.width), \(type.integer)\(modes)>"
  }

  /// Whole numbers with the default modes may also come as this.
  var integerName: String? {
    guard type.fraction == 0, type.rounding == .truncate, type.overflow == .wrap else { return nil }
    return "ap_\(type.isSigned ? "" : "u")int<\(type.width)>"
  }

  /// The element of a pair or tuple: an array, or a plain value for a single one.
  var memberName: String { count == 1 ? name : "std::array<\(name), \(count)>" }
}

extension EmulatorPort {
  /// An input port: what the graph's own conversion makes of it.
  init(_ port: FixedPointProgram.InputPort, _ index: Int, of program: FixedPointProgram) {
    count = port.types.count
    let read = Set(
      program.instructions.compactMap { instruction -> Int? in
        if case .input(index, let element) = instruction { return element }
        return nil
      })
    // Elements that nothing reads have a type of one bit, which says nothing about the port.
    let unread = FixedPointType(signed: false, width: 1, integer: 1)
    let known = port.types.indices.filter { read.contains($0) || port.types[$0] != unread }
      .map { port.types[$0] }
    if let first = known.first, first.width > 0, known.allSatisfy({ $0 == first }) {
      type = first
    } else {
      type = Self.union(known.isEmpty ? port.types.map(\.format) : known.map(\.format), port.fraction)
      elements = port.types
    }
  }

  /// An output port: the type of the graph's last conversion, the narrowest one otherwise.
  init(_ port: FixedPointProgram.OutputPort, of network: Network) {
    count = port.values.count
    type = Self.union(port.formats, port.fraction)
    if let quantize = network.producer(of: port.name)?.operation as? Quantize,
      let first = quantize.types.first, first.width > 0,
      quantize.types.allSatisfy({ $0 == first })
    {
      type = first
    }
  }

  /// The narrowest type with the port's step that holds every element.
  private static func union(_ formats: [FixedPointFormat], _ fraction: Int) -> FixedPointType {
    let signed = formats.contains { $0.isSigned && $0.width > 0 }
    let integer =
      formats.filter { $0.width > 0 }.map { $0.integer + (signed && !$0.isSigned ? 1 : 0) }.max() ?? 0
    let width = max(integer + fraction, 1)
    return FixedPointType(signed: signed, width: width, integer: width - fraction)
  }
}
