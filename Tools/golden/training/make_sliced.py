"""Writes Tests/TrainingTests/Golden/Losses/sliced-scipy.npz: the sliced distance of order 1 of the
loss fixtures' points, from SciPy's one-dimensional distance.

python make_sliced.py Tests/TrainingTests/Golden/Losses
"""
import sys

import numpy as np
import scipy.stats

losses = np.load(sys.argv[1] + "/losses-pytorch.npz")
a, b = losses["points"].reshape(-1, 4, 3), losses["points2"].reshape(-1, 4, 3)
sliced = [
    np.mean([scipy.stats.wasserstein_distance(x @ d, y @ d) for d in losses["directions"]])
    for x, y in zip(a, b)]
np.savez_compressed(sys.argv[1] + "/sliced-scipy.npz", sliced_1=np.array(sliced))
print("SciPy", scipy.__version__)
