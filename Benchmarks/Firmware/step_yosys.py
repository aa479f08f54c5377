"""Look-up tables after Yosys (`synth_xilinx -family xcup`): the peers' combinational Verilog and ours."""
import json
import re
import subprocess
from pathlib import Path

import peer_programs
import winnow_programs
from alkaid.codegen import RTLModel
from da4ml.codegen import VerilogModel
from da4ml_programs import load, without_dead_neurons
from step_networks import NAMES


def cells(folder, name):
    # Nothing here uses tables; da4ml's table module would ask for its default memory file.
    sources = sorted(p for p in Path(folder).rglob('*.v') if not p.name.endswith('_wrapper.v') and p.name != 'lookup_table.v')
    commands = [f'read_verilog -sv {source}' for source in sources]
    commands += [f'synth_xilinx -family xcup -flatten -noiopad -noclkbuf -top {name}', f'tee -o {folder}/cells.txt stat']
    subprocess.run(['yosys', '-q', '-p', '; '.join(commands)], check=True, capture_output=True)
    return sum(int(n) for n in re.findall(r'^\s+LUT[1-6]\s+(\d+)', Path(folder, 'cells.txt').read_text(), re.M))


def peer(tool, name, net, folder):
    """The tool's cheapest program among its limits of depth, as Verilog without registers."""
    layers = without_dead_neurons(net['layers'])
    programs = [peer_programs.solve(tool, net['input'], layers, limit, 'wmc') for limit in peer_programs.LIMITS]
    program = min(programs, key=lambda p: peer_programs.counted(p)[0]['cost'])
    if tool == 'da4ml':
        VerilogModel(program, name, Path(folder), latency_cutoff=-1).write()
    else:
        # Yosys does not map sums of three to one table a bit: they would cost alkaid up to 17 %.
        RTLModel(program, Path(folder), name, flavor='verilog', latency_cutoff=-1, ternary_fuse=False).write()
    return cells(folder, name)


def run(options):
    results = {}
    for name in NAMES:
        net = load(options.networks / f'{name}.npz')
        row = {'winnow': {}, 'estimate': {}}
        for tool in peer_programs.TOOLS:
            with winnow_programs.folder() as folder:
                row[tool] = peer(tool, name, net, f'{folder}/{tool}')
        for effort in options.effort:
            with winnow_programs.folder() as folder:
                winnow_programs.compile(
                    options.winnow, options.networks / f'{name}.onnx', f'{folder}/run', '--effort', effort, '--clock', 20,
                    '--synthesize')
                report = json.loads(Path(folder, 'run/firmware/reports/report.json').read_text())
                row['winnow'][str(effort)] = report['synthesis']['lookUpTables']
                row['estimate'][str(effort)] = report['estimate']['lookUpTables']
        results[name] = row
        print(name, row, flush=True)
    return results
