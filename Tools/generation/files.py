"""Files of events: blocks on the way, and the whole as NPZ or HDF5.  Equal input, equal bytes."""

import json
import os
import zipfile

import numpy as np

from records import COLUMNS, EVENT, PARTICLE, TRUTH, WIDTHS

# The counts of a block become the offsets of the file.
OFFSETS = {"count": "offset", "truth_count": "truth_offset"}
ORDER = ["offset", *EVENT, *PARTICLE, "truth_offset", *TRUTH, "metadata"]
EPOCH = (1980, 1, 1, 0, 0, 0)


def array_of(name, values):
    array = np.frombuffer(values, dtype="<" + COLUMNS[name]) if len(values) else np.zeros(
        0, "<" + COLUMNS[name])
    return array.reshape(-1, WIDTHS[name]) if name in WIDTHS else array


def write_block(path, record, statistics):
    """Writes a finished block under a temporary name, then renames it."""
    temporary = f"{path}.{os.getpid()}.new"
    arrays = {name: array_of(name, values) for name, values in record.columns.items()}
    text = json.dumps(statistics, sort_keys=True).encode()
    with open(temporary, "wb") as file:
        np.savez(file, statistics=np.frombuffer(text, np.uint8), **arrays)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)


class Blocks:
    """The finished blocks of a job, read one column at a time."""

    def __init__(self, paths):
        self.paths = paths
        self.columns = {name: self.joined(name) for name in OFFSETS}

    def joined(self, name):
        return np.concatenate([part for part in self.parts(name)])

    def parts(self, name):
        for path in self.paths:
            with np.load(path) as block:
                yield block[name]

    def statistics(self):
        for path in self.paths:
            with np.load(path) as block:
                yield json.loads(block["statistics"].tobytes())

    def rows(self, name):
        if name in TRUTH:
            return int(self.columns["truth_count"].sum())
        if name in PARTICLE:
            return int(self.columns["count"].sum())
        return len(self.columns["count"])

    def column(self, name, metadata):
        """(element type, shape, chunks) of a column of the file."""
        if name == "metadata":
            return np.dtype("u1"), (len(metadata),), [np.frombuffer(metadata, np.uint8)]
        for count, offset in OFFSETS.items():
            if name == offset:
                sums = np.concatenate([[0], np.cumsum(self.columns[count], dtype=np.int64)])
                kind = np.dtype("<i4" if sums[-1] < 2**31 else "<i8")
                return kind, sums.shape, [sums.astype(kind)]
        shape = (self.rows(name), WIDTHS[name]) if name in WIDTHS else (self.rows(name),)
        return np.dtype("<" + COLUMNS[name]), shape, self.parts(name)


def write_npz(path, blocks, metadata):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in ORDER:
            kind, shape, parts = blocks.column(name, metadata)
            entry = zipfile.ZipInfo(name + ".npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            large = int(np.prod(shape, dtype=np.int64)) * kind.itemsize > 1 << 30
            with archive.open(entry, "w", force_zip64=large) as file:
                np.lib.format.write_array_header_1_0(
                    file, {"descr": kind.str, "fortran_order": False, "shape": shape})
                for part in parts:
                    file.write(np.ascontiguousarray(part).tobytes())


def write_hdf5(path, blocks, metadata):
    import h5py

    with h5py.File(path, "w", libver="earliest") as file:
        for name in ORDER:
            kind, shape, parts = blocks.column(name, metadata)
            # HDF5 has no pieces of an empty dataset.
            pieces = {} if shape[0] == 0 else {
                "chunks": (min(shape[0], 16384), *shape[1:]), "compression": "gzip",
                "compression_opts": 4, "shuffle": True}
            dataset = file.create_dataset(name, shape, kind, track_times=False, **pieces)
            start = 0
            for part in parts:
                if len(part):
                    dataset[start : start + len(part)] = part
                start += len(part)


def write_whole(path, blocks, metadata):
    """Writes the file under a temporary name beside it, then renames it."""
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.new")
    try:
        (write_hdf5 if name.endswith((".h5", ".hdf5")) else write_npz)(temporary, blocks, metadata)
        os.rename(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
