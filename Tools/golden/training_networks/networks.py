"""The ten networks: structures of the papers' (and two of general kind), narrowed to fit 64 kB of golden data.

Each function returns the graph, the loss as a PyTorch scalar, the targets and the loss in words for README and JSON.
"""
import numpy as np
import torch

from graph import INT64, Graph

BATCH = 8


def squared_error(graph, output, target):
    difference = graph.values[output] - torch.tensor(target, dtype=torch.float64)
    return (difference ** 2).mean()


def divergence(graph, mean, logvar):
    """KL of N(mean, exp logvar) from N(0, 1): summed over the latent axis, mean over the batch."""
    m, l = graph.v(mean, logvar)
    return (-.5 * (1 + l - m ** 2 - torch.exp(l)).sum(1)).mean()


def objects(g, name="x"):
    return g.input(name, ["N", 57], g.rng.normal(0, 1, (BATCH, 57)))


def encoder(g, x):
    x, width = g.norm(x, "input_norm", 57), 57
    for i, n in enumerate((32, 16)):
        x, width = g.leaky(g.norm(g.dense(x, f"encoder{i}", width, n), f"encoder{i}_norm", n)), n
    return x


def decoder(g, z):
    width = 3
    for i, n in enumerate((16, 32)):
        z, width = g.leaky(g.norm(g.dense(z, f"decoder{i}", width, n), f"decoder{i}_norm", n)), n
    return g.output(g.dense(z, "last", 32, 57, gain=1), "y", ["N", 57])


def dnn_ae():
    g = Graph("dnn_ae")
    x = objects(g)
    z = g.leaky(g.norm(g.dense(encoder(g, x), "latent", 16, 3), "latent_norm", 3))
    y = decoder(g, z)
    target = g.feeds[x]
    return g, squared_error(g, y, target), {"y": target}, {"kind": "mean_squared_error", "output": "y"}


def dnn_vae():
    g = Graph("dnn_vae")
    beta = 0.125
    h = encoder(g, objects(g))
    mean, logvar = g.dense(h, "mean", 16, 3, gain=1), g.dense(h, "logvar", 16, 3, gain=.3)
    eps = g.input("eps", ["N", 3], g.rng.normal(0, 1, (BATCH, 3)))
    z = g.add(mean, g.multiply(g.exp(g.scaled(logvar, .5)), eps))
    y = decoder(g, z)
    mean, logvar = g.output(mean, "mu", ["N", 3]), g.output(logvar, "logvar", ["N", 3])
    target = g.feeds["x"]
    loss = (1 - beta) * squared_error(g, y, target) + beta * divergence(g, mean, logvar)
    return g, loss, {"y": target}, {"kind": "beta_variational", "beta": beta, "output": "y", "mean": "mu",
                                    "log_variance": "logvar"}


def distillnet():
    g = Graph("distillnet")
    x = g.input("x", ["N", 16], g.rng.normal(0, 1, (BATCH, 16)))
    x = g.relu(g.dense(x, "dense0", 16, 64))
    x = g.relu(g.norm(g.dense(x, "dense1", 64, 32), "norm1", 32))
    y = g.output(g.sigmoid(g.dense(x, "last", 32, 1, gain=1)), "y", ["N", 1])
    target = g.rng.uniform(0, 1, (BATCH, 1)).astype(np.float32)
    difference = g.values[y] - torch.tensor(target, dtype=torch.float64)
    assert float(difference.detach().abs().min()) > 1e-3
    return g, difference.abs().mean(), {"y": target}, {"kind": "mean_absolute_error", "output": "y"}


def scouting():
    g = Graph("scouting")
    x, width = g.input("x", ["N", 4], g.rng.uniform(0, 1, (BATCH, 4))), 4
    for i in range(3):
        x, width = g.relu(g.norm(g.dense(x, f"dense{i}", width, 32), f"norm{i}", 32)), 32
    y = g.output(g.dense(x, "last", 32, 3, gain=1), "y", ["N", 3])
    target = g.rng.normal(0, 2, (BATCH, 3)).astype(np.float32)
    difference = g.values[y] - torch.tensor(target, dtype=torch.float64)
    # Both branches are met, none of its values at the joint.
    assert 5 < int((difference.abs() > 1).sum()) < 19 and float((difference.detach().abs() - 1).abs().min()) > 1e-3
    loss = torch.nn.functional.huber_loss(g.values[y], torch.tensor(target, dtype=torch.float64), delta=1.0)
    return g, loss, {"y": target}, {"kind": "huber", "delta": 1.0, "output": "y"}


