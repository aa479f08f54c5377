/// A zip archive in memory: its directory, checked, and its entries, expanded on demand.
///
/// Entries are stored or deflated; archives beyond 4 GB (zip64) are read and written. Nothing is
/// ever extracted to disk, so names are not interpreted.
///
/// - Reference: PKWARE, APPNOTE.TXT, .ZIP file format specification, version 6.3.10.
package struct ZipArchive: Sendable {
  package struct Entry: Sendable, Hashable {
    package var name: String
    package var method: Method
    package var checksum: UInt32
    /// The number of bytes when expanded.
    package var count: Int
    /// Where the local header begins.
    var start: Int
    /// Where the stored or compressed bytes lie.
    var range: Range<Int>
  }

  package enum Method: UInt16, Sendable {
    case stored = 0
    case deflated = 8
  }

  /// The entries in the order of the archive's directory.
  package let entries: [Entry]
  let bytes: [UInt8]
  /// What the archive is, for messages.
  let source: String
}

extension ZipArchive {
  /// The signatures that begin the records.
  enum Signature {
    static let localHeader: UInt32 = 0x0403_4b50
    static let directoryHeader: UInt32 = 0x0201_4b50
    static let end: UInt32 = 0x0605_4b50
    static let end64: UInt32 = 0x0606_4b50
    static let end64Locator: UInt32 = 0x0706_4b50
  }

  /// The identifier of the extra field that holds 64-bit sizes.
  static let zip64Field: UInt16 = 1
}
