/// A page about a run: text, figures and tables in sections.
public struct ReportPage: Sendable, Hashable {
  public enum Block: Sendable, Hashable {
    /// A paragraph; may hold `_{…}` and `^{…}`.
    case text(String)
    case figure(Figure)
    case table(ReportTable)
  }

  public struct Section: Sendable, Hashable {
    public var title: String
    public var blocks: [Block]

    public init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  public var title: String
  /// One or two sentences under the title.
  public var summary: String
  public var sections: [Section]
  /// Of what names none of its own.
  public var provenance: Provenance?

  public init(
    _ title: String, summary: String, sections: [Section], provenance: Provenance? = nil
  ) {
    (self.title, self.summary, self.sections) = (title, summary, sections)
    self.provenance = provenance
  }

  public var figures: [Figure] {
    sections.flatMap(\.blocks).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  public var tables: [ReportTable] {
    sections.flatMap(\.blocks).compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  /// - Throws: ``ReportError`` where something cannot be shown, or two things have one name.
  public func check() throws {
    for figure in figures { try figure.check() }
    for table in tables { try table.check() }
    for (names, what) in [(figures.map(\.name), "figures"), (tables.map(\.name), "tables")] {
      var seen: Set<String> = []
      if let twice = names.first(where: { !seen.insert($0).inserted }) {
        throw ReportError("two \(what) of the page are called '\(twice)'; rename one")
      }
    }
  }
}
