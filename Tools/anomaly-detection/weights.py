"""Our trained parameters in the networks of networks.py."""
import keras
import numpy as np

from networks import layers
from study import StudyError

# A batch normalisation's, in Keras' order.
NORMALIZATION = ("scale", "bias", "mean", "variance")


def constants(path):
    try:
        import onnx  # Nothing but --check needs it.
    except ImportError:
        raise StudyError(
            "the package 'onnx' is missing; pip install -r Tools/anomaly-detection/requirements.txt") from None
    try:
        graph = onnx.load(path).graph
    except (OSError, ValueError):
        raise StudyError(f"'{path}' is missing or damaged; run the study's step 'training' again") from None
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}


def channels_last(values, axis):
    """The 64 numbers of 32 channels and 2 positions, from ours (channel by channel) to Keras' (place by place)."""
    order = np.arange(64).reshape(32, 2).T.reshape(-1)
    return np.take(values, order, axis)


def of_layer(layer, ours, is_convolutional):
    """In the order of the layer's weights."""
    name = layer.name
    if isinstance(layer, keras.layers.BatchNormalization):
        return [ours.pop(f"{name}_{part}") for part in NORMALIZATION]
    kernel = ours.pop(f"{name}_weights")
    if isinstance(layer, keras.layers.Conv2D):
        return [kernel.transpose(2, 3, 1, 0)]
    bias = ours.pop(f"{name}_bias")
    if is_convolutional and name in ("code", "mu", "lv"):
        kernel = channels_last(kernel, 0)
    if is_convolutional and name == "dense_1":
        kernel, bias = channels_last(kernel, 1), channels_last(bias, 0)
    return [kernel, bias]


def load(network, path):
    """Puts the parameters of `network.onnx` into a network of the same structure; none may be left over.

    Returns the number of weights without biases, which Tests/StudiesTests expects of our networks too.
    """
    ours, count = constants(path), 0
    for layer in layers(network):
        try:
            values = of_layer(layer, ours, network.name.startswith("cnn"))
            layer.set_weights(values)
        except (KeyError, ValueError) as error:
            raise StudyError(f"'{path}' does not fit the layer {layer.name} of {network.name}: {error}") from None
        count += sum(value.size for value in values if value.ndim > 1)
    # Shapes, scales and paddings are whole numbers or lists of them; what is left of real ones is sigma's half.
    left = [name for name, value in ours.items() if value.dtype == np.float32 and value.ndim > 1]
    if left:
        raise StudyError(f"'{path}' has parameters that {network.name} has not: {', '.join(left)}")
    return count
