import Foundation
import WinnowTensors

@testable import WinnowTraining

/// Runs the body with a new folder, removed afterwards.
func withDataFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The message of the ``TrainingError`` that the body throws; `nil` where it throws none.
func dataMessage(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as TrainingError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

/// Events whose numbers tell their row: `x` is `[row, row + 1/4, row + 1/2]`, `y` is `row % 3`,
/// `w` is `row + 1`.
func numberedArrays(_ count: Int) -> NPZ {
  var file = NPZ()
  file["x"] = NumericArray(
    floats: (0..<count).flatMap { row in (0..<3).map { Float(row) + 0.25 * Float($0) } },
    shape: [count, 3])
  file["y"] = NumericArray(integers: (0..<count).map { Int64($0 % 3) })
  file["w"] = NumericArray(doubles: (0..<count).map { Double($0 + 1) })
  return file
}

func numberedData(_ count: Int) throws -> TrainingData {
  let file = numberedArrays(count)
  return try TrainingData(columns: file.names.map { try TrainingColumn($0, file.array($0)) })
}

/// A batch's numbers, copied out of the stream's buffers.
struct CopiedBatch: Equatable {
  var epoch: Int
  var index: Int
  var count: Int
  var columns: [[Float]]
  var weights: [Float]

  init(_ batch: Batch) {
    (epoch, index, count) = (batch.epoch, batch.index, batch.count)
    columns = batch.columns.map(\.array)
    weights = batch.weights.array
  }
}

/// All batches of some epochs.
func batches(_ stream: BatchStream, epochs: Int) throws -> [CopiedBatch] {
  var result: [CopiedBatch] = []
  for _ in 0..<epochs {
    while let batch = try stream.next() { result.append(CopiedBatch(batch)) }
  }
  return result
}
