import Foundation
import Testing
import WinnowReports

/// Pages in headless Chromium, by `Tools/check_page.py`.
@Suite(
  .enabled(if: Gnuplot.path != nil, "gnuplot is not installed"),
  .enabled(if: isInstalled("python3"), "python3 is not installed"),
  .enabled(
    if: isInstalled("chromium") || isInstalled("chromium-browser")
      || isInstalled("google-chrome"), "Chromium is not installed"))
struct BrowserTests {
  private func check(_ page: String) throws -> (status: Int32, words: String) {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Tools/check_page.py").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script, page]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let words = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  /// At 390, 1024 and 1600 pixels: nothing too wide, nothing missing, links and texts in place.
  @Test func theExampleIsWhole() throws {
    try withFolder { folder in
      try ExamplePage.make().write(to: folder)
      let result = try check("\(folder)/index.html")
      #expect(result.status == 0, "\(result.words)")
      // Nine figures and one table with two files each, and two sections.
      for width in [390, 1024, 1600] {
        #expect(result.words.contains("\(width): 9 drawings, 22 links"), "\(result.words)")
      }
    }
  }

  /// The check sees what it is for.
  @Test func faultsAreSeen() throws {
    try withFolder { folder in
      let page = """
        <!doctype html><link rel="icon" href="data:,"><body><div id="wide" style="width:1200px">x</div><img src="gone.png">
        <a href="#nowhere">a</a><figure id="empty"></figure></body>
        """
      try Data(page.utf8).write(to: URL(fileURLWithPath: "\(folder)/index.html"))
      let result = try check("\(folder)/index.html")
      #expect(result.status == 1)
      for fault in [
        "390: the page is", "1024: div#wide ends outside", "an image is missing", "an image has no text",
        "the link #nowhere leads nowhere", "figure#empty has no drawing", "the page asks for /gone.png",
      ] {
        #expect(result.words.contains(fault), "\(fault) in \(result.words)")
      }
      #expect(!result.words.contains("1600: the page is"))
    }
  }
}

private func isInstalled(_ program: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}
