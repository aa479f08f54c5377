"""Our trained parameters in the networks of networks.py."""
import keras
import numpy as np

from networks import CODE, layers
from study import StudyError


def parameters(path):
    """For each layer with parameters, in the order of the graph: its output's name and its arrays."""
    try:
        import onnx  # Nothing but --check needs it.
    except ImportError:
        raise StudyError(
            "the package 'onnx' is missing; pip install -r Tools/anomaly-detection/requirements.txt") from None
    try:
        graph = onnx.load(path).graph
    except Exception as error:  # A damaged file raises what protobuf makes of it.
        raise StudyError(f"'{path}' cannot be read ({error}); run the study's step 'training' again") from None
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return [
        (node.output[0], [constants[name] for name in node.input[1:] if name in constants])
        for node in graph.node if node.op_type in ("BatchNormalization", "Gemm", "MatMul", "Conv")]


def channels_last(values, axis):
    """The 64 numbers of 32 channels and 2 positions, from ours (channel by channel) to Keras' (place by place)."""
    order = np.arange(64).reshape(32, 2).T.reshape(-1)
    return np.take(values, order, axis)


def arranged(layer, arrays, is_convolutional):
    """As the layer has them: scale, bias, mean and variance of a normalisation stand in the same order."""
    if isinstance(layer, keras.layers.Conv2D):
        return [kernel.transpose(2, 3, 1, 0) for kernel in arrays]
    if is_convolutional and layer.name in CODE:
        return [channels_last(arrays[0], 0), arrays[1]]
    if is_convolutional and layer.name == "decoder_dense":
        return [channels_last(arrays[0], 1), channels_last(arrays[1], 0)]
    return arrays


def load(network, path):
    """Puts the parameters of `network.onnx` into a network of the same structure, which must have a place for all.

    Returns the number of weights without biases, which Tests/StudiesTests expects of our networks too.
    """
    ours, own, count = parameters(path), layers(network), 0
    if len(ours) != len(own):
        raise StudyError(f"'{path}' has {len(ours)} layers with parameters, and {network.name} has {len(own)}")
    for layer, (name, arrays) in zip(own, ours):
        # mu and lv have the same shape.
        if layer.name in CODE and layer.name != name:
            raise StudyError(f"'{path}' has '{name}' where {network.name} has '{layer.name}'")
        try:
            values = arranged(layer, arrays, network.name.startswith("cnn"))
            layer.set_weights(values)
        except (IndexError, ValueError) as error:
            raise StudyError(f"'{name}' of '{path}' does not fit {network.name}: {error}") from None
        count += sum(value.size for value in values if value.ndim > 1)
    return count
