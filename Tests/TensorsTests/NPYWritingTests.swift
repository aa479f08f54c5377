import Testing
import WinnowTensors

@Suite struct NPYWritingTests {
  @Test(arguments: oneOfEach)
  func writtenArraysReadBack(_ storage: NumericArray.Storage) throws {
    let array = NumericArray(shape: [1, 3], storage: storage)
    #expect(try NPY.decode(NPY.encode(array)) == array)
  }

  @Test(arguments: ["version1.npy", "scalar.npy", "zero.npy"])
  func bytesAreThoseOfNumPy(_ name: String) throws {
    let golden = try Golden.bytes(name)
    #expect(NPY.encode(try NPY.decode(golden)) == golden)
  }

  @Test(arguments: [[], [0], [1, 1, 1, 1, 1, 1, 1, 1, 1], Array(repeating: 1, count: 64)])
  func elementsBeginAtMultiplesOf64(_ shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let bytes = NPY.encode(NumericArray(doubles: Array(repeating: 1, count: count), shape: shape))
    #expect((bytes.count - 8 * count) % 64 == 0)
    #expect(try NPY.decode(bytes).shape == shape)
  }

  @Test func filesReadBack() throws {
    try withTemporaryFolder { folder in
      let array = NumericArray(floats: [1, 2, 3, 4], shape: [2, 2])
      try NPY.write(array, to: folder + "/a.npy")
      #expect(try NPY.read(folder + "/a.npy") == array)
      #expect(try listing(folder) == ["a.npy"])
    }
  }
}
