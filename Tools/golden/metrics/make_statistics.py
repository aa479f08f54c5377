"""Writes Tests/MetricsTests/Golden/statistics.npz with SciPy and NumPy.

python make_statistics.py OUTPUT-FOLDER
"""
import sys

import numpy as np
import scipy
from scipy import optimize, special, stats

random = np.random.default_rng(20261122)
arrays = {}

# Clopper and Pearson's intervals.
cases = np.array([(0, 1), (0, 100), (1, 100), (50, 100), (99, 100), (100, 100), (3, 1_000_000), (13, 40), (999_000, 1_000_000)])
for name, level in [("", special.erf(1 / np.sqrt(2))), ("_95", 0.95)]:
    # binomtest(...).proportion_ci inverts to 2e-12 only; the quantiles behind it are exact.
    outside = (1 - level) / 2
    arrays["interval" + name] = np.array([
        (0 if k == 0 else stats.beta.ppf(outside, k, n - k + 1),
         1 if k == n else stats.beta.ppf(1 - outside, k + 1, n - k)) for k, n in cases])
arrays["cases"] = cases
arrays["upper_95"] = np.array([1 if k == n else stats.beta.ppf(0.95, k + 1, n - k) for k, n in cases])

# The area and its variance, from the definition: all pairs.
signal, background = random.normal(1, 1, 80).round(1), random.normal(0, 1, 130).round(1)
kernel = np.where(signal[:, None] > background, 1.0, np.where(signal[:, None] == background, 0.5, 0))
variance = kernel.mean(1).var(ddof=1) / len(signal) + kernel.mean(0).var(ddof=1) / len(background)
arrays |= dict(signal=signal, background=background, area=np.array([kernel.mean(), np.sqrt(variance)]))
arrays["mann_whitney"] = np.array([stats.mannwhitneyu(signal, background).statistic / kernel.size])

# Histograms with weights, edges hit exactly.
x, y, w = random.normal(0, 2, 500).round(1), random.normal(0, 1, 500), random.uniform(-0.5, 2, 500)
edges = np.array([-3, -1.5, 0, 0.3, 2, 4])
arrays |= dict(x=x, y=y, w=w, edges=edges)
arrays["uniform"] = np.histogram(x, 12, (-3, 3), weights=w)[0]
arrays["uniform_squares"] = np.histogram(x, 12, (-3, 3), weights=w * w)[0]
arrays["edged"] = np.histogram(x, edges, weights=w)[0]
arrays["plane"] = np.histogram2d(x, y, [edges, np.linspace(-2, 2, 6)], weights=w)[0]
mean = stats.binned_statistic(x, y, "mean", edges)
arrays["profile_mean"] = mean.statistic
arrays["profile_spread"] = stats.binned_statistic(x, y, "std", edges).statistic
positive = np.abs(w)
inside = (x >= edges[0]) & (x <= edges[-1])
place = np.clip(np.digitize(x, edges) - 1, 0, len(edges) - 2)
arrays["profile_weighted"] = np.array(
    [np.average(y[inside & (place == b)], weights=positive[inside & (place == b)]) for b in range(len(edges) - 1)])

# A Gaussian fitted to a histogram.
values = np.concatenate([random.normal(1.5, 0.7, 4000), random.uniform(-3, 6, 300)])
counts, bins = np.histogram(values, 60, (-3, 6))
centers = (bins[1:] + bins[:-1]) / 2
kept = (counts > 0) & (centers >= 0.2) & (centers <= 2.8)
shape = lambda t, a, m, s: a * np.exp(-((t - m) ** 2) / (2 * s * s))
best, covariance = optimize.curve_fit(
    shape, centers[kept], counts[kept], [400, 1, 1], np.sqrt(counts[kept]), absolute_sigma=True, xtol=1e-15, ftol=1e-15, gtol=1e-15)
away = (counts[kept] - shape(centers[kept], *best)) / np.sqrt(counts[kept])
arrays |= dict(fitted=values, fit=np.concatenate([best, np.sqrt(np.diag(covariance))[1:], [np.sum(away**2)]]))

np.savez_compressed(sys.argv[1] + "/statistics.npz", **{k: np.asarray(v, float) for k, v in arrays.items()})
print("SciPy", scipy.__version__, "NumPy", np.__version__)
