import WinnowNetworkIR

/// A self-checking VHDL-2008 testbench: replays the vector files of the Verilog's, compares every output
/// and the latency, prints PASS or the first mismatch, and writes what came out.
struct VHDLTestbench {
  let module: VHDLModule
  let vectors: Int

  private var name: String { module.moduleName }

  /// The testbench of one design, and the top that runs it.
  func text() -> String { benchEntity() + Self.top([module.names.entity]) }

  /// A top that runs several benches; the simulation ends when all their clocks stand.
  static func top(_ entities: [String]) -> String {
    (["", "entity testbench is", "end entity;", "", "architecture bench of testbench is", "begin"]
      + entities.enumerated().map { "  bench_\($0): entity work.\($1)_bench;" }
      + ["end architecture;", ""]).joined(separator: "\n")
  }

  func benchEntity() -> String {
    let entity = module.names.entity
    let latency = module.pipeline.latency
    let (inputs, outputs) = (module.netlist.logic.inputs, module.netlist.logic.outputs)
    func vector(_ width: Int) -> String { "std_logic_vector(\(width - 1) downto 0)" }
    var signals: [String] = []
    var connections = ["clock => clock", "valid_in => valid_in", "valid_out => valid_out"]
    var files = ["    file results : text open write_mode is \"\(Testbench.resultFile(name))\";"]
    var drive: [String] = []
    for index in inputs.indices {
      let type = vector(module.inputWidth(index))
      signals.append("  signal in\(index) : \(type) := (others => '0');")
      connections.append("\(module.names.inputs[index]) => in\(index)")
      files += [
        "    file stimulus\(index) : text open read_mode is \"\(Testbench.stimulusFile(name, index))\";",
        "    variable word\(index) : \(type);",
      ]
      drive += [
        "        readline(stimulus\(index), row);", "        hread(row, word\(index));",
        "        in\(index) <= word\(index);",
      ]
    }
    var checks: [String] = []
    for (index, port) in outputs.enumerated() {
      let type = vector(module.outputWidth(index))
      signals.append("  signal out\(index) : \(type);")
      connections.append("\(module.names.outputs[index]) => out\(index)")
      files += [
        "    file expected\(index) : text open read_mode is \"\(Testbench.expectedFile(name, index))\";",
        "    variable right\(index) : \(type);",
      ]
      checks += [
        "        readline(expected\(index), row);", "        hread(row, right\(index));",
        "        if out\(index) /= right\(index) then", "          if errors = 0 then",
        "            write(output, \"\(name): MISMATCH vector \" & integer'image(result_index) & \" cycle \" & integer'image(event_index) & \" output \(vhdlText(port.name)): \" & to_hstring(out\(index)) & \", expected \" & to_hstring(right\(index)) & LF);",
        "          end if;", "          errors := errors + 1;", "        end if;",
        "        hwrite(shown, out\(index));", "        write(shown, string'(\" \"));",
      ]
    }
    return """
      -- Testbench of \(entity). Replays \(vectors) vectors; run it in the folder of the vectors.
      library ieee;
      use ieee.std_logic_1164.all;
      use std.textio.all;

      entity \(entity)_bench is
      end entity;

      architecture bench of \(entity)_bench is
        signal clock : std_logic := '0';
        signal running : boolean := true;
        signal valid_in : std_logic := '0';
        signal valid_out : std_logic;
      \(signals.joined(separator: "\n"))
      begin
        clock <= not clock after 1 ns when running else '0';
        design_under_test: entity work.\(entity)
          port map (
            \(connections.joined(separator: ",\n      "))
          );
        process
      \(files.joined(separator: "\n"))
          variable row, shown : line;
          variable errors : natural := 0;
          variable result_index : integer;
        begin
          for event_index in 0 to \(vectors + latency - 1) loop
            wait until falling_edge(clock);
            result_index := event_index - \(latency);
            if (valid_out = '1') /= (result_index >= 0) then
              if errors = 0 then
                write(output, "\(name): LATENCY valid_out is " & std_logic'image(valid_out) & " at cycle " & integer'image(event_index) & "; the stated latency is \(latency)" & LF);
              end if;
              errors := errors + 1;
            end if;
            if result_index >= 0 then
      \(checks.joined(separator: "\n"))
              writeline(results, shown);
            end if;
            if event_index < \(vectors) then
              valid_in <= '1';
      \(drive.joined(separator: "\n"))
            else
              valid_in <= '0';
            end if;
          end loop;
          if errors = 0 then
            write(output, "\(name): PASS \(vectors) vectors" & LF);
          else
            write(output, "\(name): FAIL " & integer'image(errors) & " mismatches in \(vectors) vectors" & LF);
          end if;
          running <= false;
          wait;
        end process;
      end architecture;

      """
  }
}
