#!/usr/bin/env python3
"""Solves small quantised networks with da4ml and stores its programs, to set beside Winnow's netlists.

    python3 -m venv V && V/bin/pip install da4ml==0.6.0 numpy
    OMP_NUM_THREADS=1 V/bin/python da4ml_programs.py DATA OUT [--hard-dc -1 2 0] [--results da4ml-results.json]

DATA holds `<name>.npz` networks: `widths` [n+1]; `input_format`, `w{i}_format`, `a{i}_format` (signed, width, integer) of the
input, the weights and biases, and the activations; integer `w{i}` [in, out] and `b{i}` [out]; `relu{i}`; test vectors `x`, `y`.
Activations round with RND (half up) and saturate. OUT gets `<name>.<variant>.dais.json`, da4ml's own JSON of each program:
variant `shipped` is the network as it is, `live` without neurons that feed nothing; `.dc<n>` is added for a delay limit other than none.

Every program must reproduce the stored outputs. `--results` writes one summary: da4ml's own cost and depth, and the figures of recost.py.
"""
from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import platform
import time
from pathlib import Path

import numpy as np
from da4ml.trace import FixedVariableArray, HWConfig, comb_trace

import recost


def load(path: Path) -> dict:
    data = np.load(path)
    n = len(data["widths"]) - 1
    plain = lambda key: tuple(int(v) for v in data[key])
    return {
        "input": plain("input_format"),
        "layers": [{"w": data[f"w{i}"].astype(np.int64), "b": data[f"b{i}"].astype(np.int64), "weight": plain(f"w{i}_format"),
                    "output": plain(f"a{i}_format"), "relu": bool(data[f"relu{i}"])} for i in range(n)],
        "x": data["x"].astype(np.int64), "y": data["y"].astype(np.int64),
    }


def without_dead_neurons(layers: list[dict]) -> list[dict]:
    """Neurons whose outgoing weights are all zero, removed from the last layer backwards."""
    layers = [dict(layer) for layer in layers]
    for i in range(len(layers) - 1, 0, -1):
        keep = np.any(layers[i]["w"] != 0, axis=1)
        layers[i]["w"] = layers[i]["w"][keep]
        layers[i - 1]["w"], layers[i - 1]["b"] = layers[i - 1]["w"][:, keep], layers[i - 1]["b"][keep]
    return layers


def kif(f: tuple[int, int, int]) -> tuple[int, int, int]:
    """da4ml's convention: sign, integer bits without the sign, fractional bits."""
    signed, width, integer = f
    return signed, integer - signed, width - integer


def step(f: tuple[int, int, int]) -> float:
    return 2.0 ** -(f[1] - f[2])


def trace(net: dict, layers: list[dict], hard_dc: int):
    n = len(layers[0]["w"])
    x = FixedVariableArray.from_kif(*(np.full(n, v) for v in kif(net["input"])), hwconf=HWConfig(1, -1, -1),
                                    solver_options={"hard_dc": hard_dc})
    v = x
    for layer in layers:
        v = v @ (layer["w"] * step(layer["weight"])) + layer["b"] * step(layer["weight"])
        if layer["relu"]:
            v = v.relu()
        v = v.quantize(*kif(layer["output"]), overflow_mode="SAT", round_mode="RND")
    return comb_trace(x, v)


def check_conversion(netlist: dict, net: dict, count: int = 48) -> None:
    """The neutral netlist must compute the stored outputs too."""
    rows = np.linspace(0, len(net["x"]) - 1, count).astype(int)
    output_step = step(net["layers"][-1]["output"])
    for row in rows:
        outputs = recost.evaluate(netlist, net["x"][row].tolist())
        values = [m * 2.0 ** out.get("exponent", 0) for m, out in zip(outputs, netlist["outputs"])]
        assert values == (net["y"][row] * output_step).tolist(), f"{netlist['name']}: the converted netlist differs in vector {row}"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hard-dc", type=int, nargs="*", default=[-1], help="extra adder depth allowed a matrix; -1: no limit")
    parser.add_argument("--results", type=Path, help="write a summary to this JSON file")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    networks = {}
    for path in sorted(options.data.glob("*.npz")):
        net = load(path)
        for hard_dc in options.hard_dc:
            for variant, layers in (("shipped", net["layers"]), ("live", without_dead_neurons(net["layers"]))):
                started = time.process_time()
                program = trace(net, layers, hard_dc)
                seconds = time.process_time() - started
                outputs = program.predict(net["x"] * step(net["input"]), n_threads=1)
                assert np.array_equal(outputs, net["y"] * step(layers[-1]["output"])), f"{path.stem}: not bit-exact"
                label = variant if hard_dc < 0 else f"{variant}.dc{hard_dc}"
                file = options.out / f"{path.stem}.{label}.dais.json"
                program.save(file)
                check_conversion(recost.load(file), net)
                exact, stored = recost.recost(file), recost.recost(file, stored=True)
                assert stored.stated_differences == 0, f"{path.stem}: recost.py and da4ml disagree on {stored.stated_differences} operations"
                networks.setdefault(path.stem, {})[label] = {
                    "da4ml_cost": float(program.cost), "da4ml_depth": float(program.latency[1]), "solve_cpu_seconds": round(seconds, 2),
                    "recost": exact.json(), "recost_stored_intervals": stored.json(),
                }
                print(f"{path.stem} {label}: da4ml cost {program.cost:.1f} depth {program.latency[1]:.0f}; {exact.adders} adders, re-costed "
                      f"{exact.cost:.1f} (stored intervals {stored.cost:.1f})", flush=True)
    if options.results:
        summary = {
            "generator": "Tools/peers/da4ml_programs.py", "date": datetime.date.today().isoformat(),
            "da4ml": importlib.metadata.version("da4ml"), "numpy": np.__version__, "python": platform.python_version(),
            "processor": processor(), "networks": networks,
        }
        options.results.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
