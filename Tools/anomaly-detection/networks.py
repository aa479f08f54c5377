"""The four networks of papers/2 in Keras.

Layer for layer those of Sources/Studies/AnomalyDetection/Models/AnomalyModel.swift, with the names that the parameters
of our `network.onnx` begin with. Images have their channels last, as TensorFlow wants them on a CPU; ours have them
first, so the 64 numbers between convolutions and code stand in another order, which changes nothing that is learned
(weights.py puts ours in this order).

Batch normalisation: momentum 0.99 and epsilon 0.001, the defaults of Keras and what our recipes have.
"""
import keras

from study import WIDTH, is_variational

L = keras.layers


def latent_width(model):
    return 8 if model.startswith("cnn") else 3


class Names:
    """batchNormalization_1, dense_1, dense_2 and so on."""

    def __init__(self):
        self.counts = {}

    def __call__(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}_{self.counts[kind]}"


class Parts:
    def __init__(self):
        self.name = Names()

    def norm(self):
        return L.BatchNormalization(momentum=0.99, epsilon=1e-3, name=self.name("batchNormalization"))

    def hidden(self, x, units):
        x = L.Dense(units, kernel_initializer="he_uniform", name=self.name("dense"))(x)
        return L.LeakyReLU(negative_slope=0.3)(self.norm()(x))

    def convolution(self, x, filters, kernel, padding="same", activation="relu"):
        return L.Conv2D(
            filters, kernel, padding=padding, use_bias=False, activation=activation, name=self.name("convolution"))(x)


def dense_encoder(parts, x):
    return parts.hidden(parts.hidden(parts.norm()(x), 32), 16)


def dense_decoder(parts, z):
    return L.Dense(WIDTH, name="y")(parts.hidden(parts.hidden(z, 16), 32))


def convolutional_encoder(parts, x):
    h = L.ZeroPadding2D(((1, 0), (0, 0)))(L.Reshape((19, 3, 1))(x))
    h = L.AveragePooling2D((3, 1))(parts.convolution(parts.norm()(h), 16, (3, 3), padding="valid"))
    h = L.AveragePooling2D((3, 1))(parts.convolution(h, 32, (3, 1)))
    return L.Flatten()(h)


def convolutional_decoder(parts, z):
    h = L.Reshape((2, 1, 32))(L.Dense(64, activation="relu", name=parts.name("dense"))(z))
    h = L.UpSampling2D((3, 1))(parts.convolution(h, 32, (3, 1)))
    h = L.ZeroPadding2D(((0, 0), (1, 1)))(h)
    h = L.UpSampling2D((3, 1))(parts.convolution(h, 16, (3, 1)))
    h = L.ZeroPadding2D(((1, 0), (0, 0)))(h)
    return L.Reshape((WIDTH,))(parts.convolution(h, 1, (3, 3), activation=None))


def network(model):
    """x to y, or x and standard normal noise e to [y, mu, lv]."""
    parts, width = Parts(), latent_width(model)
    encode, decode, initializer = (
        (convolutional_encoder, convolutional_decoder, "glorot_uniform") if model.startswith("cnn")
        else (dense_encoder, dense_decoder, "he_uniform"))
    x, z = keras.Input((WIDTH,), name="x"), keras.Input((width,), name="z")
    hidden = encode(parts, x)
    decoder = keras.Model(z, decode(parts, z), name="decoder")

    def code(name):
        return L.Dense(width, kernel_initializer=initializer, name=name)(hidden)

    if not is_variational(model):
        return keras.Model(x, decoder(code("code")), name=model)
    e = keras.Input((width,), name="e")
    mu, lv = code("mu"), code("lv")
    return keras.Model([x, e], [decoder(mu + keras.ops.exp(0.5 * lv) * e), mu, lv], name=model)


def at_mean(network):
    """The same layers with z = mu: x to y, or to [y, mu, lv].

    Noise of 0 would not do: of an event far from all that was trained on, sigma has no end in float32, and 0 times it
    is no number.
    """
    if not is_variational(network.name):
        return network
    mu, lv = network.outputs[1:]
    return keras.Model(network.inputs[0], [network.get_layer("decoder")(mu), mu, lv], name=network.name)


def layers(network):
    """Those with parameters."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from layers(layer)
        elif layer.weights:
            yield layer
