import Foundation
import Testing

@testable import WinnowTensors

@Suite struct HDF5WriterTests {
  @Test func everyTypeReadsBack() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let writer = try HDF5Writer(path)
      for storage in oneOfEach {
        let array = NumericArray(shape: [3], storage: storage)
        try writer.write(array, as: "plain/\(array.elementType)")
        try writer.write(array, as: "gzip/\(array.elementType)", compression: 4, chunkRows: 2)
      }
      try writer.write(NumericArray(shape: [], storage: .float64([0.5])), as: "scalar")
      try writer.write(strings: ["pt", "", "η"], as: "names")
      try writer.write(strings: [], as: "no names")
      #expect(try listing(folder).count == 1, "only the temporary file before the end")
      #expect(POSIXFile.look(path) == nil)
      try writer.finish()
      #expect(try listing(folder) == ["a.h5"])

      let file = try HDF5File(contentsOf: path)
      for storage in oneOfEach {
        let array = NumericArray(shape: [3], storage: storage)
        for name in ["plain/\(array.elementType)", "gzip/\(array.elementType)"] {
          let dataset = try file.dataset(name)
          #expect(dataset.elements == .numbers(StoredElementType(array.elementType)))
          #expect(try dataset.values(rows: 0..<3, as: Double.self) == array.doubles())
        }
      }
      #expect(try file.dataset("gzip/int8").chunkShape == [2])
      #expect(try file.dataset("scalar").values(rows: 0..<1, as: Double.self) == [0.5])
      #expect(try file.dataset("names").strings() == ["pt", "", "η"])
      #expect(try file.dataset("no names").strings() == [])
    }
  }

  /// A program that another thread starts has the file open for a moment: a lock would outlive the
  /// writer then, and the file could not be read.
  @Test func aWriterHoldsNoLock() throws {
    try withTemporaryFolder { folder in
      let writer = try HDF5Writer(folder + "/a.h5")
      try writer.write(NumericArray(shape: [1], storage: .float64([1])), as: "x")
      let temporary = try #require(try listing(folder).first)
      let handle = try #require(FileHandle(forReadingAtPath: "\(folder)/\(temporary)"))
      #expect(flock(handle.fileDescriptor, LOCK_SH | LOCK_NB) == 0)
      try handle.close()
      try writer.finish()
    }
  }

  @Test func appendedRowsAndEqualBytes() throws {
    try withTemporaryFolder { folder in
      for name in ["a.h5", "b.h5"] {
        let writer = try HDF5Writer(folder + "/" + name)
        for part in 0..<5 {
          let values = (0..<12).map { Float(12 * part + $0) }
          try writer.append(
            NumericArray(floats: values, shape: [4, 3]), to: "x", compression: 1, chunkRows: 6)
        }
        try writer.finish()
      }
      let dataset = try HDF5File(contentsOf: folder + "/a.h5").dataset("x")
      #expect(dataset.shape == [20, 3])
      #expect(try dataset.values(rows: 0..<20, as: Float.self) == (0..<60).map { Float($0) })
      #expect(try InputFile.read(folder + "/a.h5") == InputFile.read(folder + "/b.h5"))
    }
  }

  @Test func failuresLeaveNothingBehind() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([1, 2, 3], to: folder + "/a.h5")
      do {
        let writer = try HDF5Writer(folder + "/a.h5")
        try writer.write(NumericArray(doubles: [1]), as: "x")
        #expect(
          message { try writer.write(NumericArray(doubles: [1]), as: "x") }?
            .hasPrefix("the dataset 'x' of '\(folder)/a.h5' cannot be written: ") == true)
      }
      #expect(try InputFile.read(folder + "/a.h5") == [1, 2, 3])
      #expect(try listing(folder) == ["a.h5"])
      #expect(
        message { _ = try HDF5Writer(folder) }
          == "'\(folder)' is no file's path; name a file to write")
      #expect(
        message { _ = try HDF5Writer(folder + "/none/a.h5") }?
          .hasPrefix("'\(folder)/none/a.h5' cannot be written: ") == true)
    }
  }
}
