import Foundation
import Testing
import WinnowEvents
import WinnowTensors

/// Tables of text, plain and compressed.
@Suite struct EventTableTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-tables-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ text: String, as name: String = "F.csv") throws -> String {
    let path = folder.appendingPathComponent(name).path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// What reading all events of a table throws, with the path shortened to the file's name.
  private func particleError(_ text: String) throws -> String {
    do {
      let file = try ParticleEventFile(try write(text))
      _ = try file.read(0..<file.count)
      return ""
    } catch { return "\(error)".replacing(folder.path + "/", with: "") }
  }

  @Test func fieldsAreTakenApart() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write("\u{FEFF}name, x\r\n# a remark\r\n\r\n\"a, \"\"b\"\"\" ,\t-1.5e1 \r\n,3.0")
    let table = try CSVReader(path)
    #expect(table.columns == ["name", "x"])
    #expect(try table.next() && table.line == 4)
    #expect(table.text(0) == "a, \"b\"")
    #expect(try table.number(1, as: Double.self) == -15)
    #expect(try table.next() && table.isEmpty(0))
    #expect(try table.integer(1, as: Int8.self) == 3)
    #expect(try !table.next())
  }

  /// Rows longer in all than the blocks in which files are read and expanded, in several members of
  /// gzip as `cat a.gz b.gz` gives.
  @Test func manyBlocksComeBack() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var bytes: [UInt8] = []
    var firstMember = 0
    for part in 0..<3 {
      let path = folder.appendingPathComponent("\(part).csv.gz").path
      let writer = try CSVWriter(path, columns: part == 0 ? ["i", "square"] : ["\(part)", "-1"])
      for row in 0..<50_000 { try writer.append(["\(row)", "\(row * row)"]) }
      try writer.finish()
      bytes += try InputFile.read(path)
      if part == 0 { firstMember = bytes.count }
    }
    let path = folder.appendingPathComponent("all.csv.gz").path
    try AtomicFile.write(bytes, to: path)
    let table = try CSVReader(path)
    var (rows, sum) = (0, 0)
    while try table.next() {
      rows += 1
      let square: Int = try table.integer(1)
      if square >= 0 { sum += square }
    }
    #expect(rows == 150_002 && table.line == 150_003)
    // The sum of the squares below n is (n − 1) n (2 n − 1)/6.
    #expect(sum == 3 * (49_999 * 50_000 * 99_999 / 6))

    // The same file without its end, and with another checksum of its first part.
    try AtomicFile.write(Array(bytes.dropLast(1)), to: path)
    let cut = try #require(throws: EventError.self) {
      let table = try CSVReader(path)
      while try table.next() {}
    }
    #expect(cut.message.contains("after line 1") && cut.message.contains("ends inside its compressed"))
    bytes[firstMember - 8] ^= 0x55
    try AtomicFile.write(bytes, to: path)
    let damaged = try #require(throws: EventError.self) {
      let table = try CSVReader(path)
      while try table.next() {}
    }
    #expect(damaged.message.hasPrefix("after line "))
    #expect(damaged.message.contains("holds damaged compressed data"))
  }

  /// Blocks in any order give what one block gives, also of numbers that are not 0, 1, 2.
  @Test func blocksOfEventsAreReadInAnyOrder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write(
      """
      event,pdg,pt,eta,phi,weight
      -3,22,1,0.5,0,2
      -3,12,2,0.5,0,2
      7,,,,,4
      90,-211,3,-1,3,1
      """)
    let file = try ParticleEventFile(path)
    let all = try file.read(0..<3)
    #expect(all.offsets == [0, 2, 2, 3] && all.pt == [1, 2, 3] && all.weights == [2, 4, 1])
    #expect(all.charge == [0, 0, -1] && all.origin == [[], .invisible, []])
    #expect(all.mass == [0, 0, 0.139_570_39])
    #expect(try file.read(2..<3).pt == [3])
    #expect(try file.read(0..<1).pt == [1, 2])
    #expect(try file.read(1..<3).offsets == [0, 0, 1])
    #expect(try file.read(3..<3).count == 0)
    #expect(throws: EventError.self) { try file.read(2..<4) }
    #expect(try EventFile.columnNames(of: path).contains("pdg"))
  }

  @Test func whatIsWrongInATableIsNamedWithItsLine() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let head = "event,pt,eta,phi,pdg\n0,1,0,0,22\n"
    for (text, message) in [
      ("", "'F.csv' is empty; its first line must name the columns"),
      ("event,pt,eta,phi\n", "'F.csv' has no column 'pdg'"),
      ("event,pt,pt\n", "line 1 of 'F.csv' names column 3 'pt'"),
      ("event,pt,eta,phi,pdg,colour\n", "'F.csv' has a column 'colour', which has no meaning here"),
      (head + "0,1,0,0\n", "line 3 of 'F.csv' has 4 fields; the first line names 5 columns"),
      (
        head + "0,nan,0,0,22\n",
        "line 3 of 'F.csv' holds 'nan' in the column 'pt', which is no finite number"
      ),
      (head + "1,1,inf,0,22\n", "line 3 of 'F.csv' holds 'inf' in the column 'eta'"),
      (head + "1,1,0,,22\n", "line 3 of 'F.csv' holds nothing in the column 'phi'"),
      (head + "1,1,0,0,2.5\n", "line 3 of 'F.csv' holds '2.5' in the column 'pdg', which is no integer"),
      (head + "1,-1,0,0,22\n", "line 3 of 'F.csv' holds a particle of pT -1.0 (0 to 10^6 GeV are possible)"),
      (head + "\n2,1,0,0,22\n1,1,0,0,22\n", "line 5 of 'F.csv' goes back from event 2 to 1"),
      (head + "1,\"1,0,0,22\n", "line 3 of 'F.csv' ends inside a quoted field"),
      (
        "event,pt,eta,phi,pdg,weight\n0,1,0,0,22,1\n0,1,0,0,22,2\n",
        "line 3 of 'F.csv' has weight 2.0 and process 0"
      ),
    ] {
      let found = try particleError(text)
      #expect(found.hasPrefix(message), "\(found)")
    }
  }

  @Test(arguments: ["l1.csv", "l1.csv.gz"])
  func levelOneTablesComeBack(_ name: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var events = LevelOneEvents()
    events.appendEvent(weight: 0.1)
    events.set(event: 0, row: 0, pt: 31.5, eta: 0, phi: -3.1)
    events.set(event: 0, row: 5, pt: 4, eta: -2.05, phi: 0.3)
    for jet in 9..<19 { events.set(event: 0, row: jet, pt: Float(40 - jet), eta: 1, phi: 1) }
    events.appendEvent()
    let path = folder.appendingPathComponent(name).path
    let writer = try LevelOneEventWriter(path)
    try writer.append(events)
    try writer.append(events)
    try writer.finish()
    let file = try LevelOneEventFile(path)
    #expect(file.count == 4)
    #expect(try file.read(0..<2) == events)
    #expect(try file.read(2..<4) == events)
    #expect(EventFile.isLevelOne(try EventFile.columnNames(of: path)))
  }

  @Test func unknownAndTooManyObjectsAreNamed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let head = "event,object,pt,eta,phi\n"
    for (text, message) in [
      ("0,tau,1,0,0\n", "line 2 of 'F.csv' names the object 'tau'; known are 'met', 'electron'"),
      ("0,met,1,,0\n0,met,1,,0\n", "line 3 of 'F.csv' is one of more than 1 objects of kind 'met'"),
      ("0,jet,1,0,4\n", "line 2 of 'F.csv' holds pT 1.0 and phi 4.0"),
    ] {
      let path = try write(head + text)
      let error = try #require(throws: EventError.self) {
        let file = try LevelOneEventFile(path)
        _ = try file.read(0..<file.count)
      }
      #expect(error.message.replacing(folder.path + "/", with: "").hasPrefix(message), "\(error)")
    }
  }

  /// A table that is not finished leaves nothing behind.
  @Test func anUnfinishedTableIsNoFile() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("half.csv.gz").path
    do {
      let writer = try CSVWriter(path, columns: ["a"])
      try writer.append(["1"])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(throws: TensorFileError.self) { try CSVWriter(folder.path + "/no/x.csv", columns: ["a"]) }
  }
}
