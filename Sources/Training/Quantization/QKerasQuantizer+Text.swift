/// A quantiser as QKeras spells it: `quantized_bits(8,0,alpha=1)`.
extension QKerasQuantizer: CustomStringConvertible {
  /// What a quantiser stands at, which decides what a missing `alpha` means.
  public enum Place: Sendable {
    /// Weights of a layer: QKeras takes `auto_po2`.
    case weights
    /// Biases, activations and inputs: QKeras takes 1.
    case others
  }

  /// Reads QKeras' spelling, arguments by place or by name.
  ///
  /// - Throws: ``TrainingError`` naming the quantiser or argument that has no exact fixed point.
  public init(qkeras text: String, at place: Place) throws {
    let call = try QKerasCall(text)
    switch call.name {
    case "quantized_bits":
      let arguments = try call.arguments([
        "bits", "integer", "symmetric", "keep_negative", "alpha", "use_stochastic_rounding", "scale_axis",
        "qnoise_factor",
      ])
      try arguments.refuseRandomness()
      try arguments.refuse("scale_axis", but: "None", "scales are one per neuron or filter")
      let bits = try arguments.integer("bits") ?? 8
      let alpha = try arguments.alpha(place)
      guard alpha == .automatic || alpha == .powerOfTwo(0) else {
        throw call.error("scales after rounding; give alpha=1 with other integer bits, or 'auto_po2'")
      }
      let keeps = try arguments.bool("keep_negative") ?? true
      guard keeps || alpha != .automatic else {
        throw call.error("has symmetric scales of numbers without sign; leave keep_negative out")
      }
      guard bits >= (alpha == .automatic ? 2 : 1) else {
        throw call.error("has \(bits) bits; give \(alpha == .automatic ? 2 : 1) or more")
      }
      self = .bits(
        bits, integer: try arguments.integer("integer") ?? 0, keepNegative: keeps,
        symmetric: try arguments.bool("symmetric") ?? false, alpha: alpha)
    case "quantized_relu":
      let arguments = try call.arguments([
        "bits", "integer", "use_sigmoid", "negative_slope", "use_stochastic_rounding", "relu_upper_bound",
        "is_quantized_clip", "qnoise_factor",
      ])
      try arguments.refuseRandomness()
      try arguments.refuse("use_sigmoid", but: "0", "its sigmoid is real")
      try arguments.refuse("negative_slope", but: "0", "use the layer 'leaky_relu' and a type")
      try arguments.refuse("relu_upper_bound", but: "None", "bounds are those of the type")
      try arguments.refuse("is_quantized_clip", but: "1", "bounds are those of the type")
      self = .relu(try arguments.integer("bits") ?? 8, integer: try arguments.integer("integer") ?? 0)
    case "binary":
      let arguments = try call.arguments(["use_01", "alpha", "use_stochastic_rounding"])
      try arguments.refuseRandomness()
      try arguments.refuse("use_01", but: "0", "±1 is the exact form")
      let alpha = try arguments.alpha(place)
      guard alpha != .automatic else {
        throw call.error(
          "has scales from the weights, which binary weights apply after the sign; give alpha=1")
      }
      self = .binary(alpha: alpha)
    default:
      throw call.error(
        "is no quantiser with an exact form here; quantized_bits, quantized_relu and binary are")
    }
    // Widths out of bounds are found now, not when weights come.
    if case .bits(let bits, let integer, _, _, .automatic) = self {
      _ = try QKerasQuantizer.bits(bits, integer: integer).operation()
    } else {
      _ = try operation()
    }
  }

  /// QKeras' spelling, nothing left to defaults.
  public var description: String {
    switch self {
    case .bits(let bits, let integer, let keeps, let symmetric, let alpha):
      "quantized_bits(\(bits),\(integer),\(symmetric ? 1 : 0),keep_negative=\(keeps ? "True" : "False"),alpha=\(alpha))"
    case .relu(let bits, let integer): "quantized_relu(\(bits),\(integer))"
    case .binary(let alpha): "binary(alpha=\(alpha))"
    case .ternary(let threshold, let alpha): "ternary(alpha=\(alpha),threshold=\(threshold))"
    }
  }
}

