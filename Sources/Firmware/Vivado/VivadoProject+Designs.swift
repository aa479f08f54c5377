extension Design {
  var vivadoProject: VivadoProject {
    VivadoProject(name: name, part: device.part, clock: options.clock, hasRegisteredPorts: true)
  }
}

extension FoldedDesign {
  var vivadoProject: VivadoProject {
    VivadoProject(
      name: name, part: device.part, clock: options.firmware.clock, hasRegisteredPorts: false)
  }
}

extension DataflowDesign {
  var vivadoProject: VivadoProject {
    VivadoProject(name: name, part: device.part, clock: options.clock, hasRegisteredPorts: false)
  }
}
