public import WinnowNetworkIR
import WinnowFixedPoint

/// The trigger bit of a design: an element of an output is at or above a threshold.
public struct TriggerChoice: Sendable, Hashable, Codable {
  public var port: String
  public var element: Int
  /// A mantissa in the element's own step; what the register holds after configuration.
  public var threshold: Int64
  /// What the design is known by in the control room.
  public var stamp: UInt64

  public init(port: String, element: Int = 0, threshold: Int64, stamp: UInt64 = 0) {
    self.port = port
    self.element = element
    self.threshold = threshold
    self.stamp = stamp
  }

  /// - Throws: ``NetworkError`` when there is no such element, or the threshold tells no two of its values
  ///   apart.
  func check(_ program: FixedPointProgram) throws(NetworkError) {
    guard let output = program.outputs.first(where: { $0.name == port }) else {
      throw NetworkError(
        "the trigger reads the output '\(port)', which the network does not have; it has \(program.outputs.map(\.name).joined(separator: ", "))"
      )
    }
    guard output.formats.indices.contains(element) else {
      throw NetworkError(
        "the trigger reads element \(element) of '\(port)', which has \(output.formats.count)")
    }
    let format = output.formats[element]
    let (lowest, highest) = (format.minimum + 1, format.maximum)
    guard lowest <= highest else {
      throw NetworkError("the trigger reads '\(port)' element \(element), which has one value only")
    }
    guard (lowest...highest).contains(Int128(threshold)) else {
      throw NetworkError(
        "the trigger's threshold \(threshold) would \(threshold > highest ? "never" : "always") be reached: '\(port)' element \(element) is \(format); give a mantissa of \(lowest) to \(highest)"
      )
    }
  }

  /// Whether an event passes.
  /// - Parameter mantissa: of the element, in the port's step.
  public func passes(_ mantissa: Int64, _ output: FixedPointProgram.OutputPort) -> Bool {
    mantissa >> Int64(output.fraction - output.formats[element].fraction) >= threshold
  }

  /// The element as 64 signed bits, at the core's outputs.
  func value(_ core: LinkedCore) -> String {
    let outputs = core.outputPorts
    let index = outputs.firstIndex { $0.name == port }!
    let output = outputs[index]
    let name = core.outputName(index)
    let low = output.formats[..<element].map { max($0.width, 1) }.reduce(0, +)
    let width = max(output.formats[element].width, 1)
    let whole = core.outputWidth(output) == 1
    let text = whole ? name : width == 1 ? "\(name)[\(low)]" : "\(name)[\(low + width - 1):\(low)]"
    if width == 64 { return text }
    let top = whole ? name : "\(name)[\(low + width - 1)]"
    return output.formats[element].isSigned
      ? "{{\(64 - width){\(top)}}, \(text)}" : "{\(64 - width)'d0, \(text)}"
  }
}
