import Testing

@testable import WinnowTensors

/// Files that h5py wrote: `Tools/golden/training_data/make_storage_golden.py`.
@Suite struct HDF5Tests {
  /// The value of the generator, exact in both precisions.
  private func particle(_ event: Int, _ object: Int, _ column: Int) -> Double {
    100 * Double(event) + 4 * Double(object) + Double(column) + 0.25
  }

  @Test func publishedLayout() throws {
    let file = try HDF5File(contentsOf: Golden.path("anomaly.h5"))
    #expect(
      try file.datasetNames() == ["EvtId", "Particles", "Particles_Classes", "Particles_Names"])
    let particles = try file.dataset("Particles")
    #expect(particles.shape == [40, 19, 4])
    #expect(particles.elements == .numbers(.float64))
    #expect(particles.chunkShape == [16, 19, 4])
    // Across the boundary of two chunks.
    let rows = try particles.values(rows: 14..<19, as: Double.self)
    let expected = (14..<19).flatMap { event in
      (0..<19).flatMap { object in (0..<4).map { particle(event, object, $0) } }
    }
    #expect(rows == expected)
    #expect(try particles.values(rows: 14..<19, as: Float.self) == expected.map { Float($0) })
    #expect(try file.dataset("Particles_Names").strings() == ["Pt", "Eta", "Phi", "Class"])
    #expect(
      try file.dataset("Particles_Classes").strings()
        == ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"])
    #expect(try file.dataset("EvtId").values(rows: 38..<40) == [38_000_000_266, 39_000_000_273])
  }

  @Test(arguments: ["little", "big"])
  func everyTypeInBothByteOrders(_ order: String) throws {
    let file = try HDF5File(contentsOf: Golden.path("types.h5"))
    let types: [String: StoredElementType] = [
      "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16,
      "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    for (code, type) in types {
      let dataset = try file.dataset("\(order)/\(code)")
      #expect(dataset.elements == .numbers(type))
      #expect(dataset.chunkShape == nil)
      #expect(try dataset.values(rows: 0..<2, as: Float.self) == [0, 1, 2, 100, 101, 127])
      #expect(try dataset.values(rows: 1..<2, as: Double.self) == [100, 101, 127])
      if !type.isFloatingPoint, type != .uint64 {
        #expect(try dataset.values(rows: 0..<1, as: Int64.self) == [0, 1, 2])
      }
    }
  }

  @Test func otherShapesAndText() throws {
    let file = try HDF5File(contentsOf: Golden.path("types.h5"))
    #expect(try file.dataset("bool").elements == .numbers(.bool))
    #expect(try file.dataset("bool").values(rows: 0..<3) == [1 as Int64, 0, 1])
    #expect(try file.dataset("scalar").shape == [])
    #expect(try file.dataset("scalar").values(rows: 0..<1) == [-7 as Int64])
    #expect(try file.dataset("soft").values(rows: 0..<1) == [-7 as Int64])
    #expect(try file.dataset("none").shape == [0, 3])
    #expect(try file.dataset("none").values(rows: 0..<0, as: Float.self) == [])
    #expect(try file.dataset("null").shape == [0])
    #expect(try file.dataset("large").values(rows: 0..<2, as: Double.self) == [0x1p64, 0x1p53])
    #expect(try file.dataset("utf8").strings() == ["η", "", "Δφ"])
    #expect(try file.dataset("padded").strings() == ["ab", "cdef"])
    // The link to the root is followed to a bound and no further; other files are not named.
    let names = try file.datasetNames()
    #expect(names.contains("little/f4") && names.contains("loop/little/f4"))
    #expect(!names.contains("outside") && !names.contains("soft"))
  }

  @Test func refusals() throws {
    let path = Golden.path("types.h5")
    let file = try HDF5File(contentsOf: path)
    #expect(
      message { _ = try file.dataset("compound").values(rows: 0..<1, as: Float.self) }
        == "the dataset 'compound' of '\(path)' holds compound elements, which are not read; "
        + "save plain numbers")
    #expect(
      message { _ = try file.dataset("utf8").values(rows: 0..<1, as: Float.self) }
        == "the dataset 'utf8' of '\(path)' holds text; name a dataset of numbers")
    #expect(
      message { _ = try file.dataset("little/f4").values(rows: 0..<1, as: Int64.self) }
        == "the dataset 'little/f4' of '\(path)' holds float32, which Int64 cannot hold; "
        + "read it as Double")
    #expect(
      message { _ = try file.dataset("little/f4").strings() }
        == "the dataset 'little/f4' of '\(path)' holds no text; read its numbers")
    #expect(
      message { _ = try file.dataset("latin").strings() }
        == "string 0 of the dataset 'latin' of '\(path)' is not UTF-8; save it as UTF-8")
    #expect(
      message {
        var buffer = [Float](repeating: 0, count: 9)
        var span = buffer.mutableSpan
        try file.dataset("little/f4").read(rows: 0..<3, into: &span)
      } == "the dataset 'little/f4' of '\(path)' has 2 rows; rows 0 to 3 were asked for")
    let other = try HDF5File(contentsOf: Golden.path("anomaly.h5"))
    for name in ["x", "", "x/y", "Particles/x", "/"] {
      #expect(
        message { _ = try other.dataset(name) }
          == "'\(other.path)' has no dataset '\(name)'; it holds 'EvtId', 'Particles', "
          + "'Particles_Classes', 'Particles_Names'")
    }
  }

  @Test func filesThatAreNone() throws {
    try withTemporaryFolder { folder in
      #expect(
        message { _ = try HDF5File(contentsOf: folder + "/a.h5") }
          == "there is no file '\(folder)/a.h5'; check the path")
      #expect(
        message { _ = try HDF5File(contentsOf: folder) }
          == "'\(folder)' is a folder; name a file in it")
      try AtomicFile.write(Array("not HDF5".utf8), to: folder + "/a.h5")
      #expect(
        message { _ = try HDF5File(contentsOf: folder + "/a.h5") }
          == "'\(folder)/a.h5' cannot be opened as an HDF5 file: file signature not found; "
          + "copy or make the file again")
      let sound = try Golden.bytes("anomaly.h5")
      try AtomicFile.write(Array(sound.prefix(4000)), to: folder + "/a.h5")
      let text = try #require(message { _ = try HDF5File(contentsOf: folder + "/a.h5") })
      #expect(text.hasPrefix("'\(folder)/a.h5' cannot be opened as an HDF5 file: truncated file: "))
    }
  }

  /// 1,000 cuts of each file: every one opens and reads, or throws one sentence.
  @Test(arguments: ["anomaly.h5", "types.h5"]) func cutFiles(_ name: String) throws {
    let sound = try Golden.bytes(name)
    var stream = RandomStream(seed: 4, label: name)
    try withTemporaryFolder { folder in
      for _ in 0..<1000 {
        let count = stream.integer(in: 0...sound.count - 1)
        try AtomicFile.write(Array(sound.prefix(count)), to: folder + "/cut.h5")
        let text = message { _ = try HDF5File(contentsOf: folder + "/cut.h5") }
        // The superblock tells the length, so that every cut is noticed at opening.
        #expect(text?.contains("cannot be opened as an HDF5 file") == true, "\(count) bytes")
      }
    }
  }

  @Test func damagedChunksAreReported() throws {
    var bytes = try Golden.bytes("anomaly.h5")
    // The end of the file holds compressed chunks.
    let file = try HDF5File(contentsOf: Golden.path("anomaly.h5"))
    let sound = try file.dataset("Particles").values(rows: 0..<40, as: Double.self)
    try withTemporaryFolder { folder in
      var failures = 0
      for place in stride(from: 4000, to: bytes.count, by: 500) {
        let old = bytes[place]
        bytes[place] ^= 0xff
        try AtomicFile.write(bytes, to: folder + "/bad.h5")
        let text = message {
          let values = try HDF5File(contentsOf: folder + "/bad.h5").dataset("Particles")
            .values(rows: 0..<40, as: Double.self)
          #expect(values.count == sound.count)
        }
        if let text {
          failures += 1
          #expect(text.hasSuffix("copy or make the file again"))
        }
        bytes[place] = old
      }
      #expect(failures > 0)
    }
  }

  @Test func manyThreadsTakeTurns() async throws {
    let file = try HDF5File(contentsOf: Golden.path("anomaly.h5"))
    let whole = try file.dataset("Particles").values(rows: 0..<40, as: Float.self)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<50).allSatisfy { turn in
            let row = (7 * task + turn) % 40
            let values = try? HDF5File(contentsOf: Golden.path("anomaly.h5"))
              .dataset("Particles").values(rows: row..<row + 1, as: Float.self)
            return values == Array(whole[row * 76..<(row + 1) * 76])
          }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}
