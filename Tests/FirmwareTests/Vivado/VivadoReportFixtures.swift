/// Reports in the layouts of Vivado's versions. Written for these tests: no tool made them, and the
/// numbers stand for nothing.
enum VivadoReportFixtures {
  /// The layout of 2020 and later for UltraScale+, with a column `Prohibited`.
  static func utilization(
    tables: String = "15471", state: String = "Routed", device: String = "xcvu9p-flgb2104-2-e"
  ) -> String {
    """
    Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
    -----------------------------------------------------------------
    | Tool Version : Vivado v.2023.2 (lin64) Build 1234567 Fri Jan  1 00:00:00 MST 2021
    | Date         : Fri Jan  1 00:00:00 2021
    | Command      : report_utilization -file vivado_utilization.txt
    | Design       : encoder
    | Device       : \(device)
    | Speed File   : -2
    | Design State : \(state)
    -----------------------------------------------------------------

    Utilization Design Information

    1. CLB Logic
    ------------

    +----------------------------+-------+-------+------------+-----------+-------+
    |          Site Type         |  Used | Fixed | Prohibited | Available | Util% |
    +----------------------------+-------+-------+------------+-----------+-------+
    | CLB LUTs                   | \(tables) |     0 |          0 |   1182240 |  1.31 |
    |   LUT as Logic             | 15400 |     0 |          0 |   1182240 |  1.30 |
    | CLB Registers              |  9001 |     0 |          0 |   2364480 |  0.38 |
    |   Register as Flip Flop    |  9000 |     0 |          0 |   2364480 |  0.38 |
    |   Register as Latch        |     1 |     0 |          0 |   2364480 | <0.01 |
    +----------------------------+-------+-------+------------+-----------+-------+

    3. BLOCKRAM
    -----------

    +-------------------+------+-------+------------+-----------+-------+
    |     Site Type     | Used | Fixed | Prohibited | Available | Util% |
    +-------------------+------+-------+------------+-----------+-------+
    | Block RAM Tile    |  2.5 |     0 |          0 |      2160 |  0.12 |
    | URAM              |    1 |     0 |          0 |       960 |  0.10 |
    +-------------------+------+-------+------------+-----------+-------+

    4. ARITHMETIC
    -------------

    +-----------+------+-------+------------+-----------+-------+
    | Site Type | Used | Fixed | Prohibited | Available | Util% |
    +-----------+------+-------+------------+-----------+-------+
    | DSPs      |   37 |     0 |          0 |      6840 |  0.54 |
    +-----------+------+-------+------------+-----------+-------+

    9. Primitives
    +----------+------+---------------------+
    | Ref Name | Used | Functional Category |
    +----------+------+---------------------+
    | CLB LUTs |    7 |                 CLB |
    +----------+------+---------------------+

    """
  }

  /// The layout of 2018 for a device of the 7 series: slices, no `Prohibited`, a footnote's star, no URAM.
  static let oldUtilization = """
    | Tool Version : Vivado v.2018.2 (lin64) Build 7654321 Mon Jan  1 00:00:00 MST 2018
    | Command      : report_utilization -file utilization.rpt
    | Device       : 7k325tffg900-2
    | Design State : Synthesized

    +-------------------------+------+-------+-----------+-------+
    |        Site Type        | Used | Fixed | Available | Util% |
    +-------------------------+------+-------+-----------+-------+
    | Slice LUTs*             |  120 |     0 |    203800 |  0.06 |
    | Slice Registers         |   85 |     0 |    407600 |  0.02 |
    | Block RAM Tile          |    0 |     0 |       445 |  0.00 |
    | DSPs                    |    4 |     0 |       840 |  0.48 |
    +-------------------------+------+-------+-----------+-------+

    """

  /// `report_utilization -hierarchical`: the first row is the whole design.
  static let hierarchical = """
    | Tool Version : Vivado v.2021.1 (lin64) Build 1111111
    | Command      : report_utilization -hierarchical -file utilization.txt
    | Device       : xcvu9p
    | Design State : Fully Placed

    +-----------+------------+------------+------------+---------+------+------+--------+--------+------+------------+
    |  Instance |   Module   | Total LUTs | Logic LUTs | LUTRAMs | SRLs |  FFs | RAMB36 | RAMB18 | URAM | DSP Blocks |
    +-----------+------------+------------+------------+---------+------+------+--------+--------+------+------------+
    | encoder   |      (top) |       1500 |       1400 |       0 |  100 |  900 |      2 |      3 |    0 |          7 |
    |   core    |       core |       1400 |       1300 |       0 |  100 |  800 |      2 |      3 |    0 |          7 |
    +-----------+------------+------------+------------+---------+------+------+--------+--------+------+------------+

    """

  /// A timing summary with one clock, or with several.
  static func timing(
    slack: String = "0.412",
    clocks: [(name: String, period: String, slack: String?)] = [("clock", "5.000", "0.412")],
    state: String = "Routed"
  ) -> String {
    let rule = String(repeating: "-", count: 90)
    func section(_ title: String) -> String {
      "\(rule)\n| \(title)\n| \(String(repeating: "-", count: title.count))\n\(rule)\n"
    }
    let columns = "WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)"
    let dashes = "-------      -------  ---------------------  -------------------      -------      -------"
    let periods = clocks.map { "\($0.name)    {0.000 2.500}      \($0.period)           200.000         " }
    let own = clocks.map { clock in
      clock.slack.map {
        "\(clock.name)     \($0)    0.000      0       723      0.022     0.000     0     723     2.225    0.000    0    333  "
      }
        ?? "\(clock.name)                                     2.225    0.000    0    333  "
    }
    return """
      | Tool Version : Vivado v.2023.2 (lin64) Build 1234567
      | Command      : report_timing_summary -max_paths 10 -file vivado_timing.txt
      | Design       : encoder
      | Device       : xcvu9p-flgb2104
      | Design State : \(state)

      \(section("Design Timing Summary"))
          \(columns)  THS Failing Endpoints  THS Total Endpoints
          \(dashes)  ---------------------  -------------------
            \(slack)        0.000                      0                  723        0.022        0.000      0   723


      All user specified timing constraints are met.


      \(section("Clock Summary"))
      Clock  Waveform(ns)       Period(ns)      Frequency(MHz)
      -----  ------------       ----------      --------------
      \(periods.joined(separator: "\n"))


      \(section("Intra Clock Table"))
      Clock             \(columns)
      -----             \(dashes)
      \(own.joined(separator: "\n"))


      """
  }
}
