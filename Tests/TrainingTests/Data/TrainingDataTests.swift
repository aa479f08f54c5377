import Foundation
import Testing
import WinnowTensors

@testable import WinnowTraining

@Suite struct TrainingDataTests {
  private func rows(_ data: TrainingData, _ name: String, _ rows: Range<Int>) throws -> [Float] {
    var values: [Float] = []
    try data.column(name).read(rows, into: &values)
    return values
  }

  @Test func everyKindOfFileGivesTheSameColumns() throws {
    try withDataFolder { folder in
      let file = numberedArrays(10)
      try file.write(to: folder + "/a.npz", compressed: false)
      try file.write(to: folder + "/b.npz", compressed: true)
      try FileManager.default.createDirectory(
        atPath: folder + "/c", withIntermediateDirectories: false)
      let writer = try HDF5Writer(folder + "/d.h5")
      for name in file.names {
        try NPY.write(file.array(name), to: "\(folder)/c/\(name).npy")
        try writer.write(file.array(name), as: name, compression: 1, chunkRows: 3)
      }
      try writer.write(strings: ["pt", "eta"], as: "names")
      try writer.finish()
      for name in ["a.npz", "b.npz", "c", "d.h5"] {
        let data = try TrainingData(contentsOf: "\(folder)/\(name)")
        #expect(data.columns.map(\.name).sorted() == ["w", "x", "y"])
        #expect(data.count == 10)
        #expect(try rows(data, "x", 4..<6) == [4, 4.25, 4.5, 5, 5.25, 5.5])
        #expect(try rows(data, "y", 4..<6) == [1, 2])
        #expect(try rows(data, "w", 0..<2) == [1, 2])
        let part = try TrainingData(
          contentsOf: "\(folder)/\(name)", columns: ["last": "x[:, -1]", "odd": "x[:, 0:3:2]"])
        #expect(part.columns.map(\.shape) == [[], [2]])
        #expect(try rows(part, "last", 3..<5) == [3.5, 4.5])
        #expect(try rows(part, "odd", 3..<5) == [3, 3.5, 4, 4.5])
        #expect(try rows(part.loaded(), "odd", 3..<5) == [3, 3.5, 4, 4.5])
      }
      let single = try TrainingData(contentsOf: folder + "/c/x.npy")
      #expect(single.columns.map(\.name) == ["x"])
    }
  }

