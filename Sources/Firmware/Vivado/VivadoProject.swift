/// A design's Vivado files: timing constraints, and scripts that build it out of context.
struct VivadoProject {
  /// Names the top module, `rtl/NAME.v` and its testbench.
  let name: String
  /// The device's part number.
  let part: String
  /// MHz.
  let clock: Double
  /// Whether every port is a register's own; otherwise logic lies between ports and registers, as with the
  /// ready signals of streams.
  let hasRegisteredPorts: Bool

  /// For the scripts folder.
  var files: [(name: String, text: String)] {
    [("constraints.xdc", constraints()), ("build.tcl", script()), ("project.tcl", projectScript())]
  }

  /// Timing constraints for an out-of-context build.
  ///
  /// The period is cut to Vivado's resolution, one picosecond, never lengthened.
  func constraints() -> String {
    let ports =
      hasRegisteredPorts
      ? "# Every port ends in a register or begins at one: its path is a single net, and has the whole period."
      : """
      # A ready signal may pass through the design's logic from port to port, data through a choice of elements
      # before it meets a register: such paths have the whole period here.
      """
    return """
      # \(name) at \(clock) MHz, out of context.
      create_clock -name clock -period \(period) [get_ports clock]

      \(ports)
      # A top level that shares the period with logic outside writes its own delays here.
      set data_in [filter [all_inputs] {NAME != clock}]
      set_input_delay -clock clock 0 $data_in
      set_output_delay -clock clock 0 [all_outputs]

      """
  }

  /// ns, to three digits.
  var period: Double { (1_000_000 / clock).rounded(.down) / 1000 }

  /// A Vivado batch script without a project: `vivado -mode batch -source build.tcl`, in the scripts
  /// folder.
  func script() -> String {
    """
    # Builds \(name) out of context for \(part), without a project:
    #   vivado -mode batch -source build.tcl
    # Reports go to ../reports (vivado_*.txt), the routed design to \(name).dcp. 'winnow report --vivado' reads them.
    set here [file dirname [file normalize [info script]]]
    set reports [file join $here .. reports]
    file mkdir $reports

    read_verilog [file join $here .. rtl \(name).v]
    read_xdc -mode out_of_context [file join $here constraints.xdc]
    synth_design -top \(name) -part \(part) -mode out_of_context -flatten_hierarchy full
    report_utilization -file [file join $reports vivado_utilization_synthesis.txt]
    opt_design
    place_design
    phys_opt_design
    route_design
    phys_opt_design
    report_utilization -file [file join $reports vivado_utilization.txt]
    report_timing_summary -max_paths 10 -file [file join $reports vivado_timing.txt]
    report_drc -file [file join $reports vivado_drc.txt]
    write_checkpoint -force [file join $here \(name).dcp]

    # Without a path there is no slack to speak of: the design has registers, so that is a fault too.
    set paths [get_timing_paths -max_paths 1 -setup]
    if {[llength $paths] == 0} {
      puts "ERROR: no path was timed; see [file join $reports vivado_timing.txt]"
      exit 1
    }
    set slack [get_property SLACK [lindex $paths 0]]
    if {$slack < 0} {
      puts "ERROR: the clock of \(clock) MHz is missed by [expr {-$slack}] ns; ask 'winnow compile' for a lower --clock"
      exit 1
    }
    puts "\(name): \(clock) MHz met with $slack ns to spare"

    """
  }

  /// A script that makes a Vivado project with sources, constraints and the testbench.
  func projectScript() -> String {
    """
    # Makes a Vivado project of \(name) in ./project, out of context for \(part):
    #   vivado -mode batch -source project.tcl                    sources, constraints, testbench
    #   vivado -mode batch -source project.tcl -tclargs build     the same, then synthesis and routing
    set here [file dirname [file normalize [info script]]]
    set rtl [file join $here .. rtl]
    create_project -force \(name) [file join $here project] -part \(part)
    add_files -norecurse [file join $rtl \(name).v]
    set_property top \(name) [current_fileset]
    add_files -fileset constrs_1 -norecurse [file join $here constraints.xdc]
    set_property USED_IN {synthesis implementation out_of_context} [get_files constraints.xdc]
    set_property -name {STEPS.SYNTH_DESIGN.ARGS.MORE OPTIONS} -value {-mode out_of_context} -objects [get_runs synth_1]

    # The testbench and the files that it reads by name.
    add_files -fileset sim_1 -norecurse [file join $rtl \(name)_testbench.v]
    add_files -fileset sim_1 -norecurse [glob [file join $here .. vectors *.hex]]
    set_property top testbench [get_filesets sim_1]
    set_property -name {xsim.simulate.runtime} -value all -objects [get_filesets sim_1]

    if {[lindex $argv 0] eq "build"} {
      launch_runs impl_1 -jobs 4
      wait_on_runs impl_1
      if {[get_property PROGRESS [get_runs impl_1]] ne "100%"} {
        puts "ERROR: the implementation of \(name) failed; see its log in [file join $here project]"
        exit 1
      }
      open_run impl_1
      set reports [file join $here .. reports]
      report_utilization -file [file join $reports vivado_utilization.txt]
      report_timing_summary -max_paths 10 -file [file join $reports vivado_timing.txt]
    }

    """
  }
}
