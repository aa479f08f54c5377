#!/usr/bin/env python3
"""Time of one training step (forward, backward, Adam) with PyTorch, TensorFlow/Keras, QKeras or HGQ2 on the CPU.

    python training_steps.py FRAMEWORK [--only NAME ...] [--seconds 5] [--threads 1] [--turns]

FRAMEWORK is torch, torch-compile (needs g++), keras, keras-jit (XLA); with 8-bit quantisation-aware training: qkeras
(needs Keras 2), qkeras-jit, hgq (HGQ2, widths fixed at 8 bits), hgq-jit, hgq-learned (HGQ2 as it is used: widths learned
per weight). Each needs its own environment:

    pip install torch numpy                              torch, torch-compile
    pip install tensorflow-cpu==2.21.0 HGQ2==0.2.0       keras, keras-jit, hgq...
    pip install tensorflow-cpu==2.15.1 "numpy<2" qkeras==0.9.0 "pyparsing<3.2"     qkeras...

Prints one JSON object a line: the median over the steps of --seconds after a warm-up, and the fifth and 95th percentile.
The process is bound to as many CPUs as it has threads. Timings taken while the machine does other work mean nothing;
run this and Winnow's own measurement in turns: with --turns the program prepares its networks, prints `ready`, and then
measures all of them once for every line that it reads; training_turns.py drives it so.
"""
import argparse
import json
import os
import statistics
import sys
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=["torch", "torch-compile", "keras", "keras-jit", "qkeras", "qkeras-jit", "hgq",
                                              "hgq-jit", "hgq-learned", "hgq-learned-jit"])
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--turns", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.threads])
    os.environ |= {"OMP_NUM_THREADS": str(options.threads), "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow",
                   "CUDA_VISIBLE_DEVICES": ""}
    framework, _, mode = options.framework.partition("-")
    if framework == "torch":
        import torch
        torch.set_num_threads(options.threads)
        import training_networks_torch as networks
        names, make = networks.NETWORKS, lambda name: networks.prepare(name, mode == "compile")
        version = f"torch {torch.__version__}"
    else:
        import tensorflow as tf
        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.get_logger().setLevel("ERROR")
        if framework == "keras":
            import training_networks_keras as networks
        elif framework == "qkeras":
            import training_networks_qkeras as networks
        else:
            import training_networks_hgq as networks
            networks.LEARNED = mode.startswith("learned")
        names, make = networks.NETWORKS, lambda name: networks.prepare(name, mode.endswith("jit"))
        version = networks.VERSION
    prepared = []
    for name in options.only or names:
        if name not in names:
            raise SystemExit(f"{options.framework} has no network '{name}'; there are {', '.join(names)}")
        start = time.perf_counter()
        step, value_of, size, parameters = make(name)
        first = value_of(step())
        described = {"name": name, "framework": options.framework, "threads": options.threads, "batch": size,
                     "parameters": parameters, "first_step_s": round(time.perf_counter() - start, 2),
                     "loss_first": round(first, 5), "version": version}
        if options.turns:
            prepared.append((described, step, value_of))
        else:
            measure(described, step, value_of, options.seconds)
    if options.turns:
        print("ready", flush=True)
        for _ in sys.stdin:
            for entry in prepared:
                measure(*entry, options.seconds)


def measure(described, step, value_of, seconds):
    start = time.perf_counter()
    last = value_of(step())
    is_short = time.perf_counter() - start < 1
    for _ in range(2 if is_short else 0):
        last = value_of(step())
    times, start = [], time.perf_counter()
    while len(times) < (5 if is_short else 3) or time.perf_counter() - start < seconds:
        t = time.perf_counter()
        last = value_of(step())  # Reading the loss waits for the step's end.
        times.append(time.perf_counter() - t)
    times.sort()
    print(json.dumps(described | {
        "median_ms": round(statistics.median(times) * 1e3, 4), "p5_ms": round(times[len(times) // 20] * 1e3, 4),
        "p95_ms": round(times[-1 - len(times) // 20] * 1e3, 4), "steps": len(times), "loss_last": round(last, 5)}), flush=True)


if __name__ == "__main__":
    main()
