#!/usr/bin/env python3
"""Trains and writes the example network `first-light`: a quantised encoder that scores how unusual an event is.

    python3 -m venv V && V/bin/pip install numpy onnx==1.17.0 qonnx==1.0.0
    V/bin/python make_embedded_network.py             # train (ten seconds), write ../Examples/first-light, verify
    V/bin/python make_embedded_network.py --check     # verify the committed files only

Needs no data: the events are toy events made here, with the multiplicities and falling spectra of a trigger's objects and no
physics beyond that. The network has the size of the variational autoencoder of Govorkova et al. (arXiv:2108.03986):
57 inputs, 32 and 16 hidden neurons, means and log variances of 3 latent variables; 8-bit weights, half of them pruned. The
decoder is used in training and dropped.

Training is quantisation-aware (straight-through estimator) and **reproducible to the bit**: every tensor of a
matrix product lies on a binary grid coarse enough for the sum to be exact in double precision, so neither the BLAS library nor
its order of summation matters. All that is left to the platform is NumPy's generator and `exp`, whose result is rounded to 2^-16.

A number format s<W,I> or u<W,I> is signed or unsigned with W bits, I of them before the point counting the sign, as in ap_fixed.
"""
from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

SEED = 20260902
OBJECTS = [("MET", 1), ("electron", 4), ("muon", 4), ("jet", 10)]
MOMENTUM_UNIT = 16.0                       # GeV: an input of 1 is 16 GeV
STEPS, BATCH, RATE = 3000, 1024, 2e-3
KL_WEIGHT = 0.3
ANGLE_WEIGHT = 1 / 16                     # of pseudorapidity and azimuth in the loss; momentum counts 1
PRUNED = 0.5
PRUNING_STEPS = (600, 1800)                # the pruned share rises from 0 to PRUNED between these steps
VECTORS = 2048


class Format(NamedTuple):
    signed: bool
    width: int
    integer: int
    narrow: bool = False                   # without the lowest negative number

    @property
    def fraction(self) -> int:
        return self.width - self.integer

    @property
    def low(self) -> int:
        return -(1 << (self.width - 1)) + self.narrow if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.width - self.signed)) - 1

    def mantissa(self, values: np.ndarray) -> np.ndarray:
        """To nearest, halves to even, clipped: QONNX Quant with rounding_mode ROUND."""
        return np.clip(np.rint(values * 2.0 ** self.fraction), self.low, self.high).astype(np.int64)

    def quantize(self, values: np.ndarray) -> np.ndarray:
        return self.mantissa(values) * 2.0 ** -self.fraction

    def __str__(self) -> str:
        return f"{'s' if self.signed else 'u'}<{self.width},{self.integer}>"


INPUT = Format(True, 8, 4)
WEIGHT = Format(True, 8, 1, narrow=True)
BIAS = Format(True, 10, 3)
HIDDEN = Format(False, 8, 4)
LATENT = Format(True, 12, 4)
SCORE = Format(False, 16, 8)


# ---- events -----------------------------------------------------------------------------

def place(events: np.ndarray, rows: slice, count: np.ndarray, momentum, eta, phi) -> None:
    """Writes `count` objects, ordered by falling momentum, into the rows; the others stay zero."""
    present = np.arange(rows.stop - rows.start) < count[:, None]
    order = np.argsort(-np.where(present, momentum, -1), axis=1, kind="stable")
    for column, values in enumerate((momentum, eta, phi)):
        events[:, rows, column] = np.where(present, np.take_along_axis(values, order, 1), 0)