  /// Against NumPy's rule for the same text, worked out here place by place.
  @Test func selections() throws {
    let array = NumericArray(integers: (0..<48).map { Int64($0) }, shape: [2, 4, 6])
    let cases: [(String, [Int], [Float])] = [
      ("a", [4, 6], (0..<24).map { Float($0) }),
      ("a[:]", [4, 6], (0..<24).map { Float($0) }),
      ("a[:, 1]", [6], [6, 7, 8, 9, 10, 11]),
      ("a[:, -1, 0]", [], [18]),
      ("a[:, :, 0:2]", [4, 2], [0, 1, 6, 7, 12, 13, 18, 19]),
      ("a[ : , 1:3 , ::3]", [2, 2], [6, 9, 12, 15]),
      ("a[:, -2:, 5]", [2], [17, 23]),
      ("a[:, 0:99, 5:]", [4, 1], [5, 11, 17, 23]),
    ]
    for (text, shape, values) in cases {
      let selection = try ColumnSelection(parsing: text)
      let column = try TrainingColumn(
        "a", MemoryRows(array, source: "the array 'a'"), selection.axes)
      #expect(column.shape == shape, "\(text)")
      var read: [Float] = []
      try column.read(0..<1, into: &read)
      #expect(read == values, "\(text)")
    }
    let wrong = [
      "a[:, 1": "does not end with ']'", "[:]": "names no array", "": "names no array",
      "a[0]": "does not take all rows with ':' first",
      "a[:, x]": "holds 'x', which is no place or range", "a[:, ]": "has an empty axis",
      "a[:, ::-1]": "has the step -1, and steps are above 0",
    ]
    for (text, reason) in wrong {
      #expect(
        dataMessage { _ = try ColumnSelection(parsing: text) }
          == "the selection '\(text)' \(reason); write it like 'Particles[:, :, 0:3]'")
    }
    let misfits = [
      "a[:, 4]": "axis 1 of the array 'a' has the extent 4; the selection takes 4",
      "a[:, 2:2]": "the selection takes nothing of axis 1 of the array 'a', whose extent is 4",
      "a[:, :, :, :]": "the array 'a' has 2 axes after the rows; the selection names 3",
    ]
    for (text, expected) in misfits {
      #expect(
        dataMessage {
          _ = try TrainingColumn(
            "a", MemoryRows(array, source: "the array 'a'"), ColumnSelection(parsing: text).axes)
        } == expected)
    }
  }

  @Test func dataThatDoNotFit() throws {
    try withDataFolder { folder in
      var file = numberedArrays(10)
      file["z"] = NumericArray(doubles: [1, 2])
      let path = folder + "/a.npz"
      try file.write(to: path, compressed: false)
      #expect(
        dataMessage { _ = try TrainingData(contentsOf: path) }
          == "column 'z' (the array 'z' of '\(path)') has 2 rows and column 'x' (the array 'x' of "
          + "'\(path)') 10; every column needs one row per event")
      #expect(
        dataMessage { _ = try TrainingData(contentsOf: path, columns: ["x": "q"]) }
          == "'\(path)' has no array 'q'; it holds 'x', 'y', 'w', 'z'")
      #expect(
        dataMessage { _ = try TrainingData(contentsOf: folder + "/a.csv") }
          == "'\(folder)/a.csv' is no training data by its name; give an .npz, .npy, .h5 or .hdf5 "
          + "file or a folder of .npy files")
      #expect(
        dataMessage { _ = try TrainingData(contentsOf: folder + "/b.npz") }
          == "there is no file '\(folder)/b.npz'; check the path")
      #expect(
        dataMessage { _ = try TrainingData(contentsOf: path, columns: [("x", "x"), ("x", "y")]) }
          == "two columns are named 'x'; rename one")
      #expect(
        dataMessage { _ = try numberedData(3).column("q") }
          == "the training data have no column 'q'; they have 'x', 'y', 'w'")
      #expect(
        dataMessage { _ = try TrainingData(columns: []) }
          == "the training data have no columns; name at least one array")
    }
  }

  @Test(arguments: [
    (Double.nan, "is NaN"), (.infinity, "is infinite"), (1e300, "is 1e+300, beyond 32-bit floats"),
  ])
  func numbersThatAreNone(_ value: Double, _ what: String) throws {
    try withDataFolder { folder in
      var values = (0..<60).map { Double($0) }
      values[6 * 7 + 5] = value
      let path = folder + "/jets.npz"
      var file = NPZ()
      file["features"] = NumericArray(doubles: values, shape: [10, 6])
      try file.write(to: path, compressed: false)
      let data = try TrainingData(contentsOf: path, columns: ["x": "features[:, 3:]"])
      #expect(
        dataMessage { try data.validate() }
          == "row 7, element 5 of the array 'features' of '\(path)' (column 'x') \(what); "
          + "remove the row or mend the value")
      let rest = try TrainingData(contentsOf: path, columns: ["x": "features[:, :5]"])
      #expect(dataMessage { try rest.validate() } == nil)
    }
  }

  @Test func labelsAndWeights() throws {
    let data = try numberedData(9)
    #expect(dataMessage { try data.validate(classes: ["y": 3], weights: "w") } == nil)
    #expect(
      dataMessage { try data.validate(classes: ["y": 2]) }
        == "the label 2.0 in row 2, element 0 of the array 'y' in memory (column 'y') is no class "
        + "of 0 to 1; mend the label or the number of classes")
    #expect(
      dataMessage { try data.validate(weights: "x") }
        == "the weight column 'x' has 3 values per event, not one")
    let bad = try TrainingData(columns: [
      TrainingColumn("y", NumericArray(doubles: [0, 0.5])),
      TrainingColumn("w", NumericArray(doubles: [1, -1])),
    ])
    #expect(
      dataMessage { try bad.validate(classes: ["y": 2]) }?.hasPrefix("the label 0.5 in row 1") == true)
    #expect(
      dataMessage { try bad.validate(weights: "w") }
        == "the weight -1.0 in row 1, element 0 of the array 'w' in memory (column 'w') is "
        + "negative; event weights are 0 or more")
    let none = try TrainingData(columns: [
      TrainingColumn("x", NumericArray(shape: [0, 3], storage: .float32([])))
    ])
    #expect(
      dataMessage { try none.validate() }
        == "the training data have no rows; the array 'x' in memory is empty")
  }

  @Test func memory() throws {
    let data = try numberedData(1000)
    #expect(data.bytesInMemory() == 20_000)
    #expect(data.bytesInMemory(columns: ["x"]) == 12_000)
    #expect(
      dataMessage { _ = try data.loaded(available: 10_000) }
        == "the training data take 20000 bytes in memory, and 10000 bytes are free; read them in shuffled "
        + "blocks or use fewer columns")
    #expect(dataMessage { _ = try data.loaded(available: 20_000) } == nil)
    #expect(
      dataMessage { try AvailableMemory.require(12_340_000_000, for: "x", available: 8_000_000) }
        == "x take 12.3 GB in memory, and 8.0 MB are free; use smaller batches or fewer columns")
    #expect(AvailableMemory.free(meminfo: "MemTotal: 9 kB\nMemAvailable:   23714456 kB\n") == 24_283_602_944)
    #expect(AvailableMemory.free(limit: "max\n", usage: "5\n") == nil)
    #expect(AvailableMemory.free(limit: "9223372036854771712\n", usage: "5\n") == nil)
    #expect(AvailableMemory.free(limit: "1000\n", usage: "400\n") == 600)
    #expect(
      AvailableMemory.groupFolders(cgroup: "4:memory:/a\n1:name=x:/y\n0::/b/c\n") == [
        "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/a", "/sys/fs/cgroup", "/sys/fs/cgroup/b",
        "/sys/fs/cgroup/b/c",
      ])
    #expect(AvailableMemory.bytes().map { $0 > 0 } != false)
  }
}
