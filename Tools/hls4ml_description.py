#!/usr/bin/env python3
"""Bit-exact NumPy interpreter of "hls4ml model description" JSON files.

    python3 hls4ml_description.py ../Tests/NetworkFormatsTests/Golden/descriptions/*.json    # check the stored vectors

Every number is an integer mantissa: value = mantissa * 2**-(width - integer) of its type. A type is
`{signed, width, integer, rounding, overflow}` with the seven rounding and four overflow modes of ap_fixed; `null` in
place of a type means exact. Tests/NetworkFormatsTests/Golden/descriptions/README.md explains the files. Needs NumPy only.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def fraction(t: dict) -> int:
    """Number of fractional bits of a type (may be negative)."""
    return t["width"] - t["integer"]


def limits(t: dict) -> tuple[int, int]:
    w = t["width"]
    return (-(1 << (w - 1)), (1 << (w - 1)) - 1) if t["signed"] else (0, (1 << w) - 1)


def round_off(m, drop: int, mode: str):
    """m / 2**drop to an integer; drop > 0."""
    floor = m >> drop
    rest = m - (floor << drop)
    half = 1 << (drop - 1)
    tie = rest == half
    above = rest > half
    if mode == "TRN":                   # towards minus infinity
        return floor
    if mode == "TRN_ZERO":              # towards zero
        return floor + ((rest > 0) & (m < 0))
    if mode == "RND":                   # to nearest, halves towards plus infinity
        return floor + (above | tie)
    if mode == "RND_ZERO":              # halves towards zero
        return floor + (above | (tie & (m < 0)))
    if mode == "RND_INF":               # halves away from zero
        return floor + (above | (tie & (m >= 0)))
    if mode == "RND_MIN_INF":           # halves towards minus infinity
        return floor + above
    if mode == "RND_CONV":              # halves to even
        return floor + (above | (tie & ((floor & 1) == 1)))
    raise ValueError(f"rounding mode {mode} is not known")


def cast(m, frac: int, t: dict | None):
    """Convert mantissas `m` with `frac` fractional bits to the type `t`: rounding first, then overflow."""
    if t is None:
        return m, frac
    drop = frac - fraction(t)
    m = round_off(m, drop, t["rounding"]) if drop > 0 else m << -drop
    low, high = limits(t)
    mode = t["overflow"]
    if mode == "WRAP":
        m = ((m - low) & ((1 << t["width"]) - 1)) + low
    elif mode == "SAT":
        m = np.clip(m, low, high)
    elif mode == "SAT_ZERO":
        m = np.where((m < low) | (m > high), 0, m)
    elif mode == "SAT_SYM":             # a signed type of one bit keeps -1, as AMD's headers do
        m = np.clip(m, low + 1 if t["signed"] and t["width"] > 1 else low, high)
    else:
        raise ValueError(f"overflow mode {mode} is not known")
    return m, fraction(t)


def aligned_sum(a, fa: int, b, fb: int):
    """a + b at the finer of both points."""
    f = max(fa, fb)
    return (a << (f - fa)) + (b << (f - fb)), f


def truncating_divide(m, n):
    """Integer division towards zero, as ap_fixed does."""
    return np.sign(m) * (np.abs(m) // n)


def multiply_accumulate(x, x_frac: int, weights, layer: dict):
    """x [..., inputs] times weights [inputs][outputs]: bias first, then one cast product after another."""
    bias, bias_frac = np.array(layer["biases"], np.int64), fraction(layer["bias_type"])
    exact_frac = x_frac + fraction(layer["weight_type"])
    acc, acc_frac = cast(bias, bias_frac, layer["accumulator_type"])
    acc = np.broadcast_to(acc, x.shape[:-1] + acc.shape)
    for i in range(x.shape[-1]):
        product, product_frac = cast(x[..., i:i + 1] * weights[i], exact_frac, layer["product_type"])
        acc, acc_frac = cast(*aligned_sum(acc, acc_frac, product, product_frac), layer["accumulator_type"])
    return acc, acc_frac


def dense(layer, inputs):
    x, f = inputs[0]
    assert layer["weight_layout"] == "[input][output]"
    w = np.array(layer["weights"], np.int64).reshape(layer["n_in"], layer["n_out"])
    return cast(*multiply_accumulate(x, f, w, layer), layer["result_type"])


def conv1d_pointwise(layer, inputs):
    x, f = inputs[0]
    assert layer["weight_layout"] == "[channel][filter]"
    w = np.array(layer["weights"], np.int64).reshape(layer["n_chan"], layer["n_filt"])
    x = x.reshape(len(x), layer["width"], layer["n_chan"])
    y, yf = cast(*multiply_accumulate(x, f, w, layer), layer["result_type"])
    return y.reshape(len(y), -1), yf


def conv2d(layer, inputs):
    x, f = inputs[0]
    assert layer["weight_layout"] == "[filter][row][column][channel]"
    kh, kw = layer["kernel"]
    sh, sw = layer["stride"]
    h, w, c = layer["input_shape"]
    oh, ow, n = layer["output_shape"]
    k = np.array(layer["weights"], np.int64).reshape(n, kh * kw * c).T
    x = x.reshape(len(x), h, w, c)
    patches = np.stack([x[:, r:r + sh * oh:sh, q:q + sw * ow:sw][:, :oh, :ow] for r in range(kh) for q in range(kw)], axis=3)
    patches = patches.reshape(len(x), oh, ow, kh * kw * c)
    y, yf = cast(*multiply_accumulate(patches, f, k, layer), layer["result_type"])
    return y.reshape(len(y), -1), yf


def relu(layer, inputs):
    x, f = inputs[0]
    return cast(np.maximum(x, 0), f, layer["result_type"])


def quantize(layer, inputs):
    return cast(*inputs[0], layer["result_type"])


def reshape(layer, inputs):
    return inputs[0]


def offset_shift(layer, inputs):
    """(x - offset) in difference_type, shifted right inside that same type, then cast."""
    x, f = inputs[0]
    t = layer["difference_type"]
    d, df = cast(*aligned_sum(x, f, -np.array(layer["offsets"], np.int64), fraction(layer["offset_type"])), t)
    wrap = dict(t, rounding="TRN", overflow="WRAP")
    columns = [d[:, i] >> s if s >= 0 else cast(d[:, i] << -s, df, wrap)[0] for i, s in enumerate(layer["shifts"])]
    return cast(np.stack(columns, axis=1), df, layer["result_type"])


def offset_divide(layer, inputs):
    """(x - offset) / 2**k, then cast; offsets are whole numbers, divisors powers of two."""
    x, f = inputs[0]
    k = np.array([n.bit_length() - 1 for n in layer["divisors"]])
    assert all(1 << b == n for b, n in zip(k.tolist(), layer["divisors"]))
    top = int(k.max())
    m = (x - (np.array(layer["offsets"], np.int64) << f)) << (top - k)
    return cast(m, f + top, layer["result_type"])


def sigmoid_table(layer, inputs):
    """index = to_int(x * size / 16) + size / 2, divisions towards zero, clamped; then table lookup."""
    x, f = inputs[0]
    n = layer["table_size"]
    scaled = truncating_divide(x * n, 16)                  # still `f` fractional bits
    index = truncating_divide(scaled, 1 << f) + n // 2
    table = np.array(layer["table"], np.int64)
    return cast(table[np.clip(index, 0, n - 1)], fraction(layer["table_type"]), layer["result_type"])


def table_address(m, t: dict, size: int):
    """The top log2(size) bits of the mantissa's two's complement."""
    return (m >> (t["width"] - (size.bit_length() - 1))) & (size - 1)


def softmax_table(layer, inputs):
    """Latency softmax: the top bits of each value address exp; the top bits of the sum address 1/sum."""
    x, _ = inputs[0]
    n = layer["table_size"]
    sum_type = layer["sum_type"]
    e = np.array(layer["exp_table"], np.int64)[table_address(x, layer["input_type"], n)]
    exp_frac = fraction(layer["exp_type"])
    total, f = cast(e[:, 0], exp_frac, sum_type)
    for i in range(1, layer["n"]):                         # non-negative terms: order does not matter
        total, f = cast(total + cast(e[:, i], exp_frac, sum_type)[0], f, sum_type)
    inverse = np.array(layer["inverse_table"], np.int64)[table_address(total, sum_type, n)]
    return cast(e * inverse[:, None], exp_frac + fraction(layer["inverse_type"]), layer["result_type"])


def normalize(layer, inputs):
    """Batch normalisation: exact x * scale + bias per channel (the last axis), then one cast."""
    x, f = inputs[0]
    repeat = layer["n"] // layer["n_filt"]
    scale = np.tile(np.array(layer["scales"], np.int64), repeat)
    bias = np.tile(np.array(layer["biases"], np.int64), repeat)
    return cast(*aligned_sum(x * scale, f + fraction(layer["scale_type"]), bias, fraction(layer["bias_type"])), layer["result_type"])


def global_average_pooling1d(layer, inputs):
    """The sum in accumulator_type, divided towards zero; cast to average_type, then result_type."""
    x, f = inputs[0]
    x = x.reshape(len(x), layer["width"], layer["n_filt"])
    t = layer["accumulator_type"]
    acc, af = np.zeros((len(x), layer["n_filt"]), np.int64), 0 if t is None else fraction(t)
    for i in range(layer["width"]):
        acc, af = cast(*aligned_sum(acc, af, x[:, i], f), t)
    mean = cast(truncating_divide(acc, layer["width"]), af, t)
    return cast(*cast(*mean, layer["average_type"]), layer["result_type"])


def subtract(layer, inputs):
    (a, fa), (b, fb) = inputs
    return cast(*aligned_sum(a, fa, -b, fb), layer["result_type"])


def dot(layer, inputs):
    (a, fa), (b, fb) = inputs
    t = layer["accumulator_type"]
    acc, af = np.zeros(len(a), np.int64), 0 if t is None else fraction(t)
    for i in range(a.shape[1]):
        acc, af = cast(*aligned_sum(acc, af, *cast(a[:, i] * b[:, i], fa + fb, layer["product_type"])), t)
    y, yf = cast(acc, af, layer["result_type"])
    return y[:, None], yf


def sum_of_squares(layer, inputs):
    """Each square exact, cast to square_type; each addition cast to accumulator_type. Any order: terms are not negative."""
    x, f = inputs[0]
    squares, sf = cast(x * x, 2 * f, layer["square_type"])
    acc, af = cast(squares[:, 0], sf, layer["accumulator_type"])
    for i in range(1, squares.shape[1]):
        acc, af = cast(*aligned_sum(acc, af, squares[:, i], sf), layer["accumulator_type"])
    acc, af = cast(acc, af, layer["result_type"])
    return acc[:, None], af


OPERATORS = {
    "OffsetShift": offset_shift, "OffsetDivide": offset_divide, "Dense": dense, "Conv2D": conv2d,
    "PointwiseConv1D": conv1d_pointwise, "ReLU": relu, "Quantize": quantize, "Reshape": reshape,
    "SigmoidTable": sigmoid_table, "GlobalAveragePooling1D": global_average_pooling1d,
    "Subtract": subtract, "Dot": dot, "SumOfSquares": sum_of_squares, "Normalize": normalize,
    "SoftmaxTable": softmax_table,
}


def run(model: dict, inputs) -> dict[str, np.ndarray]:
    """All layer results, by layer name, for input mantissas [events][n]."""
    values = {"input": (np.asarray(inputs, np.int64), fraction(model["input"]["type"]))}
    for layer in model["layers"]:
        values[layer["name"]] = OPERATORS[layer["op"]](layer, [values[name] for name in layer["inputs"]])
    return {name: v[0] for name, v in values.items()}


def check(path: Path) -> tuple[int, int]:
    """Compare with the vectors; returns (integers compared, integers that differ)."""
    model = json.loads(path.read_text())
    data = np.load(path.parent / model["vectors"]["file"])
    values = run(model, data["inputs"])
    compared = wrong = 0
    for output in model["outputs"]:
        expected = data["out_" + output["name"]]
        compared += expected.size
        wrong += int(np.sum(values[output["layer"]] != expected))
    rows = data["trace_rows"]
    for layer in model["layers"]:
        key = "trace_" + layer["name"]
        if key in data:
            compared += data[key].size
            wrong += int(np.sum(values[layer["name"]][rows] != data[key]))
    print(f"{model['name']}: {len(data['inputs'])} vectors, {compared} integers compared, {wrong} differ")
    return compared, wrong


if __name__ == "__main__":
    results = [check(Path(p)) for p in sys.argv[1:]]
    sys.exit(1 if not results or any(wrong for _, wrong in results) else 0)
