package import WinnowNetworkIR

/// The files of an emulator's folder, the same for every style: one event, many events, C interface,
/// replay.
package struct EmulatorFiles {
  package let program: FixedPointProgram
  package let name: String

  /// Of the compilation, where it has one.
  package let stamp: Stamp?

  package init(_ program: FixedPointProgram, name: String, stamp: Stamp? = nil) {
    self.program = program
    self.name = name
    self.stamp = stamp
  }

  package var files: [(name: String, text: String)] {
    let header = EmulatorHeader(program: program, name: name, stamp: stamp)
    var files = [
      (name: "\(name).h", text: header.text()), (name: "\(name)_c.h", text: header.interface()),
      (name: "\(name)_c.cpp", text: header.implementation()),
      (name: "replay.cpp", text: header.replay()),
    ]
    if let batch = BatchEmulator(program: program, name: name) {
      files.append((name: "\(name)_batch.h", text: batch.text()))
    }
    return files
  }
}
