#!/usr/bin/env python3
"""Flip-flops of Winnow's pipelines beside da4ml's and alkaid's, cut at the same number of adders a stage.

    python3 Tools/peers/compare_registers.py NETWORKS [--winnow .build/release/winnow] [--effort 0 1] [--cutoffs 2 3 5]
        [--results register-results.json] [--goal latency] [--yosys]

NETWORKS is a folder with the five peers' networks (vae_encoder.onnx, ...). The peers' figures come from register-results.json beside
this file (register_programs.py makes it): at every cut-off the fewest flip-flops of either tool at any of its delay limits, counted by
Yosys with equal registers merged and unread bits gone. Ours are the register bits of the report, which leave out the valid bits, for
the peers have none; `--yosys` counts them the same way instead.
"""
import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ('vae_encoder', 'distillnet_8bit', 'refit_wide', 'qdistillnet', 'scouting')


def best(rows, cutoff):
    """The peer's pipeline with the fewest flip-flops."""
    return min((r for r in rows if r['cutoff'] == cutoff), key=lambda r: (r.get('yosys_flip_flops') or r['stated_bits'], r['stages']))


def yosys_flip_flops(file, top, folder):
    script = (f'read_verilog {file}; hierarchy -top {top}; proc; flatten; opt_expr; simplemap t:$dff; opt_merge; opt_clean; '
              f'opt_merge; opt_clean; tee -o {folder}/flipflops.stat stat')
    subprocess.run(['yosys', '-q', '-p', script], check=True, capture_output=True)
    text = Path(folder, 'flipflops.stat').read_text()
    return sum(int(count) for count in re.findall(r'^\s*\$_DFF_P_\s+(\d+)', text, re.MULTILINE))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('networks', type=Path)
    parser.add_argument('--winnow', default='.build/release/winnow')
    parser.add_argument('--effort', type=int, nargs='+', default=[0, 1])
    parser.add_argument('--cutoffs', type=int, nargs='+', default=[2, 3, 5])
    parser.add_argument('--goal', choices=('latency', 'area'), default='latency')
    parser.add_argument('--results', type=Path, default=HERE / 'register-results.json')
    parser.add_argument('--yosys', action='store_true')
    options = parser.parse_args()
    stored = json.loads(options.results.read_text())['networks']
    print(f'{"network":16} cut-off effort  stages ours/peer   flip-flops ours/peer  ratio  peer')
    product = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            for cutoff in options.cutoffs:
                peer = best(stored[name], cutoff)
                theirs = peer.get('yosys_flip_flops') or peer['stated_bits']
                for effort in options.effort:
                    text = subprocess.run(
                        [options.winnow, 'compile', options.networks / f'{name}.onnx', '-o', f'{folder}/{name}', '--effort', str(effort),
                         '--adders-per-stage', str(cutoff), '--goal', options.goal, '--json'],
                        check=True, capture_output=True, text=True).stdout
                    report = json.loads(text)
                    valid = report['latencyCycles']
                    ours = report['estimate']['flipFlops'] - valid
                    if options.yosys:
                        ours = yosys_flip_flops(f'{folder}/{name}/firmware/rtl/{name}.v', name, folder) - valid
                    product.setdefault(effort, []).append(ours / theirs)
                    print(f'{name:16} {cutoff:7} {effort:6} {report["stages"]:12}/{peer["stages"]:<4} {ours:14}/{theirs:<8} {ours / theirs:5.3f}  '
                          f'{peer["tool"]}, hard_dc {peer["hard_dc"]}', flush=True)
    for effort, ratios in product.items():
        mean = 1.0
        for ratio in ratios:
            mean *= ratio ** (1 / len(ratios))
        print(f'effort {effort}: geometric mean {mean:.3f}, worst {max(ratios):.3f}')


if __name__ == '__main__':
    main()
