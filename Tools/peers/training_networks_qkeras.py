"""The dense networks of training_steps.py with QKeras: 8-bit weights, biases and activations."""
import os

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
import qkeras
import tensorflow as tf

import training_networks_keras as plain

NETWORKS = plain.DENSE
VERSION = f"qkeras 0.9.0, tensorflow {tf.__version__}"


class Layers(plain.Layers):
    """Weights <8, 1> (sign included) without a learned scale, activations <8, 4> after each activation function."""

    def enter(self, x):
        return qkeras.QActivation(qkeras.quantized_bits(8, 4, alpha=1))(x)

    def dense(self, n):
        return qkeras.QDense(n, kernel_quantizer=qkeras.quantized_bits(8, 0, alpha=1),
                             bias_quantizer=qkeras.quantized_bits(8, 0, alpha=1))

    def relu(self):
        return qkeras.QActivation(qkeras.quantized_relu(8, 4))

    def leaky(self):
        # quantized_relu has leaky slopes too, but powers of two only.
        return lambda x: qkeras.QActivation(qkeras.quantized_bits(8, 4, alpha=1))(plain.Layers.leaky(self)(x))


def prepare(name, compiled):
    return plain.prepare(name, compiled, Layers())
