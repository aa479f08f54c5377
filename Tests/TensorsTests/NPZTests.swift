import Testing

@testable import WinnowTensors

@Suite struct NPZTests {
  @Test(arguments: ["little", "big"])
  func everyElementTypeInBothByteOrders(_ order: String) throws {
    let file = try NPZ(contentsOf: Golden.path("types.npz"))
    #expect(file.count == 21)
    let expected: [String: NumericArray.Storage] = [
      "i1": .int8([.min, 0, 1, .max]), "i2": .int16([.min, 0, 1, .max]),
      "i4": .int32([.min, 0, 1, .max]), "i8": .int64([.min, 0, 1, .max]),
      "u1": .uint8([0, 0, 1, .max]), "u2": .uint16([0, 0, 1, .max]),
      "u4": .uint32([0, 0, 1, .max]), "u8": .uint64([0, 0, 1, .max]),
      "f4": .float32([-0.0, 1.5, Float(0x1p-20 / 3), .infinity]),
      "f8": .float64([-0.0, 1.5, 0x1p-20 / 3, .infinity]),
    ]
    for (code, storage) in expected {
      #expect(try file.array("\(order)_\(code)").storage == storage)
    }
    #expect(file["bool"]?.storage == .bool([true, false, true]))
  }

  @Test func storedArrays() throws {
    let file = try NPZ(contentsOf: Golden.path("stored.npz"))
    #expect(file.names == ["x", "y"])
    #expect(file["x"] == NumericArray(shape: [2, 3], storage: .int16([0, 1, 2, 3, 4, 5])))
    #expect(file["y"] == NumericArray(shape: [], storage: .float32([0.25])))
    #expect(try NPZ(contentsOf: Golden.path("empty.npz")).isEmpty)
    #expect(try NPZ.names(in: Golden.path("stored.npz")) == ["x", "y"])
  }

  @Test(arguments: [true, false])
  func writtenFilesReadBack(compressed: Bool) throws {
    try withTemporaryFolder { folder in
      var file = NPZ()
      for (index, storage) in oneOfEach.enumerated() {
        file["array \(index)"] = NumericArray(shape: [3], storage: storage)
      }
      file["η/φ"] = NumericArray(integers: Array(repeating: 3, count: 10_000), shape: [100, 100])
      try file.write(to: folder + "/a.npz", compressed: compressed)
      #expect(try NPZ(contentsOf: folder + "/a.npz") == file)
      #expect(try listing(folder) == ["a.npz"])
      #expect(try file.encoded(compressed: compressed) == InputFile.read(folder + "/a.npz"))
    }
  }

  @Test func namesCanBeChosenReplacedAndRemoved() throws {
    let path = Golden.path("stored.npz")
    #expect(try NPZ(contentsOf: path, only: ["y"]).names == ["y"])
    #expect(
      message { _ = try NPZ(contentsOf: path, only: ["z"]) }
        == "'\(path)' has no array 'z'; it holds 'x', 'y'")
    var file = try NPZ(contentsOf: path)
    #expect(message { _ = try file.array("z") } == "there is no array 'z'; the file holds 'x', 'y'")
    file["x"] = NumericArray(doubles: [1])
    #expect(file.names == ["x", "y"])
    file["x"] = nil
    file["none"] = nil
    #expect(file.names == ["y"])
    #expect(message { _ = try NPZ().array("z") } == "there is no array 'z'; the file holds none")
  }

  @Test func refusedElementsNameTheArray() throws {
    var writer = ZipArchive.Writer()
    try writer.add("labels.npy", try Golden.bytes("text.npy"), compressed: true)
    try writer.add("notes.txt", Array("not an array".utf8), compressed: true)
    try writer.add("x.npy", try Golden.bytes("scalar.npy"), compressed: false)
    let bytes = writer.finish()
    #expect(
      message { _ = try NPZ(bytes: bytes, source: "'f'") }
        == "the array 'labels' of 'f' holds text ('<U4'); save numbers instead")
    #expect(try NPZ(bytes: bytes, only: ["x"]).names == ["x"])
  }

  @Test func twoArraysOfOneNameAreRefused() throws {
    var writer = ZipArchive.Writer()
    for _ in 0..<2 { try writer.add("x.npy", try Golden.bytes("scalar.npy"), compressed: true) }
    let bytes = writer.finish()
    #expect(
      message { _ = try NPZ(bytes: bytes, source: "'f'") }
        == "'f' holds two arrays named 'x'; rename one")
  }
}
