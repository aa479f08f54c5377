/// A form of a network with fewer or shorter numbers.
public enum Compression: Sendable, Hashable, Codable {
  /// Floating point, half of the weights zero.
  case pruned
  /// The pruned network with its numbers rounded to a width.
  case rounded(Int)
  /// The pruned network trained on with numbers of a width.
  case trained(Int)

  /// Widths of the paper's figures IV and V.
  public static let widths = [2, 4, 6, 8, 10, 12, 14, 16]

  /// The bits before the point that go with a width, the sign not counted: those of the authors' public
  /// training code.
  static let integerBits = [2: 1, 4: 2, 6: 2, 8: 3, 10: 3, 12: 4, 14: 4, 16: 6]

  public var label: String {
    switch self {
    case .pruned: "pruned"
    case .rounded(let width): "PTQ \(width) bits"
    case .trained(let width): "QAT \(width) bits"
    }
  }

  /// The folder below the model's.
  var folder: String {
    switch self {
    case .pruned: "pruned"
    case .rounded(let width): "ptq-\(width)"
    case .trained(let width): "qat-\(width)"
    }
  }
}

extension AnomalyModel {
  /// The working point of the paper's tables 2 and 3.
  ///
  /// Its text has the widths of the two convolutional models the other way round.
  public var workingPoint: Compression {
    switch self {
    case .denseAutoencoder: .trained(8)
    case .denseVariational, .convolutionalVariational: .rounded(8)
    case .convolutionalAutoencoder: .trained(4)
    }
  }
}
