#!/usr/bin/env python3
"""Writes Examples/streaming/cnn_vae.onnx: the convolutional encoder of arXiv:2108.03986 as QONNX.

    python3 -m venv V && V/bin/pip install onnx==1.22.0 numpy && V/bin/python Tools/make_streaming_example.py

Layers and 8-bit formats as published (19 x 3 inputs, 16 filters of 3 x 3, 32 of 3 x 1, mean and log variance of 8);
batch normalisation is left out. Weights are random, seeded, half of them zero: no physics in them.
"""
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(2021)
nodes, constants = [], []


def constant(label, value):
    constants.append(numpy_helper.from_array(np.asarray(value, np.float32), label))
    return label


def quant(source, target, bits, integer, signed=1):
    """`integer` leaves the sign out, as QKeras counts."""
    step = 2.0 ** (integer + signed - bits)
    inputs = [source, constant(f'{target}_scale', step), constant(f'{target}_zero', 0.0), constant(f'{target}_bits', float(bits))]
    nodes.append(helper.make_node('Quant', inputs, [target], name=target, domain='qonnx.custom_op.general',
                                  signed=signed, narrow=0, rounding_mode='ROUND'))
    return target


def weights(label, shape, fan, bits, integer):
    values = random.normal(0, np.sqrt(2 / fan), shape) * (random.random(shape) < 0.5)
    return quant(constant(f'{label}_values', values), label, bits, integer)


def layer(operation, source, target, shape, fan, bits=8, integer=3, **attributes):
    nodes.append(helper.make_node(operation, [source, weights(f'{target}_weights', shape, fan, bits, integer)], [target],
                                  name=target, **attributes))
    return target


def relu_and_pool(source, target):
    nodes.append(helper.make_node('Relu', [source], [f'{target}_relu'], name=f'{target}_relu'))
    value = quant(f'{target}_relu', f'{target}_active', 8, 3, signed=0)
    nodes.append(helper.make_node('AveragePool', [value], [f'{target}_mean'], name=f'{target}_mean', kernel_shape=[3, 1],
                                  strides=[3, 1]))
    return quant(f'{target}_mean', f'{target}_pooled', 8, 3, signed=0)


value = quant('objects', 'objects_quantised', 16, 10)
constants.append(numpy_helper.from_array(np.array([0, 0, 1, 0, 0, 0, 0, 0], np.int64), 'zero_row'))
nodes.append(helper.make_node('Pad', [value, 'zero_row'], ['padded'], name='padded'))
value = layer('Conv', 'padded', 'convolution1', (16, 1, 3, 3), 9, kernel_shape=[3, 3])
value = relu_and_pool(value, 'layer1')
value = layer('Conv', value, 'convolution2', (32, 16, 3, 1), 48, kernel_shape=[3, 1], pads=[1, 0, 1, 0])
value = relu_and_pool(value, 'layer2')
nodes.append(helper.make_node('Flatten', [value], ['flat'], name='flat'))
for name in ('mean', 'log_variance'):
    quant(layer('MatMul', 'flat', f'{name}_sum', (64, 8), 64, 16, 6), name, 16, 6)

vector = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
graph = helper.make_graph(nodes, 'cnn_vae', [vector('objects', ['batch', 1, 19, 3])],
                          [vector('mean', ['batch', 8]), vector('log_variance', ['batch', 8])], constants)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13), helper.make_opsetid('qonnx.custom_op.general', 1)])
model.ir_version = 8
target = Path(__file__).resolve().parent.parent / 'Examples' / 'streaming' / 'cnn_vae.onnx'
target.parent.mkdir(parents=True, exist_ok=True)
onnx.save(model, str(target))
print(target)