def cnn_encoder(g, first, second):
    x = g.input("x", ["N", 1, 19, 3], g.rng.normal(0, 1, (8, 1, 19, 3)))
    x = g.pad(x, [0, 0, 1, 0, 0, 0, 0, 0])
    x = g.relu(g.conv(g.norm(x, "input_norm", 1), "encoder0", 1, first, (3, 3), [0, 0, 0, 0], bias=False))
    x = g.relu(g.conv(g.average_pool(x, (3, 1)), "encoder1", first, second, (3, 1), bias=False))
    return g.flatten(g.average_pool(x, (3, 1)))


def cnn_ae():
    g = Graph("cnn_ae")
    z = g.dense(cnn_encoder(g, 8, 16), "latent", 32, 8, gain=1)
    x = g.reshape(g.relu(g.dense(z, "expand", 8, 32)), [-1, 16, 2, 1])
    x = g.upsample(g.relu(g.conv(x, "decoder0", 16, 16, (3, 1), bias=False)), (3, 1))
    x = g.pad(x, [0, 0, 0, 1, 0, 0, 0, 1])
    x = g.upsample(g.relu(g.conv(x, "decoder1", 16, 8, (3, 1), bias=True)), (3, 1))
    x = g.pad(x, [0, 0, 1, 0, 0, 0, 0, 0])
    y = g.output(g.conv(x, "last", 8, 1, (3, 3), bias=False), "y", ["N", 1, 19, 3])
    target = g.feeds["x"]
    return g, squared_error(g, y, target), {"y": target}, {"kind": "mean_squared_error", "output": "y"}


def cnn_vae_encoder():
    g = Graph("cnn_vae_encoder")
    x = cnn_encoder(g, 16, 32)
    mean, logvar = g.dense(x, "mean", 64, 8, gain=1), g.dense(x, "logvar", 64, 8, gain=.3)
    mean, logvar = g.output(mean, "mu", ["N", 8]), g.output(logvar, "logvar", ["N", 8])
    return g, divergence(g, mean, logvar), {}, {"kind": "kl_divergence", "mean": "mu", "log_variance": "logvar"}


def llp_cnn():
    g = Graph("llp_cnn")
    x, width = g.input("x", ["N", 1, 12, 26], g.rng.normal(0, 1, (4, 1, 12, 26))), 1
    for i, n in enumerate((2, 3, 4)):  # 6 x 13, 3 x 6, 1 x 3
        x, width = g.max_pool(g.relu(g.conv(x, f"conv{i}", width, n, (3, 3)))), n
    x = g.flatten(g.relu(g.conv(x, "conv3", 4, 6, (3, 3))))
    x = g.relu(g.dense(g.relu(g.dense(x, "dense0", 18, 16)), "dense1", 16, 8))
    y = g.output(g.dense(x, "last", 8, 1, gain=1), "y", ["N", 1])
    target = g.rng.uniform(0, 3, (4, 1)).astype(np.float32)
    return g, squared_error(g, y, target), {"y": target}, {"kind": "mean_squared_error", "output": "y"}


def deepcalo():
    """Image scaled and up-sampled, convolutions with normalisation and leaky ReLU, two of them modulated by FiLM
    from scalars and a masked sum over tracks; head without biases; log-cosh."""
    g = Graph("deepcalo")
    n = 6
    image = g.input("image", ["N", 2, 8, 3], g.rng.normal(0, 2, (n, 2, 8, 3)))
    scalars = g.input("scalars", ["N", 5], g.rng.normal(0, 1, (n, 5)))
    tracks = g.input("tracks", ["N", 4, 3], g.rng.normal(0, 1, (n, 4, 3)))
    mask = g.input("mask", ["N", 1, 4], (np.arange(4) < g.rng.integers(1, 5, (n, 1)))[:, None])

    def layer(x, name, n_in, n_out):
        return g.leaky(g.norm(g.dense(x, name, n_in, n_out, bias=False), f"{name}_norm", n_out))
    s = layer(scalars, "scalars", 5, 8)
    t = g.transpose(g.dense(tracks, "tracks", 3, 6, bias=False), (0, 2, 1))
    t = g.sum(g.multiply(g.leaky(g.norm(t, "tracks_norm", 6)), mask), 2)
    film = g.dense(layer(g.concat(s, t), "context", 14, 12), "film", 12, 20, gain=.3)
    x, width, offset = g.upsample(g.scaled(image, .25), (1, 2)), 2, 0
    for i, c in enumerate((4, 6)):
        if i:
            x = g.max_pool(x)
        x = g.norm(g.conv(x, f"conv{i}", width, c, (5, 5) if i == 0 else (3, 3)), f"conv{i}_norm", c)
        gamma = g.reshape(g.slice(film, offset, offset + c, 1), [-1, c, 1, 1])
        beta = g.reshape(g.slice(film, offset + c, offset + 2 * c, 1), [-1, c, 1, 1])
        x, width, offset = g.leaky(g.add(g.multiply(x, g.shifted(gamma, 1.0)), beta)), c, offset + 2 * c
    x = layer(g.flatten(g.max_pool(x)), "head", 6 * 2 * 1, 8)
    y = g.output(g.relu(g.shifted(g.dense(x, "last", 8, 1, gain=1), 1.5)), "y", ["N", 1])
    target = g.rng.uniform(0, 3, (n, 1)).astype(np.float32)
    difference = g.values[y] - torch.tensor(target, dtype=torch.float64)
    return g, torch.log(torch.cosh(difference)).mean(), {"y": target}, {"kind": "log_cosh", "output": "y"}


