package import WinnowNetworkIR

/// The files of an emulator's folder, the same for every style: one event, many events, C interface,
/// replay, CMS emulator library.
package struct EmulatorFiles {
  package let program: FixedPointProgram
  /// The graph that the program was made of.
  package let network: Network
  package let name: String
  /// Of the compilation.
  package let stamp: Stamp

  package init(_ program: FixedPointProgram, of network: Network, name: String, stamp: Stamp) {
    self.program = program
    self.network = network
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
    return files + modelFiles
  }
}
