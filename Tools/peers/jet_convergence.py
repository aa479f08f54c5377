#!/usr/bin/env python3
"""Validation loss per epoch of a small jet classifier trained with PyTorch, five seeds.

    pip install torch numpy
    python jet_convergence.py jets.npz [--out jet-convergence.json] [--seeds 1 2 3 4 5] [--epochs 20]

jets.npz comes from Tools/jets/make_jets.py. What is trained, so that another program can do the same:
- split by index: the first 80 % of the rows train, the rest validate; features standardised with the mean and
  standard deviation (divided by N) of the training rows, computed in float64;
- 16-64-32-32-3, ReLU, softmax cross-entropy (mean), Glorot-uniform weights, zero biases;
- Adam 1e-3 with Keras' constants (0.9, 0.999, epsilon 1e-7 where Keras puts it, see `KerasAdam`), batch 1024, rows
  reshuffled every epoch, the last, smaller batch used;
- after each epoch the mean cross-entropy and the accuracy over the validation rows.
"""
import argparse
import hashlib
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn

WIDTHS = (16, 64, 32, 32, 3)


class KerasAdam(torch.optim.Optimizer):
    """alpha_t = lr sqrt(1 - b2^t) / (1 - b1^t); w -= alpha_t m / (sqrt(v) + epsilon)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), epsilon=1e-7):
        super().__init__(parameters, dict(lr=lr, betas=betas, epsilon=epsilon))
        self.count = 0

    @torch.no_grad()
    def step(self):
        self.count += 1
        for group in self.param_groups:
            b1, b2 = group["betas"]
            alpha = group["lr"] * np.sqrt(1 - b2 ** self.count) / (1 - b1 ** self.count)
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["m"], state["v"] = torch.zeros_like(p), torch.zeros_like(p)
                m, v = state["m"], state["v"]
                m.lerp_(p.grad, 1 - b1)
                v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                p.addcdiv_(m, v.sqrt().add_(group["epsilon"]), value=-alpha)


def network():
    layers = []
    for a, b in zip(WIDTHS, WIDTHS[1:]):
        layer = nn.Linear(a, b)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(seed, data, epochs):
    x, y, x_val, y_val = data
    torch.manual_seed(seed)
    net = network().to(x.device)
    optimiser = KerasAdam(net.parameters())
    generator = torch.Generator().manual_seed(seed)
    losses, accuracies = [], []
    for _ in range(epochs):
        for rows in torch.randperm(len(x), generator=generator).split(1024):
            optimiser.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimiser.step()
        with torch.no_grad():
            logits = net(x_val).double()
            losses.append(round(float(nn.functional.cross_entropy(logits, y_val)), 7))
            accuracies.append(round(float((logits.argmax(1) == y_val).double().mean()), 6))
    return losses, accuracies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jets", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_name("jet-convergence.json"))
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with np.load(options.jets) as file:
        x, y = file["x"], file["y"]
    split = len(x) * 4 // 5
    mean, deviation = x[:split].mean(0, dtype=np.float64), x[:split].std(0, dtype=np.float64)
    x = ((x - mean) / deviation).astype(np.float32)
    data = [torch.tensor(v) for v in (x[:split], y[:split], x[split:], y[split:])]
    runs = []
    for seed in options.seeds:
        start = time.perf_counter()
        losses, accuracies = train(seed, data, options.epochs)
        runs.append({"seed": seed, "validation_loss": losses, "validation_accuracy": accuracies})
        print(f"seed {seed}: loss {losses[-1]:.5f}, accuracy {accuracies[-1]:.4f}, {time.perf_counter() - start:.0f} s",
              flush=True)
    last = np.array([r["validation_loss"][-1] for r in runs])
    result = {
        "what": "16-64-32-32-3, ReLU, softmax cross-entropy, Keras' Adam 1e-3, batch 1024, Glorot uniform; see jet_convergence.py",
        "torch": torch.__version__, "jets": len(x), "training_rows": split,
        # Of the arrays, not of the file: compression may differ.
        "sha256_of_y": hashlib.sha256(y.astype("<i8").tobytes()).hexdigest(),
        "feature_means": mean.tolist(), "feature_deviations": deviation.tolist(),
        "final_loss_mean": float(last.mean()), "final_loss_deviation": float(last.std(ddof=1)) if len(last) > 1 else None,
        "runs": runs}
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(f"mean {last.mean():.5f}, standard deviation over seeds {last.std(ddof=1):.5f}")


if __name__ == "__main__":
    main()
