@testable import WinnowFirmware

/// A stand-in for the parts of the EMP framework that a payload sees: names and types only, written here
/// for simulation.
enum EMPFramework {
  static func packages(_ interface: EMPPayload.Interface) -> String {
    let orbits = interface == .slink
    return """
      library ieee;
      use ieee.std_logic_1164.all;
      package ipbus is
        type ipb_wbus is record
          ipb_addr : std_logic_vector(31 downto 0);
          ipb_wdata : std_logic_vector(31 downto 0);
          ipb_strobe : std_logic;
          ipb_write : std_logic;
        end record;
        type ipb_rbus is record
          ipb_rdata : std_logic_vector(31 downto 0);
          ipb_ack : std_logic;
          ipb_err : std_logic;
        end record;
      end package;

      library ieee;
      use ieee.std_logic_1164.all;
      package emp_data_types is
        type lword is record
          data : std_logic_vector(63 downto 0);
          valid : std_logic;
          start : std_logic;
          \(orbits ? "start_of_orbit : std_logic;\n    last : std_logic;" : "")
          strobe : std_logic;
        end record;
        type ldata is array (natural range <>) of lword;
        constant LWORD_NULL : lword := (data => (others => '0'), others => '0');
      end package;

      package emp_project_decl is
      end package;

      package emp_device_decl is
        constant N_REGION : integer := 4;
      end package;

      package emp_ttc_decl is
        type ttc_stuff_array is array (natural range <>) of bit;
      end package;

      package emp_slink_types is
        constant SLINK_MAX_QUADS : integer := 2;
        type slink_input_data_array is array (3 downto 0) of bit;
        type slink_input_data_quad_array is array (natural range <>) of slink_input_data_array;
        constant SLINK_INPUT_DATA_ARRAY_NULL : slink_input_data_array := (others => '0');
      end package;

      """
  }

  /// A payload that takes an event from one frame of link 5, runs the network's VHDL and gives its result on
  /// link 10. Link 2 goes back and forth with its flags, a clock edge later.
  static func payload(of design: Design) -> String {
    let module = VHDLModule(design.netlist, design.pipeline, name: design.name)
    let (entity, names) = (module.names.entity, module.names)
    func flags(_ direction: String, _ link: Int, _ kind: String) -> String {
      let end = kind == "out" ? "    link_\(direction)_\(link)_end : out std_logic;\n" : ""
      return """
            link_\(direction)_\(link)_data : \(kind) std_logic_vector(63 downto 0);
            link_\(direction)_\(link)_valid : \(kind) std_logic;
            link_\(direction)_\(link)_start : \(kind) std_logic;
        \(end)    link_\(direction)_\(link)_orbit : \(kind) std_logic;
            link_\(direction)_\(link)_strobe : \(kind) std_logic;
        """
    }
    return """
      library ieee;
      use ieee.std_logic_1164.all;
      entity \(entity)_payload is
        port (
          clock : in std_logic;
          reset : in std_logic;
      \(flags("in", 5, "in"))
      \(flags("in", 2, "in"))
      \(flags("out", 10, "out"))
      \(flags("out", 1, "out"))
          lost : out std_logic
        );
      end entity;
      architecture rtl of \(entity)_payload is
        signal result_valid : std_logic;
      begin
        network : entity work.\(entity)
          port map (
            clock => clock, valid_in => link_in_5_valid,
            \(names.inputs[0]) => link_in_5_data(\(module.inputWidth(0) - 1) downto 0), valid_out => result_valid,
            \(names.outputs[0]) => link_out_10_data(\(module.outputWidth(0) - 1) downto 0)
          );
        link_out_10_data(63 downto \(module.outputWidth(0))) <= (others => '0');
        link_out_10_valid <= result_valid and not reset;
        link_out_10_start <= result_valid;
        link_out_10_end <= result_valid;
        link_out_10_orbit <= '0';
        link_out_10_strobe <= '1';
        process (clock)
        begin
          if rising_edge(clock) then
            link_out_1_data <= link_in_2_data;
            link_out_1_valid <= link_in_2_valid;
            link_out_1_start <= link_in_2_start;
            link_out_1_end <= link_in_2_start and link_in_2_valid;
            link_out_1_orbit <= link_in_2_orbit;
            link_out_1_strobe <= link_in_2_strobe;
          end if;
        end process;
        lost <= '0';
      end architecture;

      """
  }

