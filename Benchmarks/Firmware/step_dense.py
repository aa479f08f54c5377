"""A 256 x 256 layer of random 8-bit weights: time and memory to Verilog and emulator, and that the adders compute W x."""
from pathlib import Path

import numpy as np
import recost
import winnow_programs

SIZE = 256
EVENTS = 24


def run(options):
    random = np.random.default_rng(256)
    weights = random.integers(-128, 128, (SIZE, SIZE))
    results = {}
    with winnow_programs.folder() as folder:
        path = Path(folder) / 'dense256.onnx'
        winnow_programs.save_matrix(path, weights, (1, 8, 8), (1, 8, 8))
        for effort in (0, 1):
            row = winnow_programs.compile(options.winnow, path, f'{folder}/run', '--effort', effort)
            row |= winnow_programs.counted(f'{folder}/run')
            netlist = recost.load(Path(folder) / 'run/firmware/reports/netlist.json')
            for _ in range(EVENTS):
                x = random.integers(-128, 128, SIZE)
                assert recost.evaluate(netlist, x.tolist()) == (x @ weights).tolist(), 'the adders do not compute W x'
            results[str(effort)] = row
            print('256 x 256', effort, {key: round(value, 1) for key, value in row.items()}, flush=True)
    return results
