"""A network under construction twice at once: as ONNX nodes, and as PyTorch values in float64.

Every method takes and returns tensor names; `values` holds what PyTorch computes for them. Parameters
are float32 numbers (so that the ONNX file holds them exactly) in float64 tensors that gather gradients.
Batch normalisation normalises by the statistics of the batch; the ONNX file holds mean 0, variance 1.
"""
import zlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
WINNOW = "org.winnow"


def single(value):
    """The float32 nearest to a number, as ONNX's attributes hold it."""
    return float(np.float32(value))


LEAK, NORM_EPSILON, LAYER_EPSILON = single(0.3), single(1e-3), single(1e-5)


class Graph:
    def __init__(self, name, opset=17):
        self.name, self.opset = name, opset
        # A stream per network: changing one changes no other.
        self.rng = np.random.default_rng(zlib.crc32(f"training {name}".encode()))
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, [], []
        self.values, self.feeds, self.parameters, self.statistics = {}, {}, [], {}
        self.counter, self.nearest_kink = 0, np.inf

    # plumbing
    def node(self, op, inputs, value, domain="", **attributes):
        self.counter += 1
        name = f"{op.lower()}_{self.counter}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        self.values[name] = value
        return name

    def input(self, name, shape, data, kind=FLOAT):
        data = np.asarray(data, np.int64 if kind == INT64 else np.float32)
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        self.feeds[name] = data
        self.values[name] = torch.tensor(data if kind == INT64 else data.astype(np.float64))
        if kind == FLOAT:
            self.values[name].requires_grad_()
        return name

    def constant(self, stem, data, dtype=np.float32):
        self.counter += 1
        name = f"{stem}_{self.counter}"
        self.constants[name] = np.asarray(data, dtype)
        return name

    def parameter(self, name, data):
        self.constants[name] = np.asarray(data, np.float32)
        self.values[name] = torch.tensor(self.constants[name].astype(np.float64), requires_grad=True)
        self.parameters.append(name)
        return name

    def output(self, tensor, name, shape):
        for node in self.nodes:
            for field in (node.input, node.output):
                for i, t in enumerate(field):
                    if t == tensor:
                        field[i] = name
        self.values[name] = self.values.pop(tensor)
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))
        return name

    def far_from_kinks(self, x):
        """Gradients are compared across libraries, so no value may sit where a derivative jumps."""
        nearest = float(self.values[x].detach().abs().min())
        self.nearest_kink = min(self.nearest_kink, nearest)

    def v(self, *names):
        return [self.values[n] for n in names]

    # layers with parameters
    def weight(self, name, shape, fan_in, gain=2.0):
        return self.parameter(name, self.rng.normal(0, np.sqrt(gain / fan_in), shape))

    def small(self, name, n, size=0.1):
        return self.parameter(name, self.rng.normal(0, size, n))

    def dense(self, x, name, n_in, n_out, bias=True, gain=2.0, shared=False):
        """Gemm on matrices; MatMul (and Add) with a leading axis more, or without bias."""
        w = f"{name}.weight" if shared else self.weight(f"{name}.weight", (n_in, n_out), n_in, gain)
        b = f"{name}.bias" if shared or not bias else self.small(f"{name}.bias", n_out)
        xv, wv = self.v(x, w)
        if bias and xv.ndim == 2:
            return self.node("Gemm", [x, w, b], xv @ wv + self.values[b])
        y = self.node("MatMul", [x, w], xv @ wv)
        return self.add(y, b) if bias else y

    def conv(self, x, name, c_in, c_out, size, pads=None, bias=True):
        """`pads` as ONNX has them: top, left, bottom, right; half the kernel where not given."""
        kh, kw = size
        pads = [kh // 2, kw // 2, kh // 2, kw // 2] if pads is None else pads
        names = [x, self.weight(f"{name}.kernel", (c_out, c_in, kh, kw), c_in * kh * kw)]
        if bias:
            names.append(self.small(f"{name}.bias", c_out))
        v = self.v(*names)
        padded = torch.nn.functional.pad(v[0], (pads[1], pads[3], pads[0], pads[2]))
        return self.node("Conv", names, torch.nn.functional.conv2d(padded, *v[1:]), kernel_shape=[kh, kw], pads=pads,
                         strides=[1, 1])

    def conv_transpose(self, x, name, c_in, c_out, size, strides, pads=(0, 0, 0, 0), output_padding=(0, 0)):
        names = [x, self.weight(f"{name}.kernel", (c_in, c_out, *size), c_in), self.small(f"{name}.bias", c_out)]
        y = torch.nn.functional.conv_transpose2d(*self.v(*names), stride=strides, padding=pads[:2],
                                                 output_padding=output_padding)
        return self.node("ConvTranspose", names, y, kernel_shape=list(size), strides=list(strides), pads=list(pads),
                         output_padding=list(output_padding))

    def norm(self, x, name, channels):
        """Batch normalisation in training mode: mean and variance (divided by the count) of this batch."""
        scale = self.parameter(f"{name}.scale", self.rng.uniform(.6, 1.4, channels))
        shift = self.small(f"{name}.shift", channels, .2)
        mean, variance = f"{name}.mean", f"{name}.variance"
        self.constants[mean], self.constants[variance] = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        xv, sv, bv = self.v(x, scale, shift)
        axes = [i for i in range(xv.ndim) if i != 1]
        column = [1, -1] + [1] * (xv.ndim - 2)
        m, s2 = xv.mean(axes), xv.var(axes, unbiased=False)
        self.statistics |= {mean: m.detach().numpy(), variance: s2.detach().numpy()}
        y = torch.nn.functional.batch_norm(xv, None, None, sv, bv, training=True, eps=NORM_EPSILON)
        own = (xv - m.view(column)) / torch.sqrt(s2.view(column) + NORM_EPSILON) * sv.view(column) + bv.view(column)
        assert torch.allclose(y, own, rtol=1e-12, atol=1e-12), "PyTorch's batch normalisation is not as stated"
        return self.node("BatchNormalization", [x, scale, shift, mean, variance], y, epsilon=NORM_EPSILON)

    def layer_norm(self, x, name, n):
        names = [x, self.parameter(f"{name}.scale", self.rng.uniform(.6, 1.4, n)), self.small(f"{name}.shift", n, .2)]
        v = self.v(*names)
        y = torch.nn.functional.layer_norm(v[0], (n,), v[1], v[2], eps=LAYER_EPSILON)
        return self.node("LayerNormalization", names, y, axis=-1, epsilon=LAYER_EPSILON)

    def group_norm(self, x, name, groups, channels):
        names = [x, self.parameter(f"{name}.scale", self.rng.uniform(.6, 1.4, channels)),
                 self.small(f"{name}.shift", channels, .2)]
        v = self.v(*names)
        y = torch.nn.functional.group_norm(v[0], groups, v[1], v[2], eps=LAYER_EPSILON)
        return self.node("GroupNormalization", names, y, num_groups=groups, epsilon=LAYER_EPSILON)

    # layers without
    def relu(self, x):
        self.far_from_kinks(x)
        return self.node("Relu", [x], torch.relu(self.values[x]))

    def leaky(self, x):
        self.far_from_kinks(x)
        return self.node("LeakyRelu", [x], torch.nn.functional.leaky_relu(self.values[x], LEAK), alpha=LEAK)

    def sigmoid(self, x):
        return self.node("Sigmoid", [x], torch.sigmoid(self.values[x]))

    def tanh(self, x):
        return self.node("Tanh", [x], torch.tanh(self.values[x]))

    def exp(self, x):
        return self.node("Exp", [x], torch.exp(self.values[x]))

    def gelu(self, x):
        """x / 2 * (1 + erf(x / sqrt 2)), in primitive operators as exporters write it."""
        root, one, half = self.constant("root", np.sqrt(2)), self.constant("one", 1), self.constant("half", .5)
        scaled = self.node("Div", [x, root], self.values[x] / float(self.constants[root]))
        error = self.node("Erf", [scaled], torch.erf(self.values[scaled]))
        gain = self.node("Add", [error, one], self.values[error] + 1)
        whole = self.multiply(x, gain)
        return self.node("Mul", [whole, half], self.values[whole] * .5)

    def softmax(self, x):
        return self.node("Softmax", [x], torch.softmax(self.values[x], -1), axis=-1)

    def matmul(self, a, b):
        return self.node("MatMul", [a, b], self.values[a] @ self.values[b])

    def add(self, a, b):
        return self.node("Add", [a, b], self.values[a] + self.values[b])

    def multiply(self, a, b):
        return self.node("Mul", [a, b], self.values[a] * self.values[b])

    def scaled(self, x, factor):
        return self.node("Mul", [x, self.constant("factor", factor)], self.values[x] * single(factor))

    def shifted(self, x, offset):
        return self.node("Add", [x, self.constant("offset", offset)], self.values[x] + single(offset))

    def max_pool(self, x, size=(2, 2)):
        v = self.values[x]
        # The two largest of each window must differ, unless both are zeros behind a ReLU.
        windows = v.detach().unfold(2, size[0], size[0]).unfold(3, size[1], size[1]).flatten(4)
        top = windows.topk(2).values
        gap = (top[..., 0] - top[..., 1])[top[..., 0] != 0]
        self.nearest_kink = min(self.nearest_kink, float(gap.min()))
        return self.node("MaxPool", [x], torch.nn.functional.max_pool2d(v, size), kernel_shape=list(size),
                         strides=list(size))

    def average_pool(self, x, size):
        return self.node("AveragePool", [x], torch.nn.functional.avg_pool2d(self.values[x], size),
                         kernel_shape=list(size), strides=list(size))

    def upsample(self, x, factors):
        scales = self.constant("scales", [1, 1, *factors])
        v = self.values[x].repeat_interleave(factors[0], 2).repeat_interleave(factors[1], 3)
        return self.node("Resize", [x, "", scales], v, mode="nearest", coordinate_transformation_mode="asymmetric",
                         nearest_mode="floor")

    def pad(self, x, pads):
        """ONNX's order: the starts of the four axes, then the ends."""
        torch_order = [p for axis in (3, 2, 1, 0) for p in (pads[axis], pads[axis + 4])]
        return self.node("Pad", [x, self.constant("pads", pads, np.int64)],
                         torch.nn.functional.pad(self.values[x], torch_order), mode="constant")

    def flatten(self, x):
        return self.node("Flatten", [x], self.values[x].flatten(1), axis=1)

    def reshape(self, x, shape):
        return self.node("Reshape", [x, self.constant("shape", shape, np.int64)], self.values[x].reshape(shape))

    def transpose(self, x, order):
        return self.node("Transpose", [x], self.values[x].permute(order), perm=list(order))

    def slice(self, x, start, stop, axis):
        limits = [self.constant("slice", [i], np.int64) for i in (start, stop, axis)]
        return self.node("Slice", [x, *limits], self.values[x].narrow(axis, start, stop - start))

    def concat(self, *xs, axis=1):
        return self.node("Concat", list(xs), torch.cat(self.v(*xs), axis), axis=axis)

    def sum(self, x, axis):
        return self.node("ReduceSum", [x, self.constant("axes", [axis], np.int64)], self.values[x].sum(axis), keepdims=0)

    def mean(self, x, axis):
        return self.node("ReduceMean", [x], self.values[x].mean(axis), axes=[axis], keepdims=0)

    def row(self, x, index):
        return self.node("Gather", [x, self.constant("row", index, np.int64)], self.values[x][index], axis=0)

    def gather(self, x, index):
        return self.node("Gather", [x, index], self.values[x][self.values[index]], axis=0)

    def segment_sum(self, x, index, reference):
        """Sums of rows by destination; as many rows as `reference` has. Winnow's own operator."""
        rows = self.values[reference].shape[0]
        y = torch.zeros(rows, *self.values[x].shape[1:], dtype=torch.float64).index_add(0, self.values[index], self.values[x])
        return self.node("SegmentReduce", [x, index, reference], y, domain=WINNOW, parameters='{"function":"sum"}')

    def squeeze(self, x, axis):
        return self.node("Squeeze", [x, self.constant("axes", [axis], np.int64)], self.values[x].squeeze(axis))

    # finishing
    def model(self, constants=None):
        constants = self.constants | (constants or {})
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs,
                                  [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()])
        domains = sorted({n.domain for n in self.nodes})
        return helper.make_model(graph, ir_version=8 if self.opset <= 19 else 10, producer_name="winnow-golden",
                                 opset_imports=[helper.make_opsetid(d, 1 if d else self.opset) for d in domains])

    def check_forward(self):
        """The ONNX file, run by onnx's own evaluator in float64 on the batch's statistics, gives the same outputs.

        Returns the largest difference and its bound: the evaluator computes layer and group normalisation in
        float32 whatever it is given."""
        normalised = any(n.op_type in ("LayerNormalization", "GroupNormalization") for n in self.nodes)
        model = onnx.ModelProto.FromString(self.model().SerializeToString())
        keep = {n.input[2] for n in model.graph.node if n.op_type == "Resize"}  # Must stay float32.
        for w in model.graph.initializer:
            if w.data_type == FLOAT and w.name not in keep:
                value = self.statistics.get(w.name, numpy_helper.to_array(w))
                w.CopyFrom(numpy_helper.from_array(np.asarray(value, np.float64), w.name))
        for info in list(model.graph.input) + list(model.graph.output):
            if info.type.tensor_type.elem_type == FLOAT:
                info.type.tensor_type.elem_type = TensorProto.DOUBLE
        for node in [n for n in model.graph.node if n.domain == WINNOW]:
            self.as_scatter(model.graph, node)
        del model.opset_import[:]
        model.opset_import.extend([helper.make_opsetid("", self.opset)])
        onnx.checker.check_model(model)
        feeds = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in self.feeds.items()}
        from onnx.reference import ReferenceEvaluator
        results = ReferenceEvaluator(model).run(None, feeds)
        worst = 0.0
        for info, result in zip(self.outputs, results):
            expected = self.values[info.name].detach().numpy()
            assert result.shape == expected.shape, (self.name, info.name, result.shape, expected.shape)
            worst = max(worst, float(np.abs(result - expected).max() / np.abs(expected).max()))
        return worst, 1e-6 if normalised else 1e-12

    def as_scatter(self, graph, node):
        """The segment sum in ONNX's own operators, for the check above."""
        rows = self.values[node.input[2]].shape[0]
        width = self.values[node.input[0]].shape[1]
        stem, out = node.output[0], node.output[0]
        graph.initializer.extend([numpy_helper.from_array(np.zeros((rows, width)), f"{stem}_zeros"),
                                  numpy_helper.from_array(np.array([-1], np.int64), f"{stem}_axis")])
        place = list(graph.node).index(node)
        parts = [helper.make_node("Unsqueeze", [node.input[1], f"{stem}_axis"], [f"{stem}_index"]),
                 helper.make_node("ScatterND", [f"{stem}_zeros", f"{stem}_index", node.input[0]], [out], reduction="add")]
        graph.node.remove(node)
        for offset, part in enumerate(parts):
            graph.node.insert(place + offset, part)
