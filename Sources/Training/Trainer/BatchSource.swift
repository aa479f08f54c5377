/// Gives the rows of each batch of each epoch, the same for the same seed.
public protocol BatchSource: AnyObject {
  /// The columns that ``next(into:weights:)`` fills, in order: graph inputs by name.
  var columns: [String] { get }
  /// Elements of a row of each column.
  var widths: [Int] { get }
  /// Rows of a batch.
  var batchSize: Int { get }
  /// Batches of an epoch.
  var batchCount: Int { get }

  /// Goes to a batch of an epoch.
  func seek(epoch: Int, batch: Int) throws

  /// Fills the next batch's rows and goes on.
  ///
  /// - Parameters:
  ///   - columns: one buffer per column, `batchSize` rows each.
  ///   - weights: one weight per row; 0 for rows that fill up a last, smaller batch.
  func next(into columns: [Buffer<Float>], weights: Buffer<Float>) throws
}
