"""Writes Tests/TrainingTests/Golden/Losses/losses-FRAMEWORK.npz: losses per event and gradients.

python make_losses.py pytorch|keras3 OUTPUT-FOLDER

For each case NAME: NAME_loss of 6 events and NAME_gradient (_gradient2, _gradient3) of the sum of
losses times `seeds`, all in float64, from the frameworks' own losses and automatic derivatives.
"""
import sys

import numpy as np

N, K = 6, 5
random = np.random.default_rng(20261121)


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def inputs():
    logits = 2 * random.normal(size=(N, K))
    logits[0, :2] = [40, -45]  # far out, where naive formulas overflow or lose everything
    probabilities = 1 / (1 + np.exp(-random.normal(size=(N, K))))
    data = dict(
        seeds=random.uniform(0.2, 2, N),
        values=random.normal(size=(N, K)), targets=random.normal(size=(N, K)),
        positive=random.uniform(0.1, 9, (N, K)), positive_targets=random.uniform(0.1, 9, (N, K)),
        logits=logits, probabilities=probabilities,
        binary=random.integers(0, 2, (N, K)).astype(float),
        soft=random.uniform(0, 1, (N, K)),
        distribution=softmax(random.normal(size=(N, K))),
        other_distribution=softmax(random.normal(size=(N, K))),
        labels=random.integers(0, K, N),
        mu=random.normal(size=(N, 3)), log_variance=random.normal(size=(N, 3)),
        mask=(random.uniform(size=(N, K)) < 0.6).astype(float),
        embedding=0.5 * random.normal(size=(N, K)), embedding2=0.5 * random.normal(size=(N, K)),
        similarity=np.array([1, -1, -1, 1, -1, -1.0]),
        scales=np.array([0, 3.0, np.pi, 0, 2.1]),
        points=random.normal(size=(N, 12)), points2=random.normal(size=(N, 12)),
        directions=(lambda d: d / np.linalg.norm(d, axis=-1, keepdims=True))(
            random.normal(size=(7, 3))),
    )
    data["positive"][1, 1] = -0.5  # below MSLE's epsilon
    data["mask"][2] = 0  # an event without anything
    data["one_hot"] = np.eye(K)[data["labels"]]
    return data


def pytorch(data):
    import torch
    import torch.nn.functional as F
    t = {k: torch.tensor(v) for k, v in data.items()}
    arrays = {}

    def case(name, names, loss):
        leaves = [t[n].clone().requires_grad_() for n in names]
        value = loss(*leaves)
        (value * t["seeds"]).sum().backward()
        arrays[name + "_loss"] = value.detach().numpy()
        for i, leaf in enumerate(leaves):
            arrays[name + "_gradient" + ("" if i == 0 else str(i + 1))] = leaf.grad.numpy()

    def divergence(m, l):
        normal = torch.distributions.Normal
        return torch.distributions.kl_divergence(
            normal(m, torch.exp(0.5 * l)), normal(torch.zeros_like(m), torch.ones_like(m)))

    def beta_vae(x, m, l):
        scales = t["scales"]
        bounded = torch.where(scales == 0, x, scales * torch.tanh(x))
        reconstruction = (t["mask"] * (bounded - t["targets"]) ** 2).mean(-1)
        return 0.2 * reconstruction + 0.8 * divergence(m, l).mean(-1)

    def sliced(order):
        def loss(x):
            a, b = x.reshape(N, 4, 3), t["points2"].reshape(N, 4, 3)
            a = (a @ t["directions"].T).sort(1).values
            b = (b @ t["directions"].T).sort(1).values
            return (a - b).abs().pow(order).mean((1, 2))
        return loss

    def squared_margin(a, b):
        d = F.pairwise_distance(a, b, eps=0)
        return torch.where(t["similarity"] > 0, d**2, F.relu(1.5 - d) ** 2)

    none = dict(reduction="none")
    kept = t["mask"].sum(-1).clamp(min=1)
    case("mse", ["values"], lambda x: F.mse_loss(x, t["targets"], **none).mean(-1))
    case("mse_masked", ["values"],
         lambda x: (t["mask"] * F.mse_loss(x, t["targets"], **none)).mean(-1))
    case("mse_kept", ["values"],
         lambda x: (t["mask"] * F.mse_loss(x, t["targets"], **none)).sum(-1) / kept)
    case("mae", ["values"], lambda x: F.l1_loss(x, t["targets"], **none).mean(-1))
    case("huber", ["values"], lambda x: F.huber_loss(x, t["targets"], delta=0.7, **none).mean(-1))
    case("bce_logits", ["logits"],
         lambda x: F.binary_cross_entropy_with_logits(x, t["soft"], **none).mean(-1))
    case("bce", ["probabilities"],
         lambda x: F.binary_cross_entropy(x, t["soft"], **none).mean(-1))
    case("cce_logits_labels", ["logits"], lambda x: F.cross_entropy(x, t["labels"], **none))
    case("cce_logits_smooth", ["logits"],
         lambda x: F.cross_entropy(x, t["labels"], label_smoothing=0.2, **none))
    case("cce_logits", ["logits"], lambda x: F.cross_entropy(x, t["distribution"], **none))
    case("kl", ["other_distribution"],
         lambda x: F.kl_div(x.log(), t["distribution"], **none).sum(-1))
    case("gaussian_kl", ["mu", "log_variance"], lambda m, l: divergence(m, l).sum(-1))
    case("gaussian_kl_mean", ["mu", "log_variance"], lambda m, l: divergence(m, l).mean(-1))
    case("beta_vae", ["values", "mu", "log_variance"], beta_vae)
    case("contrastive_hinge", ["embedding", "embedding2"], lambda a, b: F.hinge_embedding_loss(
        ((a - b) ** 2).sum(-1), t["similarity"], margin=1.5, **none))
    case("contrastive_margin", ["embedding", "embedding2"], squared_margin)
    case("sliced_1", ["points"], sliced(1))
    case("sliced_2", ["points"], sliced(2))
    case("sampling", ["mu", "log_variance"],
         lambda m, l: (m + torch.exp(0.5 * l) * t["values"][:, :3]).sum(-1))
    return arrays, "torch " + torch.__version__


