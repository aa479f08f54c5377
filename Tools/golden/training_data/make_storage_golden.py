"""Makes the HDF5 and NPZ files against which the readers of WinnowTensors are tested.

    python3 make_storage_golden.py

in this folder, with NumPy and h5py; no random numbers. The files go to Tests/TensorsTests/Golden.
"""

from pathlib import Path

import h5py
import numpy as np

folder = Path(__file__).resolve().parents[3] / "Tests/TensorsTests/Golden"


def particles(count):
    """Element (i, o, k) is 100 i + 4 o + k + 1/4: exact in float32."""
    i, o, k = np.meshgrid(np.arange(count), np.arange(19), np.arange(4), indexing="ij")
    return 100.0 * i + 4.0 * o + k + 0.25


# The layout of the public Level-1 anomaly detection files.
with h5py.File(folder / "anomaly.h5", "w") as file:
    file.create_dataset("Particles", data=particles(40), chunks=(16, 19, 4), compression="gzip")
    names = ["Pt", "Eta", "Phi", "Class"]
    file.create_dataset("Particles_Names", data=names, dtype=h5py.string_dtype())
    classes = ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"]
    file.create_dataset("Particles_Classes", data=np.array(classes, dtype="S"))
    file.create_dataset("EvtId", data=np.arange(40, dtype=np.int64) * 1_000_000_007)

kinds = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
with h5py.File(folder / "types.h5", "w") as file:
    for kind in kinds:
        for name, order in [("little", "<"), ("big", ">")]:
            values = np.array([[0, 1, 2], [100, 101, 127]]).astype(order + kind)
            file.create_dataset(f"{name}/{kind}", data=values)
    file.create_dataset("bool", data=np.array([True, False, True]))
    file.create_dataset("scalar", data=np.int32(-7))
    file.create_dataset("none", data=np.zeros((0, 3), np.float32))
    file.create_dataset("null", data=h5py.Empty("f4"))
    file.create_dataset("compound", data=np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
    file.create_dataset("large", data=np.array([2**64 - 1, 2**53 + 1], np.uint64))
    file.create_dataset("utf8", data=["η", "", "Δφ"], dtype=h5py.string_dtype())
    fixed = h5py.h5t.TypeID.copy(h5py.h5t.C_S1)
    fixed.set_size(4)
    fixed.set_strpad(h5py.h5t.STR_SPACEPAD)
    space = h5py.h5s.create_simple((2,))
    text = h5py.h5d.create(file.id, b"padded", fixed, space)
    text.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab  ", b"cdef"], "S4"), mtype=fixed)
    file.create_dataset("latin", data=np.array([b"\xe9"], "S1"))
    file["loop"] = file["/"]
    file["soft"] = h5py.SoftLink("/scalar")
    file["outside"] = h5py.ExternalLink("missing.h5", "/x")

i = np.arange(24).reshape(6, 4)
arrays = {kind: i.astype(kind) for kind in kinds} | {"b1": i % 2 == 0, "big": i.astype(">f4")}
np.savez(folder / "rows.npz", **arrays)
np.savez_compressed(folder / "rows_compressed.npz", f4=i.astype("f4"))
