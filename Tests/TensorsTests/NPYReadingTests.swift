import Testing
import WinnowTensors

@Suite struct NPYReadingTests {
  @Test(arguments: 1...3)
  func everyFormatVersion(_ version: Int) throws {
    let array = try NPY.read(Golden.path("version\(version).npy"))
    #expect(array.shape == [2, 3, 4])
    #expect(array.storage == .uint16(Array(0..<24)))
  }

  @Test func bigEndianFortranOrderIsTransposed() throws {
    let array = try NPY.read(Golden.path("fortran.npy"))
    #expect(array.shape == [2, 3, 4])
    #expect(array.storage == .float64((0..<24).map(Double.init)))
  }

  @Test func scalarsAndEmptyArrays() throws {
    #expect(
      try NPY.read(Golden.path("scalar.npy")) == NumericArray(shape: [], storage: .int64([-7])))
    #expect(try NPY.read(Golden.path("zero.npy")) == NumericArray(floats: [], shape: [0, 3]))
  }

  @Test(arguments: [
    ("structured", "structured elements; save each field as an array of its own"),
    ("object", "Python objects ('|O'), which are never loaded; save numbers instead"),
    ("text", "text ('<U4'); save numbers instead"),
    ("complex", "complex numbers ('<c8'); save the real and imaginary parts"),
    ("half", "elements of type '<f2'; save astype('float32') or astype('float64')"),
  ])
  func otherElementsAreRefused(_ name: String, _ reason: String) {
    let path = Golden.path("\(name).npy")
    #expect(message { _ = try NPY.read(path) } == "'\(path)' holds \(reason)")
  }

  @Test(arguments: [
    ("", "'{' is missing at character 0"),
    ("{", "a string is missing at character 1"),
    ("{'descr': '<i4', 'fortran_order': False, }", "it does not give all of"),
    ("{'descr': '<i4', 'descr': '<i4'}", "the key 'descr' is unknown or given twice"),
    ("{'other': 1}", "the key 'other' is unknown or given twice"),
    ("{'descr': '<i4', 'fortran_order': 0}", "True or False is missing at character 34"),
    ("{'descr': '<i4', 'fortran_order': False, 'shape': (2)}", "',' is missing"),
    ("{'descr': '<i4', 'fortran_order': False, 'shape': (-1,)}", "an extent is missing"),
    ("{'descr': '<i4', 'fortran_order': False, 'shape': (2,)} x", "the end is missing"),
    (
      "{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "an extent is too large"
    ),
    (
      "{'descr': '<i4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
      "larger than any memory"
    ),
    (
      "{'descr': '<i4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4)}",
      "larger than any memory"
    ),
    (
      "{'descr': '<i4', 'fortran_order': False, 'shape': (3000000000,)}",
      "shape [3000000000] of int32 takes 12000000000 bytes, and there are 0"
    ),
  ])
  func malformedHeaders(_ header: String, _ reason: String) throws {
    let text = try #require(message { _ = try NPY.decode(file(header)) })
    #expect(text.hasPrefix("the NPY data is no sound NPY array: "))
    #expect(text.contains(reason))
    #expect(text.hasSuffix("; save it again with numpy.save or numpy.savez"))
  }

  @Test func otherSpellingsOfTheHeader() throws {
    let header = "{\"shape\":(2L,),'fortran_order':True,\n'descr':'|u1'}"
    #expect(try NPY.decode(file(header, [7, 9])).storage == .uint8([7, 9]))
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Golden.bytes("version2.npy")
    for count in 0..<bytes.count {
      #expect(message { _ = try NPY.decode(Array(bytes[..<count])) } != nil)
    }
    #expect(message { _ = try NPY.decode(bytes + [0]) } != nil)
  }

  @Test func unknownVersionIsRefused() {
    let text = message { _ = try NPY.decode([0x93] + Array("NUMPY".utf8) + [4, 0, 0, 0]) }
    #expect(text?.contains("NPY format 4.0") == true)
  }

  @Test func anyByteButZeroIsTrue() throws {
    let header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}"
    #expect(try NPY.decode(file(header, [0, 1, 200])).storage == .bool([false, true, true]))
  }

  private func file(_ header: String, _ body: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return [0x93] + Array("NUMPY".utf8)
      + [1, 0, UInt8(text.count & 0xff), UInt8(text.count >> 8)] + text + body
  }
}
