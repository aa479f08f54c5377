import Testing

@testable import WinnowTensors

/// Random damage to small files: reading may throw `TensorFileError` and must do nothing worse.
@Suite struct FuzzTests {
  @Test(arguments: [
    "types.npz", "stored.npz", "empty.npz", "version1.npy", "version2.npy", "fortran.npy",
    "structured.npy", "scalar.npy",
  ])
  func damagedFiles(_ name: String) throws {
    let sound = try Golden.bytes(name)
    var stream = RandomStream(seed: 1, label: name)
    for _ in 0..<4000 { read(damaged(sound, &stream), name) }
  }

  /// Damaged arrays inside sound archives, past the CRC-32; archives whose directory is damaged.
  @Test func damageBehindTheChecksum() throws {
    let sound = try Golden.bytes("version1.npy")
    var stream = RandomStream(seed: 2)
    for index in 0..<4000 {
      var writer = ZipArchive.Writer(forcesZip64: index % 2 == 0)
      try writer.add("a.npy", damaged(sound, &stream), compressed: index % 3 == 0)
      try writer.add("b.npy", sound, compressed: true)
      var bytes = writer.finish()
      read(bytes, "a.npz")
      for _ in 0..<stream.integer(in: 1...3) {
        let tail = stream.integer(in: max(0, bytes.count - 300)...bytes.count - 1)
        bytes[tail] = interesting(&stream)
      }
      read(bytes, "a.npz")
    }
  }

  @Test func noise() {
    var stream = RandomStream(seed: 3)
    for index in 0..<2000 {
      let bytes: [UInt8] = (0..<stream.integer(in: 0...200)).map { _ in stream.integer(in: 0...255)
      }
      read(bytes, "a.npz")
      read([0x93] + Array("NUMPY".utf8) + [UInt8(index % 4), 0] + bytes, "a.npy")
    }
  }

  private func read(_ bytes: [UInt8], _ name: String) {
    do throws(TensorFileError) {
      if name.hasSuffix(".npz") {
        _ = try NPZ(bytes: bytes)
      } else {
        _ = try NPY.decode(bytes)
      }
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  private func damaged(_ sound: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = sound
    for _ in 0..<stream.integer(in: 1...4) where !bytes.isEmpty {
      let place = stream.integer(in: 0...bytes.count - 1)
      switch stream.integer(in: 0...5) {
      case 0: bytes[place] ^= 1 << stream.integer(in: 0...7)
      case 1: bytes[place] = interesting(&stream)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(interesting(&stream), at: place)
      case 4: bytes.removeLast(min(bytes.count, stream.integer(in: 0...40)))
      default:
        // Several bytes at once, as in a size or an offset.
        for offset in place..<min(bytes.count, place + 4) { bytes[offset] = interesting(&stream) }
      }
    }
    return bytes
  }

  private func interesting(_ stream: inout RandomStream) -> UInt8 {
    let favourites: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x28, 0x29, 0x2c, 0x27, 0x39, 0x5b]
    let choice = stream.integer(in: 0...2 * favourites.count)
    return choice < favourites.count ? favourites[choice] : stream.integer(in: 0...255)
  }
}
