#!/usr/bin/env python3
"""Winnow's training step beside the peers', measured in turns in one run.

    python training_turns.py --network dnn_ae --threads 1 --rounds 5 --seconds 2 \\
        --peer torch=/venv-torch/bin/python --peer torch-compile=/venv-torch/bin/python --peer keras-jit=/venv-tf/bin/python \\
        --ours ".build/release/training-bench --only {network} --threads {threads} --seconds {seconds}"

Every peer's process is started and prepared first (torch.compile and XLA need up to a minute) and sleeps between its turns.
`--ours` is a command that prints a JSON line with "name" and "median_ms" for the network; it is run anew each turn, on the
same CPUs. Prints each turn, then per program the median over the rounds of its medians, its smallest and largest, and the ratio to ours.
"""
import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

STEPS = pathlib.Path(__file__).with_name("training_steps.py")


def start(framework, python, options):
    return subprocess.Popen(
        [python, STEPS, framework, "--only", options.network, "--seconds", str(options.seconds), "--threads",
         str(options.threads), "--turns"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def line_of(process, framework):
    for line in process.stdout:
        if line.startswith(("ready", "{")):
            return line
    raise SystemExit(f"{framework} ended early; run training_steps.py {framework} by itself to see why.")


def turn_of_ours(options):
    command = options.ours.format(network=options.network, threads=options.threads, seconds=options.seconds)
    cpus = sorted(os.sched_getaffinity(0))[:options.threads]
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    for line in done.stdout.splitlines():
        if line.startswith("{") and json.loads(line).get("name", "").removesuffix("_qat") == options.network:
            return json.loads(line)
    raise SystemExit(f"'{command}' printed no line for {options.network}:\n{done.stdout}{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True)
    parser.add_argument("--peer", action="append", default=[], metavar="FRAMEWORK=PYTHON")
    parser.add_argument("--ours")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    peers = dict(p.split("=", 1) for p in options.peer)
    processes = {}
    try:
        for framework, python in peers.items():  # One after the other: preparing uses every CPU.
            processes[framework] = start(framework, python, options)
            line_of(processes[framework], framework)
        results = {name: [] for name in (["winnow"] if options.ours else []) + list(peers)}
        for _ in range(options.rounds):
            for name in results:
                if name == "winnow":
                    entry = turn_of_ours(options)
                else:
                    processes[name].stdin.write("go\n")
                    processes[name].stdin.flush()
                    entry = json.loads(line_of(processes[name], name))
                results[name].append(entry["median_ms"])
                print(json.dumps(entry | {"program": name}), flush=True)
    finally:
        for process in processes.values():
            process.stdin.close()
            process.wait()
    ours = statistics.median(results["winnow"]) if options.ours else None
    print(f"\n{options.network}, {options.threads} thread(s), {options.rounds} rounds of {options.seconds} s", file=sys.stderr)
    for name, values in results.items():
        middle = statistics.median(values)
        ratio = f"{middle / ours:8.2f} x ours" if ours else ""
        print(f"{name:18}{middle:12.4f} ms ({min(values):.4f} to {max(values):.4f}){ratio}", file=sys.stderr)


if __name__ == "__main__":
    main()