  /// Gives events on link 5 and prints a line an edge: link 10, then link 1 with its flags.
  static func bench(
    of payload: EMPPayload, inputs: [UInt64], latency: Int
  ) -> String {
    let slink = payload.interface == .slink
    let words = inputs.map { word in
      let digits = String(word, radix: 16)
      return "x\"" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
    }
    return """
      library ieee;
      use ieee.std_logic_1164.all;
      use ieee.numeric_std.all;
      use std.textio.all;
      use work.ipbus.all;
      use work.emp_data_types.all;
      use work.emp_device_decl.all;
      use work.emp_ttc_decl.all;
      use work.emp_slink_types.all;
      entity testbench is
      end entity;
      architecture bench of testbench is
        type words is array (natural range <>) of std_logic_vector(63 downto 0);
        constant events : words := (
          \(words.joined(separator: ",\n    ")));
        signal clk_p : std_logic := '0';
        signal running : boolean := true;
        signal ipb_in : ipb_wbus := (x"00000000", x"00000000", '0', '0');
        signal ipb_out : ipb_rbus;
        signal rst_loc : std_logic_vector(N_REGION - 1 downto 0) := (others => '0');
        signal d, q : ldata(4 * N_REGION - 1 downto 0) := (others => LWORD_NULL);
        signal ctrs : ttc_stuff_array(N_REGION - 1 downto 0);
      begin
        clk_p <= not clk_p after 1 ns when running else '0';
        design_under_test : entity work.emp_payload
          port map (
            clk => clk_p, rst => '0', ipb_in => ipb_in, ipb_out => ipb_out, clk_payload => "000",
            rst_payload => "000", clk_p => clk_p, rst_loc => rst_loc, clken_loc => (others => '1'),
            ctrs => ctrs, bc0 => open, d => d, q => q, gpio => open, gpio_en => open\(slink ? ",\n      clk40 => '0', slink_q => open, backpressure => \"00\"" : "")
          );
        process
          variable row : line;
        begin
          wait until falling_edge(clk_p);
          wait until falling_edge(clk_p);
          for edge in 0 to events'length + \(latency) - 1 loop
            if edge >= \(latency) then
              hwrite(row, q(10).data);
              write(row, string'(" "));
              write(row, q(10).valid);
              write(row, string'(" "));
              hwrite(row, q(1).data);
              write(row, string'(" "));
              write(row, q(1).valid);
              write(row, q(1).start);
              write(row, q(1).strobe);
              \(slink ? "write(row, q(1).start_of_orbit); write(row, q(1).last);" : "")
              write(row, string'(" "));
              hwrite(row, q(15).data or q(0).data or q(9).data or q(2).data);
              writeline(output, row);
            end if;
            d(5).valid <= '0';
            if edge < events'length then
              d(5) <= LWORD_NULL;
              d(5).data <= events(edge);
              d(5).valid <= '1';
            end if;
            d(2).data <= std_logic_vector(to_unsigned(edge, 64));
            d(2).valid <= '1' when edge mod 2 = 0 else '0';
            d(2).start <= '1' when edge mod 3 = 0 else '0';
            d(2).strobe <= '1' when edge mod 5 = 0 else '0';
            \(slink ? "d(2).start_of_orbit <= '1' when edge mod 7 = 0 else '0';" : "")
            wait until falling_edge(clk_p);
          end loop;
          ipb_in <= (x"00000001", x"00000000", '1', '0');
          wait for 1 ns;
          write(row, string'("stamp "));
          hwrite(row, ipb_out.ipb_rdata);
          ipb_in <= (x"00000000", x"00000000", '1', '0');
          wait for 1 ns;
          hwrite(row, ipb_out.ipb_rdata);
          write(row, string'(" "));
          write(row, ipb_out.ipb_ack);
          write(row, ipb_out.ipb_err);
          ipb_in.ipb_write <= '1';
          wait for 1 ns;
          write(row, ipb_out.ipb_ack);
          write(row, ipb_out.ipb_err);
          writeline(output, row);
          running <= false;
          wait;
        end process;
      end architecture;

      """
  }
}
