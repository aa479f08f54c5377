import Foundation
import Testing
import WinnowTestSupport

@testable import WinnowFirmware

/// The scripts are Tcl that runs, and call what they mean to; Vivado's own commands are stood in for.
@Suite(.enabled(if: isInstalled("tclsh"), "tclsh is not installed; the Vivado scripts were not run"))
struct VivadoScriptTests {
  /// Runs a script with every command of Vivado's printing itself; some return what is asked for.
  private func run(
    _ script: String, slack: String = "0.1", paths: String = "path", arguments: String = ""
  ) async throws -> (succeeded: Bool, output: String) {
    let stand = """
      proc unknown {args} { puts $args; return "" }
      proc get_timing_paths {args} { return {\(paths)} }
      proc get_property {name args} { return [expr {$name eq "SLACK" ? "\(slack)" : "100%"}] }
      set argv {\(arguments)}

      """
    return try await withTemporaryFolder { folder in
      let file = URL(fileURLWithPath: "\(folder)/scripts/script.tcl")
      for part in ["scripts", "vectors"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      }
      try Data("0\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/vectors/x.hex"))
      try Data((stand + script).utf8).write(to: file)
      let tool = ExternalTool(name: "tclsh", purpose: "", package: "tcl", versionArguments: [])
      let result = try await tool.run([file.path], in: folder)
      return (result.succeeded, result.output)
    }
  }

  @Test func batch() async throws {
    let design = try Design(Tiny.twoTwoOne, options: FirmwareOptions(clock: 360))
    let (succeeded, output) = try await run(design.vivadoProject.script())
    #expect(succeeded, "\(output)")
    let commands = output.split(separator: "\n").map { $0.split(separator: " ")[0] }
    #expect(
      commands.prefix(11) == [
        "read_verilog", "read_xdc", "synth_design", "report_utilization", "opt_design", "place_design",
        "phys_opt_design", "route_design", "phys_opt_design", "report_utilization", "report_timing_summary",
      ])
    #expect(output.contains("-top two_two_one -part \(design.device.part) -mode out_of_context"))
    let missed = try await run(design.vivadoProject.script(), slack: "-0.25")
    #expect(!missed.succeeded && missed.output.contains("missed by 0.25 ns"))
    let untimed = try await run(design.vivadoProject.script(), paths: "")
    #expect(!untimed.succeeded && untimed.output.contains("no path was timed"))
  }

  /// Folded and dataflow designs are built by the same scripts, whose ports need not be registers.
  @Test func everyStyle() async throws {
    let parallel = try Design(Tiny.twoTwoOne).vivadoProject
    let folded = try FoldedDesign(
      Tiny.twoTwoOne, options: FoldedOptions(FirmwareOptions(clock: 250), reuse: .uniform(2)))
    let image = try DataflowDesign(DataflowTests.residual("image"))
    for (project, name, clock) in [
      (folded.vivadoProject, "two_two_one", 250.0), (image.vivadoProject, "image", 200),
    ] {
      #expect(project.part == parallel.part && project.clock == clock)
      #expect(project.files.map(\.name) == ["constraints.xdc", "build.tcl", "project.tcl"])
      #expect(parallel.constraints().contains("Every port ends in a register"))
      #expect(!project.constraints().contains("Every port ends in a register"))
      for file in project.files {
        let (succeeded, output) = try await run(file.text)
        #expect(succeeded, "\(output)")
        #expect(file.name != "build.tcl" || output.contains("-top \(name) -part \(project.part)"))
        #expect(file.name != "constraints.xdc" || output.contains("-period \(1000 / clock) "))
      }
    }
  }

  @Test func project() async throws {
    let script = try Design(Tiny.twoTwoOne).vivadoProject.projectScript()
    let made = try await run(script)
    #expect(made.succeeded && !made.output.contains("launch_runs"), "\(made.output)")
    let built = try await run(script, arguments: "build")
    #expect(built.succeeded && built.output.contains("launch_runs impl_1"), "\(built.output)")
    #expect(built.output.contains("report_timing_summary"))
  }

  /// The period is never longer than the clock's, by less than Vivado's picosecond shorter.
  @Test(arguments: [360.0, 200, 333.3, 40.079])
  func period(clock: Double) async throws {
    let design = try Design(Tiny.twoTwoOne, options: FirmwareOptions(clock: clock))
    let short = 1000 / clock - design.vivadoProject.period
    #expect(short >= 0 && short < 0.001)
    let (succeeded, output) = try await run(design.vivadoProject.constraints())
    #expect(succeeded && output.contains("create_clock -name clock -period \(design.vivadoProject.period)"))
  }
}
