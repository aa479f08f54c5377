"""Trains a network as the study does: Adam with AMSGrad, early stopping, the best epoch's weights at the end."""
import dataclasses
import time

import keras
import numpy as np
import tensorflow as tf

from networks import latent_width, network
from scores import answers, losses
from study import StudyError, is_variational

LEARNING_RATE = 3e-3
PATIENCE = 10


@dataclasses.dataclass
class Training:
    network: keras.Model
    epochs: int
    best_epoch: int
    validation_loss: float
    # Wall clock of the whole and of a usual epoch with its validation, seconds. The first builds TensorFlow's graph.
    seconds: float
    epoch_seconds: float


def epoch_function(model, optimizer, events, compiled):
    """One epoch over given rows; the loop is TensorFlow's, so that a small network does not wait for Python."""
    x, t = tf.constant(events.x), tf.constant(events.t)
    width = latent_width(model.name)

    @tf.function(jit_compile=compiled)
    def step(x, t):
        noise = tf.random.normal((tf.shape(x)[0], width)) if is_variational(model.name) else None
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(losses(answers(model, x, noise, training=True), x, t))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    @tf.function
    def epoch(rows):
        loss = 0.
        for index in tf.range(tf.shape(rows)[0]):
            loss = step(tf.gather(x, rows[index]), tf.gather(t, rows[index]))
        return loss

    return epoch


def validation_function(model, events, noise):
    parts, start = [], 0
    for part in events.blocks():
        parts.append([tf.constant(values) for values in (part.x, part.t, noise[start:start + len(part)])])
        start += len(part)

    @tf.function
    def total(x, t, noise):
        return tf.reduce_sum(losses(answers(model, x, noise), x, t))

    return lambda: sum(float(total(*part)) for part in parts) / len(events)


def train(name, events, validation, *, seed, epochs, batch, compiled=True, progress=lambda text: None):
    """As Sources/Training/Trainer does.

    Rows in a new order each epoch, the last ones too few for a batch left out; the validation's noise is the same each
    epoch; the weights of the smallest validation loss stay, however training ended.
    """
    if len(events) < batch:
        raise StudyError(f"{len(events)} training events are fewer than a batch of {batch}; make a larger study")
    keras.utils.set_random_seed(seed)
    model = network(name)
    optimizer = keras.optimizers.Adam(LEARNING_RATE, amsgrad=True)
    optimizer.build(model.trainable_variables)
    random = np.random.default_rng(seed)
    noise = random.standard_normal((len(validation), latent_width(name))).astype(np.float32)
    epoch, validate = epoch_function(model, optimizer, events, compiled), validation_function(model, validation, noise)
    steps = len(events) // batch
    best, best_epoch, weights, times, start = np.inf, 0, None, [], time.perf_counter()
    for number in range(1, epochs + 1):
        begin = time.perf_counter()
        rows = random.permutation(len(events))[:steps * batch].reshape(steps, batch).astype(np.int32)
        epoch(rows)
        loss = validate()
        if not np.isfinite(loss):
            raise StudyError(
                f"the validation loss of {name}, seed {seed}, is no number after epoch {number}; leave that seed out")
        times.append(time.perf_counter() - begin)
        if loss < best:
            best, best_epoch, weights = loss, number, model.get_weights()
        progress(f"epoch {number} of {epochs}, validation loss {loss:.4f}")
        if number - best_epoch >= PATIENCE:
            break
    model.set_weights(weights)
    return Training(
        model, len(times), best_epoch, best, time.perf_counter() - start, float(np.median(times[1:] or times)))