def keras3(data):
    import keras
    import keras.src.ops
    import tensorflow as tf
    keras.config.set_floatx("float64")
    log = keras.ops.log
    # Keras takes its ln 2 from float32; here it keeps its bits.
    keras.src.ops.log = lambda x: np.log(x) if isinstance(x, float) else log(x)
    L = keras.losses
    t = {k: tf.constant(v) for k, v in data.items()}
    arrays = {}

    def case(name, prediction, target, loss):
        with tf.GradientTape() as tape:
            x = tf.Variable(t[prediction])
            value = loss(t[target], x)
            total = tf.reduce_sum(value * t["seeds"])
        arrays[name + "_loss"] = value.numpy()
        arrays[name + "_gradient"] = tf.convert_to_tensor(tape.gradient(total, x)).numpy()

    case("mse", "values", "targets", L.mean_squared_error)
    case("mae", "values", "targets", L.mean_absolute_error)
    case("msle", "positive", "positive_targets", L.mean_squared_logarithmic_error)
    case("log_cosh", "values", "targets", L.log_cosh)
    case("huber", "values", "targets", lambda y, x: L.huber(y, x, delta=0.7))
    case("hinge", "values", "binary", L.hinge)
    case("squared_hinge", "values", "binary", L.squared_hinge)
    case("kl", "other_distribution", "distribution", L.kl_divergence)
    case("bce", "probabilities", "soft", L.binary_crossentropy)
    case("bce_smooth", "probabilities", "binary",
         lambda y, x: L.binary_crossentropy(y, x, label_smoothing=0.1))
    case("bce_logits", "logits", "soft", lambda y, x: L.binary_crossentropy(y, x, from_logits=True))
    case("cce", "probabilities", "one_hot", L.categorical_crossentropy)
    case("cce_smooth", "probabilities", "one_hot",
         lambda y, x: L.categorical_crossentropy(y, x, label_smoothing=0.2))
    case("cce_logits", "logits", "one_hot",
         lambda y, x: L.categorical_crossentropy(y, x, from_logits=True))
    case("cce_logits_labels", "logits", "labels",
         lambda y, x: L.sparse_categorical_crossentropy(y, x, from_logits=True))
    case("focal", "probabilities", "binary", L.binary_focal_crossentropy)
    case("focal_alpha", "probabilities", "soft", lambda y, x: L.binary_focal_crossentropy(
        y, x, apply_class_balancing=True, alpha=0.3, gamma=1.5))
    case("focal_logits", "values", "binary", lambda y, x: L.binary_focal_crossentropy(
        y, x, apply_class_balancing=True, alpha=0.3, from_logits=True))
    # Probabilities that the clip holds back: values only matter where the gradient is 0.
    t["extreme"] = tf.constant(np.tile([0.0, 1.0, 1e-9, 1 - 1e-9, 0.5], (N, 1)))
    case("bce_clipped", "extreme", "binary", L.binary_crossentropy)
    arrays["extreme"] = t["extreme"].numpy()
    return arrays, "keras " + keras.__version__


framework, folder = sys.argv[1], sys.argv[2]
data = inputs()
arrays, version = {"pytorch": pytorch, "keras3": keras3}[framework](data)
np.savez_compressed(f"{folder}/losses-{framework}.npz", **data, **arrays)
print(version, len(arrays))
