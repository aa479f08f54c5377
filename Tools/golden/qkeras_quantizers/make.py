#!/usr/bin/env python3
"""What QKeras' quantisers make of 1,000 values, with the gradients they pass back.

    pip install tensorflow-cpu==2.15.1 "numpy<2" qkeras==0.9.0 "pyparsing<3.2"
    python make.py [--out ../../../Tests/TrainingTests/Golden/qkeras] [--check]

Files and what they hold: README.md in the folder written.
"""
import argparse
import io
import json
import os
import pathlib
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from qkeras import binary, quantized_bits, quantized_relu, ternary

SEED = 20261121

# (class, arguments); alpha "auto_po2" gives a scale per column.
CASES = [
    (quantized_bits, dict(bits=8, integer=0, alpha=1)),
    (quantized_bits, dict(bits=8, integer=2, alpha=1)),
    (quantized_bits, dict(bits=6, integer=0, alpha=1)),
    (quantized_bits, dict(bits=4, integer=1, symmetric=1, alpha=1)),
    (quantized_bits, dict(bits=6, integer=3, keep_negative=False, alpha=1)),
    (quantized_bits, dict(bits=8, integer=0, keep_negative=False, alpha=1)),
    (quantized_bits, dict(bits=2, integer=0, alpha=1)),
    (quantized_bits, dict(bits=2, integer=1, symmetric=1, alpha=1)),
    (quantized_bits, dict(bits=1, integer=0, alpha=1)),
    (quantized_bits, dict(bits=1, integer=0, keep_negative=False, alpha=1)),
    (quantized_bits, dict(bits=6, integer=0, alpha=0.5)),
    (quantized_bits, dict(bits=8, integer=0, alpha="auto_po2")),
    (quantized_bits, dict(bits=4, integer=0, alpha="auto_po2")),
    (quantized_bits, dict(bits=4, integer=2, alpha="auto_po2")),
    (quantized_bits, dict(bits=6, integer=0, alpha="auto")),
    (quantized_relu, dict(bits=8, integer=0)),
    (quantized_relu, dict(bits=8, integer=4)),
    (quantized_relu, dict(bits=6, integer=3)),
    (quantized_relu, dict(bits=4, integer=4)),
    (quantized_relu, dict(bits=1, integer=1)),
    (quantized_relu, dict(bits=8, integer=3, negative_slope=0.25)),
    (quantized_relu, dict(bits=6, integer=3, relu_upper_bound=6.0, is_quantized_clip=False)),
    (binary, dict(alpha=1)),
    (binary, dict(use_01=True, alpha=1)),
    (binary, dict(alpha="auto_po2")),
    (binary, dict()),
    (ternary, dict(alpha=1)),
    (ternary, dict(alpha=1, threshold=0.75)),
    (ternary, dict(alpha="auto_po2")),
    (ternary, dict()),
]


def values():
    """[40, 25]: normal numbers of different size per column, halves of many grids, limits, zero; all of them multiples
    of 2^-12 below 16, so that QKeras' x + (q - x) is exact in float32."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(0, 1, (40, 25)) * 2.0 ** rng.uniform(-4, 2, 25)
    halves = [(k + .5) * 2.0 ** -n for n in range(8) for k in (-9, -4, -3, -2, -1, 0, 1, 2, 3, 8)]
    limits = [s * v for s in (-1, 1) for v in (0, .33, .5, .75, 1 - 2 ** -7, 1, 1 + 2 ** -8, 2, 3.875, 4, 6, 7.75, 8, 15.5)]
    special = np.array(halves + limits)
    x.reshape(-1)[rng.choice(x.size, special.size, replace=False)] = special
    return (np.clip(np.rint(x * 4096), -65535, 65535) / 4096).astype(np.float32)


def compute():
    x = values()
    upstream = (np.random.default_rng(SEED + 1).integers(-8, 9, x.shape) / 8).astype(np.float32)
    arrays, cases = {"x": x, "upstream": upstream}, []
    for i, (kind, arguments) in enumerate(CASES):
        quantizer = kind(**arguments)
        variable = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(variable)
            y = quantizer(variable)
            total = tf.reduce_sum(y * upstream)
        arrays[f"y_{i}"] = y.numpy()
        gradient = tape.gradient(total, variable).numpy()
        if not np.array_equal(gradient, upstream):
            arrays[f"gradient_{i}"] = gradient
        scale = getattr(quantizer, "scale", None)
        if scale is not None:
            arrays[f"scale_{i}"] = np.asarray(scale, np.float32).reshape(-1)
        cases.append({"index": i, "quantizer": kind.__name__, "arguments": arguments,
                      "exact": arguments.get("alpha") != "auto" and not (kind in (binary, ternary) and not arguments)})
    return arrays, cases


def packed(arrays):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in arrays.items():
            item, data = zipfile.ZipInfo(f"{name}.npy"), io.BytesIO()
            item.compress_type = zipfile.ZIP_DEFLATED
            np.save(data, value)
            archive.writestr(item, data.getvalue(), compresslevel=9)
    return buffer.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--out", type=pathlib.Path, default=here.parents[2] / "Tests/TrainingTests/Golden/qkeras")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    arrays, cases = compute()
    data = packed(arrays)
    text = json.dumps({"cases": cases}, indent=1) + "\n"
    files = {"quantizers.npz": data, "quantizers.json": text.encode()}
    if options.check:
        wrong = [n for n, v in files.items() if (options.out / n).read_bytes() != v]
        raise SystemExit(f"{wrong} differ" if wrong else None)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (options.out / name).write_bytes(value)
        print(name, len(value), "bytes")
    for case in cases:
        y = arrays[f"y_{case['index']}"]
        print(case["quantizer"], case["arguments"], "levels", len(np.unique(y)), "range", y.min(), y.max())


if __name__ == "__main__":
    main()
