/// The entity `emp_payload` around a Verilog payload, as the EMP framework instantiates it.
///
/// Link numbers are the framework's channels, four a region. The framework's packages come with the
/// framework. The stamp is read over IPbus: word 0 its low half, word 1 its high half; the payload's clock
/// is `clk_p`, its reset that of the first input link's region.
/// - Reference: ports as in public `emp_payload` entities of CMS track-trigger and correlator projects.
public struct EMPPayload: Sendable {
  /// What the framework's version expects.
  public enum Interface: String, Sendable, CaseIterable {
    /// Links with data, valid, start and strobe only.
    case early
    /// Links with start of orbit and last word too; ports for 40 MHz and the S-link.
    case slink
  }

  /// The payload's Verilog module: ports `clock`, `reset`, `link_in_N_…`, `link_out_N_…`, `lost`.
  public var payload: String
  public var inputLinks: [Int]
  public var outputLinks: [Int]
  public var stamp: Stamp
  public var interface: Interface

  /// - Throws: ``ToolError`` when a link is named twice, or there is none.
  public init(
    payload: String, inputLinks: [Int], outputLinks: [Int], stamp: Stamp, interface: Interface = .slink
  ) throws {
    for (links, kind) in [(inputLinks, "input"), (outputLinks, "output")] {
      guard !links.isEmpty, links.allSatisfy({ $0 >= 0 }), Set(links).count == links.count else {
        throw ToolError(
          message: "emp_payload needs \(kind) links, each named once and none below 0; got \(links)")
      }
    }
    self.payload = payload
    self.inputLinks = inputLinks
    self.outputLinks = outputLinks
    self.stamp = stamp
    self.interface = interface
  }

  /// Module names that are no VHDL names stand between backslashes.
  private var component: String { vhdlIdentifier(payload) == payload ? payload : "\\\(payload)\\" }

  private var hasOrbits: Bool { interface == .slink }

  /// `emp_payload.vhd`.
  public var vhdl: String {
    (header() + ports() + architecture() + ["end architecture rtl;", ""]).joined(separator: "\n")
  }

  private func header() -> [String] {
    [
      "-- emp_payload around \(payload): input links \(inputLinks.map(String.init).joined(separator: ", ")), output links \(outputLinks.map(String.init).joined(separator: ", ")).",
      "-- \(stamp.comment)", "library ieee;", "use ieee.std_logic_1164.all;", "use work.ipbus.all;",
      "use work.emp_data_types.all;", "use work.emp_project_decl.all;", "use work.emp_device_decl.all;",
      "use work.emp_ttc_decl.all;",
    ] + (interface == .slink ? ["use work.emp_slink_types.all;"] : []) + [""]
  }

  private func ports() -> [String] {
    var ports = [
      "clk : in std_logic", "rst : in std_logic", "ipb_in : in ipb_wbus", "ipb_out : out ipb_rbus",
    ]
    if interface == .slink { ports.append("clk40 : in std_logic") }
    ports += [
      "clk_payload : in std_logic_vector(2 downto 0)", "rst_payload : in std_logic_vector(2 downto 0)",
      "clk_p : in std_logic", "rst_loc : in std_logic_vector(N_REGION - 1 downto 0)",
      "clken_loc : in std_logic_vector(N_REGION - 1 downto 0)", "ctrs : in ttc_stuff_array",
      "bc0 : out std_logic", "d : in ldata(4 * N_REGION - 1 downto 0)",
      "q : out ldata(4 * N_REGION - 1 downto 0)", "gpio : out std_logic_vector(29 downto 0)",
      "gpio_en : out std_logic_vector(29 downto 0)",
    ]
    if interface == .slink {
      ports += [
        "slink_q : out slink_input_data_quad_array(SLINK_MAX_QUADS - 1 downto 0)",
        "backpressure : in std_logic_vector(SLINK_MAX_QUADS - 1 downto 0)",
      ]
    }
    return ["entity emp_payload is", "  port ("] + [ports.map { "    " + $0 }.joined(separator: ";\n")] + [
      "  );", "end entity emp_payload;", "",
    ]
  }

