#!/usr/bin/env python3
"""Turn CMS's public Level-1 objects (Parquet) into the HDF5 layout of Winnow's LevelOneEventFile.

The input is the layout of the data set CERN/anomaly_detection_cmsl1t (DOI 10.5281/zenodo.21787779,
CC0): a row per event, lists of integers in hardware units per kind of object.  The output has
`Particles` [events, 19, 4] of pT (GeV), eta, phi, class: missing momentum, 4 electrons (e/gamma),
4 muons, 10 jets, each kind in falling pT, absent ones zero; `Weights`, all 1; `Label` and `L1bit`
where the input has them.

    convert_cmsl1t.py data/ZB_run396102/train-*.parquet -o zero-bias.h5
    convert_cmsl1t.py --test

Events whose `order` is -1 (removed by the data set's authors: saturated) are left out and counted.
Needs pyarrow, h5py and NumPy.  Memory: one batch of rows.
"""
import argparse
import os
import sys

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

# Steps of the trigger's words (CMSSW L1TriggerScouting/Utilities, conversion.h).
PT, ETA_CALO, ETA_MUON = 0.5, 0.0870 / 2, 0.0870 / 8
PHI_CALO, PHI_MUON = 144, 576
# class number, first row, rows, columns of pT, eta, phi (None: none), counts of phi, step of eta,
# count of pT that stands for 0 GeV
KINDS = [
    (1, 0, 1, ("MET_Et", None, "MET_phi"), PHI_CALO, ETA_CALO, 0),
    (2, 1, 4, ("egammas_egIEt", "egammas_egIEta", "egammas_egIPhi"), PHI_CALO, ETA_CALO, 0),
    (3, 5, 4, ("muons_muonIEt", "muons_muonIEtaAtVtx", "muons_muonIPhiAtVtx"),
     PHI_MUON, ETA_MUON, 1),
    (4, 9, 10, ("jets_jetIEt", "jets_jetIEta", "jets_jetIPhi"), PHI_CALO, ETA_CALO, 0),
]
EXTRA = {"label": "Label", "L1bit": "L1bit"}


class ConversionError(Exception):
    pass


def jagged(batch, name):
    """Offsets and values of a list column; a column of plain numbers is a list of one each."""
    column = batch.column(name)
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        if column.null_count:
            raise ConversionError(f"column '{name}' has rows without a list")
        offsets = column.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
        values = column.values.to_numpy(zero_copy_only=False)[offsets[0]:offsets[-1]]
        offsets = offsets - offsets[0]
    else:
        values = column.to_numpy(zero_copy_only=False)
        offsets = np.arange(len(values) + 1)
    if len(values) and not np.isfinite(np.asarray(values, float)).all():
        raise ConversionError(f"column '{name}' holds a value that is no number")
    return offsets, np.asarray(values, float)


def particles(batch):
    result = np.zeros((batch.num_rows, 19, 4))
    for number, first, rows, names, turn, eta_step, zero in KINDS:
        offsets, pt = jagged(batch, names[0])
        others = []
        for name in names[1:]:
            if name is None:
                others.append(np.zeros_like(pt))
                continue
            theirs, values = jagged(batch, name)
            if not np.array_equal(theirs, offsets):
                raise ConversionError(
                    f"columns '{names[0]}' and '{name}' have lists of different lengths")
            others.append(values)
        eta, phi = others
        event = np.repeat(np.arange(batch.num_rows), np.diff(offsets))
        if number != 1:  # no count, no object; the missing momentum is always there
            keep = pt > 0
            event, pt, eta, phi = event[keep], pt[keep], eta[keep], phi[keep]
        order = np.lexsort((phi, eta, -pt, event))
        event, pt, eta, phi = event[order], pt[order], eta[order], phi[order]
        place = np.arange(len(event)) - np.searchsorted(event, event)
        keep = place < rows
        event, place = event[keep], place[keep]
        phi = phi[keep] % turn
        phi = np.where(phi >= turn / 2, phi - turn, phi) * (2 * np.pi / turn)
        target = result[event, first + place]
        target[:, 0] = PT * np.maximum(pt[keep] - zero, 0)
        target[:, 1] = eta_step * eta[keep]
        target[:, 2] = phi
        target[:, 3] = number
        result[event, first + place] = target
    return result


def append(file, name, values):
    if name not in file:
        file.create_dataset(
            name, data=values, maxshape=(None,) + values.shape[1:], compression="gzip",
            compression_opts=4, chunks=(min(max(len(values), 1), 4096),) + values.shape[1:])
        return
    data = file[name]
    data.resize(len(data) + len(values), axis=0)
    data[len(data) - len(values):] = values


