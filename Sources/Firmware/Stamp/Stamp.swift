import Foundation
import WinnowFixedPoint
public import WinnowNetworkIR

/// 64 bits that tell compilations apart: firmware and emulator with one stamp came from one command.
///
/// FNV-1a (64 bits, offset basis 0xcbf29ce484222325, prime 0x100000001b3) over the toolkit's version, the
/// graph as exact instructions with its ports, formats and node names, and the options. It finds mix-ups,
/// not forgeries.
/// - Reference: draft-eastlake-fnv, sections 2 and 5.
public struct Stamp: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The toolkit's version, as `winnow --version` prints it.
  public static let toolVersion = "0.1.0"

  public let value: UInt64

  public init(value: UInt64) { self.value = value }

  /// Stamps a program compiled with some options.
  ///
  /// - Parameter options: all that the firmware depends on beside the program; encoded as JSON.
  public init(_ program: FixedPointProgram, options: some Encodable, version: String = toolVersion) throws {
    self.init(try FowlerNollVo(program, options: options, version: version))
  }

  /// Stamps a design that has no program of the whole: by its text, and the program of its ports.
  init(
    _ text: String, ports: FixedPointProgram, options: some Encodable, version: String = toolVersion
  ) throws {
    var hash = try FowlerNollVo(ports, options: options, version: version)
    hash.add(text)
    self.init(hash)
  }

  private init(_ hash: FowlerNollVo) { value = hash.value }

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Its text in JSON is its digits: a number of 64 bits does not survive every reader.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no stamp; a stamp has 16 hexadecimal digits")
    }
    self.value = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// FNV-1a of tagged values: every string and list carries its length, so that no two graphs are spelled
/// alike.
private struct FowlerNollVo {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ program: FixedPointProgram, options: some Encodable, version: String) throws {
    add(version)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    add(String(decoding: try encoder.encode(options), as: UTF8.self))
    add(program)
  }

  private mutating func add(byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  mutating func add(_ number: some FixedWidthInteger) {
    let wide = Int128(truncatingIfNeeded: number)
    for shift in stride(from: 0, to: 128, by: 8) { add(byte: UInt8(truncatingIfNeeded: wide >> shift)) }
  }

  mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(byte: byte) }
  }

  mutating func add(_ list: [Int]) {
    add(list.count)
    for number in list { add(number) }
  }

  mutating func add(_ format: FixedPointFormat) {
    add([format.isSigned ? 1 : 0, format.width, format.integer])
  }

  mutating func add(_ program: FixedPointProgram) {
    add(program.name)
    add(program.nodeNames.count)
    for name in program.nodeNames { add(name) }
    add(program.inputs.count)
    for port in program.inputs {
      add(port.name)
      add(port.shape)
      add(port.fraction)
      for type in port.types { add(type.description) }
    }
    add(program.outputs.count)
    for port in program.outputs {
      add(port.name)
      add(port.shape)
      add(port.fraction)
      add(port.values)
      for format in port.formats { add(format) }
    }
    add(program.origins)
    for instruction in program.instructions { add(instruction) }
  }

  private mutating func add(_ instruction: FixedPointProgram.Instruction) {
    func list(_ operands: FixedPointProgram.Operand...) -> [Int] {
      operands.flatMap { [$0.value, $0.shift] }
    }
    switch instruction {
    case .input(let port, let element): add([0, port, element])
    case .constant(let mantissa):
      add([1])
      add(mantissa)
    case .linear(let terms, let constant):
      add([2] + terms.flatMap { [$0.value, $0.coefficient] })
      add(constant)
    case .floorShift(let x, let bits): add([3, x, bits])
    case .convergentShift(let x, let bits): add([4, x, bits])
    case .wrap(let x, let signed, let width): add([5, x, signed ? 1 : 0, width])
    case .clamp(let x, let low, let high):
      add([6, x])
      add(low)
      add(high)
    case .maximum(let a, let b): add([7] + list(a, b))
    case .minimum(let a, let b): add([8] + list(a, b))
    case .multiply(let a, let b): add([9, a, b])
    case .divide(let x, let divisor):
      add([10, x])
      add(divisor)
    case .table(let x, let first, let entries):
      add([11, x] + entries)
      add(first)
    case .less(let a, let b): add([12] + list(a, b))
    case .equal(let a, let b): add([13] + list(a, b))
    case .select(let condition, let a, let b): add([14, condition] + list(a, b))
    }
  }
}
