"""Writes Tests/MetricsTests/Golden/metrics.npz with scikit-learn, SciPy and NumPy.

python make_metrics.py OUTPUT-FOLDER
"""
import sys

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn import metrics as m

random = np.random.default_rng(20261121)
N = 120
arrays = {}

# Scores on a coarse grid, so that there are ties between and within the classes.
labels = random.integers(0, 2, N)
scores = np.round(random.normal(size=N) + 0.8 * labels, 1)
weights = random.uniform(0.1, 3, N)
arrays |= dict(labels=labels, scores=scores, weights=weights)
for name, w in [("", None), ("_weighted", weights)]:
    fpr, tpr, thresholds = m.roc_curve(labels, scores, sample_weight=w, drop_intermediate=False)
    arrays |= {"fpr" + name: fpr, "tpr" + name: tpr, "thresholds" + name: thresholds}
    arrays["auc" + name] = m.roc_auc_score(labels, scores, sample_weight=w)
    arrays["average_precision" + name] = m.average_precision_score(
        labels, scores, sample_weight=w)
    arrays["tpr_at" + name] = np.interp([0.01, 0.1, 0.37], fpr, tpr)

classes = random.integers(0, 4, N)
table = random.normal(size=(N, 4))
table[np.arange(N), classes] += 1
predicted = table.argmax(1)
arrays |= dict(classes=classes, table=table)
arrays["confusion"] = m.confusion_matrix(classes, predicted).astype(float)
arrays["confusion_weighted"] = m.confusion_matrix(classes, predicted, sample_weight=weights)
arrays["accuracy_weighted"] = m.accuracy_score(classes, predicted, sample_weight=weights)
arrays["top2_weighted"] = m.top_k_accuracy_score(classes, table, k=2, sample_weight=weights)
precision, recall, f1, _ = m.precision_recall_fscore_support(
    classes, predicted, sample_weight=weights)
arrays |= dict(precision_weighted=precision, recall_weighted=recall, f1_weighted=f1)
arrays["binary_accuracy"] = m.accuracy_score(labels, scores > 0.4)

truth = 50 + 20 * random.normal(size=N)
estimate = truth + 3 * random.standard_t(3, size=N) + 1
arrays |= dict(truth=truth, estimate=estimate)
residual = estimate - truth
for name, w in [("", None), ("_weighted", weights)]:
    mean = np.average(residual, weights=w)
    arrays["regression" + name] = np.array([
        m.mean_absolute_error(truth, estimate, sample_weight=w),
        np.sqrt(m.mean_squared_error(truth, estimate, sample_weight=w)),
        mean,
        np.sqrt(np.average((residual - mean) ** 2, weights=w)),
        m.r2_score(truth, estimate, sample_weight=w),
    ])
levels = [0, 0.05, 0.25, 0.5, 0.77, 1]
arrays["quantile_levels"] = np.array(levels)
arrays["quantiles"] = np.quantile(residual, levels)
low, high = scipy.stats.norm.cdf([-1, 1])
arrays["core_width"] = (np.quantile(residual, high) - np.quantile(residual, low)) / 2

np.savez_compressed(sys.argv[1] + "/metrics.npz", **{k: np.asarray(v) for k, v in arrays.items()})
print("scikit-learn", sklearn.__version__, "scipy", scipy.__version__, "numpy", np.__version__)
