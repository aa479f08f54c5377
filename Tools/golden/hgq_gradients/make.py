#!/usr/bin/env python3
"""Values and gradients of HGQ2's trainable quantisers, by TensorFlow's automatic differentiation.

    pip install tensorflow-cpu==2.21.0 HGQ2==0.2.0
    python make.py [--out ../../../Tests/TrainingTests/Golden/hgq]

Each case: an input x, bits before the point i (without sign) and behind it f, the upstream gradient dy; HGQ2's training-mode
y and the gradients of sum(y * dy) by x, f and i. Halves round up (RND); SAT clips to [-2^i, 2^i - 2^-f], SAT_SYM symmetrically.
"""
import argparse
import json
import os
import pathlib

os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
import hgq
import numpy as np
import tensorflow as tf
from hgq.config import QuantizerConfig
from hgq.quantizer import Quantizer

SEED = 20261121


def case(rng, signed, overflow, f, i, shape):
    config = QuantizerConfig("kif", "datalane", k0=signed, i0=0, f0=0, overflow_mode=overflow, round_mode="RND",
                             fr=None, ir=None, homogeneous_axis=None, heterogeneous_axis=tuple(a for a in range(2) if shape[a] > 1))
    quantizer = Quantizer(config)
    x = tf.Variable(rng.normal(0, 2, (8, 3)).astype(np.float32))
    quantizer.build(x.shape)
    inner = quantizer.quantizer
    inner._f.assign(np.broadcast_to(np.array(f, np.float32), inner._f.shape))
    inner._i.assign(np.broadcast_to(np.array(i, np.float32), inner._i.shape))
    dy = rng.normal(0, 1, x.shape).astype(np.float32)
    with tf.GradientTape() as tape:
        y = quantizer(x, training=True)
        loss = tf.reduce_sum(y * dy)
    dx, df, di = tape.gradient(loss, [x, inner._f.value, inner._i.value])
    flat = lambda v: np.asarray(v, np.float64).ravel().tolist()
    return {"signed": signed, "overflow": overflow, "shape": list(inner._f.shape), "f": flat(inner._f), "i": flat(inner._i),
            "x": flat(x), "dy": flat(dy), "y": flat(y), "dx": flat(dx), "df": flat(df), "di": flat(di)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[3] / "Tests/TrainingTests/Golden/hgq", type=pathlib.Path)
    out = parser.parse_args().out
    rng = np.random.default_rng(SEED)
    cases = []
    for signed in (False, True):
        for overflow in ("SAT", "SAT_SYM"):
            cases.append(case(rng, signed, overflow, 2.3, 1.4, (1, 1)))
            cases.append(case(rng, signed, overflow, [0.6, 3, -0.2], [1, 0.4, 2], (1, 3)))
            # All bits gone but the ends of the range still pull.
            cases.append(case(rng, signed, "SAT_SYM", [1, 2, -1], [-1, -2, 0], (1, 3)))
    out.mkdir(parents=True, exist_ok=True)
    (out / "gradients.json").write_text(
        json.dumps({"versions": {"HGQ2": hgq.__version__, "tensorflow": tf.__version__}, "seed": SEED, "cases": cases}) + "\n")


main()
