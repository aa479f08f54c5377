package import WinnowNetworkIR

extension Design {
  package var emulator: EmulatorFiles {
    EmulatorFiles(program, of: network, name: name, stamp: stamp)
  }
}

extension FoldedDesign {
  package var emulator: EmulatorFiles {
    EmulatorFiles(program, of: network, name: name, stamp: stamp)
  }
}

extension DataflowDesign {
  /// - Parameter program: the whole network's (``program()``).
  package func emulator(_ program: FixedPointProgram) -> EmulatorFiles {
    EmulatorFiles(program, of: network, name: name, stamp: stamp)
  }
}
