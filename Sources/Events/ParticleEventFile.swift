/// A file of generated events, read piece by piece.
///
///     let file = try ParticleEventFile("minbias.npz")
///     for first in stride(from: 0, to: file.count, by: 1000) {
///       let events = try file.read(first..<min(first + 1000, file.count))
///     }
///
/// NPZ or HDF5 with the columns `offset`, `pt` [GeV], `eta`, `phi`, `pdg` and, where present,
/// `mass` [GeV], `charge`, `origin`, `vtx_mm` [mm] per particle, `weight` and `process` per event,
/// and the truth rows in which muons from decays in flight find their parents, as `winnow generate`
/// and `gen_samples.py` write them. Missing masses and charges are those of the species, missing
/// weights 1. Compressed NPZ arrays are expanded in memory; HDF5 files and uncompressed NPZ files of
/// any size take the memory of the events asked for.
///
/// A path that ends in `.csv` or `.csv.gz` is a table with a row per particle: `event`, `pt`, `eta`,
/// `phi`, `pdg` and, where present, `mass`, `charge`, `origin`, `vx_mm`, `vy_mm`, `vz_mm`, and
/// `weight` and `process`, the same in all rows of an event. Event numbers ascend; an event without
/// particles is a row that leaves the particle's columns empty. Tables have no parents. Blocks are
/// read in one go through the file, of whose text a few hundred kilobytes are in memory.
public final class ParticleEventFile: Sendable {
  public let path: String
  /// Events in the file.
  public let count: Int
  private let contents: Contents

  private enum Contents {
    case columns(ParticleEventColumns)
    case table(ParticleEventTable)
  }

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    if CSVReader.isTable(path) {
      let table = try ParticleEventTable(path)
      (contents, count) = (.table(table), table.count)
    } else {
      let columns = try ParticleEventColumns(path)
      (contents, count) = (.columns(columns), columns.count)
    }
  }

  /// Reads consecutive events.
  ///
  /// - Throws: ``EventError`` for a number that no event can hold, naming the event and column, or
  ///   the line of a table.
  public func read(_ events: Range<Int>) throws -> ParticleEvents {
    switch contents {
    case .columns(let columns): try columns.read(events)
    case .table(let table): try table.read(events)
    }
  }
}