def toy_events(random: np.random.Generator, n: int, signal: bool = False) -> np.ndarray:
    """[n, 57] real inputs: 19 objects of (pT / 16 GeV, pseudorapidity, azimuth), absent ones zero.

    Background: one lepton above 23 GeV, missing momentum opposite to it, a few jets of which the second balances the
    first. Signal: four more leptons, with a harder spectrum. Toys: spectra and multiplicities only.
    """
    events = np.zeros((n, 19, 3))
    wrap = lambda phi: np.remainder(phi + math.pi, 2 * math.pi) - math.pi
    lead_phi = random.uniform(-math.pi, math.pi, n)
    events[:, 0, 0] = random.exponential(25, n)
    events[:, 0, 2] = wrap(lead_phi + math.pi + random.normal(0, 0.6, n))
    lead_is_muon = random.random(n) < 0.5
    extra = 2 if signal else 0
    for rows, leads, reach, rate in [(slice(1, 5), ~lead_is_muon, 3.0, 0.15), (slice(5, 9), lead_is_muon, 2.1, 0.12)]:
        momentum = 3 + random.exponential(30 if signal else 8, (n, 4))
        momentum[:, 0] = np.where(leads, 23 + random.exponential(18, n), momentum[:, 0])
        eta = np.clip(random.normal(0, 1.2, (n, 4)), -reach, reach)
        phi = random.uniform(-math.pi, math.pi, (n, 4))
        phi[:, 0] = np.where(leads, lead_phi, phi[:, 0])
        place(events, rows, np.minimum(leads + random.poisson(rate, n) + extra, 4), momentum, eta, phi)
    momentum = 15 * random.pareto(2.6, (n, 10)) + 15
    eta = np.clip(random.normal(0, 1.9, (n, 10)), -4, 4)
    phi = random.uniform(-math.pi, math.pi, (n, 10))
    phi[:, 1] = wrap(phi[:, 0] + math.pi + random.normal(0, 0.5, n))
    place(events, slice(9, 19), np.minimum(random.poisson(2.4, n), 10), momentum, eta, phi)
    events[:, :, 0] /= MOMENTUM_UNIT
    return events.reshape(n, 57)


# ---- training ---------------------------------------------------------------------------

def grid(values: np.ndarray, bits: int) -> np.ndarray:
    return np.rint(values * 2.0 ** bits) * 2.0 ** -bits


class Adam:
    def __init__(self, parameters: dict[str, np.ndarray]):
        self.parameters = parameters
        self.first = {k: np.zeros_like(v) for k, v in parameters.items()}
        self.second = {k: np.zeros_like(v) for k, v in parameters.items()}
        self.power1 = self.power2 = 1.0

    def step(self, gradients: dict[str, np.ndarray], rate: float) -> None:
        self.power1 *= 0.9
        self.power2 *= 0.999
        for key, gradient in gradients.items():
            m, v = self.first[key], self.second[key]
            m += 0.1 * (gradient - m)
            v += 0.001 * (gradient * gradient - v)
            self.parameters[key] -= rate * (m / (1 - self.power1)) / (np.sqrt(v / (1 - self.power2)) + 1e-8)


