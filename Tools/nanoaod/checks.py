"""Conversions of a small ROOT file that uproot writes here, with numbers worked out by hand.

No real NanoAOD has been read: the file has its branches by name and type as CMSSW's
PhysicsTools/NanoAOD/python/l1trig_cff.py declares them.
"""
import os
import tempfile

import awkward as ak
import h5py
import numpy as np
import uproot

import level1_objects
import trigger_muons
from reading import ConversionError


def sample(path, change=None):
    """Three events: full, empty, one muon pair."""
    eta, phi = trigger_muons.ETA, trigger_muons.PHI
    floats = lambda rows: ak.values_astype(ak.Array(rows), np.float32)
    shorts = lambda rows: ak.values_astype(ak.Array(rows), np.int16)
    tree = {
        "run": np.array([1, 1, 2], np.uint32), "luminosityBlock": np.array([3, 3, 4], np.uint32),
        "event": np.array([7, 8, 9], np.uint64),
        "L1EtSum": ak.zip({
            "pt": floats([[30, 40.5, 12], [], [5]]), "phi": floats([[0.5, 3.5, 1], [], [-1]]),
            "etSumType": ak.values_astype(ak.Array([[2, 8, 8], [], [8]]), np.int32),
            "bx": shorts([[0, 0, 1], [], [0]])}),
        "L1EG": ak.zip({
            "pt": floats([[12, 50, 20, 15, 11, 90], [], []]),
            "eta": floats([[1, 2, -2, 0, 0, 0], [], []]),
            "phi": floats([[0, 3, -3, 0, 0, 0], [], []]),
            "bx": shorts([[0, 0, 0, 0, 0, -1], [], []])}),
        "L1Mu": ak.zip({
            "pt": floats([[22.5, 3.5, 40], [], [4]]),
            "eta": floats([[10 * eta, -20 * eta, 150 * eta], [], [0]]),
            "phi": floats([[100 * phi, -5 * phi, 0], [], [288 * phi]]),
            "etaAtVtx": floats([[11 * eta, -21 * eta, 150 * eta], [], [0]]),
            "phiAtVtx": floats([[90 * phi, -1 * phi, 0], [], [280 * phi]]),
            "ptUnconstrained": floats([[20, 0, 0], [], [0]]),
            "hwQual": ak.values_astype(ak.Array([[12, 8, 12], [], [15]]), np.int32),
            "hwCharge": shorts([[0, 1, 0], [], [1]]), "hwDXY": shorts([[2, 0, 0], [], [0]]),
            "bx": shorts([[0, 0, 0], [], [0]])}),
        "L1Jet": ak.zip({
            "pt": floats([[30.0 + n for n in range(12)], [], []]),
            "eta": floats([[0.1 * n for n in range(12)], [], []]),
            "phi": floats([[0.0] * 12, [], []]), "bx": shorts([[0] * 12, [], []])}),
        "Muon": ak.zip({
            "pt": floats([[21.0, 4.1], [9.0], [3.9]]),
            "eta": floats([[11 * eta + 0.01, -21 * eta], [0], [2.0]]),
            "phi": floats([[90 * phi, -1 * phi + 0.05], [0], [280 * phi]]),
            "charge": ak.values_astype(ak.Array([[1, -1], [1], [-1]]), np.int32),
            "mediumId": ak.Array([[True, False], [True], [True]])}),
    }
    if change:
        change(tree)
    with uproot.recreate(path) as file:
        # A TTree with counters, as NanoAOD has it: nL1Mu, L1Mu_pt[nL1Mu], …
        file.mktree("Events", {
            name: column.dtype if isinstance(column, np.ndarray) else column.type
            for name, column in tree.items()})
        file["Events"].extend(tree)


