"""Writes the NumPy files of this folder. Run: python3 make_golden.py"""

import os

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))

integers = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
types = {}
for order, word in [("<", "little"), (">", "big")]:
    for code in integers:
        limits = np.iinfo(code)
        types[f"{word}_{code}"] = np.array([limits.min, 0, 1, limits.max], dtype=order + code)
    for code in ["f4", "f8"]:
        types[f"{word}_{code}"] = np.array([-0.0, 1.5, 2.0**-20 / 3, np.inf], dtype=order + code)
types["bool"] = np.array([True, False, True])
np.savez_compressed("types.npz", **types)
np.savez("stored.npz", x=np.arange(6, dtype="<i2").reshape(2, 3), y=np.float32(0.25))
np.savez("empty.npz")

cube = np.arange(24).reshape(2, 3, 4)
np.save("fortran.npy", np.asfortranarray(cube.astype(">f8")))
for major in [1, 2, 3]:
    with open(f"version{major}.npy", "wb") as file:
        np.lib.format.write_array(file, cube.astype("<u2"), version=(major, 0))
np.save("scalar.npy", np.int64(-7))
np.save("zero.npy", np.zeros((0, 3), dtype="<f4"))

np.save("structured.npy", np.zeros(2, dtype=[("pt", "<f4"), ("eta", "<f4")]))
np.save("object.npy", np.array([None, 1], dtype=object), allow_pickle=True)
np.save("text.npy", np.array(["jet", "muon"]))
np.save("complex.npy", np.zeros(2, dtype="<c8"))
np.save("half.npy", np.zeros(2, dtype="<f2"))
