#!/usr/bin/env python3
"""Small seeded networks with the features, and traps, of deployed trigger networks, as "hls4ml model description" files.

    python3 make_description_networks.py [--out ../Tests/NetworkFormatsTests/Golden/descriptions]

Weights are random: no physics. Each network comes with vectors computed by hls4ml_description.py. For every trap the script
evaluates the network once more with the trap ignored, counts the vectors of which an output changes, fails if there is none and
writes the count into the file (`traps`). Needs NumPy only; the same seed gives the same bytes.
"""
from __future__ import annotations

import argparse
import copy
import json
import math
import re
from pathlib import Path
from typing import Callable, NamedTuple
from unittest import mock

import numpy as np

import hls4ml_description as description
from hls4ml_description import limits

SEED = 20260903
ROUNDINGS = ["TRN", "TRN_ZERO", "RND", "RND_ZERO", "RND_INF", "RND_MIN_INF", "RND_CONV"]
OVERFLOWS = ["WRAP", "SAT", "SAT_ZERO", "SAT_SYM"]


def fixed(width: int, integer: int, rounding: str = "TRN", overflow: str = "WRAP") -> dict:
    return {"signed": True, "width": width, "integer": integer, "rounding": rounding, "overflow": overflow}


def ufixed(width: int, integer: int, rounding: str = "TRN", overflow: str = "WRAP") -> dict:
    return fixed(width, integer, rounding, overflow) | {"signed": False}


def integers(random: np.random.Generator, shape, t: dict, deviation: float, pruned: float = 0.0) -> list[int]:
    """Gaussian mantissas of a standard deviation in units of the type's step, clipped, a share of them zeroed."""
    low, high = limits(t)
    m = np.clip(np.rint(random.normal(0, deviation, shape)), low, high).astype(int)
    m[random.random(shape) < pruned] = 0
    return m.ravel().tolist()


# ---- layers -----------------------------------------------------------------------------

def dense(random, name, source, n_in, n_out, weight, bias, product, accumulator, result, deviation, pruned=0.5, bias_deviation=8.0):
    weights = integers(random, (n_in, n_out), weight, deviation, pruned)
    return {
        "name": name, "op": "Dense", "inputs": [source], "n_in": n_in, "n_out": n_out, "weight_type": weight, "bias_type": bias,
        "product_type": product, "accumulator_type": accumulator, "result_type": result, "weight_layout": "[input][output]",
        "weights": weights, "biases": integers(random, n_out, bias, bias_deviation), "strategy": "latency", "reuse_factor": 1,
        "n_weights": n_in * n_out, "n_zeros": weights.count(0),
    }


