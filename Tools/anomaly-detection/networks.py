"""The four networks of papers/2 in Keras.

Layer for layer those of Sources/Studies/AnomalyDetection/Models/AnomalyModel.swift. Images have their channels last, as
TensorFlow wants them on a CPU; ours have them first, so the 64 numbers between convolutions and code stand in another
order, which changes nothing that is learned (weights.py puts ours in this order).

Batch normalisation: momentum 0.99 and epsilon 0.001, the defaults of Keras and what our recipes have.
"""
import keras

from study import WIDTH, is_variational

L = keras.layers
# The dense layers that end an encoder.
CODE = ("code", "mu", "lv")


def latent_width(model):
    return 8 if model.startswith("cnn") else 3


def normalized(x):
    return L.BatchNormalization(momentum=0.99, epsilon=1e-3)(x)


def hidden_layer(x, units):
    x = L.Dense(units, kernel_initializer="he_uniform")(x)
    return L.LeakyReLU(negative_slope=0.3)(normalized(x))


def convolution(x, filters, kernel, padding="same", activation="relu"):
    return L.Conv2D(filters, kernel, padding=padding, use_bias=False, activation=activation)(x)


def dense_encoder(x):
    return hidden_layer(hidden_layer(normalized(x), 32), 16)


def dense_decoder(z):
    return L.Dense(WIDTH, name="y")(hidden_layer(hidden_layer(z, 16), 32))


def convolutional_encoder(x):
    h = L.ZeroPadding2D(((1, 0), (0, 0)))(L.Reshape((19, 3, 1))(x))
    h = L.AveragePooling2D((3, 1))(convolution(normalized(h), 16, (3, 3), padding="valid"))
    return L.Flatten()(L.AveragePooling2D((3, 1))(convolution(h, 32, (3, 1))))


def convolutional_decoder(z):
    h = L.Reshape((2, 1, 32))(L.Dense(64, activation="relu", name="decoder_dense")(z))
    h = L.UpSampling2D((3, 1))(convolution(h, 32, (3, 1)))
    h = L.ZeroPadding2D(((0, 0), (1, 1)))(h)
    h = L.UpSampling2D((3, 1))(convolution(h, 16, (3, 1)))
    h = L.ZeroPadding2D(((1, 0), (0, 0)))(h)
    return L.Reshape((WIDTH,))(convolution(h, 1, (3, 3), activation=None))


def network(model):
    """x to y, or x and standard normal noise e to [y, mu, lv]."""
    width = latent_width(model)
    encode, decode, initializer = (
        (convolutional_encoder, convolutional_decoder, "glorot_uniform") if model.startswith("cnn")
        else (dense_encoder, dense_decoder, "he_uniform"))
    x, z = keras.Input((WIDTH,), name="x"), keras.Input((width,), name="z")
    hidden = encode(x)
    decoder = keras.Model(z, decode(z), name="decoder")

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
    """Those with parameters, from x to y: encoder, code (mu, then lv), decoder."""
    found = [layer for layer in network.layers if layer.weights]
    code, decoder = [layer for layer in found if layer.name in CODE], network.get_layer("decoder")
    encoder = [layer for layer in found if layer not in code and layer is not decoder]
    return encoder + sorted(code, key=lambda layer: CODE.index(layer.name)) + [
        layer for layer in decoder.layers if layer.weights]
