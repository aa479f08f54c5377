import Foundation
import WinnowNetworkIR
import WinnowTensors

extension Stamp {
  /// The comment that carries the stamp in every file: `stamp 0123456789abcdef`.
  var comment: String { "stamp \(self)" }

  /// A line of a Verilog module's body.
  var verilogParameter: String { "  localparam [63:0] STAMP = 64'h\(self);" }

  /// A line of C++.
  var cConstant: String { "constexpr std::uint64_t stamp = UINT64_C(0x\(self));" }

  /// The stamp that a text carries: the first word `stamp`, in any case, that 16 hexadecimal digits follow.
  static func find(in text: String) -> Stamp? {
    text.firstMatch(of: /(?i)\bstamp["': =]{1,8}(?:64'h)?([0-9a-f]{16})\b/)
      .flatMap { UInt64($0.1, radix: 16) }.map(Stamp.init(value:))
  }

  /// The one stamp of a firmware folder.
  ///
  /// - Parameter folder: what `winnow compile` wrote: `rtl/`, `emulator/`, `reports/`.
  /// - Returns: `nil` when no file carries one, as in folders of older versions.
  /// - Throws: ``NetworkError`` naming two files whose stamps differ.
  public static func check(folder: String) throws -> Stamp? {
    var first: (file: String, stamp: Stamp)?
    for (part, suffixes) in [
      ("rtl", [".v", ".vhd"]), ("emulator", [".h", ".cpp"]), ("reports", ["report.json"]),
    ] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []
      for name in names.sorted() where suffixes.contains(where: { name.hasSuffix($0) }) {
        let file = "\(part)/\(name)"
        let text = String(decoding: try InputFile.read("\(folder)/\(file)"), as: UTF8.self)
        guard let stamp = find(in: text) else { continue }
        if let first, first.stamp != stamp {
          throw NetworkError(
            "'\(folder)/\(first.file)' has the stamp \(first.stamp) and '\(folder)/\(file)' \(stamp): they are of different compilations; run 'winnow compile' again"
          )
        }
        first = first ?? (file, stamp)
      }
    }
    return first?.stamp
  }
}
