import Foundation
import Testing

@testable import WinnowTensors

/// Exchanges files with the NumPy of this machine.
@Suite(.enabled(if: NumPy.isAvailable, "python3 with NumPy is not installed"))
struct NumPyTests {
  @Test(arguments: [true, false])
  func numPyReadsWhatWinnowWrites(compressed: Bool) throws {
    try withTemporaryFolder { folder in
      var file = NPZ()
      for storage in oneOfEach {
        file[storage.elementType.rawValue] = NumericArray(shape: [3, 1], storage: storage)
      }
      file["η"] = NumericArray(integers: Array(0..<30_000), shape: [100, 300])
      file["scalar"] = NumericArray(doubles: [0.5], shape: [])
      file["none"] = NumericArray(floats: [], shape: [0, 4])
      try file.write(to: folder + "/a.npz", compressed: compressed)
      // NumPy writes what it read; its arrays and Winnow's are equal.
      let output = try NumPy.run(
        """
        import sys, zipfile, numpy as np
        f = np.load(sys.argv[1] + "/a.npz", allow_pickle=False)
        assert zipfile.ZipFile(sys.argv[1] + "/a.npz").testzip() is None
        assert all(f[n].dtype.name == n for n in f.files if f[n].shape == (3, 1))
        np.savez_compressed(sys.argv[1] + "/b.npz", **f)
        print(f["η"].sum(), f["scalar"], f["none"].shape, f["uint64"].max())
        """, folder)
      #expect(output == "449985000 0.5 (0, 4) 18446744073709551615\n")
      #expect(try NPZ(contentsOf: folder + "/b.npz") == file)
    }
  }

  @Test func numPyReadsZip64() throws {
    try withTemporaryFolder { folder in
      var writer = ZipArchive.Writer(forcesZip64: true)
      for name in ["a", "b"] {
        let array = NumericArray(integers: Array(0..<5000))
        try writer.add("\(name).npy", NPY.encode(array), compressed: name == "a")
      }
      try AtomicFile.write(writer.finish(), to: folder + "/a.npz")
      let output = try NumPy.run(
        "import sys, numpy as np; f = np.load(sys.argv[1] + '/a.npz'); print(f['a'].sum(), f['b'][7])",
        folder)
      #expect(output == "12497500 7\n")
    }
  }

  /// Every shape up to four axes, both orders and byte orders, each with distinct elements.
  @Test func winnowReadsWhatNumPyWrites() throws {
    try withTemporaryFolder { folder in
      let count = try NumPy.run(
        """
        import sys, itertools, numpy as np
        arrays = {}
        for rank in range(5):
          for shape in itertools.product([1, 2, 3], repeat=rank):
            a = np.arange(np.prod(shape, dtype=int)).reshape(shape)
            key = ",".join(map(str, shape))
            arrays[f"C {key}"] = a.astype(">i4")
            arrays[f"F {key}"] = np.array(a, dtype="<f4", order="F")
        np.savez(sys.argv[1] + "/a.npz", **arrays)
        print(len(arrays))
        """, folder)
      let file = try NPZ(contentsOf: folder + "/a.npz")
      #expect("\(file.count)\n" == count)
      for name in file.names {
        let array = try file.array(name)
        #expect(array.shape == name.dropFirst(2).split(separator: ",").compactMap { Int($0) })
        #expect(array.doubles() == (0..<array.count).map(Double.init), "\(name)")
      }
    }
  }
}

/// Python with NumPy, where there is one.
enum NumPy {
  static let isAvailable = (try? run("import numpy", "")) != nil

  struct Failure: Error { var status: Int32 }

  /// Runs a program with one argument and returns what it prints.
  static func run(_ program: String, _ argument: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, argument]
    let output = Pipe()
    process.standardOutput = output
    if argument.isEmpty { process.standardError = FileHandle.nullDevice }
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
  }
}
