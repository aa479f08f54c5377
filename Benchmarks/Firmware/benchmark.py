#!/usr/bin/env python3
"""Winnow's firmware beside da4ml and alkaid, in one run on one machine; writes docs/benchmarks.md's table.

    python3 Benchmarks/Firmware/benchmark.py NETWORKS [--winnow .build/release/winnow] [--steps ...] [--results FILE] [--write docs/benchmarks.md]

NETWORKS is a folder with the peers' networks (NAME.npz, NAME.onnx). The first run makes a Python environment
with both peers (`Benchmarks/.build/firmware-peers`); later ones use it. Steps:

    networks   cost of whole networks at each effort, and the time from model to Verilog at effort 0
    matrices   cost of seeded random matrices
    dense      a 256 x 256 layer of random 8-bit weights to Verilog and emulator, and that the two agree
    emulator   events a second of the generated emulator on one core
    yosys      look-up tables of the networks after synthesis (half an hour of a core)

Every program, ours and theirs, is counted by the one walker of Tools/peers/recost.py and must compute the
stored answers. Neurons that feed nothing are removed for all. The peer of a line is the cheapest program
that either tool found at hard_dc -1, 0 and 2 and with its methods wmc and mc; ours must not be deeper.
"""
import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = HERE.parent / '.build' / 'firmware-peers'
PACKAGES = ['da4ml==0.6.0', 'alkaid==0.8.2', 'numpy==2.4.6', 'onnx==1.22.0']
STEPS = ('networks', 'matrices', 'dense', 'emulator', 'yosys')


def in_environment():
    """Runs this script again with the Python that has the peers; makes it if it is not there."""
    python = ENVIRONMENT / 'bin' / 'python'
    if Path(sys.prefix) == ENVIRONMENT:
        return
    if not python.exists():
        print(f'making the environment {ENVIRONMENT}', file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, '-m', 'pip', 'install', '-q', *PACKAGES], check=True)
    os.environ['OMP_NUM_THREADS'] = '1'
    os.execv(python, [str(python), *sys.argv])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('networks', type=Path)
    parser.add_argument('--winnow', type=Path, default=ROOT / '.build' / 'release' / 'winnow')
    parser.add_argument('--steps', nargs='+', choices=STEPS, default=STEPS[:-1])
    parser.add_argument('--effort', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument('--matrices', type=int, default=216, help='how many random matrices')
    parser.add_argument('--results', type=Path, default=ROOT / 'build' / 'firmware-benchmark.json')
    parser.add_argument('--write', type=Path, help='the page whose table is replaced')
    options = parser.parse_args()
    in_environment()
    sys.path[:0] = [str(HERE), str(ROOT / 'Tools' / 'peers')]
    import page
    results = json.loads(options.results.read_text()) if options.results.exists() else {}
    for step in options.steps:
        module = __import__(f'step_{step}')
        results[step] = module.run(options)
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(json.dumps(results, indent=1) + '\n')
    text = page.text(results)
    print(text)
    if options.write:
        page.replace(options.write, text)


if __name__ == '__main__':
    main()