  /// Ports of the payload, and what each is connected to.
  private func connections() -> [(port: String, type: String, actual: String)] {
    let word = "std_logic_vector(63 downto 0)"
    var list = [("clock", "in std_logic", "clk_p"), ("reset", "in std_logic", "reset")]
    for link in inputLinks {
      list += [
        ("link_in_\(link)_data", "in \(word)", "d(\(link)).data"),
        ("link_in_\(link)_valid", "in std_logic", "d(\(link)).valid"),
        ("link_in_\(link)_start", "in std_logic", "d(\(link)).start"),
        ("link_in_\(link)_orbit", "in std_logic", hasOrbits ? "d(\(link)).start_of_orbit" : "'0'"),
        ("link_in_\(link)_strobe", "in std_logic", "d(\(link)).strobe"),
      ]
    }
    for link in outputLinks {
      list += [
        ("link_out_\(link)_data", "out \(word)", "q(\(link)).data"),
        ("link_out_\(link)_valid", "out std_logic", "q(\(link)).valid"),
        ("link_out_\(link)_start", "out std_logic", "q(\(link)).start"),
        ("link_out_\(link)_end", "out std_logic", hasOrbits ? "q(\(link)).last" : "open"),
        ("link_out_\(link)_orbit", "out std_logic", hasOrbits ? "q(\(link)).start_of_orbit" : "open"),
        ("link_out_\(link)_strobe", "out std_logic", "q(\(link)).strobe"),
      ]
    }
    return list + [("lost", "out std_logic", "open")]
  }

  private func architecture() -> [String] {
    let highest = (inputLinks + outputLinks).max()!
    var lines = ["architecture rtl of emp_payload is", "  component \(component) is", "    port ("]
    lines.append(connections().map { "      \($0.port) : \($0.type)" }.joined(separator: ";\n"))
    lines += [
      "    );", "  end component;", "  constant STAMP : std_logic_vector(63 downto 0) := x\"\(stamp)\";",
      "  signal reset : std_logic := '1';", "begin",
      "  assert 4 * N_REGION > \(highest) report \"link \(highest) is not among the device's channels\" severity failure;",
      "  process (clk_p)", "  begin", "    if rising_edge(clk_p) then",
      "      reset <= rst_loc(\(inputLinks[0] / 4));", "    end if;", "  end process;", "",
      "  payload : component \(component)", "    port map (",
      connections().map { "      \($0.port) => \($0.actual)" }.joined(separator: ",\n"), "    );", "",
    ]
    lines += unusedLinks()
    lines += [
      "", "  ipb_out.ipb_rdata <= STAMP(31 downto 0) when ipb_in.ipb_addr(0) = '0' else STAMP(63 downto 32);",
      "  ipb_out.ipb_ack <= ipb_in.ipb_strobe and not ipb_in.ipb_write;",
      "  ipb_out.ipb_err <= ipb_in.ipb_strobe and ipb_in.ipb_write;", "", "  bc0 <= '0';",
      "  gpio <= (others => '0');", "  gpio_en <= (others => '0');",
    ]
    if interface == .slink { lines.append("  slink_q <= (others => SLINK_INPUT_DATA_ARRAY_NULL);") }
    return lines
  }

  /// The channels between and beside the output links.
  private func unusedLinks() -> [String] {
    let used = outputLinks.sorted()
    var gaps = zip([-1] + used, used).map { ("\($0 + 1)", "\($1 - 1)", $1 - $0 > 1) }
    gaps.append(("\(used.last! + 1)", "4 * N_REGION - 1", true))
    return gaps.enumerated().filter { $0.element.2 }.map { index, gap in
      "  unused_\(index) : for i in \(gap.0) to \(gap.1) generate q(i) <= LWORD_NULL; end generate;"
    }
  }
}
