import Foundation

/// A figure as a reader sees it.
public struct FigureDrawing: Sendable {
  /// A complete document, with the text for who cannot see it.
  public let svg: [UInt8]
  public let png: [UInt8]
}

extension Figure {
  /// Draws the figure; the same bytes for the same figure and gnuplot.
  ///
  /// - Throws: ``ReportError`` where there is nothing to draw, gnuplot is missing or fails.
  public func drawing() throws -> FigureDrawing {
    try check()
    let files = try Gnuplot.run(GnuplotScript(self).text, files: ["figure.svg", "figure.png"])
    return FigureDrawing(svg: Array(accessible(files[0]).utf8), png: files[1])
  }

  /// Names what gnuplot drew, and keeps its names apart from those of other figures on a page.
  private func accessible(_ bytes: [UInt8]) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    let mark = "\(name)-"
    for quote in ["'", "\""] {
      text = text.replacingOccurrences(of: "id=\(quote)", with: "id=\(quote)\(mark)")
      text = text.replacingOccurrences(of: "href=\(quote)#", with: "href=\(quote)#\(mark)")
    }
    text = text.replacingOccurrences(of: "url(#", with: "url(#\(mark)")
    text = text.replacingOccurrences(of: "<image ", with: "<image style='image-rendering:pixelated' ")
    text = text.replacingOccurrences(
      of: "<title>Gnuplot</title>",
      with: "<title id=\"\(mark)title\">\(HTML.escaped(FigureText(title).plain))</title>")
    text = text.replacingOccurrences(
      of: "(?s)<desc>.*?</desc>",
      with:
        "<desc id=\"\(mark)alternative\">\(NSRegularExpression.escapedTemplate(for: HTML.escaped(alternativeText)))</desc>",
      options: .regularExpression)
    return text.replacingOccurrences(
      of: "<svg ",
      with: "<svg role=\"img\" aria-labelledby=\"\(mark)title\" aria-describedby=\"\(mark)alternative\"")
  }
}
