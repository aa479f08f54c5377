#!/usr/bin/env python3
"""Pipelines the five networks with da4ml and alkaid and stores what their registers come to.

    python3 -m venv V && V/bin/pip install da4ml==0.6.0 alkaid==0.8.2 numpy
    OMP_NUM_THREADS=1 V/bin/python register_programs.py DATA OUT [--cutoffs 2 3 5] [--hard-dc -1 0 2] [--results register-results.json]

DATA holds the networks that da4ml_programs.py describes; neurons that feed nothing are removed first. OUT gets each tool's own
Verilog. For every tool, delay limit and cut-off the summary has the stages, the register bits that the tool itself states, and (`--counted`) the
flip-flops that Yosys counts after `proc; flatten; opt_expr` (equal registers merged, unread bits gone, no shift-register cells).
alkaid is run with its own delay model and with one of unit adders, as da4ml's is.
"""
from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import re
import subprocess
from pathlib import Path

import numpy as np

from da4ml_programs import kif, load, step, without_dead_neurons


def trace(tool: str, net: dict, layers: list[dict], hard_dc: int, hardware: tuple[int, int, int]):
    if tool == "da4ml":
        from da4ml.trace import FixedVariableArray as Array, HWConfig, comb_trace as finish
    else:
        from alkaid.trace import FVArray as Array, HWConfig, trace as finish
    n = len(layers[0]["w"])
    x = Array.from_kif(*(np.full(n, v) for v in kif(net["input"])), hwconf=HWConfig(*hardware),
                       solver_options={"hard_dc": hard_dc})
    v = x
    for layer in layers:
        v = v @ (layer["w"] * step(layer["weight"])) + layer["b"] * step(layer["weight"])
        if layer["relu"]:
            v = v.relu()
        v = v.quantize(*kif(layer["output"]), overflow_mode="SAT", round_mode="RND")
    return finish(x, v)


def write(tool: str, program, name: str, folder: Path, cutoff: int) -> tuple[int, int]:
    """Stages and register bits as the tool states them."""
    if tool == "da4ml":
        from da4ml.codegen import VerilogModel
        model = VerilogModel(program, name, folder, latency_cutoff=cutoff, print_latency=False)
        model.write()
        return len(model._pipe.solutions), int(model._pipe.reg_bits)
    from alkaid.codegen import RTLModel
    model = RTLModel(program, folder, name, flavor="verilog", latency_cutoff=cutoff, ternary_fuse=False)
    model.write()
    return len(model.fsm.logic), int(model.reg_bits)


def flip_flops(sources: list[Path], top: str, folder: Path) -> int:
    """What Yosys leaves after merging equal registers and dropping unread bits."""
    script = "".join(f"read_verilog -sv {path}; " for path in sorted(sources))
    script += f"hierarchy -top {top}; proc; flatten; opt_expr; simplemap t:$dff; opt_merge; opt_clean; opt_merge; opt_clean; tee -o {folder}/flipflops.stat stat"
    subprocess.run(["yosys", "-q", "-p", script], check=True, capture_output=True)
    text = (folder / "flipflops.stat").read_text()
    return sum(int(count) for count in re.findall(r"^\s*\$_DFF_P_\s+(\d+)", text, re.MULTILINE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cutoffs", type=int, nargs="*", default=[2, 3, 5])
    parser.add_argument("--hard-dc", type=int, nargs="*", default=[-1, 0, 2])
    parser.add_argument("--tools", nargs="*", default=["da4ml", "alkaid", "alkaid_unit"])
    parser.add_argument("--counted", nargs="*", default=["da4ml"], help="tools whose flip-flops Yosys counts")
    parser.add_argument("--results", type=Path, help="write a summary to this JSON file")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    networks: dict[str, list[dict]] = {}
    for variant in options.tools:
        for path in sorted(options.data.glob("*.npz")):
            net = load(path)
            layers = without_dead_neurons(net["layers"])
            tool, hardware = {"da4ml": ("da4ml", (1, -1, -1)), "alkaid": ("alkaid", (1, 1, -1)),
                              "alkaid_unit": ("alkaid", (1, -1, -1))}[variant]
            for hard_dc in options.hard_dc:
                program = trace(tool, net, layers, hard_dc, hardware)
                outputs = program.predict(net["x"] * step(net["input"]), n_threads=1)
                assert np.array_equal(outputs, net["y"] * step(layers[-1]["output"])), f"{path.stem}: not bit-exact"
                for cutoff in options.cutoffs:
                    folder = options.out / variant / path.stem / f"dc{hard_dc}_cut{cutoff}"
                    stages, bits = write(tool, program, path.stem, folder, cutoff)
                    files = [f for f in (folder / "src").rglob("*.v") if not f.name.endswith("_wrapper.v") and f.name != "lookup_table.v"]
                    row = {"tool": variant, "hard_dc": hard_dc, "cutoff": cutoff, "stages": stages, "stated_bits": bits}
                    if variant in options.counted:
                        row["yosys_flip_flops"] = flip_flops(files, path.stem, folder)
                    networks.setdefault(path.stem, []).append(row)
                    print(path.stem, json.dumps(row), flush=True)
    if options.results:
        summary = {
            "generator": "Tools/peers/register_programs.py", "date": datetime.date.today().isoformat(),
            "da4ml": importlib.metadata.version("da4ml"), "alkaid": importlib.metadata.version("alkaid"),
            "yosys": subprocess.run(["yosys", "-V"], capture_output=True, text=True).stdout.split("(")[0].strip(),
            "networks": networks,
        }
        options.results.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
