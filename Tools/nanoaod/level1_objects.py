"""NanoAOD's Level-1 objects in the layout of the ADC2021 data."""
import numpy as np

from reading import ConversionError, append, blocks, flat, written_whole

# Number of a sum in CMSSW's DataFormats/L1Trigger/interface/EtSum.h.
MISSING = {"etm": 2, "etmhf": 8}
# class, first row, rows, branches of pT, eta, phi: muons at the vertex, as the trigger's menu cuts.
KINDS = [
    (2, 1, 4, ("L1EG_pt", "L1EG_eta", "L1EG_phi", "L1EG_bx")),
    (3, 5, 4, ("L1Mu_pt", "L1Mu_etaAtVtx", "L1Mu_phiAtVtx", "L1Mu_bx")),
    (4, 9, 10, ("L1Jet_pt", "L1Jet_eta", "L1Jet_phi", "L1Jet_bx")),
]
SUMS = ("L1EtSum_pt", "L1EtSum_phi", "L1EtSum_etSumType", "L1EtSum_bx")
WANTED = [name for kind in KINDS for name in kind[3]] + list(SUMS)
OPTIONAL = ["genWeight", "run", "luminosityBlock", "event"]


def wrapped(phi):
    """Into -pi to pi."""
    return np.mod(phi + np.pi, 2 * np.pi) - np.pi


def particles(path, block, missing):
    """[events, 19, 4], and how many events lack the sum."""
    result = np.zeros((len(block), 19, 4))
    event, (pt, phi, _, _) = flat(
        path, block, SUMS, lambda c: (c[2] == MISSING[missing]) & (c[3] == 0))
    if len(np.unique(event)) != len(event):
        raise ConversionError(
            f"'{path}' has events with two sums of type {MISSING[missing]} in the crossing")
    result[:, 0, 3] = 1
    result[event, 0, 0], result[event, 0, 2] = pt, wrapped(phi)
    for number, first, rows, names in KINDS:
        owner, (pt, eta, phi, _) = flat(path, block, names, lambda c: (c[3] == 0) & (c[0] > 0))
        order = np.lexsort((phi, eta, -pt, owner))
        owner, pt, eta, phi = owner[order], pt[order], eta[order], phi[order]
        place = np.arange(len(owner)) - np.searchsorted(owner, owner)
        keep = place < rows
        target = np.stack(
            [pt[keep], eta[keep], wrapped(phi[keep]), np.full(keep.sum(), float(number))], axis=1)
        result[owner[keep], first + place[keep]] = target
    return result, len(block) - len(event)


def convert(paths, output, missing="etmhf", rows=100_000):
    """Writes `output`; returns the events written and those without missing momentum."""
    written = lacking = 0
    with written_whole(output) as file:
        for path, extra, block in blocks(paths, WANTED, OPTIONAL, rows):
            found, without = particles(path, block, missing)
            append(file, "Particles", found, compression=4)
            weight = np.asarray(block["genWeight"], np.float64) if "genWeight" in extra else None
            append(file, "Weights", np.ones(len(block)) if weight is None else weight)
            for branch, name in [
                ("run", "Run"), ("luminosityBlock", "LuminosityBlock"), ("event", "Event")
            ]:
                if branch in extra:
                    append(file, name, np.asarray(block[branch]).astype(np.uint64))
            written += len(block)
            lacking += without
        if written == 0:
            raise ConversionError("the files hold no events")
        lengths = {name: len(file[name]) for name in file}
        if len(set(lengths.values())) != 1:
            raise ConversionError(
                "some files have the branches run, luminosityBlock or event and some not; "
                "convert them apart")
        file["Particles_Names"] = np.array(["Pt", "Eta", "Phi", "Class"], "S")
        file["Particles_Classes"] = np.array(
            ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"], "S")
    return written, lacking
