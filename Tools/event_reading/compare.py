#!/usr/bin/env python3
"""Reads a file of the ADC2021 layout with Winnow and with h5py, in turns, and prints the medians.

    cd Benchmarks && swift build -c release --product events-benchmark && cd ..
    Benchmarks/.build/release/events-benchmark write build/level1.h5 1000000
    compare.py Benchmarks/.build/release/events-benchmark build/level1.h5

Every turn is a process of its own; the time is the processor's, from opening the file to its last
row, so that what else runs on the machine matters little.  Needs h5py and NumPy.
"""
import argparse
import resource
import statistics
import subprocess
import sys
import time


def read_with_h5py(path, block):
    """The rows as they are, float64."""
    import h5py
    start = time.process_time()
    count, total = 0, 0.0
    with h5py.File(path) as file:
        data = file["Particles"]
        count = len(data)
        for first in range(0, count, block):
            total += data[first:first + block][0, 0, 0]
    seconds = time.process_time() - start
    print(count, seconds,
          round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), total)


def measure(command):
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(words[1]), float(words[2])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("file")
    parser.add_argument("--block", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--h5py", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.h5py:
        return read_with_h5py(arguments.file, arguments.block)
    import h5py
    with h5py.File(arguments.file) as file:
        events = len(file["Particles"])
    block = str(arguments.block)
    ways = {
        "h5py, rows": [sys.executable, __file__, "--h5py", "--block", block, arguments.benchmark,
                       arguments.file],
        "Winnow, rows": [arguments.benchmark, "rows", arguments.file, block],
        "Winnow, events": [arguments.benchmark, "events", arguments.file, block],
    }
    times, memory = {way: [] for way in ways}, {way: 0 for way in ways}
    for turn in range(arguments.turns):
        names = list(ways)
        for name in names[turn % 3:] + names[:turn % 3]:
            seconds, peak = measure(ways[name])
            times[name].append(seconds)
            memory[name] = max(memory[name], peak)
    base = statistics.median(times["h5py, rows"])
    print(f"{events} events in blocks of {block}, {arguments.turns} turns; h5py {h5py.__version__}, "
          f"HDF5 {h5py.version.hdf5_version}")
    for name in ways:
        median = statistics.median(times[name])
        print(f"{name:15} {median:7.3f} s ({min(times[name]):.3f} to {max(times[name]):.3f})  "
              f"{events / median / 1e6:6.3f} million events/s  {100 * base / median:5.1f} % of h5py  "
              f"{memory[name]} MiB")


if __name__ == "__main__":
    main()