def conv(random, name, source, input_shape, filters, stride, weight, bias, accumulator, result, deviation):
    h, w, c = input_shape
    output_shape = [(h - 2) // stride + 1, (w - 2) // stride + 1, filters]
    weights = integers(random, (filters, 2, 2, c), weight, deviation)
    return {
        "name": name, "op": "Conv2D", "inputs": [source], "input_shape": list(input_shape), "output_shape": output_shape,
        "kernel": [2, 2], "stride": [stride, stride], "padding": [0, 0, 0, 0], "weight_type": weight, "bias_type": bias,
        "product_type": accumulator, "accumulator_type": accumulator, "result_type": result,
        "weight_layout": "[filter][row][column][channel]", "weights": weights, "biases": integers(random, filters, bias, 2),
        "strategy": "resource", "reuse_factor": 1, "n_weights": len(weights), "n_zeros": weights.count(0),
    }


def unary(name, op, source, n, result):
    return {"name": name, "op": op, "inputs": [source], "n": n, "result_type": result}


def offset_shift(offset_type, offsets, shifts, result):
    return {
        "name": "scaled_input", "op": "OffsetShift", "inputs": ["input"], "shape": [len(offsets)], "offset_type": offset_type,
        "offsets": offsets, "shift_type": fixed(5, 5), "shifts": shifts, "difference_type": fixed(18, 13), "result_type": result,
    }


def sum_of_squares(source, n):
    t = ufixed(18, 14)
    return {"name": "score", "op": "SumOfSquares", "inputs": [source], "n": n, "square_type": t, "accumulator_type": t, "result_type": t}


def output(name, layer, n, t):
    return {"name": name, "layer": layer, "n": n, "type": t}


# ---- inputs -----------------------------------------------------------------------------

def edges(n: int, t: dict) -> np.ndarray:
    low, high = limits(t)
    index = np.arange(n)
    rows = [np.zeros(n), np.full(n, low), np.full(n, high), np.ones(n), np.full(n, max(low, -1)),
            np.where(index % 2, low, high), np.where(index % 2, high, low)]
    rows += [np.where(index == k, high, 0) for k in range(0, n, max(1, n // 8))]
    return np.array(rows).astype(np.int64)


def trigger_inputs(random: np.random.Generator, objects: int, count: int) -> np.ndarray:
    """Integer hardware numbers (momentum, pseudorapidity, azimuth) as <18,13>; absent objects are zero, momenta fall."""
    momentum = -np.sort(-random.exponential(60, (count, objects)).astype(int) - 4, axis=1)
    eta = random.integers(-115, 116, (count, objects))
    phi = random.integers(0, 144, (count, objects))
    present = np.arange(objects) < random.integers(1, objects + 1, count)[:, None]
    values = np.where(present[..., None], np.stack([momentum, eta, phi], axis=2), 0)
    return values.reshape(count, 3 * objects) << 5


def trigger_groups(random, objects):
    t, n = fixed(18, 13), 3 * objects
    low, high = limits(t)
    events = trigger_inputs(random, objects, 160)
    noisy = trigger_inputs(random, objects, 40)
    return {
        "edges": edges(n, t),
        "sparse events": events,
        "sparse events with fraction bits": noisy + np.where(noisy != 0, random.integers(0, 32, noisy.shape), 0),
        "full-range random": random.integers(low, high + 1, (60, n)),
        "small random": random.integers(-2048, 2048, (30, n)),
    }


def plain_groups(random, n, t, scale):
    low, high = limits(t)
    sparse = np.clip(np.rint(random.exponential(scale, (180, n))), low, high) * (random.random((180, n)) < 0.35)
    if t["signed"]:
        sparse = sparse * random.choice([-1, 1], sparse.shape)
    typical = random.normal(0, scale, (60, n)) if t["signed"] else random.exponential(scale, (60, n))
    return {
        "edges": edges(n, t),
        "sparse": sparse.astype(np.int64),
        "typical": np.clip(np.rint(typical), low, high).astype(np.int64),
        "full-range random": random.integers(low, high + 1, (50, n)),
    }


# ---- traps ------------------------------------------------------------------------------

def layers_of(model, *ops):
    return [layer for layer in model["layers"] if layer["op"] in ops]


def exact_products(model):
    for layer in layers_of(model, "Dense"):
        layer["product_type"] = None


def exact_sums(model):
    """The exact sum of products, rounded and wrapped once."""
    for layer in layers_of(model, "Dense"):
        layer["product_type"] = layer["accumulator_type"] = None


def saturating_sums(model):
    for layer in layers_of(model, "Dense"):
        layer["accumulator_type"]["overflow"] = layer["product_type"]["overflow"] = "SAT"
        layer["result_type"]["overflow"] = "SAT"


def wrapping_sums(model):
    for layer in layers_of(model, "Dense"):
        layer["accumulator_type"] = layer["accumulator_type"] | {"overflow": "WRAP"}


def saturating_once(model):
    for layer in layers_of(model, "Dense"):
        layer["result_type"] = layer["accumulator_type"]
        layer["accumulator_type"] = None


def activations(rounding, overflow):
    def change(model):
        for layer in layers_of(model, "ReLU", "Quantize"):
            layer["result_type"] |= {"rounding": rounding, "overflow": overflow}
    return change


def rounding_of(op, rounding):
    def change(model):
        for layer in layers_of(model, op):
            layer["result_type"] |= {"rounding": rounding}
    return change


def widened_shift(model):
    """Shifts that keep their fraction bits: the difference with eight more of them."""
    layer = layers_of(model, "OffsetShift")[0]
    layer["difference_type"] = fixed(26, 13)


def widened_left_shift(model):
    """Left shifts that keep their top bits: eight more integer bits."""
    layer = layers_of(model, "OffsetShift")[0]
    layer["difference_type"] = fixed(26, 21)


def unsigned_shifts(model):
    layer = layers_of(model, "OffsetShift")[0]
    layer["shifts"] = [abs(s) for s in layer["shifts"]]


def offsets_as_written(model):
    layer = layers_of(model, "OffsetShift")[0]
    layer["offset_type"] = fixed(12, 11)
    layer["offsets"] = [round(2 * v) for v in layer["offsets_as_written"]]


def weights_read_as(order):
    """The list of a convolution read in another order than filter, row, column, channel."""
    def change(model):
        for layer in layers_of(model, "Conv2D"):
            sizes = {"filter": layer["output_shape"][2], "row": 2, "column": 2, "channel": layer["input_shape"][2]}
            w = np.array(layer["weights"]).reshape([sizes[axis] for axis in order])
            w = w.transpose([order.index(axis) for axis in ("filter", "row", "column", "channel")])
            layer["weights"] = w.ravel().tolist()
    return change


def set_fields(op, **fields):
    def change(model):
        for layer in layers_of(model, op):
            layer.update(copy.deepcopy(fields))
    return change


class Patched(NamedTuple):
    """A trap in the arithmetic itself: a function of the interpreter replaced."""
    function: str
    replacement: Callable


def descending_order(x, f, weights, layer, original=description.multiply_accumulate):
    return original(x[..., ::-1], f, weights[::-1], layer)


def bias_last(x, f, weights, layer, original=description.multiply_accumulate):
    acc, acc_frac = original(x, f, weights, layer | {"biases": [0] * len(layer["biases"])})
    bias = description.cast(np.array(layer["biases"], np.int64), description.fraction(layer["bias_type"]), layer["accumulator_type"])
    return description.cast(*description.aligned_sum(acc, acc_frac, *bias), layer["accumulator_type"])


def floored_division(m, n):
    return m // n


# ---- networks ---------------------------------------------------------------------------

def wrapping_encoder(random):
    """Like the first deployed generation: every sum wraps, every product is truncated."""
    n = 24
    offsets = integers(random, n, fixed(10, 9), 12)
    shifts = [int(s) for s in random.integers(2, 6, n)]
    accumulator, last = fixed(12, 8), fixed(10, 6)
    weight, bias = fixed(6, 3), fixed(10, 7)
    layers = [
        offset_shift(fixed(10, 9), offsets, shifts, fixed(8, 6, "RND_CONV", "SAT")),
        dense(random, "dense1", "scaled_input", n, 12, weight, bias, accumulator, accumulator, accumulator, 12, 0.4),
        unary("relu1", "ReLU", "dense1", 12, ufixed(9, 6)),
        dense(random, "dense2", "relu1", 12, 6, weight, bias, accumulator, accumulator, accumulator, 8, 0.4),
        unary("relu2", "ReLU", "dense2", 6, ufixed(9, 6)),
        dense(random, "dense3", "relu2", 6, 4, weight, bias, last, last, fixed(9, 6), 6, 0.3),
        unary("mu", "Quantize", "dense3", 4, fixed(10, 7)),
        sum_of_squares("mu", 4),
    ]
    traps = {
        "sums exact, converted once": exact_sums,
        "sums saturate": saturating_sums,
        "activations RND_CONV and SAT": activations("RND_CONV", "SAT"),
        "shifts keep the fraction bits": widened_shift,
    }
    return fixed(18, 13), layers, [output("mu", "mu", 4, fixed(10, 7)), output("score", "score", 1, ufixed(18, 14))], \
        trigger_groups(random, 8), traps


def narrow_table_encoder(random):
    """Like a later generation: offsets lose their half in a narrow type, shifts may be negative, RND_CONV and SAT."""
    n = 24
    written = [v / 2 for v in integers(random, n, fixed(10, 9), 24)]
    shifts = [int(s) for s in random.integers(-2, 5, n)]
    weight, bias, activation = fixed(6, 3), fixed(10, 7), ufixed(10, 6, "RND_CONV", "SAT")
    accumulators = [fixed(29, 16), fixed(22, 15), fixed(21, 14)]
    mu = fixed(10, 7, "RND_CONV", "SAT")
    scale = offset_shift(fixed(10, 10), [math.floor(v) for v in written], shifts, fixed(8, 6, "RND_CONV", "SAT"))
    layers = [
        scale | {"offsets_as_written": written},
        dense(random, "dense1", "scaled_input", n, 12, weight, bias, accumulators[0], accumulators[0], accumulators[0], 6, 0.4),
        unary("relu1", "ReLU", "dense1", 12, activation),
        dense(random, "dense2", "relu1", 12, 6, weight, bias, accumulators[1], accumulators[1], accumulators[1], 6, 0.3),
        unary("relu2", "ReLU", "dense2", 6, activation),
        dense(random, "dense3", "relu2", 6, 4, weight, bias, accumulators[2], accumulators[2], accumulators[2], 5, 0.2),
        unary("mu", "Quantize", "dense3", 4, mu),
        sum_of_squares("mu", 4),
    ]
    traps = {
        "offsets as written, not as stored": offsets_as_written,
        "negative shifts taken as positive": unsigned_shifts,
        "left shifts keep the top bits": widened_left_shift,
        "shifts keep the fraction bits": widened_shift,
        "halves rounded up": rounding_of("ReLU", "RND"),
        "activations truncate": rounding_of("ReLU", "TRN"),
        "activations wrap": activations("RND_CONV", "WRAP"),
    }
    return fixed(18, 13), layers, [output("mu", "mu", 4, mu), output("score", "score", 1, ufixed(18, 14))], \
        trigger_groups(random, 8), traps


def calorimeter_image(random):
    """Two convolutions with weights stored by filter first, as the resource strategy writes them, and two dense layers."""
    weight, bias, activation = fixed(12, 4), fixed(8, 4), ufixed(10, 6, "RND_CONV", "SAT")
    wide, middle = fixed(30, 22), fixed(26, 14)
    score = ufixed(16, 8, "RND_CONV", "SAT")
    layers = [
        {"name": "image", "op": "Reshape", "inputs": ["input"], "shape": [10, 8, 1]},
        conv(random, "conv1", "image", (10, 8, 1), 3, 2, weight, bias, wide, wide, 60),
        unary("relu1", "ReLU", "conv1", 60, activation),
        conv(random, "conv2", "relu1", (5, 4, 3), 4, 1, weight, bias, middle, middle, 70),
        unary("relu2", "ReLU", "conv2", 48, activation),
        {"name": "flat", "op": "Reshape", "inputs": ["relu2"], "shape": [48]},
        dense(random, "dense1", "flat", 48, 8, fixed(8, 2), fixed(8, 4), middle, middle, middle, 14, 0.5),
        unary("relu3", "ReLU", "dense1", 8, activation),
        dense(random, "dense2", "relu3", 8, 1, weight, ufixed(1, 1), middle, middle, middle, 120, 0.0),
        unary("score", "ReLU", "dense2", 1, score),
    ]
    layers[-2]["weights"] = [abs(w) if i % 3 else w for i, w in enumerate(layers[-2]["weights"])]
    traps = {
        "weights read as [row][column][channel][filter]": weights_read_as(("row", "column", "channel", "filter")),
        "weights read as [filter][channel][row][column]": weights_read_as(("filter", "channel", "row", "column")),
        "halves rounded up": rounding_of("ReLU", "RND"),
        "activations wrap": activations("RND_CONV", "WRAP"),
    }
    return ufixed(10, 10), layers, [output("score", "score", 1, score)], plain_groups(random, 80, ufixed(10, 10), 25), traps


def softmax_layer(source, n, size, input_type, exp_type, sum_type, inverse_type, result):
    """Tables as hls4ml's latency softmax builds them: functions of the address bits, all lower bits zero."""
    def entry(value, t):
        low, high = limits(t)
        m = math.floor(value * 2.0 ** description.fraction(t))
        return max(low, min(high, m))

    def value(address, t):
        bits = size.bit_length() - 1
        if t["signed"] and address >= size // 2:
            address -= size
        return address * 2.0 ** (t["integer"] - bits)

    exponential = [entry(math.exp(min(value(a, input_type), 20)), exp_type) for a in range(size)]
    inverse = [entry(1 / value(a, sum_type) if value(a, sum_type) else 2.0 ** 20, inverse_type) for a in range(size)]
    return {
        "name": "softmax", "op": "SoftmaxTable", "inputs": [source], "n": n, "table_size": size, "input_type": input_type,
        "exp_type": exp_type, "exp_table": exponential, "sum_type": sum_type, "inverse_type": inverse_type,
        "inverse_table": inverse, "result_type": result,
    }


def point_cloud(random):
    """Six points of four features: normalisation, pointwise convolution, average over the points, softmax of three classes."""
    weight, bias = fixed(8, 2), fixed(8, 3)
    accumulator = fixed(16, 7)
    pooled = fixed(14, 6)
    scale = fixed(10, 3)
    logits = fixed(12, 5, "RND_CONV", "SAT")
    convolution = integers(random, (4, 8), weight, 30, 0.3)
    layers = [
        {"name": "normalized", "op": "Normalize", "inputs": ["input"], "n": 24, "n_filt": 4, "scale_type": scale,
         "scales": [int(v) for v in random.integers(30, 200, 4)], "bias_type": fixed(9, 4), "biases": integers(random, 4, fixed(9, 4), 40),
         "result_type": fixed(10, 4, "RND", "SAT")},
        {"name": "pointwise", "op": "PointwiseConv1D", "inputs": ["normalized"], "width": 6, "n_chan": 4, "n_filt": 8,
         "weight_type": weight, "bias_type": bias, "product_type": fixed(14, 6, "RND", "SAT"), "accumulator_type": accumulator,
         "result_type": accumulator, "weight_layout": "[channel][filter]", "weights": convolution,
         "biases": integers(random, 8, bias, 8), "n_weights": 32, "n_zeros": convolution.count(0)},
        unary("features", "Quantize", "pointwise", 48, fixed(10, 4, "RND", "SAT")),
        {"name": "average", "op": "GlobalAveragePooling1D", "inputs": ["features"], "width": 6, "n_filt": 8,
         "accumulator_type": pooled, "average_type": fixed(9, 4), "result_type": fixed(12, 5)},
        dense(random, "dense1", "average", 8, 3, weight, bias, fixed(20, 8), fixed(20, 8), fixed(20, 8), 45, 0.0),
        unary("logits", "Quantize", "dense1", 3, logits),
        softmax_layer("logits", 3, 256, logits, fixed(18, 8), fixed(18, 8), fixed(18, 8), ufixed(10, 0, "RND", "SAT")),
    ]
    traps = {
        "weights read as [filter][channel]": lambda m: m["layers"][1].update(
            weights=np.array(convolution).reshape(8, 4).T.ravel().tolist()),
        "averages in one step, without average_type": set_fields("GlobalAveragePooling1D", average_type=None),
        "products not rounded to product_type": lambda m: m["layers"][1].update(product_type=None),
        "averages floored": Patched("truncating_divide", floored_division),
        "softmax values rounded down": rounding_of("SoftmaxTable", "TRN"),
    }
    return fixed(12, 6), layers, [output("probabilities", "softmax", 3, ufixed(10, 0, "RND", "SAT")), output("average", "average", 8, fixed(12, 5))], \
        plain_groups(random, 24, fixed(12, 6), 130), traps


def gated_branches(random):
    """Scaled integers, two exact dense branches, a sigmoid gate, their difference and scalar product."""
    n, h = 12, 6
    weight, bias = fixed(8, 2), fixed(9, 3)
    gate, table_type = ufixed(10, 1, "RND_CONV", "SAT"), ufixed(12, 1)
    size = 256
    table = [math.floor(2.0 ** 11 / (1 + math.exp(-16 * (i - size / 2) / size))) for i in range(size)]
    branch = fixed(12, 5, "RND", "SAT")
    layers = [
        {"name": "scaled_input", "op": "OffsetDivide", "inputs": ["input"], "n": n, "offsets": [int(v) for v in random.integers(-20, 40, n)],
         "divisors": [1 << int(s) for s in random.integers(2, 7, n)], "result_type": fixed(10, 5, "RND_CONV", "SAT")},
        dense(random, "gate_input", "scaled_input", n, h, weight, bias, None, None, fixed(14, 6, "RND_ZERO", "SAT"), 18, 0.3),
        {"name": "gate", "op": "SigmoidTable", "inputs": ["gate_input"], "n": h, "table_size": size, "table_type": table_type,
         "table": table, "result_type": gate},
        dense(random, "value_input", "scaled_input", n, h, weight, bias, None, None, branch, 20, 0.3),
        dense(random, "reference", "scaled_input", n, h, weight, bias, fixed(20, 9), fixed(20, 9), fixed(9, 4, "TRN_ZERO", "SAT_SYM"), 16, 0.3),
        {"name": "difference", "op": "Subtract", "inputs": ["value_input", "reference"], "n": h, "result_type": fixed(11, 6, "RND_INF", "SAT")},
        {"name": "grid", "op": "Reshape", "inputs": ["difference"], "shape": [2, 3]},
        {"name": "score", "op": "Dot", "inputs": ["gate", "grid"], "n": h, "product_type": fixed(16, 7), "accumulator_type": fixed(16, 7),
         "result_type": fixed(12, 7, "RND_MIN_INF", "SAT")},
    ]
    traps = {
        "sigmoid address floored": Patched("truncating_divide", floored_division),
        "dot products exact": set_fields("Dot", product_type=None, accumulator_type=None),
        "OffsetDivide truncates": rounding_of("OffsetDivide", "TRN"),
        "halves of the difference rounded up": rounding_of("Subtract", "RND"),
        "halves of the score rounded up": rounding_of("Dot", "RND"),
        "lowest number of SAT_SYM kept": lambda m: m["layers"][4]["result_type"].update(overflow="SAT"),
    }
    return fixed(14, 14), layers, [output("score", "score", 1, layers[-1]["result_type"]), output("gate", "gate", h, gate),
                                   output("difference", "difference", h, layers[5]["result_type"])], \
        plain_groups(random, n, fixed(14, 14), 200), traps


def saturating_sums_network(random):
    """Accumulators that saturate at every step: the order of the sum is part of the result."""
    n = 16
    accumulator = fixed(8, 4, "RND", "SAT")
    weight, bias = fixed(6, 2), fixed(6, 4)
    layers = [
        dense(random, "dense1", "input", n, 8, weight, bias, fixed(10, 5, "RND_CONV", "SAT"), accumulator, accumulator, 12, 0.2, 10.0),
        unary("relu1", "ReLU", "dense1", 8, ufixed(8, 4, "RND", "SAT")),
        dense(random, "dense2", "relu1", 8, 3, weight, bias, fixed(11, 6, "TRN_ZERO", "SAT_SYM"), fixed(8, 4, "RND", "SAT_SYM"),
              fixed(8, 5, "RND_INF", "SAT_ZERO"), 10, 0.2),
    ]
    traps = {
        "summed from the last input to the first": Patched("multiply_accumulate", descending_order),
        "bias added last": Patched("multiply_accumulate", bias_last),
        "saturated only at the end": saturating_once,
        "sums wrap": wrapping_sums,
        "products not rounded": exact_products,
    }
    return fixed(8, 3), layers, [output("result", "dense2", 3, fixed(8, 5, "RND_INF", "SAT_ZERO")), output("first", "dense1", 8, accumulator)], \
        plain_groups(random, n, fixed(8, 3), 30), traps


def all_modes(random):
    """One dense layer, exact, read through all 28 pairs of rounding and overflow modes, signed and unsigned in turn."""
    layers = [dense(random, "dense1", "input", 4, 4, fixed(6, 2), fixed(6, 2), None, None, None, 10, 0.0)]
    outputs = []
    for q in ROUNDINGS:
        for o in OVERFLOWS:
            t = (ufixed if len(outputs) % 3 == 2 else fixed)(5, 3, q, o)
            name = f"{q.lower()}_{o.lower()}"
            layers.append(unary(name, "Quantize", "dense1", 4, t))
            outputs.append(output(name, name, 4, t))
    traps = {f"{q} taken as {r}": (lambda q, r: lambda m: [layer["result_type"].update(rounding=r) for layer in layers_of(m, "Quantize")
                                                           if layer["result_type"]["rounding"] == q])(q, r)
             for q, r in zip(ROUNDINGS, ROUNDINGS[1:] + ROUNDINGS[:1])}
    traps |= {f"{o} taken as {p}": (lambda o, p: lambda m: [layer["result_type"].update(overflow=p) for layer in layers_of(m, "Quantize")
                                                            if layer["result_type"]["overflow"] == o])(o, p)
              for o, p in zip(OVERFLOWS, OVERFLOWS[1:] + OVERFLOWS[:1])}
    return fixed(6, 3), layers, outputs, plain_groups(random, 4, fixed(6, 3), 8), traps


NETWORKS = {
    "wrapping-encoder": wrapping_encoder,
    "narrow-table-encoder": narrow_table_encoder,
    "calorimeter-image": calorimeter_image,
    "point-cloud": point_cloud,
    "gated-branches": gated_branches,
    "saturating-sums": saturating_sums_network,
    "all-modes": all_modes,
}


# ---- writing ----------------------------------------------------------------------------

def smallest(values: np.ndarray) -> np.ndarray:
    kind = np.int16 if np.all((values >= -32768) & (values <= 32767)) else np.int32
    assert np.array_equal(values, values.astype(kind))
    return values.astype(kind)


def count_trap(model, change, inputs, values) -> int:
    """Vectors of which any output differs when `change` is applied."""
    if isinstance(change, Patched):
        with mock.patch.object(description, change.function, change.replacement):
            other = description.run(model, inputs)
    else:
        variant = copy.deepcopy(model)
        change(variant)
        other = description.run(variant, inputs)
    changed = np.zeros(len(inputs), bool)
    for out in model["outputs"]:
        changed |= np.any(values[out["layer"]] != other[out["layer"]], axis=1)
    return int(changed.sum())


def write(name: str, directory: Path) -> None:
    random = np.random.default_rng([SEED, list(NETWORKS).index(name)])
    input_type, layers, outputs, groups, traps = NETWORKS[name](random)
    model = {
        "format": "hls4ml model description", "format_version": 1, "name": name,
        "origin": {"generator": "Tools/make_description_networks.py", "seed": SEED},
        "description": NETWORKS[name].__doc__,
        "convention": "all weights, biases, tables and vectors are integer mantissas: value = mantissa * 2^-(width-integer)",
        "input": {"n": next(iter(groups.values())).shape[1], "type": input_type}, "layers": layers, "outputs": outputs,
    }
    inputs = np.concatenate(list(groups.values()))
    values = description.run(model, inputs)
    counts = {}
    for trap, change in traps.items():
        counts[trap] = count_trap(model, change, inputs, values)
        assert counts[trap] > 0, f"{name}: trap '{trap}' changes nothing"
    trace_rows = np.linspace(0, len(inputs) - 1, 40).astype(int)
    model["traps"] = counts
    model["vectors"] = {"file": f"{name}_vectors.npz", "n": len(inputs), "groups": list(groups),
                        "count_per_group": [len(g) for g in groups.values()], "trace_rows": len(trace_rows)}
    arrays = {"inputs": smallest(inputs), "group": np.repeat(np.arange(len(groups)), [len(g) for g in groups.values()]).astype(np.int16),
              "trace_rows": trace_rows.astype(np.int16)}
    for out in outputs:
        low, high = limits(out["type"])
        result = values[out["layer"]]
        assert result.shape[1] == out["n"] and result.min() >= low and result.max() <= high, (name, out["name"])
        arrays["out_" + out["name"]] = smallest(result)
    for layer in layers:
        if layer["op"] != "Reshape":
            arrays["trace_" + layer["name"]] = smallest(values[layer["name"]][trace_rows])
    np.savez_compressed(directory / f"{name}_vectors.npz", **arrays)
    text = json.dumps(model, indent=1)
    text = re.sub(r"\[\s*([^\[\]{}]*?)\s*\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text)       # lists on one line
    text = re.sub(r"\{\s*(\"signed\"[^{}]*?)\s*\}", lambda m: "{" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text)   # and types
    assert json.loads(text) == json.loads(json.dumps(model))
    (directory / f"{name}.json").write_text(text + "\n")
    size = sum((directory / f).stat().st_size for f in (f"{name}.json", f"{name}_vectors.npz"))
    assert size <= 65536, f"{name}: {size} bytes"
    print(f"{name}: {len(inputs)} vectors, {size} bytes; " + "; ".join(f"{k}: {v}" for k, v in counts.items()))
    for out in outputs if name != "all-modes" else []:
        distinct = len(np.unique(values[out["layer"]]))
        print(f"    {out['name']}: {distinct} distinct values, {np.mean(values[out['layer']] == 0):.2f} zero")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path,
                        default=Path(__file__).resolve().parents[1] / "Tests" / "NetworkFormatsTests" / "Golden" / "descriptions")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        write(name, options.out)
        assert description.check(options.out / f"{name}.json")[1] == 0


if __name__ == "__main__":
    main()
