import Foundation
import Winnow

/// `events-benchmark`: how fast Level-1 events of the ADC2021 layout are read, and what memory that
/// takes.
///
///     events-benchmark write FILE EVENTS        a file of toy events, compressed as published
///     events-benchmark rows FILE BLOCK          reads the rows as they are, block by block
///     events-benchmark events FILE BLOCK        reads and checks events
///     events-benchmark particles FILE BLOCK     reads generated events, of any format
///
/// Prints events, seconds that the process computed, and the largest memory in MiB;
/// `Tools/event_reading/compare.py` takes turns with h5py.
@main
struct EventsBenchmark {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 4, let number = Int(words[3]), number > 0 else {
      print("give write, rows, events or particles, a file, and a number of events")
      exit(2)
    }
    let start = usage().seconds
    var (count, sum) = (0, 0.0)
    switch words[1] {
    case "write": count = try ToyLevelOneEvents.write(number, to: words[2])
    case "rows": (count, sum) = try rows(words[2], block: number)
    case "events": (count, sum) = try events(words[2], block: number)
    case "particles": (count, sum) = try particles(words[2], block: number)
    default:
      print("'\(words[1])' is none of write, rows, events, particles")
      exit(2)
    }
    let (seconds, memory) = usage()
    print(count, seconds - start, memory, sum)
  }

  private static func blocks(_ count: Int, _ size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  private static func rows(_ path: String, block: Int) throws -> (Int, Double) {
    let dataset = try HDF5File(contentsOf: path).dataset("Particles")
    var sum = 0.0
    for range in blocks(dataset.rowCount, block) {
      let values: [Double] = try dataset.values(rows: range)
      sum += values[0]
    }
    return (dataset.rowCount, sum)
  }

  private static func events(_ path: String, block: Int) throws -> (Int, Double) {
    let file = try LevelOneEventFile(path)
    var sum = 0.0
    for range in blocks(file.count, block) { sum += Double(try file.read(range).pt[0]) }
    return (file.count, sum)
  }

  private static func particles(_ path: String, block: Int) throws -> (Int, Double) {
    let file = try ParticleEventFile(path)
    var sum = 0.0
    for range in blocks(file.count, block) { sum += Double(try file.read(range).pt.first ?? 0) }
    return (file.count, sum)
  }

  /// Processor time, and the most resident memory so far in MiB; Linux counts that in KiB.
  private static func usage() -> (seconds: Double, memory: Double) {
    var usage = rusage()
    #if canImport(Darwin)
      _ = unsafe getrusage(RUSAGE_SELF, &usage)
    #else
      _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return (
      seconds(usage.ru_utime) + seconds(usage.ru_stime),
      (Double(usage.ru_maxrss) / 102.4).rounded() / 10
    )
  }
}