def interaction_network():
    """Exa.TrkX's: node and edge blocks with shared weights, two steps; node 0 sends and receives nothing."""
    g = Graph("interaction_network")
    v, e, hidden = 12, 40, 8
    nodes = g.input("nodes", ["V", 3], g.rng.normal(0, 1, (v, 3)))
    edges = g.input("edge_index", [2, "E"], g.rng.integers(1, v, (2, e)), INT64)
    receiver, sender = g.row(edges, 0), g.row(edges, 1)

    def mlp(name, n_in, gain=2.0):
        made = []

        def apply(x):
            x = g.relu(g.dense(x, f"{name}0", n_in, 16, gain=gain, shared=bool(made)))
            x = g.relu(g.dense(x, f"{name}1", 16, hidden, shared=bool(made)))
            made.append(x)
            return x
        return apply
    h0 = mlp("node_start", 3)(nodes)
    e0 = mlp("edge_start", 2 * hidden)(g.concat(g.gather(h0, receiver), g.gather(h0, sender)))
    update_node, update_edge = mlp("node", 6 * hidden, .5), mlp("edge", 4 * hidden, 1.5)
    h, edge = h0, e0
    for _ in range(2):
        both = g.concat(e0, edge)
        h = update_node(g.concat(g.segment_sum(both, receiver, nodes), g.segment_sum(both, sender, nodes), h0, h))
        edge = update_edge(g.concat(both, g.gather(h, receiver), g.gather(h, sender)))
    y = g.output(g.squeeze(g.sigmoid(g.dense(edge, "score", hidden, 1, gain=1)), 1), "scores", ["E"])
    target = g.rng.integers(0, 2, e).astype(np.float32)
    loss = torch.nn.functional.binary_cross_entropy(g.values[y], torch.tensor(target, dtype=torch.float64))
    return g, loss, {"scores": target}, {"kind": "binary_cross_entropy", "output": "scores", "from": "probabilities"}


def attention():
    """An image up-sampled by transposed convolution and normalised by groups, its columns as tokens of a
    transformer block (two heads, pre-normalisation, GELU), mean over tokens, softmax cross-entropy."""
    g = Graph("attention", opset=21)
    n, tokens, width, heads = 5, 6, 8, 2
    x = g.input("x", ["N", 2, 2, 3], g.rng.normal(0, 1, (n, 2, 2, 3)))
    x = g.conv_transpose(x, "grow", 2, 4, (3, 2), (1, 2), pads=(1, 0, 1, 0))  # 4 x 2 x 6
    x = g.group_norm(x, "group_norm", 2, 4)
    x = g.reshape(g.transpose(g.tanh(x), (0, 3, 1, 2)), [-1, tokens, width])

    def split(x):
        return g.reshape(x, [-1, tokens, heads, width // heads])
    a = g.layer_norm(x, "norm0", width)
    q, k, v = (split(g.dense(a, name, width, width, gain=1)) for name in ("query", "key", "value"))
    logits = g.scaled(g.matmul(g.transpose(q, (0, 2, 1, 3)), g.transpose(k, (0, 2, 3, 1))), .5)
    mixed = g.transpose(g.matmul(g.softmax(logits), g.transpose(v, (0, 2, 1, 3))), (0, 2, 1, 3))
    x = g.add(x, g.dense(g.reshape(mixed, [-1, tokens, width]), "mix", width, width, gain=1))
    f = g.gelu(g.dense(g.layer_norm(x, "norm1", width), "widen", width, 16))
    x = g.add(x, g.dense(f, "narrow", 16, width, gain=1))
    x = g.node("ReduceMean", [x, g.constant("axes", [1], np.int64)], g.values[x].mean(1), keepdims=0)
    y = g.output(g.dense(x, "last", width, 3, gain=1), "logits", ["N", 3])
    labels = g.rng.integers(0, 3, n)
    loss = torch.nn.functional.cross_entropy(g.values[y], torch.tensor(labels))
    return g, loss, {"logits": np.eye(3, dtype=np.float32)[labels]}, {
        "kind": "categorical_cross_entropy", "output": "logits", "from": "logits"}


ALL = [dnn_ae, dnn_vae, distillnet, scouting, cnn_ae, cnn_vae_encoder, llp_cnn, deepcalo, interaction_network, attention]
