import Testing

@testable import WinnowTensors

/// Rows of mapped files, of HDF5 datasets and of arrays in memory: the same numbers.
@Suite struct RowsTests {
  private func rows(_ array: any ArrayRows, _ range: Range<Int>, _ runs: ElementRuns) throws
    -> [Double]
  {
    var values = [Double](repeating: -1, count: range.count * runs.count)
    var span = values.mutableSpan
    try array.read(rows: range, elements: runs, into: &span)
    return values
  }

  private func gathered(_ array: any ArrayRows, _ indices: [UInt32], _ runs: ElementRuns) throws
    -> [Float]
  {
    var values = [Float](repeating: -1, count: indices.count * runs.count)
    var span = values.mutableSpan
    try array.gather(rows: indices.span, elements: runs, into: &span)
    return values
  }

  private let pick = ElementRuns([1..<2, 3..<4, 0..<2])

  @Test func everyTypeOfAStoredArchive() throws {
    let file = try MappedNPZ(contentsOf: Golden.path("rows.npz"))
    let codes = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "big"]
    #expect(Set(file.names) == Set(codes + ["b1"]))
    for code in codes {
      let array = try file.rows(code)
      #expect(array is MappedArray)
      #expect(array.shape == [6, 4])
      #expect(try rows(array, 1..<3, ElementRuns(all: 4)) == [4, 5, 6, 7, 8, 9, 10, 11])
      #expect(try rows(array, 2..<4, pick) == [9, 11, 8, 9, 13, 15, 12, 13])
      #expect(try gathered(array, [5, 0], pick) == [21, 23, 20, 21, 1, 3, 0, 1])
    }
    #expect(try rows(file.rows("b1"), 0..<1, ElementRuns(all: 4)) == [1, 0, 1, 0])
    #expect(try file.rows("f2").elementType == .float16)
  }

  @Test func compressedArraysAreExpanded() throws {
    let path = Golden.path("rows_compressed.npz")
    let file = try MappedNPZ(contentsOf: path)
    let array = try file.rows("f4")
    #expect(array is MemoryRows)
    #expect(try rows(array, 2..<4, pick) == [9, 11, 8, 9, 13, 15, 12, 13])
    #expect(try gathered(array, [5, 0], pick) == [21, 23, 20, 21, 1, 3, 0, 1])
    #expect(
      message { _ = try file.rows("f4", memoryLimit: 100) }
        == "the array 'f4' of '\(path)' is compressed and takes 224 bytes in memory, more than the "
        + "limit of 100; save it with numpy.savez, which does not compress, to map it")
    #expect(
      message { _ = try file.rows("x") } == "'\(path)' has no array 'x'; it holds 'f4'")
  }

  @Test func hdf5RowsPickAndGather() throws {
    try withTemporaryFolder { folder in
      let writer = try HDF5Writer(folder + "/a.h5")
      let values = NumericArray(floats: (0..<24).map { Float($0) }, shape: [6, 4])
      try writer.write(values, as: "x", compression: 1, chunkRows: 4)
      try writer.finish()
      let array = try HDF5File(contentsOf: folder + "/a.h5").dataset("x")
      #expect(array.blockRows == 4)
      #expect(try rows(array, 1..<3, ElementRuns(all: 4)) == [4, 5, 6, 7, 8, 9, 10, 11])
      #expect(try rows(array, 2..<4, pick) == [9, 11, 8, 9, 13, 15, 12, 13])
      #expect(try gathered(array, [5, 0, 1], pick) == [21, 23, 20, 21, 1, 3, 0, 1, 5, 7, 4, 5])
    }
  }

  @Test func npyFiles() throws {
    for name in ["version1.npy", "version2.npy", "version3.npy"] {
      let array = try MappedArray(contentsOf: Golden.path(name))
      #expect(array.shape == [2, 3, 4])
      #expect(try rows(array, 1..<2, ElementRuns([10..<12])) == [22, 23])
    }
    #expect(try rows(MappedArray(contentsOf: Golden.path("scalar.npy")), 0..<1, ElementRuns(all: 1)) == [-7])
    #expect(try MappedArray(contentsOf: Golden.path("zero.npy")).shape == [0, 3])
    #expect(try MappedArray(contentsOf: Golden.path("half.npy")).elementType == .float16)
    let path = Golden.path("fortran.npy")
    #expect(
      message { _ = try MappedArray(contentsOf: path) }
        == "'\(path)' is in Fortran order, which cannot be mapped by rows; "
        + "save numpy.ascontiguousarray of it")
    let text = Golden.path("text.npy")
    #expect(
      message { _ = try MappedArray(contentsOf: text) }
        == "'\(text)' holds text ('<U4'); save numbers instead")
  }

  @Test func rowsThatAreNotThere() throws {
    let path = Golden.path("rows.npz")
    let array = try MappedNPZ(contentsOf: path).rows("f4")
    #expect(
      message { _ = try rows(array, 5..<7, ElementRuns(all: 4)) }
        == "the array 'f4' of '\(path)' has 6 rows; rows 5 to 7 were asked for")
    #expect(
      message { _ = try gathered(array, [1, 6], ElementRuns(all: 4)) }
        == "the array 'f4' of '\(path)' has 6 rows; row 6 was asked for")
  }

  @Test func filesThatCannotBeMapped() throws {
    try withTemporaryFolder { folder in
      #expect(
        message { _ = try MappedArray(contentsOf: folder + "/a.npy") }
          == "there is no file '\(folder)/a.npy'; check the path")
      #expect(
        message { _ = try MappedNPZ(contentsOf: folder) }
          == "'\(folder)' is a folder; name a file in it")
      #expect(
        message { _ = try MappedFile("/dev/null") }
          == "'/dev/null' is no regular file and cannot be mapped; copy it to a file")
      try AtomicFile.write([], to: folder + "/a.npy")
      #expect(
        message { _ = try MappedArray(contentsOf: folder + "/a.npy") }
          == "'\(folder)/a.npy' is no sound NPY array: it does not begin with '\\x93NUMPY'; "
          + "save it again with numpy.save or numpy.savez")
    }
  }

  /// 1,000 cuts of each file: opening throws one sentence, and never touches a missing page.
  @Test(arguments: ["rows.npz", "rows_compressed.npz", "version1.npy", "half.npy"])
  func cutFiles(_ name: String) throws {
    let sound = try Golden.bytes(name)
    var stream = RandomStream(seed: 5, label: name)
    try withTemporaryFolder { folder in
      for _ in 0..<1000 {
        let count = stream.integer(in: 0...sound.count - 1)
        try AtomicFile.write(Array(sound.prefix(count)), to: folder + "/cut")
        let text = message {
          if name.hasSuffix(".npz") {
            _ = try MappedNPZ(contentsOf: folder + "/cut")
          } else {
            _ = try MappedArray(contentsOf: folder + "/cut")
          }
        }
        #expect(text?.hasPrefix("'\(folder)/cut' ") == true, "\(count) bytes")
      }
    }
  }

  @Test func elementRuns() {
    #expect(ElementRuns([0..<2, 2..<3, 5..<5, 7..<8]).runs == [0..<3, 7..<8])
    #expect(pick.count == 4)
    #expect((0..<4).map(pick.place) == [1, 3, 0, 1])
    #expect(ElementRuns(all: 0).count == 0)
  }
}
