"""Events a CPU second of one core: the generated C++ emulator beside alkaid's compiled interpreter, in turns."""
import statistics
import subprocess
import time

import numpy as np
import peer_programs
import winnow_programs
from alkaid._binary import alir_interp_run
from da4ml_programs import load, step, without_dead_neurons
from step_networks import NAMES

EVENTS = 262144
TURNS = 7
DRIVER = """
#include <ctime>
#include <cstdio>
#include <vector>
#include "{name}_c.h"
int main(int argc, char** argv) {{
  const size_t events = {events};
  std::vector<int64_t> in(events * {inputs}), out(events * {outputs});
  std::FILE* file = std::fopen(argv[1], "rb");
  if (!file || std::fread(in.data(), 8, in.size(), file) != in.size()) return 1;
  std::fclose(file);
  {name}_run(in.data(), out.data(), events);
  const std::clock_t start = std::clock();
  {name}_run(in.data(), out.data(), events);
  const double took = double(std::clock() - start) / CLOCKS_PER_SEC;
  file = std::fopen(argv[2], "wb");
  std::fwrite(out.data(), 8, out.size(), file);
  std::printf("%.9f\\n", took);
  return std::fclose(file);
}}
"""


def run(options):
    results = {}
    for name in NAMES:
        net = load(options.networks / f'{name}.npz')
        x = np.resize(net['x'], (EVENTS, net['x'].shape[1])).astype(np.int64)
        y = np.resize(net['y'], (EVENTS, net['y'].shape[1]))
        program = peer_programs.solve('alkaid', net['input'], without_dead_neurons(net['layers']), -1, 'wmc')
        binary = program.to_bytecode()
        real = np.ascontiguousarray(x * step(net['input']))
        assert np.array_equal(alir_interp_run(binary, real, 1), y * step(net['layers'][-1]['output']))
        ours, theirs = [], []
        with winnow_programs.folder() as folder:
            winnow_programs.compile(options.winnow, options.networks / f'{name}.onnx', f'{folder}/run', '--effort', 0)
            emulator = f'{folder}/run/firmware/emulator'
            text = DRIVER.format(name=name, events=EVENTS, inputs=x.shape[1], outputs=y.shape[1])
            open(f'{folder}/driver.cpp', 'w').write(text)
            x.tofile(f'{folder}/in.bin')
            subprocess.run(['g++', '-std=c++17', '-O2', f'-I{emulator}', '-o', f'{folder}/driver', f'{folder}/driver.cpp',
                            f'{emulator}/{name}_c.cpp'], check=True)
            for _ in range(TURNS):
                done = subprocess.run([f'{folder}/driver', f'{folder}/in.bin', f'{folder}/out.bin'], check=True,
                                      capture_output=True, text=True)
                ours.append(EVENTS / float(done.stdout))
                start = time.process_time()
                alir_interp_run(binary, real, 1)
                theirs.append(EVENTS / (time.process_time() - start))
            found = np.fromfile(f'{folder}/out.bin', np.int64).reshape(y.shape)
            assert np.array_equal(found, y), f'{name}: the emulator differs from the stored answers'
        results[name] = {'winnow': statistics.median(ours), 'alkaid': statistics.median(theirs)}
        print(name, {key: f'{value / 1e6:.2f} million/s' for key, value in results[name].items()},
              f"ratio {results[name]['winnow'] / results[name]['alkaid']:.1f}", flush=True)
    return results
