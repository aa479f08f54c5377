/// A file of Level-1 events as published for the ADC2021 challenge, read piece by piece.
///
/// HDF5 with `Particles`, `[events, 19, 4]` of pT, η, φ and class; a file may hold its rows in
/// another order (muons first, missing momentum last), which the class column tells, and is brought
/// into the order of ``LevelOneEvents``. A column `Weights` is read where there is one.
///
/// A path that ends in `.csv` or `.csv.gz` is a table with a row per object: `event`, `object` (`met`,
/// `electron`, `muon` or `jet`), `pt`, `eta`, `phi` and, where present, `weight`. Event numbers ascend;
/// an event without objects is a row that leaves the object's columns empty.
///
/// - Reference: arXiv:2107.02157; Zenodo 5046389 and others.
public final class LevelOneEventFile: Sendable {
  public let path: String
  public let count: Int
  private let contents: Contents

  private enum Contents {
    case array(LevelOneEventArray)
    case table(LevelOneEventTable)
  }

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    if CSVReader.isTable(path) {
      let table = try LevelOneEventTable(path)
      (contents, count) = (.table(table), table.count)
    } else {
      let array = try LevelOneEventArray(path)
      (contents, count) = (.array(array), array.count)
    }
  }

  /// Reads consecutive events without those in which a pT, η or φ is NaN, and counts these.
  ///
  /// - Throws: ``EventError`` as ``read(_:)`` for everything else; in a table for a NaN, too.
  public func readDroppingNaN(
    _ events: Range<Int>
  ) throws -> (events: LevelOneEvents, dropped: Int) {
    switch contents {
    case .array(let array): try array.readDropping(events)
    case .table(let table): (try table.read(events), 0)
    }
  }

  /// Reads consecutive events.
  ///
  /// - Throws: ``EventError`` for a class that no object has, too many of one kind, or a number
  ///   that is none, naming the event, or the line of a table.
  public func read(_ events: Range<Int>) throws -> LevelOneEvents {
    switch contents {
    case .array(let array): try array.read(events)
    case .table(let table): try table.read(events)
    }
  }
}
