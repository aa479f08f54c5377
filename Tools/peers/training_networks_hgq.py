"""The dense networks of training_steps.py with HGQ2: widths fixed at 8 bits, or learned per weight (its own default)."""
import hgq
import tensorflow as tf
from hgq.config import LayerConfigScope, QuantizerConfigScope
from hgq.layers import QBatchNormalization, QDense

import training_networks_keras as plain

NETWORKS = plain.DENSE
VERSION = f"HGQ2 {hgq.__version__}, tensorflow {tf.__version__}"
LEARNED = False


class Layers(plain.Layers):
    """QDense and QBatchNormalization quantise their own inputs, weights and biases."""

    def dense(self, n):
        return QDense(n)

    def norm(self):
        return QBatchNormalization()


def prepare(name, compiled):
    if LEARNED:
        with LayerConfigScope(enable_ebops=True, beta0=1e-5):
            return plain.prepare(name, compiled, Layers())
    # Seven bits and a sign. Saturating, since the wrapping quantiser tracks ranges even when it is not trained.
    with QuantizerConfigScope(default_q_type="kbi", b0=7, i0=2, overflow_mode="SAT", trainable=False):
        with LayerConfigScope(enable_ebops=False):
            return plain.prepare(name, compiled, Layers())
