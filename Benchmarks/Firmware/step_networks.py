"""Cost of whole networks, and the time from model to Verilog."""
import statistics
import time
from pathlib import Path

import numpy as np
import peer_programs
import recost
import winnow_programs
from alkaid.codegen import RTLModel
from da4ml.codegen import VerilogModel
from da4ml_programs import check_conversion, load, without_dead_neurons

NAMES = ('vae_encoder', 'distillnet_8bit', 'refit_wide', 'qdistillnet', 'scouting')
REPEATS = 3


def check_own(folder, net):
    """Our netlist must compute the stored answers, whose unit is the output's step."""
    netlist = recost.load(Path(folder) / 'firmware/reports/netlist.json')
    for row in np.linspace(0, len(net['x']) - 1, 48).astype(int):
        found = recost.evaluate(netlist, net['x'][row].tolist())
        assert found == net['y'][row].tolist(), f'our netlist differs from the stored answer of vector {row}'


def model_to_verilog(tool, net, layers):
    """Median CPU seconds of a peer's default solve and the writing of its Verilog; import and start not counted."""
    times = []
    for _ in range(REPEATS):
        with winnow_programs.folder() as folder:
            start = time.process_time()
            program = peer_programs.solve(tool, net['input'], layers, -1, 'wmc')
            if tool == 'da4ml':
                VerilogModel(program, 'peer', Path(folder), latency_cutoff=-1).write()
            else:
                RTLModel(program, Path(folder), 'peer', flavor='verilog', latency_cutoff=-1, ternary_fuse=False).write()
            times.append(time.process_time() - start)
    return statistics.median(times)


def run(options):
    results = {}
    for name in NAMES:
        net = load(options.networks / f'{name}.npz')
        layers = without_dead_neurons(net['layers'])
        found = peer_programs.sweep(net['input'], layers, check=lambda netlist: check_conversion(netlist, net))
        row = {'peers': found, 'winnow': {}, 'seconds': {tool: model_to_verilog(tool, net, layers) for tool in peer_programs.TOOLS}}
        with winnow_programs.folder() as folder:
            for effort in options.effort:
                times = []
                for repeat in range(REPEATS if effort == 0 else 1):
                    times.append(winnow_programs.compile(
                        options.winnow, options.networks / f'{name}.onnx', f'{folder}/{name}', '--effort', effort))
                ours = winnow_programs.counted(f'{folder}/{name}')
                check_own(f'{folder}/{name}', net)
                ours['cpu'] = statistics.median(t['cpu'] for t in times)
                row['winnow'][str(effort)] = ours
        results[name] = row
        best = peer_programs.best(found)
        print(name, f"best peer {peer_programs.bits(best):.0f} ({best['tool']} {best['hard_dc']} {best['method']})",
              *(f"effort {e}: {peer_programs.bits(w) / peer_programs.bits(best):.3f} depth {w['depth']}/{best['depth']}" for e, w in row['winnow'].items()),
              flush=True)
    return results
