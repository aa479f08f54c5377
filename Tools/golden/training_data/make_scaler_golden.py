"""Makes scalers.npz, against which the scalers of WinnowTraining are tested.

    python3 make_scaler_golden.py

in this folder, with NumPy and scikit-learn; seed 20261121. The file goes to
Tests/TrainingTests/Golden/Data.
"""

from pathlib import Path

import numpy as np
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler

folder = Path(__file__).resolve().parents[3] / "Tests/TrainingTests/Golden/Data"
random = np.random.default_rng(20261121)
count = 120
x = np.stack(
    [
        random.lognormal(3, 1, count),  # a transverse momentum
        random.normal(1e6, 1, count),  # a large mean: cancels in a one-pass variance
        np.full(count, 2.5),  # constant
        random.uniform(-np.pi, np.pi, count),
    ],
    axis=1,
)
arrays = {"x": x}


def add(name, scaler, attributes):
    arrays[f"{name}_y"] = scaler.fit_transform(x)
    for attribute in attributes:
        arrays[f"{name}_{attribute}"] = getattr(scaler, attribute + "_")


add("standard", StandardScaler(), ["mean", "scale"])
add("robust", RobustScaler(), ["center", "scale"])
add("robust10", RobustScaler(quantile_range=(10, 90)), ["center", "scale"])
add("minmax", MinMaxScaler((-1, 1)), ["data_min", "data_max"])
for output in ["uniform", "normal"]:
    transformer = QuantileTransformer(n_quantiles=16, output_distribution=output)
    add(output, transformer, ["quantiles"])
    # At the knots themselves, where the tables of Winnow and scikit-learn agree for any output.
    arrays[f"{output}_knots"] = transformer.transform(transformer.quantiles_)
np.savez(folder / "scalers.npz", **arrays)