def train() -> dict[str, np.ndarray]:
    """The encoder's integer weights and biases: w1 [57, 32], w2 [32, 16], wm, wv [16, 3], b1, b2, bm, bv."""
    random = np.random.default_rng(SEED)
    shapes = {"1": (57, 32), "2": (32, 16), "m": (16, 3), "v": (16, 3), "3": (3, 16), "4": (16, 32), "5": (32, 57)}
    p = {}
    for key, (fan_in, fan_out) in shapes.items():
        p["w" + key] = random.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)
        p["b" + key] = np.zeros(fan_out)
    p["bv"] -= 1
    masks = {key: np.ones(shapes[key]) for key in "12mv"}
    adam = Adam(p)
    loss_weights = np.tile([1, ANGLE_WEIGHT, ANGLE_WEIGHT], 19)
    events = INPUT.quantize(toy_events(random, 200_000))
    for step in range(STEPS):
        if step % 50 == 0 and step <= PRUNING_STEPS[1]:
            progress = min(max((step - PRUNING_STEPS[0]) / (PRUNING_STEPS[1] - PRUNING_STEPS[0]), 0), 1)
            share = PRUNED * (1 - (1 - progress) ** 3)
            for key, mask in masks.items():
                flat = np.argsort(np.abs(p["w" + key]).ravel(), kind="stable")
                mask.ravel()[:] = 1
                mask.ravel()[flat[:round(share * mask.size)]] = 0
        x = events[random.integers(0, len(events), BATCH)]
        q = {"w" + key: WEIGHT.quantize(p["w" + key] * masks[key]) for key in "12mv"}
        q |= {"b" + key: BIAS.quantize(p["b" + key]) for key in "12mv"}
        q |= {k + key: grid(p[k + key], 10) for k in "wb" for key in "345"}
        # Forward; every product's operands lie on a grid, so each sum is exact.
        a1 = x @ q["w1"] + q["b1"]
        h1 = HIDDEN.quantize(np.maximum(a1, 0))
        a2 = h1 @ q["w2"] + q["b2"]
        h2 = HIDDEN.quantize(np.maximum(a2, 0))
        mean, log_variance = h2 @ q["wm"] + q["bm"], h2 @ q["wv"] + q["bv"]
        sigma = grid(np.exp(0.5 * np.clip(log_variance, -8, 4)), 16)
        noise = grid(random.standard_normal(mean.shape), 10)
        z = grid(mean + sigma * noise, 10)
        h3 = grid(np.maximum(z @ q["w3"] + q["b3"], 0), 10)
        h4 = grid(np.maximum(h3 @ q["w4"] + q["b4"], 0), 10)
        y = h4 @ q["w5"] + q["b5"]
        # Loss: half the weighted squared error of the present entries + KL_WEIGHT * divergence, summed over the batch.
        d5 = grid(np.where(x != 0, y - x, 0) * loss_weights, 16)
        d4 = grid((d5 @ q["w5"].T) * (h4 > 0), 16)
        d3 = grid((d4 @ q["w4"].T) * (h3 > 0), 16)
        dz = d3 @ q["w3"].T
        dm = grid(dz + KL_WEIGHT * mean, 16)
        dv = grid(dz * noise * sigma * 0.5 + KL_WEIGHT * 0.5 * (sigma * sigma - 1), 16) * (np.abs(log_variance) < 8)
        d2 = grid((dm @ q["wm"].T + dv @ q["wv"].T) * ((a2 > 0) & (a2 < 16)), 16)
        d1 = grid((d2 @ q["w2"].T) * ((a1 > 0) & (a1 < 16)), 16)
        gradients = {}
        for key, left, delta in [("1", x, d1), ("2", h1, d2), ("m", h2, dm), ("v", h2, dv), ("3", z, d3), ("4", h3, d4), ("5", h4, d5)]:
            gradients["w" + key] = left.T @ delta / BATCH
            gradients["b" + key] = delta.sum(0) / BATCH
            if key in masks:
                gradients["w" + key] *= masks[key]
        rate = RATE if step < STEPS * 2 // 3 else RATE / 4
        adam.step(gradients, rate)
        for key in "12mv":                                     # keep the masters inside the format
            np.clip(p["w" + key], -1, 1, out=p["w" + key])
        if step % 500 == 0 or step == STEPS - 1:
            error = float((d5 * d5 / loss_weights).sum() / (x != 0).sum())
            kl = float(0.5 * (mean * mean + sigma * sigma - 1 - np.clip(log_variance, -8, 4)).sum() / BATCH)
            print(f"step {step}: weighted squared error {error:.4f} an entry, divergence {kl:.3f}, std of means {mean.std(0).round(3)}", flush=True)
    net = {"w" + key: WEIGHT.mantissa(p["w" + key] * masks[key]) for key in "12mv"}
    return net | {"b" + key: BIAS.mantissa(p["b" + key]) for key in "12mv"}


# ---- exact evaluation -------------------------------------------------------------------

def shift_to(m: np.ndarray, fraction: int, target: Format) -> np.ndarray:
    """Integer mantissas with `fraction` fractional bits to the target, halves to even, clipped; integers only."""
    drop = fraction - target.fraction
    floor = m >> drop
    rest = m - (floor << drop)
    half = 1 << (drop - 1)
    up = (rest > half) | ((rest == half) & ((floor & 1) == 1))
    return np.clip(floor + up, target.low, target.high)


