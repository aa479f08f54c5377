#!/usr/bin/env python3
"""Winnow's adder networks beside da4ml's, both re-costed by the one walker of recost.py.

    python3 Tools/peers/compare_adder_graphs.py NETWORKS [--winnow .build/release/winnow] [--effort 0 1 2 3] [--programs DIR]

NETWORKS is a folder with the five peers' networks (vae_encoder.onnx, ...). da4ml's figures come from
da4ml-results.json beside this file (`live`: dead neurons removed first, hard_dc -1), or are solved anew
in the same run by da4ml_programs.py when --programs names the folder that it wrote.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ('vae_encoder', 'distillnet_8bit', 'refit_wide', 'qdistillnet', 'scouting')


def recost(path):
    text = subprocess.run([sys.executable, HERE / 'recost.py', '--json', path], check=True, capture_output=True, text=True)
    return json.loads(text.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('networks', type=Path)
    parser.add_argument('--winnow', default='.build/release/winnow')
    parser.add_argument('--effort', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument('--programs', type=Path)
    options = parser.parse_args()
    stored = json.loads((HERE / 'da4ml-results.json').read_text())['networks']
    print(f'{"network":16} effort {"Winnow":>9} {"da4ml":>9} {"ratio":>6}   {"adders only":>19} {"ratio":>6}   depth   compile s')
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            if options.programs:
                peer = recost(options.programs / f'{name}.live.dais.json')
            else:
                peer = stored[name]['live']['recost']
            for effort in options.effort:
                start = time.monotonic()
                subprocess.run(
                    [options.winnow, 'compile', options.networks / f'{name}.onnx', '-o', f'{folder}/{name}',
                     '--effort', str(effort)], check=True, capture_output=True)
                seconds = time.monotonic() - start
                ours = recost(f'{folder}/{name}/firmware/reports/netlist.json')
                print(
                    f'{name:16} {effort:6} {ours["cost"]:9.1f} {peer["cost"]:9.1f} {ours["cost"] / peer["cost"]:6.3f}   '
                    f'{ours["cost_adders"]:9.1f} {peer["cost_adders"]:9.1f} '
                    f'{ours["cost_adders"] / peer["cost_adders"]:6.3f}   '
                    f'{ours["depth_adders"]:2}/{peer["depth_adders"]:2}   {seconds:6.2f}', flush=True)


if __name__ == '__main__':
    main()
