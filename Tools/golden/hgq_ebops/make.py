#!/usr/bin/env python3
"""Effective bit operations as HGQ2 counts them, for two small networks with widths that differ from weight to weight.

    pip install tensorflow-cpu==2.21.0 HGQ2==0.2.0
    python make.py [--out ../../../Tests/TrainingTests/Golden/hgq] [--check]

What the file holds: README.md in the folder written.
"""
import argparse
import json
import os
import pathlib
import warnings

os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
import hgq
import keras
import numpy as np
from hgq.config import QuantizerConfig
from hgq.layers import QDense
from hgq.utils import trace_minmax

warnings.filterwarnings("ignore", category=DeprecationWarning)
SEED = 20261121


def layer(units, activation, overflow):
    """Widths per weight, per bias and per input element; `overflow` is that of the inputs."""
    return QDense(units, activation=activation,
                  kq_conf=QuantizerConfig("kbi", "weight", b0=8, i0=1, overflow_mode="SAT_SYM", br=None),
                  iq_conf=QuantizerConfig("kif", "datalane", i0=3, f0=4, overflow_mode=overflow, fr=None, ir=None),
                  bq_conf=QuantizerConfig("kbi", "bias", b0=8, i0=1, overflow_mode=overflow, br=None))


def spread(rng, variable, low, high):
    variable.assign(rng.integers(low, high + 1, variable.shape).astype(np.float32))


def network(rng, overflow):
    x = keras.Input((6,))
    h = layer(8, "relu", overflow)(x)
    model = keras.Model(x, layer(4, None, overflow)(h))
    for dense in model.layers[1:]:
        dense.kernel.assign(rng.normal(0, .5, dense.kernel.shape))
        dense.bias.assign(rng.normal(0, .3, dense.bias.shape))
        spread(rng, dense.kq.quantizer._b, 0, 8)  # Width 0: the weight is gone.
        spread(rng, dense.kq.quantizer._i, -1, 1)
        spread(rng, dense.bq.quantizer._b, 2, 8)
        spread(rng, dense.iq.quantizer._f, -1, 6)
        if overflow != "WRAP":  # Where it wraps, the integer bits follow from the data.
            spread(rng, dense.iq.quantizer._i, 0, 3)
            spread(rng, dense.bq.quantizer._i, 0, 2)
    return model


def described(quantizer, shape):
    inner = quantizer.quantizer
    def full(v):
        return np.broadcast_to(np.array(inner.bw_mapper.bw_to_x(v, shape)), shape).astype(int).tolist()
    return {"signed": full(inner.k), "integer": full(inner.i), "fraction": full(inner.f), "bits": full(quantizer.bits),
            "rounding": inner.round_mode, "overflow": inner.overflow_mode}


def exact(values):
    """float32 numbers as decimals that float64 reads back exactly."""
    return np.asarray(values, np.float64).tolist()


def quantized(x, form):
    """What the README says of a format, in NumPy: half up; then saturation, or wrap-around."""
    k, i, f = (np.array(form[key], np.float64) for key in ("signed", "integer", "fraction"))
    v = np.floor(x * 2.0 ** f + .5)
    high = 2.0 ** (i + f) - 1
    if form["overflow"] == "WRAP":
        low, size = -k * 2.0 ** (i + f), 2.0 ** (i + f + k)
        v = (v - low) % size + low
    else:
        v = np.clip(v, -k * (high if form["overflow"] == "SAT_SYM" else 2.0 ** (i + f)), high)
    return np.where(k + i + f > 0, v * 2.0 ** -f, 0)


def case(name, overflow):
    rng = np.random.default_rng([SEED, *name.encode()])
    keras.utils.set_random_seed(SEED)
    model = network(rng, overflow)
    data = (np.rint(rng.normal(0, 2, (64, 6)) * 256) / 256).astype(np.float32)
    total = float(trace_minmax(model, data, reset=False, verbose=False))
    y = np.array(model(data, training=False))
    layers = []
    for dense in model.layers[1:]:
        n_in, n_out = dense.kernel.shape
        layers.append({"activation": dense.activation.__name__, "ebops": float(dense.ebops),
                       "kernel": exact(np.array(dense.kernel)), "quantized_kernel": exact(np.array(dense.qkernel)),
                       "bias": exact(np.array(dense.bias)), "quantized_bias": exact(np.array(dense.qbias)),
                       "kernel_format": described(dense.kq, (n_in, n_out)), "bias_format": described(dense.bq, (n_out,)),
                       "input_format": described(dense.iq, (1, n_in))})
        q = layers[-1]
        mine = np.array(q["input_format"]["bits"])[0] @ np.array(q["kernel_format"]["bits"])
        assert int(mine.sum() + np.sum(q["bias_format"]["bits"])) == int(q["ebops"]), (name, mine.sum(), q["ebops"])
    value = data[:16].astype(np.float64)
    for q in layers:
        value = quantized(value, q["input_format"]) @ np.array(q["quantized_kernel"]) + np.array(q["quantized_bias"])
        assert (quantized(np.array(q["kernel"]), q["kernel_format"]) == np.array(q["quantized_kernel"])).all()
        assert (quantized(np.array(q["bias"]), q["bias_format"]) == np.array(q["quantized_bias"])).all()
        value = np.maximum(value, 0) if q["activation"] == "relu" else value
    assert (value == y[:16]).all(), np.abs(value - y[:16]).max()
    assert sum(q["ebops"] for q in layers) == total
    return {"name": name, "ebops": total, "layers": layers, "x": exact(data[:16]), "y": exact(y[:16])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--out", type=pathlib.Path, default=here.parents[2] / "Tests/TrainingTests/Golden/hgq")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    cases = [case("wrapping", "WRAP"), case("saturating", "SAT")]
    text = json.dumps({"versions": {"HGQ2": hgq.__version__, "keras": keras.__version__}, "cases": cases}) + "\n"
    if options.check:
        raise SystemExit(None if (options.out / "ebops.json").read_text() == text else "ebops.json differs")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ebops.json").write_text(text)
    print(len(text), "bytes;", [(c["name"], c["ebops"], [q["ebops"] for q in c["layers"]]) for c in cases])


if __name__ == "__main__":
    main()