def evaluate(net: dict[str, np.ndarray], inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Integer mantissas in, integer mantissas of every output."""
    def dense(h, f, key):
        return h @ net["w" + key] + (net["b" + key] << (f + WEIGHT.fraction - BIAS.fraction)), f + WEIGHT.fraction

    h1 = shift_to(*(lambda a, f: (np.maximum(a, 0), f))(*dense(inputs.astype(np.int64), INPUT.fraction, "1")), HIDDEN)
    h2 = shift_to(*(lambda a, f: (np.maximum(a, 0), f))(*dense(h1, HIDDEN.fraction, "2")), HIDDEN)
    mean = shift_to(*dense(h2, HIDDEN.fraction, "m"), LATENT)
    log_variance = shift_to(*dense(h2, HIDDEN.fraction, "v"), LATENT)
    score = shift_to((mean * mean).sum(1, keepdims=True), 2 * LATENT.fraction, SCORE)
    return {"mu": mean, "log_variance": log_variance, "score": score, "hidden1": h1, "hidden2": h2}


def test_vectors(net: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Inputs [VECTORS, 57] and groups: 0 background toys, 1 signal toys, 2 corners and extremes of
    each neuron of the first layer, 3 the whole range."""
    random = np.random.default_rng(SEED + 1)
    background = INPUT.mantissa(toy_events(random, 1408))
    signal = INPUT.mantissa(toy_events(random, 512, signal=True))
    index = np.arange(57)
    corners = [np.zeros(57), np.full(57, INPUT.low), np.full(57, INPUT.high), np.ones(57), -np.ones(57),
               np.where(index % 2, INPUT.low, INPUT.high), np.where(index % 2, INPUT.high, INPUT.low)]
    corners += [np.where(index == k, v, 0) for k in range(0, 57, 3) for v in (INPUT.high, INPUT.low)]
    corners += [np.where(column > 0, INPUT.high, INPUT.low) for column in net["w1"].T]
    rest = VECTORS - len(background) - len(signal) - len(corners)
    groups = [background, signal, np.array(corners, np.int64), random.integers(INPUT.low, INPUT.high + 1, (rest, 57))]
    return np.concatenate(groups), np.repeat(np.arange(4), [len(g) for g in groups])


# ---- files ------------------------------------------------------------------------------

def save_onnx(net: dict[str, np.ndarray], path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], []

    def constant(label, value, kind=np.float32):
        constants.append(numpy_helper.from_array(np.asarray(value, kind), label))
        return label

    def quant(source, target, f):
        nodes.append(helper.make_node(
            "Quant", [source, constant(f"{target}_scale", 2.0 ** -f.fraction), constant(f"{target}_zero_point", 0),
                      constant(f"{target}_bit_width", f.width)],
            [target], name=f"quantize_{target}", domain="qonnx.custom_op.general",
            signed=int(f.signed), narrow=int(f.narrow), rounding_mode="ROUND"))
        return target

    def dense(value, label, key):
        w = quant(constant(f"{label}_weight", net["w" + key] * 2.0 ** -WEIGHT.fraction), f"{label}_weight_quantized", WEIGHT)
        b = quant(constant(f"{label}_bias", net["b" + key] * 2.0 ** -BIAS.fraction), f"{label}_bias_quantized", BIAS)
        nodes.append(helper.make_node("MatMul", [value, w], [f"{label}_product"], name=f"{label}_matmul"))
        nodes.append(helper.make_node("Add", [f"{label}_product", b], [f"{label}_sum"], name=f"{label}_add_bias"))
        return f"{label}_sum"

    value = quant("inputs", "inputs_quantized", INPUT)
    for label, key in [("hidden1", "1"), ("hidden2", "2")]:
        total = dense(value, label, key)
        nodes.append(helper.make_node("Relu", [total], [f"{label}_relu"], name=f"{label}_relu_node"))
        value = quant(f"{label}_relu", f"{label}_activation", HIDDEN)
    mean = quant(dense(value, "mean", "m"), "mu", LATENT)
    quant(dense(value, "variance", "v"), "log_variance", LATENT)
    nodes.append(helper.make_node("Mul", [mean, mean], ["mu_squared"], name="square"))
    nodes.append(helper.make_node("ReduceSum", ["mu_squared", constant("score_axes", [1], np.int64)], ["score_sum"],
                                  name="sum_of_squares", keepdims=1))
    quant("score_sum", "score", SCORE)
    tensor = lambda label, n: helper.make_tensor_value_info(label, TensorProto.FLOAT, [1, n])
    graph = helper.make_graph(nodes, "first-light", [tensor("inputs", 57)],
                              [tensor("mu", 3), tensor("log_variance", 3), tensor("score", 1)], constants)
    model = helper.make_model(graph, producer_name="Tools/make_embedded_network.py", opset_imports=[
        helper.make_opsetid("", 13), helper.make_opsetid("qonnx.custom_op.general", 1)])
    model.ir_version = 8
    path.write_bytes(model.SerializeToString(deterministic=True))


def load_weights(path: Path) -> dict[str, np.ndarray]:
    import onnx
    from onnx import numpy_helper
    values = {t.name: numpy_helper.to_array(t) for t in onnx.load(str(path)).graph.initializer}
    net = {}
    for label, key in [("hidden1", "1"), ("hidden2", "2"), ("mean", "m"), ("variance", "v")]:
        net["w" + key] = WEIGHT.mantissa(values[f"{label}_weight"].astype(np.float64))
        net["b" + key] = BIAS.mantissa(values[f"{label}_bias"].astype(np.float64))
    return net


def check(directory: Path, count: int = 64) -> None:
    """The stored outputs against a fresh evaluation, and `count` vectors against the qonnx executor if it is installed."""
    data = np.load(directory / "vectors.npz")
    results = evaluate(load_weights(directory / "encoder.onnx"), data["inputs"])
    for output in ("mu", "log_variance", "score"):
        assert np.array_equal(results[output], data[output]), f"{output} differs"
    print(f"{len(data['inputs'])} vectors agree with the integer evaluation")
    try:
        from qonnx.core.modelwrapper import ModelWrapper
        from qonnx.core.onnx_exec import execute_onnx
    except ImportError:
        print("qonnx is not installed: not compared with its executor")
        return
    from qonnx.transformation.infer_shapes import InferShapes
    model = ModelWrapper(str(directory / "encoder.onnx")).transform(InferShapes())
    rows = np.linspace(0, len(data["inputs"]) - 1, count).astype(int)
    formats = {"mu": LATENT, "log_variance": LATENT, "score": SCORE}
    for row in rows:
        result = execute_onnx(model, {"inputs": (data["inputs"][row:row + 1] * 2.0 ** -INPUT.fraction).astype(np.float32)})
        for output, f in formats.items():
            assert np.array_equal(result[output].astype(np.float64) * 2.0 ** f.fraction, data[output][row:row + 1]), (row, output)
    print(f"{count} vectors agree with the qonnx executor")


def area_under_curve(background: np.ndarray, signal: np.ndarray) -> float:
    """Probability that a signal scores above a background event, ties half."""
    order = np.sort(background)
    below, upto = np.searchsorted(order, signal, "left"), np.searchsorted(order, signal, "right")
    return float((below + upto).mean() / 2 / len(background))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "Examples" / "first-light")
    parser.add_argument("--check", action="store_true", help="verify the stored files, train nothing")
    options = parser.parse_args()
    if not options.check:
        options.out.mkdir(parents=True, exist_ok=True)
        net = train()
        inputs, group = test_vectors(net)
        results = evaluate(net, inputs)
        save_onnx(net, options.out / "encoder.onnx")
        np.savez_compressed(options.out / "vectors.npz", inputs=inputs.astype(np.int16), group=group.astype(np.int8),
                            **{k: results[k].astype(np.int32 if k == "score" else np.int16) for k in ("mu", "log_variance", "score")})
        for key in "12mv":
            w = net["w" + key]
            print(f"w{key} {w.shape}: {np.count_nonzero(w)} of {w.size} weights left, largest {np.abs(w).max()}")
        for key, h in (("hidden1", results["hidden1"]), ("hidden2", results["hidden2"])):
            toys = h[group < 2]
            print(f"{key}: {np.mean(toys > 0):.2f} active, {int((toys == HIDDEN.high).sum())} saturated, {int((toys.max(0) == 0).sum())} never active")
        random = np.random.default_rng(SEED + 2)
        scores = [evaluate(net, INPUT.mantissa(toy_events(random, 20_000, signal=s)))["score"][:, 0] for s in (False, True)]
        print(f"score: background quantiles 50/99/99.9 % {np.quantile(scores[0], [0.5, 0.99, 0.999])}, "
              f"area under the curve for the toy signal {area_under_curve(*scores):.3f}")
    check(options.out)


if __name__ == "__main__":
    sys.exit(main())
