"""NanoAOD files, block by block, and HDF5 files written whole or not at all."""
import contextlib
import os

import awkward as ak
import h5py
import numpy as np
import uproot


class ConversionError(Exception):
    """One sentence: what, where, what to do."""


def blocks(paths, wanted, optional, rows):
    """Yields the path, the optional branches that are there and an awkward record of branches."""
    for path in paths:
        try:
            with uproot.open(path) as file:
                if "Events" not in file:
                    raise ConversionError(
                        f"'{path}' has no tree 'Events'; give a NanoAOD file")
                tree = file["Events"]
                present = set(tree.keys())
                missing = [name for name in wanted if name not in present]
                if missing:
                    raise ConversionError(
                        f"'{path}' has no branch '{missing[0]}'; --help tells what is read, and "
                        "README.md which NanoAOD has it")
                extra = [name for name in optional if name in present]
                for block in tree.iterate(list(wanted) + extra, step_size=rows):
                    yield path, extra, block
        except ConversionError:
            raise
        except Exception as error:  # uproot has many for damaged files
            words = (str(error).strip() or type(error).__name__).split("\n")[0]
            raise ConversionError(
                f"'{path}' cannot be read ({words}); copy or fetch the file again") from error


def finite(path, name, values):
    """The values as float64, all of them numbers."""
    values = np.asarray(values, np.float64)
    if not np.isfinite(values).all():
        raise ConversionError(f"'{name}' of '{path}' holds a value that is no number")
    return values


def flat(path, block, names, keep):
    """The kept objects' event numbers in the block, and their columns."""
    counts = ak.to_numpy(ak.num(block[names[0]]))
    for name in names[1:]:
        if not np.array_equal(counts, ak.to_numpy(ak.num(block[name]))):
            raise ConversionError(
                f"'{names[0]}' and '{name}' of '{path}' have different numbers of objects")
    event = np.repeat(np.arange(len(counts)), counts)
    columns = [finite(path, name, ak.to_numpy(ak.flatten(block[name]))) for name in names]
    mask = keep(columns)
    return event[mask], [column[mask] for column in columns]


def append(file, name, values, compression=1):
    """Appends rows to a dataset, which the first call makes."""
    if name not in file:
        file.create_dataset(
            name, data=values, maxshape=(None,) + values.shape[1:], compression="gzip",
            compression_opts=compression, shuffle=True, chunks=(4096,) + values.shape[1:],
            track_times=False)
        return
    data = file[name]
    data.resize(len(data) + len(values), axis=0)
    if len(values):
        data[len(data) - len(values):] = values


@contextlib.contextmanager
def written_whole(output):
    """An HDF5 file that appears under its name only if the body ends well."""
    temporary = output + ".part"
    try:
        with h5py.File(temporary, "w") as file:
            yield file
        os.replace(temporary, output)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
