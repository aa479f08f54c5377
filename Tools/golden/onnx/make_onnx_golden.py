#!/usr/bin/env python3
"""Small ONNX and QONNX files with expected outputs, one case per group of operators.

    python3 make_onnx_golden.py [--out ../../../Tests/NetworkFormatsTests/Golden/onnx] [--check]

Needs onnx 1.17, onnxruntime and qonnx 1.0.0. Expected outputs come from onnxruntime, and for files
with QONNX operators from qonnx's executor. Inputs and weights are short binary fractions, so that
float32 sums are exact and the comparison is equality; a case with real functions states a
tolerance. The same seed gives the same bytes.

Each case is NAME.onnx and NAME.npz: `in_X` and `out_Y` by the graph's names, `tolerance` (absolute
and relative; 0 for equality).
"""
from __future__ import annotations

import argparse
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 20260905
FLOAT = TensorProto.FLOAT
QONNX = "qonnx.custom_op.general"


class Graph:
    """A graph under construction: nodes, initialisers, inputs, outputs."""

    def __init__(self, name, opset=13, domains=None, tolerance=0.0):
        self.name, self.opset, self.tolerance = name, opset, tolerance
        self.domains = domains or {}
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []
        self.data = {}
        self.is_reversed = False
        # A stream per case: adding a case changes no other.
        self.rng = np.random.default_rng([SEED, *name.encode()])

    def input(self, name, shape, values=None, kind=FLOAT, run=None):
        """A graph input; `run` is the shape in the test where `shape` has symbols."""
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        self.data[name] = self.dyadic(run or shape) if values is None else np.asarray(values, np.float32)
        return name

    def dyadic(self, shape, fraction=3, low=-64, high=64):
        return (self.rng.integers(low, high + 1, shape) * 2.0 ** -fraction).astype(np.float32)

    def constant(self, name, values, dtype=np.float32):
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def weights(self, name, shape, fraction=3, bits=6):
        return self.constant(name, self.dyadic(shape, fraction, -(1 << bits - 1), (1 << bits - 1) - 1))

    def ints(self, name, values):
        return self.constant(name, values, np.int64)

    def node(self, op, inputs, output, domain="", **attributes):
        outputs = [output] if isinstance(output, str) else output
        name = attributes.pop("node_name", f"{op.lower()}_{len(self.nodes)}")
        self.nodes.append(helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    def quant(self, x, output, scale, bits, signed=1, narrow=0, rounding="ROUND", op="Quant", domain=QONNX):
        names = [
            self.constant(f"{output}_scale", scale), self.constant(f"{output}_zero", 0.0),
            self.constant(f"{output}_bits", bits),
        ]
        return self.node(
            op, [x, *names], output, domain, signed=signed, narrow=narrow, rounding_mode=rounding)

    def output(self, *names, kind=FLOAT):
        # Shapes are left to inference by the consumer.
        for name in names:
            self.outputs.append(helper.make_tensor_value_info(name, kind, None))

    def model(self, nodes=None):
        """The model; in the file its nodes may be reversed, which no evaluator here accepts."""
        nodes = nodes or (self.nodes[::-1] if self.is_reversed else self.nodes)
        graph = helper.make_graph(nodes, self.name, self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", self.opset)]
        opsets += [helper.make_opsetid(d, v) for d, v in self.domains.items()]
        model = helper.make_model(graph, producer_name="winnow golden", opset_imports=opsets)
        model.ir_version = 8
        return model

    def expected(self):
        model = self.model(self.nodes)
        if self.domains:
            import qonnx.core.onnx_exec as executor
            from qonnx.core.modelwrapper import ModelWrapper

            wrapper = ModelWrapper(model)
            # The executor allocates by shape: infer them first, on a copy.
            from qonnx.transformation.infer_shapes import InferShapes

            wrapper = wrapper.transform(InferShapes())
            return executor.execute_onnx(wrapper, dict(self.data))
        import onnxruntime

        session = onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"])
        names = [o.name for o in self.outputs]
        return dict(zip(names, session.run(names, dict(self.data))))


CASES = []


def case(function):
    CASES.append(function)
    return function


@case
def gemm():
    g = Graph("gemm")
    g.input("x", [2, 5])
    g.node("Gemm", ["x", g.weights("w1", [4, 5]), g.weights("b1", [4])], "a", alpha=0.5, beta=2.0, transB=1)
    g.node("Relu", ["a"], "ar")
    g.node("Gemm", ["ar", g.weights("w2", [4, 3]), g.weights("b2", [1, 3])], "b")
    g.node("Gemm", ["b", g.weights("w3", [3, 2])], "c")
    # From the start again: float32 holds 24 bits.
    g.input("y", [2, 2])
    g.node("Gemm", ["y", g.weights("w4", [2, 2]), g.weights("b4", [2, 2])], "d")
    g.node("Gemm", ["y", g.weights("w5", [2, 2]), g.weights("b5", [])], "e", transA=1)
    g.node("Gemm", ["e", "w5", "b5"], "f", alpha=0.25, transB=1)
    g.output("a", "b", "c", "d", "e", "f")
    return g


@case
def matmul():
    g = Graph("matmul")
    g.input("x", ["batch", 3, 4], run=[2, 3, 4])
    g.node("MatMul", ["x", g.weights("w", [4, 5])], "m")
    g.node("Add", ["m", g.weights("b", [5])], "y")
    g.node("Flatten", ["y"], "flat")
    g.output("y", "flat")
    return g


@case
def convolution():
    g = Graph("convolution", opset=11)
    g.input("x", ["n", 2, 7, 6], run=[1, 2, 7, 6])
    g.node("Conv", ["x", g.weights("w1", [4, 2, 3, 2]), g.weights("b1", [4])], "a",
           kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 2, 1])
    g.node("Conv", ["a", g.weights("w2", [4, 2, 2, 2])], "b", group=2, dilations=[2, 2])
    g.node("Conv", ["x", g.weights("w3", [1, 2, 3, 4])], "upper", auto_pad="SAME_UPPER", strides=[2, 2])
    g.node("Conv", ["x", "w3"], "lower", auto_pad="SAME_LOWER", strides=[1, 2])
    g.node("Conv", ["x", "w3"], "valid", auto_pad="VALID")
    g.output("a", "b", "upper", "lower", "valid")
    return g


@case
def convolution_1d():
    g = Graph("convolution_1d")
    g.input("x", [2, 3, 9])
    g.node("Conv", ["x", g.weights("w", [4, 3, 3]), g.weights("b", [4])], "y", pads=[1, 1], strides=[2])
    g.output("y")
    return g


@case
def pools():
    g = Graph("pools")
    g.input("x", [1, 2, 7, 6])
    g.node("MaxPool", ["x"], "max", kernel_shape=[2, 3], strides=[2, 2], pads=[1, 1, 0, 1])
    g.node("MaxPool", ["x"], "dilated", kernel_shape=[2, 2], dilations=[2, 3])
    g.node("MaxPool", ["x"], "ceil", kernel_shape=[2, 4], strides=[2, 3], ceil_mode=1)
    g.node("MaxPool", ["x"], "same", kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
    g.node("AveragePool", ["x"], "mean", kernel_shape=[2, 4], strides=[1, 2])
    g.node("AveragePool", ["x"], "padded", kernel_shape=[4, 2], pads=[2, 1, 1, 0], count_include_pad=1)
    g.node("AveragePool", ["x"], "ragged", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    g.node("GlobalMaxPool", ["x"], "global_max")
    g.output("max", "dilated", "ceil", "same", "mean", "padded", "ragged", "global_max")
    return g


@case
def global_average():
    g = Graph("global_average")
    g.input("x", ["n", 3, 4, 4], run=[2, 3, 4, 4])
    g.node("GlobalAveragePool", ["x"], "mean")
    g.node("Flatten", ["mean"], "y", axis=-3)
    g.output("mean", "y")
    return g


@case
def batch_normalization():
    g = Graph("batch_normalization", tolerance=2e-6)
    g.input("x", [2, 3, 4])
    g.constant("scale", [1.5, 0.5, 2.0]), g.constant("bias", [0.25, -1.0, 3.0])
    g.constant("mean", [0.5, -2.0, 1.0]), g.constant("variance", [1.0, 0.3, 4.0])
    g.node("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], "y", epsilon=1e-3, momentum=0.9)
    g.node("BatchNormalization", ["y", "scale", "bias", "mean", "variance"], "z")
    g.output("y", "z")
    return g


@case
def functions():
    g = Graph("functions", tolerance=1e-6)
    g.input("x", [3, 8], g.dyadic([3, 8], 4))
    g.input("p", [8], g.dyadic([8], 4, 1, 100))
    for op, x in [("Tanh", "x"), ("Sigmoid", "x"), ("Exp", "x"), ("Log", "p"), ("Sqrt", "p"), ("Reciprocal", "p")]:
        g.output(g.node(op, [x], op.lower()))
    g.node("Div", ["x", g.constant("three", 3.0)], "third")
    g.output("third")
    return g


@case
def clips():
    g = Graph("clips")
    g.input("x", [4, 8])
    g.node("LeakyRelu", ["x"], "leaky", alpha=0.25)
    g.node("Clip", ["x", g.constant("low", -1.5), g.constant("high", 2.25)], "clip")
    g.node("Clip", ["x", "", "high"], "upper")
    g.node("Clip", ["x", "low"], "lower")
    g.node("Abs", ["x"], "magnitude")
    g.node("Neg", ["x"], "opposite")
    g.output("leaky", "clip", "upper", "lower", "magnitude", "opposite")
    return g


@case
def clip_attributes():
    g = Graph("clip_attributes", opset=7)
    g.input("x", [2, 8])
    g.node("Clip", ["x"], "y", min=-2.0, max=3.5)
    g.node("Clip", ["y"], "z", min=0.0)
    g.node("Dropout", ["z"], "d", ratio=0.5)
    g.node("Squeeze", [g.node("Unsqueeze", ["d"], "u", axes=[0, 2])], "s", axes=[0])
    g.node("Pad", ["d"], "padded", pads=[1, 0, 0, 2])
    g.node("Slice", ["padded"], "part", starts=[-2, 1], ends=[100, -1], axes=[0, 1])
    g.node("Split", ["x"], ["left", "right"], axis=1, split=[3, 5])
    g.node("ReduceSum", ["x"], "total", axes=[1], keepdims=0)
    g.node("Reshape", ["x", g.ints("shape", [0, 2, -1])], "shaped")
    g.output("y", "s", "part", "left", "right", "total", "shaped")
    return g


@case
def arithmetic():
    g = Graph("arithmetic")
    g.input("x", [2, 3, 4])
    g.input("y", [3, 1])
    c, v = g.weights("c", [4]), g.weights("v", [2, 1, 1])
    g.node("Add", ["x", "y"], "add")
    g.node("Sub", [c, "x"], "sub")
    g.node("Mul", ["x", v], "mul")
    g.node("Div", ["x", g.constant("divisors", [2.0, 0.25, -1.0, 8.0])], "div")
    g.node("Max", ["x", "y", c, v], "max")
    g.node("Min", ["x", "y", c], "min")
    g.node("Sum", ["x", "y", c], "sum")
    g.node("Max", ["x"], "only")
    g.output("add", "sub", "mul", "div", "max", "min", "sum", "only")
    return g


@case
def comparisons():
    g = Graph("comparisons", opset=16)
    g.input("x", [3, 4], g.dyadic([3, 4], 0, -2, 2))
    g.input("y", [4], g.dyadic([4], 0, -2, 2))
    for op in ["Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal"]:
        g.node(op, ["x", "y"], op.lower())
        g.output(op.lower(), kind=TensorProto.BOOL)
    g.node("Cast", ["less"], "bit", to=FLOAT)
    g.node("Mul", ["bit", "x"], "gated")
    g.output("bit", "gated")
    return g


@case
def shapes():
    g = Graph("shapes", opset=18)
    g.input("x", [2, 3, 4])
    c = g.weights("c", [2, 1, 4])
    g.node("Concat", ["x", c, "x"], "joined", axis=-2)
    g.node("Transpose", ["x"], "reversed")
    g.node("Transpose", ["x"], "turned", perm=[1, 0, 2])
    g.node("Slice", ["x", g.ints("starts", [3, 0]), g.ints("ends", [-(1 << 62), 2]),
                     g.ints("axes", [2, 1]), g.ints("steps", [-2, 1])], "sliced")
    g.node("Pad", ["x", g.ints("pads", [1, 2]), "", g.ints("pad_axes", [-1])], "padded")
    g.node("Split", ["x"], ["p", "q"], axis=2, num_outputs=2)
    g.node("Split", ["x", g.ints("sizes", [1, 2])], ["first", "rest"], axis=1)
    g.node("Unsqueeze", ["x", g.ints("new", [0, -1])], "more")
    g.node("Squeeze", ["more"], "less")
    g.node("Flatten", ["x"], "flat", axis=2)
    g.node("Flatten", ["x"], "row", axis=0)
    g.node("Identity", ["turned"], "same")
    g.node("Identity", ["x"], "input_again")
    g.node("Cast", ["x"], "cast", to=FLOAT)
    g.node("Reshape", ["cast", g.ints("shape", [3, -1])], "shaped")
    g.output("joined", "reversed", "turned", "sliced", "padded", "p", "q", "first", "rest", "more", "less")
    g.output("flat", "row", "same", "input_again", "shaped")
    return g


@case
def reductions():
    g = Graph("reductions", opset=18)
    g.input("x", [2, 4, 8])
    axes = g.ints("axes", [1])
    g.node("ReduceSum", ["x", axes], "sum")
    g.node("ReduceMean", ["x", g.ints("two", [0, -1])], "mean", keepdims=0)
    g.node("ReduceMax", ["x"], "max", keepdims=0)
    g.node("ReduceMin", ["x", axes], "min", keepdims=0)
    g.node("ReduceSum", ["x"], "unchanged", noop_with_empty_axes=1)
    g.node("Add", ["unchanged", "sum"], "added")
    g.output("sum", "mean", "max", "min", "added")
    return g


@case
def reductions_13():
    g = Graph("reductions_13")
    g.input("x", [2, 4, 8])
    g.node("ReduceMean", ["x"], "mean", axes=[2], keepdims=0)
    g.node("ReduceMax", ["x"], "max", axes=[0, 1])
    g.node("ReduceMin", ["x"], "min", axes=[-1])
    g.output("mean", "max", "min")
    return g


@case
def constants():
    """`Constant` nodes and every way a tensor can be stored."""
    g = Graph("constants")
    g.input("x", [4])
    g.node("Constant", [], "one", value_float=1.5)
    g.node("Constant", [], "list", value_floats=[1.0, 2.0, 3.0, 4.0])
    g.node("Constant", [], "tensor", value=numpy_helper.from_array(np.array([0.5, 1, 2, 4], np.float32)))
    g.node("Constant", [], "shape", value_ints=[2, 2])
    g.constants.append(helper.make_tensor("typed", FLOAT, [4], [0.25, 0.5, 0.75, -1.0]))
    g.node("Sum", ["x", "one", "list", "tensor", "typed"], "sum")
    g.node("Reshape", ["sum", "shape"], "y")
    g.output("y")
    return g


@case
def unsorted():
    """Nodes out of order, without names."""
    g = Graph("unsorted", opset=15)
    g.input("x", [3])
    c = g.weights("c", [3])
    g.node("Add", ["x", c], "a", node_name="")
    g.node("Relu", ["a"], "b", node_name="")
    g.node("Mul", ["b", c], "y", node_name="")
    g.output("y")
    g.is_reversed = True
    return g


def quantised(name, domain=QONNX, version=1, **options):
    return Graph(name, domains={domain: version}, **options)


@case
def quant_modes():
    g = quantised("quant_modes")
    x = np.concatenate([np.arange(-40, 41) / 16, [-100, 100, 1e6, -1e6, 2**-20, -2**-20, 0.5, -0.5]])
    g.input("x", [len(x)], x)
    for rounding in ["ROUND", "HALF_EVEN", "FLOOR", "DOWN", "HALF_UP", "HALF_DOWN"]:
        for signed, narrow in [(1, 0), (1, 1), (0, 0), (0, 1)]:
            label = f"{rounding.lower()}_{signed}{narrow}"
            g.output(g.quant("x", label, 0.25, 4.0, signed, narrow, rounding))
    g.output(g.quant("x", "sign", 0.5, 1.0, 1, 0))
    g.output(g.quant("x", "bit", 0.5, 1.0, 0, 0))
    g.output(g.quant("x", "coarse", 4.0, 5.0, 1, 0, "FLOOR"))
    return g


@case
def quant_channels():
    g = quantised("quant_channels")
    g.input("x", [2, 3, 4], g.dyadic([2, 3, 4], 6, -300, 300))
    g.output(g.quant("x", "scales", [[0.5], [0.125], [2.0]], 6.0))
    g.output(g.quant("x", "last", [0.5, 0.25, 1.0, 0.0625], 5.0, 0, 0, "FLOOR"))
    g.output(g.quant("x", "single", [0.25], 5.0))
    g.output(g.quant("x", "signs", [[0.5], [0.125], [2.0]], 1.0))
    return g


@case
def bipolar():
    g = quantised("bipolar")
    g.input("x", [2, 4], [[-1, 0, 1, -0.25], [3, -3, 0.125, -0.0]])
    g.node("BipolarQuant", ["x", g.constant("half", 0.5)], "half_signs", QONNX)
    g.node("BipolarQuant", ["x", g.constant("odd", [0.75, 1.0, 0.1875, 3.0])], "odd_signs", QONNX)
    g.output("half_signs", "odd_signs")
    return g


@case
def trunc_1():
    g = quantised("trunc_1")
    g.input("x", [64], (np.arange(64) - 32) / 16)
    for rounding in ["FLOOR", "ROUND", "DOWN"]:
        names = [g.constant(f"{rounding}_{k}", v) for k, v in
                 [("scale", 0.125), ("zero", 0.0), ("in", 8.0), ("out", 6.0)]]
        g.output(g.node("Trunc", ["x", *names], rounding.lower(), QONNX, rounding_mode=rounding))
    return g


@case
def trunc_2():
    g = quantised("trunc_2", version=2)
    x = np.concatenate([(np.arange(96) - 48) / 16, [-50, 50]])
    g.input("x", [len(x)], x)
    for rounding, signed, narrow in [("FLOOR", 1, 0), ("ROUND", 1, 1), ("HALF_UP", 0, 0)]:
        names = [g.constant(f"{rounding}_{k}", v) for k, v in
                 [("scale", 0.125), ("zero", 0.0), ("in", 8.0), ("out_scale", 0.5), ("out", 4.0)]]
        g.output(g.node("Trunc", ["x", *names], rounding.lower(), QONNX, rounding_mode=rounding,
                        signed=signed, narrow=narrow))
    return g


@case
def domain_brevitas():
    g = quantised("domain_brevitas", domain="onnx.brevitas")
    g.input("x", [1, 4])
    g.quant("x", "xq", 0.25, 6.0, domain="onnx.brevitas")
    g.quant(g.weights("w", [3, 4], 6), "wq", 0.125, 4.0, 1, 1, domain="onnx.brevitas")
    g.node("Transpose", ["wq"], "wt")
    g.node("MatMul", ["xq", "wt"], "m")
    g.node("Relu", ["m"], "r")
    g.output(g.quant("r", "y", 0.5, 5.0, 0, domain="onnx.brevitas"))
    return g


@case
def quantised_image():
    """Quantised convolution, float constants beside exact values, branches that meet again."""
    g = quantised("quantised_image")
    g.input("x", [1, 2, 6, 6])
    g.quant("x", "xq", 0.25, 6.0)
    g.quant(g.weights("w", [3, 2, 3, 3], 6), "wq", 2.0**-4, 6.0, 1, 1)
    g.node("Conv", ["xq", "wq", g.weights("b", [3], 5)], "c", pads=[1, 1, 1, 1])
    g.node("Relu", ["c"], "r")
    g.quant("r", "rq", 0.5, 5.0, 0)
    g.node("MaxPool", ["rq"], "p", kernel_shape=[2, 2], strides=[2, 2])
    g.node("AveragePool", ["rq"], "q", kernel_shape=[2, 2], strides=[2, 2])
    g.node("Concat", ["p", "q", g.weights("extra", [1, 1, 3, 3], 2)], "joined", axis=1)
    g.node("Mul", ["joined", g.weights("gain", [7, 1, 1], 2)], "scaled")
    g.node("Div", ["scaled", g.constant("eight", 8.0)], "eighth")
    g.node("Flatten", ["eighth"], "flat")
    g.node("Gemm", ["flat", g.weights("w2", [2, 63], 4), g.weights("b2", [2], 4)], "z", transB=1)
    g.quant("z", "y", 0.5, 10.0, 1, 0, "FLOOR")
    g.node("Max", ["y", g.constant("floor", -3.25)], "limited")
    g.output("y", "limited")
    return g


@case
def tabulated():
    """A real function of a quantised value."""
    g = quantised("tabulated")
    g.input("x", [32], g.dyadic([32], 5, -150, 150))
    g.quant("x", "xq", 2.0**-4, 7.0)
    g.node("Tanh", ["xq"], "t")
    g.output(g.quant("t", "y", 2.0**-7, 9.0))
    return g


@case
def convolution_transpose():
    g = Graph("convolution_transpose")
    g.input("x", ["n", 4, 3, 4], run=[2, 4, 3, 4])
    g.node("ConvTranspose", ["x", g.weights("w1", [4, 3, 3, 2]), g.weights("b1", [3])], "a",
           strides=[2, 3], pads=[1, 0, 0, 1], output_padding=[1, 2])
    g.node("ConvTranspose", ["x", g.weights("w2", [4, 2, 2, 3])], "b", group=2, dilations=[2, 1])
    g.node("ConvTranspose", ["x", g.weights("w3", [4, 1, 3, 4])], "upper", auto_pad="SAME_UPPER", strides=[2, 2])
    g.node("ConvTranspose", ["x", "w3"], "lower", auto_pad="SAME_LOWER", strides=[2, 3])
    g.node("ConvTranspose", ["x", "w3"], "shaped", output_shape=[6, 8], strides=[2, 2])
    g.output("a", "b", "upper", "lower", "shaped")
    return g


@case
def resize():
    g = Graph("resize")
    g.input("x", [1, 2, 3, 4])
    g.node("Resize", ["x", "", g.constant("s", [1.0, 1.0, 2.0, 3.0])], "torch", mode="nearest",
           coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    g.node("Resize", ["x", "", g.constant("t", [1.0, 1.0, 5.0, 4.0])], "centred", mode="nearest")
    g.node("Resize", ["x", "", "", g.ints("sizes", [1, 2, 9, 4])], "sized", mode="nearest",
           coordinate_transformation_mode="pytorch_half_pixel", nearest_mode="round_prefer_ceil")
    g.output("torch", "centred", "sized")
    return g


@case
def upsample():
    g = Graph("upsample", opset=9)
    g.input("x", [1, 2, 3, 2])
    g.node("Upsample", ["x", g.constant("s", [1.0, 1.0, 2.0, 3.0])], "y", mode="nearest")
    g.output("y")
    return g


@case
def later_functions():
    # Version 21 is the last that onnx 1.17 names.
    g = Graph("later_functions", opset=21, tolerance=2e-6)
    g.input("x", [3, 8], g.dyadic([3, 8], 4))
    for op in ["Sin", "Cos", "Erf", "Softplus", "Softsign", "Selu", "Elu", "Mish", "Gelu"]:
        g.output(g.node(op, ["x"], op.lower()))
    g.output(g.node("Gelu", ["x"], "gelu_tanh", approximate="tanh"))
    g.output(g.node("Elu", ["x"], "elu_half", alpha=0.5))
    for axis in [0, -1]:
        g.output(g.node("Softmax", ["x"], f"softmax_{axis % 2}", axis=axis))
        g.output(g.node("LogSoftmax", ["x"], f"log_softmax_{axis % 2}", axis=axis))
    return g


@case
def normalizations():
    # Sums of squares in float32: a few units in the last place of numbers up to 3.
    g = Graph("normalizations", opset=21, tolerance=4e-6)
    g.input("x", [2, 4, 3])
    scale, bias = g.weights("scale", [4]), g.weights("bias", [4])
    g.node("LayerNormalization", ["x", g.weights("s3", [3]), g.weights("b3", [3])], "last", epsilon=1e-3)
    g.node("LayerNormalization", ["x", g.weights("s43", [4, 3])], "both", axis=1)
    g.node("GroupNormalization", ["x", scale, bias], "groups", num_groups=2)
    g.node("InstanceNormalization", ["x", scale, bias], "instance", epsilon=0.01)
    g.output("last", "both", "groups", "instance")
    return g


@case
def indices():
    g = Graph("indices", opset=18)
    g.input("x", [4, 3])
    rows, ids = g.ints("rows", [2, 0, -1, 2, 1]), g.ints("ids", [[1], [0], [3], [1], [1]])
    g.node("Gather", ["x", rows], "gathered")
    g.node("Gather", ["x", g.ints("columns", [[2, 0]])], "columns_", axis=1)
    for reduction in ["add", "max", "min"]:
        g.node("ScatterND", ["x", ids, "gathered"], reduction, reduction=reduction)
        g.output(reduction)
    g.node("ScatterND", ["x", g.ints("once", [[3], [1]]), g.weights("u", [2, 3])], "written")
    g.node("TopK", ["x", g.ints("two", [2])], ["top", "places"], axis=0)
    g.node("TopK", ["x", "two"], ["low", "low_places"], largest=0)
    g.node("ArgMax", ["x"], "first", keepdims=0)
    g.node("ArgMax", ["x"], "column", axis=1)
    g.node("Less", ["x", g.constant("zero", 0.0)], "negative")
    g.node("Where", ["negative", "x", g.weights("c", [3])], "chosen")
    g.output("gathered", "columns_", "written", "top", "low", "chosen")
    g.output("places", "low_places", "first", "column", kind=TensorProto.INT64)
    return g


@case
def matrix_products():
    g = Graph("matrix_products")
    g.input("a", [2, 1, 3, 4])
    g.input("b", [5, 4, 2])
    g.input("c", [4, 2])
    g.node("MatMul", ["a", "b"], "stacks")
    g.node("MatMul", ["a", "c"], "one")
    g.output("stacks", "one")
    return g


@case
def dropout():
    g = Graph("dropout")
    g.input("x", [2, 3])
    g.node("Dropout", ["x", g.constant("ratio", 0.3)], "y")
    g.node("Dropout", ["y"], "z")
    g.output("z")
    return g


def npz(arrays):
    """Bytes of an .npz file without times of day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array) if array.ndim else array)
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path,
                        default=here.parents[2] / "Tests/NetworkFormatsTests/Golden/onnx")
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    different = 0
    for function in CASES:
        graph = function()
        assert graph.name == function.__name__, graph.name
        expected = graph.expected()
        arrays = {f"in_{k}": v for k, v in graph.data.items()}
        for info in graph.outputs:
            value = np.asarray(expected[info.name])
            arrays[f"out_{info.name}"] = value if value.dtype == bool else value.astype(np.float32)
        arrays["tolerance"] = np.array(graph.tolerance)
        files = {".onnx": graph.model().SerializeToString(deterministic=True), ".npz": npz(arrays)}
        for suffix, content in files.items():
            assert len(content) <= 65536, (graph.name, suffix, len(content))
            path = options.out / f"{graph.name}{suffix}"
            if not options.check:
                path.write_bytes(content)
            elif not path.exists() or path.read_bytes() != content:
                different += 1
                print(f"{path.name} differs")
        print(f"{graph.name}: {len(graph.nodes)} nodes, {len(graph.outputs)} outputs")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