def check_level1(source, target):
    for rows in (1, 100):  # a file read in pieces gives the same
        assert level1_objects.convert([source, source], target, rows=rows) == (6, 2)
        with h5py.File(target) as file:
            p = file["Particles"][:]
            assert p.shape == (6, 19, 4) and np.array_equal(p[:3], p[3:])
            assert list(file["Weights"]) == [1] * 6 and list(file["Event"][:3]) == [7, 8, 9]
            assert file["Particles_Names"][2] == b"Phi"
    near = lambda row, *values: np.testing.assert_allclose(row, values, atol=1e-6)
    near(p[0, 0], 40.5, 0, 3.5 - 2 * np.pi, 1)
    near(p[0, 1], 50, 2, 3, 2)
    near(p[0, 4], 12, 1, 0, 2)
    near(p[0, 5], 40, 150 * trigger_muons.ETA, 0, 3)
    near(p[0, 6], 22.5, 11 * trigger_muons.ETA, 90 * trigger_muons.PHI, 3)
    near(p[0, 9], 41, 1.1, 0, 4)
    near(p[0, 18], 32, 0.2, 0, 4)
    near(p[1, 0], 0, 0, 0, 1)
    assert not p[1, 1:].any() and not p[0, 8].any()
    level1_objects.convert([source], target, "etm")
    with h5py.File(target) as file:
        near(file["Particles"][0, 0], 30, 0, 0.5, 1)
        near(file["Particles"][2, 0], 0, 0, 0, 1)


def check_muons(source, target):
    assert trigger_muons.convert([source], target, "run3", rows=2) == (3, 2, 1)
    with h5py.File(target) as file:
        assert list(file["offset"]) == [0, 2, 2, 2]
        assert list(file["pt"]) == [22.5, 3.5] and list(file["charge"]) == [1, -1]
        assert list(file["quality"]) == [12, 8] and list(file["offline_charge"]) == [1, -1]
        np.testing.assert_allclose(file["offline_pt"], [21, 4.1], rtol=1e-6)
        np.testing.assert_allclose(file["phi"][1], -trigger_muons.PHI, rtol=1e-6)
        w = file["words"][:]
        assert w.shape == (2, 3) and w.dtype == np.uint32
        # pT code 46, eta 11, phi 90, quality 12; station phi 100, eta 10, free pT 21, displacement 2
        assert w[0, 0] == 90 | 46 << 10 | 12 << 19 | 11 << 23
        assert w[0, 1] == 8 | 100 << 11 | 21 << 21 | 2 << 30 and w[0, 2] == 10 << 13
        # eta -21 in two's complement, phi 575; negative
        assert w[1, 0] == 575 | 8 << 10 | 8 << 19 | (512 - 21) << 23
        assert w[1, 1] == 12 | 571 << 11 and w[1, 2] == (512 - 20) << 13
    assert trigger_muons.convert([source], target, "run2", "Muon_mediumId") == (3, 1, 2)
    with h5py.File(target) as file:
        assert file["words"].shape == (1, 2)
        assert file["words"][0, 1] == 8 | 100 << 11 | 10 << 21
    # Beyond the barrel as well: the muon at eta 150 steps has no offline one.
    assert trigger_muons.convert([source], target, "run2", largest_eta=3) == (3, 2, 2)


def check_errors(folder, source, target):
    def message(convert, change=None, cut=None):
        sample(source, change)
        if cut:
            with open(source, "r+b") as file:
                file.truncate(cut)
        if os.path.exists(target):
            os.remove(target)
        try:
            convert()
        except ConversionError as error:
            assert sorted(os.listdir(folder)) == ["a.root"], os.listdir(folder)
            return str(error)
        raise AssertionError("no error")

    level1 = lambda: level1_objects.convert([source], target)
    muons = lambda: trigger_muons.convert([source], target, "run3")
    assert "no branch 'L1Jet_pt'" in message(level1, lambda tree: tree.pop("L1Jet"))

    def not_a_number(tree):
        tree["L1EG"] = ak.with_field(tree["L1EG"], tree["L1EG"]["pt"] * np.float32("nan"), "pt")
    assert "'L1EG_pt' of" in message(level1, not_a_number)

    def too_good(tree):
        tree["L1Mu"] = ak.with_field(
            tree["L1Mu"], ak.values_astype(tree["L1Mu"]["hwQual"] + 9, np.int32), "hwQual")
    assert "L1Mu_hwQual" in message(muons, too_good)
    assert "cannot be read" in message(level1, cut=os.path.getsize(source) // 2)
    assert "cannot be read" in message(level1, cut=10)
    assert "no branch 'Muon_mediumId2'" in message(
        lambda: trigger_muons.convert([source], target, "run3", "Muon_mediumId2"))


def run():
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "a.root"), os.path.join(folder, "a.h5")
        sample(source)
        check_level1(source, target)
        check_muons(source, target)
        os.remove(target)
        check_errors(folder, source, target)
    print("convert_nanoaod: all checks passed")
