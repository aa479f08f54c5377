"""Loss and scores: those of Sources/Training/Losses/BetaVAELoss+Unsafe.swift and AnomalyScore+Graph.swift.

Sources: arXiv:2108.03986 section III; the bounds, the mask and the means are those of its authors' training code.
"""
import math

import numpy as np
import tensorflow as tf

from networks import at_mean
from study import is_variational

BETA = 0.8


def bounds():
    """Of each of the 57 outputs, 0 where it is taken as it is: missing momentum, 4 electrons, 4 muons, 10 jets."""
    eta = [0.] + 4 * [3.] + 4 * [2.1] + 10 * [4.]
    return np.array([value for row in eta for value in (0., row, math.pi)])


BOUNDS = bounds()


def masked_error(y, x, t):
    """(y - t)^2 behind the bounds, 0 where x is 0, as a mean over all 57."""
    bounds = tf.cast(BOUNDS, y.dtype)
    error = tf.square(tf.where(bounds > 0, bounds * tf.tanh(y), y) - tf.cast(t, y.dtype))
    return tf.reduce_mean(tf.where(x != 0, error, tf.zeros_like(error)), 1)


def divergence(mu, lv):
    """Of N(mu, exp lv) from the unit one, as a mean over the latent dimensions."""
    return -0.5 * tf.reduce_mean(1 + lv - tf.square(mu) - tf.exp(lv), 1)


def radius(mu, lv):
    return tf.reduce_sum(tf.square(mu) * tf.exp(-lv), 1)


def losses(outputs, x, t):
    """An event each: (1 - beta) error + beta divergence, or the error alone."""
    if len(outputs) == 1:
        return masked_error(outputs[0], x, t)
    y, mu, lv = outputs
    return (1 - BETA) * masked_error(y, x, t) + BETA * divergence(mu, lv)


def answers(network, x, noise, training=False):
    """A list of the outputs."""
    x = tf.cast(x, network.compute_dtype)
    if not is_variational(network.name):
        return [network(x, training=training)]
    return network([x, tf.cast(noise, x.dtype)], training=training)


def scores(network, events):
    """Arrays by the name of the score; and mu and ln sigma^2 where there are any, else nothing.

    From the network's answers in double precision: in float32 the sigma^2 of an event far from all that was trained on
    has no end, and its score no rank.
    """
    found, latent, mean = [], [], at_mean(network)
    for part in events.blocks():
        outputs = mean(tf.cast(part.x, network.compute_dtype), training=False)
        outputs = outputs if is_variational(network.name) else [outputs]
        y, *codes = [tf.cast(output, tf.float64) for output in outputs]
        values = {"io": masked_error(y, part.x, part.t)}
        if codes:
            values |= {"kl": divergence(*codes), "rz": radius(*codes)}
            latent.append([code.numpy() for code in codes])
        found.append({kind: value.numpy() for kind, value in values.items()})
    joined = {kind: np.concatenate([part[kind] for part in found]) for kind in found[0]}
    return joined, [np.concatenate(parts) for parts in zip(*latent)]
