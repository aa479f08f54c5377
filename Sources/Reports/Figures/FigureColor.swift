/// Colours that people with any colour vision tell apart.
///
/// - Reference: M. Okabe and K. Ito, Color Universal Design (2008).
public enum FigureColor: String, Sendable, Hashable, Codable, CaseIterable {
  case blue, vermillion, green, purple, orange, sky, yellow, black, grey

  /// As in HTML. Grey is the theme's own, for what stands back.
  public var hex: String {
    switch self {
    case .blue: "#0072b2"
    case .vermillion: "#d55e00"
    case .green: "#009e73"
    case .purple: "#cc79a7"
    case .orange: "#e69f00"
    case .sky: "#56b4e9"
    case .yellow: "#f0e442"
    case .black: "#000000"
    case .grey: "#999999"
    }
  }

  /// The colours of series that name none, in their order; yellow is too pale for a line on paper.
  static let cycle: [FigureColor] = [.blue, .vermillion, .green, .purple, .orange, .sky]
}
