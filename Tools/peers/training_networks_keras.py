"""The networks of training_steps.py in Keras (2 or 3) on TensorFlow. Structures: shared/data/zoo/make_zoo.py, images
with channels last. QKeras and HGQ2 put their own layers in the place of `Layers`."""
import tensorflow as tf
from tensorflow import keras

L = keras.layers
LEAK, BETA = 0.3, 0.125
VERSION = f"tensorflow {tf.__version__}"


class Layers:
    """What a network is made of; subclasses quantise it."""

    def enter(self, x):
        return x

    def dense(self, n):
        return L.Dense(n)

    def norm(self):
        return L.BatchNormalization()

    def relu(self):
        return L.ReLU()

    def leaky(self):
        return keras.layers.LeakyReLU(LEAK)


class Sampling(L.Layer):
    """mean + exp(logvar / 2) times Gaussian noise."""

    def call(self, inputs):
        mean, logvar = inputs
        return mean + tf.exp(.5 * logvar) * tf.random.normal(tf.shape(mean))


def mean_squared(y, target):
    return tf.reduce_mean(tf.square(y - target))


def variational(outputs, target):
    y, mean, logvar = outputs
    divergence = tf.reduce_mean(tf.reduce_sum(-.5 * (1 + logvar - tf.square(mean) - tf.exp(logvar)), 1))
    return (1 - BETA) * mean_squared(y, target) + BETA * divergence


def chain(x, widths, layers):
    for n in widths:
        x = layers.leaky()(layers.norm()(layers.dense(n)(x)))
    return x


def dnn_ae(layers):
    x = keras.Input((57,))
    h = chain(layers.norm()(layers.enter(x)), (32, 16, 3, 16, 32), layers)
    data = tf.random.normal((1024, 57))
    return keras.Model(x, layers.dense(57)(h)), mean_squared, data, data


def dnn_vae(layers):
    x = keras.Input((57,))
    h = chain(layers.norm()(layers.enter(x)), (32, 16), layers)
    mean, logvar = layers.dense(3)(h), layers.dense(3)(h)
    y = layers.dense(57)(chain(layers.enter(Sampling()([mean, logvar])), (16, 32), layers))
    data = tf.random.normal((1024, 57))
    return keras.Model(x, [y, mean, logvar]), variational, data, data


def distillnet(layers):
    x = keras.Input((16,))
    h = layers.relu()(layers.dense(128)(layers.enter(x)))
    h = layers.relu()(layers.norm()(layers.dense(64)(h)))
    y = L.Activation("sigmoid")(layers.dense(1)(h))
    return keras.Model(x, y), mean_squared, tf.random.normal((1024, 16)), tf.random.uniform((1024, 1))


def scouting(layers):
    x = keras.Input((4,))
    h = layers.enter(x)
    for _ in range(3):
        h = layers.relu()(layers.norm()(layers.dense(32)(h)))
    return keras.Model(x, layers.dense(3)(h)), mean_squared, tf.random.uniform((1024, 4)), tf.random.normal((1024, 3))


def cnn_vae(_):
    def conv(n, size, padding="same"):
        return L.Conv2D(n, size, padding=padding, use_bias=False, activation="relu")
    x = keras.Input((19, 3, 1))
    h = L.BatchNormalization()(L.ZeroPadding2D(((1, 0), (0, 0)))(x))
    h = L.AveragePooling2D((3, 1))(conv(16, (3, 3), "valid")(h))
    h = L.Flatten()(L.AveragePooling2D((3, 1))(conv(32, (3, 1))(h)))
    mean, logvar = L.Dense(8)(h), L.Dense(8)(h)
    z = Sampling()([mean, logvar])
    h = L.Reshape((2, 1, 32))(L.Dense(64, activation="relu")(z))
    h = L.ZeroPadding2D(((0, 0), (1, 1)))(L.UpSampling2D((3, 1))(conv(32, (3, 1))(h)))
    h = L.ZeroPadding2D(((1, 0), (0, 0)))(L.UpSampling2D((3, 1))(conv(16, (3, 1))(h)))
    y = L.Conv2D(1, (3, 3), padding="same", use_bias=False)(h)
    data = tf.random.normal((1024, 19, 3, 1))
    return keras.Model(x, [y, mean, logvar]), variational, data, data


def llp_cnn(_):
    x = h = keras.Input((20, 333, 1))
    for n in (16, 32, 64):
        h = L.MaxPooling2D(2)(L.Conv2D(n, 3, padding="same", activation="relu")(h))
    h = L.Flatten()(L.Conv2D(128, 3, padding="same", activation="relu")(h))
    y = L.Dense(1)(L.Dense(64, activation="relu")(L.Dense(256, activation="relu")(h)))
    images = tf.cast(tf.random.uniform((64, 20, 333, 1)) < .02, tf.float32)
    return keras.Model(x, y), mean_squared, images, tf.random.uniform((64, 1)) * 5


class InteractionNetwork(keras.Model):
    def __init__(self):
        super().__init__()

        def two_layers():
            return keras.Sequential([L.Dense(128, activation="relu"), L.Dense(64, activation="relu")])
        self.node0, self.edge0, self.node, self.edge = (two_layers() for _ in range(4))
        self.score = L.Dense(1)

    def call(self, inputs, training=None):
        x, receiver, sender = inputs
        count = tf.shape(x)[0]
        h0 = h = self.node0(x)
        e0 = e = self.edge0(tf.concat([tf.gather(h0, receiver), tf.gather(h0, sender)], 1))
        for _ in range(8):
            both = tf.concat([e0, e], 1)
            inward = tf.math.unsorted_segment_sum(both, receiver, count)
            outward = tf.math.unsorted_segment_sum(both, sender, count)
            h = self.node(tf.concat([inward, outward, h0, h], 1))
            e = self.edge(tf.concat([both, tf.gather(h, receiver), tf.gather(h, sender)], 1))
        return tf.squeeze(self.score(e), 1)


def cross_entropy(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(target, logits))


def exatrkx_in(_, nodes=10_000, edges=100_000):
    receiver = tf.sort(tf.random.uniform((edges,), maxval=nodes, dtype=tf.int32))
    sender = tf.random.uniform((edges,), maxval=nodes, dtype=tf.int32)
    target = tf.cast(tf.random.uniform((edges,)) < .5, tf.float32)
    return InteractionNetwork(), cross_entropy, (tf.random.normal((nodes, 3)), receiver, sender), target


DENSE = {f.__name__: f for f in (dnn_ae, dnn_vae, distillnet, scouting)}
NETWORKS = DENSE | {f.__name__: f for f in (cnn_vae, llp_cnn, exatrkx_in)}


def train_step(model, loss_of, x, target, compiled):
    """One step under tf.function: forward, backward, Adam."""
    model(x, training=True)
    optimiser = keras.optimizers.Adam(1e-3)
    optimiser.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step(x, target):
        with tf.GradientTape() as tape:
            loss = loss_of(model(x, training=True), target)
            if model.losses:
                loss += tf.add_n(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimiser.apply_gradients(zip(gradients, model.trainable_variables))
        return loss
    return lambda: step(x, target)


def prepare(name, compiled, layers=None):
    keras.utils.set_random_seed(1)
    model, loss_of, x, target = NETWORKS[name](layers or Layers())
    step = train_step(model, loss_of, x, target, compiled)
    count = sum(int(tf.size(v)) for v in model.trainable_variables)
    return step, lambda value: float(value), int(target.shape[0]), count