def convert(inputs, output, rows=65536):
    """Write `output` whole or not at all; return the events written and left out."""
    written = left_out = 0
    temporary = output + ".part"
    try:
        with h5py.File(temporary, "w") as file:
            for path in inputs:
                source = pq.ParquetFile(path)
                present = set(source.schema_arrow.names)
                wanted = [name for kind in KINDS for name in kind[3] if name]
                missing = [name for name in wanted if name not in present]
                if missing:
                    raise ConversionError(
                        f"'{path}' has no column '{missing[0]}'; it holds "
                        + ", ".join(sorted(present)))
                extra = [name for name in EXTRA if name in present]
                order = ["order"] if "order" in present else []
                for batch in source.iter_batches(rows, columns=wanted + extra + order):
                    if order:
                        offsets, values = jagged(batch, "order")
                        if not np.array_equal(offsets, np.arange(batch.num_rows + 1)):
                            raise ConversionError(f"'order' of '{path}' is not one number a row")
                        keep = values != -1
                        left_out += int((~keep).sum())
                        batch = batch.filter(pa.array(keep))
                    append(file, "Particles", particles(batch))
                    append(file, "Weights", np.ones(batch.num_rows))
                    for name in extra:
                        offsets, values = jagged(batch, name)
                        if len(values) != batch.num_rows:
                            raise ConversionError(f"'{name}' of '{path}' is not one number a row")
                        append(file, EXTRA[name], values.astype(np.int32))
                    written += batch.num_rows
            file["Particles_Names"] = np.array(["Pt", "Eta", "Phi", "Class"], "S")
            file["Particles_Classes"] = np.array(
                ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"], "S")
        if written == 0:
            raise ConversionError("no events were left to write")
        os.replace(temporary, output)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
    return written, left_out


def test():
    """Three events made here, one removed; numbers worked out by hand from the steps."""
    import tempfile
    i = pa.list_(pa.int32())
    table = pa.table({
        "MET_Et": pa.array([[61], [0], [10]], i), "MET_phi": pa.array([[143], [0], [1]], i),
        "egammas_egIEt": pa.array([[20, 50, 50, 8, 6, 4], [], [1]], i),
        "egammas_egIEta": pa.array([[1, 20, -20, 0, 0, 0], [], [1]], i),
        "egammas_egIPhi": pa.array([[0, 72, 71, 0, 0, 0], [], [1]], i),
        "muons_muonIEt": pa.array([[46], [0, 1], [1]], i),
        "muons_muonIEtaAtVtx": pa.array([[-80], [5, 5], [1]], i),
        "muons_muonIPhiAtVtx": pa.array([[288], [0, 1], [1]], i),
        "jets_jetIEt": pa.array([[2047], [30] * 12, [1]], i),
        "jets_jetIEta": pa.array([[-92], list(range(12)), [1]], i),
        "jets_jetIPhi": pa.array([[36], [0] * 12, [1]], i),
        "label": pa.array([0, 3, 1]), "L1bit": pa.array([True, False, True]),
        "order": pa.array([0, 1, -1]),
    })
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "a.parquet"), os.path.join(folder, "a.h5")
        pq.write_table(table, source)
        for rows in (1, 65536):  # a file read in pieces gives the same
            assert convert([source, source], target, rows) == (4, 2)
            with h5py.File(target) as file:
                p = file["Particles"][:]
                assert p.shape == (4, 19, 4) and np.array_equal(p[:2], p[2:])
                assert list(file["Label"]) == [0, 3, 0, 3] and list(file["L1bit"]) == [1, 0, 1, 0]
                assert list(file["Weights"]) == [1] * 4
                assert file["Particles_Names"][1] == b"Eta"
        first, second = p[0], p[1]
        near = lambda row, *values: np.testing.assert_allclose(row, values, atol=1e-12)
        near(first[0], 30.5, 0, -2 * np.pi / 144, 1)
        near(first[1], 25, -0.87, 71 * 2 * np.pi / 144, 2)
        near(first[2], 25, 0.87, -np.pi, 2)
        near(first[3], 10, 0.0435, 0, 2)
        near(first[4], 4, 0, 0, 2)
        near(first[5], 22.5, -0.87, -np.pi, 3)
        near(first[9], 1023.5, -4.002, np.pi / 2, 4)
        assert not first[6:9].any() and not first[10:].any()
        near(second[0], 0, 0, 0, 1)
        assert not second[1:5].any() and not second[6:9].any()
        near(second[5], 0, 5 * 0.0870 / 8, 2 * np.pi / 576, 3)
        near(second[18], 15, 9 * 0.0435, 0, 4)
        for name, change in [
            ("no column 'MET_phi'", table.drop(["MET_phi"])),
            ("different lengths", table.set_column(
                table.schema.get_field_index("jets_jetIEta"), "jets_jetIEta",
                pa.array([[1, 2], list(range(12)), [1]], i))),
            ("no events were left", table.slice(2)),
        ]:
            pq.write_table(change, source)
            os.remove(target) if os.path.exists(target) else None
            try:
                convert([source], target)
            except ConversionError as error:
                assert name in str(error), error
            else:
                raise AssertionError(f"no error: {name}")
            assert os.listdir(folder) == ["a.parquet"]
    print("convert_cmsl1t: all checks passed")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", metavar="PARQUET")
    parser.add_argument("-o", "--output", metavar="HDF5")
    parser.add_argument("--test", action="store_true", help="convert a file made here and check it")
    arguments = parser.parse_args()
    if arguments.test:
        test()
        return
    if not arguments.inputs or not arguments.output:
        parser.error("give Parquet files and -o OUTPUT.h5")
    try:
        written, left_out = convert(arguments.inputs, arguments.output)
    except (ConversionError, OSError, pa.ArrowException) as error:
        print(f"convert_cmsl1t: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{written} events to '{arguments.output}'; {left_out} marked as removed left out")


if __name__ == "__main__":
    main()