extension QKerasQuantizer.Alpha: CustomStringConvertible {
  public var description: String {
    switch self {
    case .automatic: "'auto_po2'"
    case .powerOfTwo(let exponent): "\(Double(sign: .plus, exponent: exponent, significand: 1))"
    }
  }
}

/// A name with arguments in brackets.
private struct QKerasCall {
  let name: String
  private let text: String
  private let values: [(name: String?, value: String)]

  init(_ text: String) throws {
    self.text = text
    let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts[0].trimmingSpaces
    guard parts.count == 2, let end = parts[1].trimmingSpaces.last, end == ")" else {
      throw TrainingError(
        "'\(text.prefix(80))' is no quantiser; write, for example, quantized_bits(8,0,alpha=1)")
    }
    let inside = parts[1].trimmingSpaces.dropLast()
    values =
      inside.trimmingSpaces.isEmpty
      ? []
      : inside.split(separator: ",", omittingEmptySubsequences: false).map { argument in
        let pair = argument.split(separator: "=", maxSplits: 1)
        return pair.count == 2
          ? (pair[0].trimmingSpaces, pair[1].trimmingSpaces) : (nil, argument.trimmingSpaces)
      }
  }

  func error(_ sentence: String) -> TrainingError { TrainingError("'\(text.prefix(120))' \(sentence)") }

  /// The arguments by name.
  func arguments(_ names: [String]) throws -> Arguments {
    var result: [String: String] = [:]
    for (place, argument) in values.enumerated() {
      guard let name = argument.name ?? (place < names.count ? names[place] : nil), names.contains(name)
      else {
        throw error(
          "has the argument '\(argument.name ?? argument.value)', which is not supported; there are \(names.joined(separator: ", "))"
        )
      }
      guard result.updateValue(argument.value, forKey: name) == nil else {
        throw error("gives '\(name)' twice")
      }
    }
    return Arguments(call: self, values: result)
  }

  struct Arguments {
    let call: QKerasCall
    let values: [String: String]

    func integer(_ name: String) throws -> Int? {
      guard let value = values[name] else { return nil }
      guard let number = Double(value).flatMap({ Int(exactly: $0) }), number.magnitude <= 1024 else {
        throw call.error("has \(name)=\(value); give a whole number")
      }
      return number
    }

    func bool(_ name: String) throws -> Bool? {
      switch values[name] {
      case nil: nil
      case "True", "1": true
      case "False", "0": false
      case let value?: throw call.error("has \(name)=\(value); give True or False")
      }
    }

    func alpha(_ place: QKerasQuantizer.Place) throws -> QKerasQuantizer.Alpha {
      guard let value = values["alpha"], value != "None" else {
        return place == .weights ? .automatic : .powerOfTwo(0)
      }
      switch value.trimmingQuotes {
      case "auto_po2":
        guard place == .weights else {
          throw call.error("takes its scales from weights, and stands at none; give alpha=1")
        }
        return .automatic
      case "auto":
        throw call.error(
          "has free scales, which are no fixed-point formats; give alpha=1 or alpha='auto_po2'")
      default:
        guard let number = Double(value), number > 0, number.isFinite, number.significand == 1 else {
          throw call.error("has alpha=\(value); give a power of two or 'auto_po2'")
        }
        return .powerOfTwo(Int(number.exponent))
      }
    }

    /// Refuses an argument unless it has the value that changes nothing.
    func refuse(_ name: String, but neutral: String, _ reason: String) throws {
      guard let value = values[name] else { return }
      let isNeutral =
        value == neutral || value == "None" || Double(value) != nil && Double(value) == Double(neutral)
        || value == (neutral == "0" ? "False" : neutral == "1" ? "True" : "None")
      guard isNeutral else { throw call.error("has \(name)=\(value), which has no form here: \(reason)") }
    }

    func refuseRandomness() throws {
      try refuse("use_stochastic_rounding", but: "0", "give 'stochastic_rounding' for all quantisers")
      try refuse("qnoise_factor", but: "1", "give 'delay', the steps before quantisers act")
    }
  }
}

extension StringProtocol {
  fileprivate var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  fileprivate var trimmingQuotes: String { String(filter { $0 != "'" && $0 != "\"" }) }
}
