extension Design {
  /// Timing constraints for an out-of-context build.
  func constraints() -> String {
    """
    # \(name) at \(options.clock) MHz
    create_clock -name clock -period \(1000 / options.clock) [get_ports clock]

    """
  }

  /// A Vivado batch script: `vivado -mode batch -source build.tcl`, in the scripts folder.
  func vivadoScript() -> String {
    """
    # Builds \(name) out of context for \(device.part) and reports timing and use.
    set here [file dirname [file normalize [info script]]]
    create_project -in_memory -part \(device.part)
    read_verilog $here/../rtl/\(name).v
    read_xdc $here/constraints.xdc
    synth_design -top \(name) -mode out_of_context -flatten_hierarchy full
    opt_design
    place_design
    phys_opt_design
    route_design
    report_timing_summary -file $here/../reports/vivado_timing.txt
    report_utilization -file $here/../reports/vivado_utilization.txt
    write_checkpoint -force $here/\(name).dcp

    """
  }
}
