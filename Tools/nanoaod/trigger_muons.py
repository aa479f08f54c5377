"""NanoAOD's trigger muons beside offline muons, as `winnow simulate muon-trigger` writes them."""
import numpy as np

from reading import ConversionError, append, blocks, flat, written_whole

# Steps of the words (CMSSW L1TriggerScouting/Utilities, conversion.h).
PT, ETA, PHI, TURN = 0.5, 0.0870 / 8, 2 * np.pi / 576, 576
TRIGGER = ("L1Mu_pt", "L1Mu_etaAtVtx", "L1Mu_phiAtVtx", "L1Mu_eta", "L1Mu_phi", "L1Mu_hwQual",
           "L1Mu_hwCharge", "L1Mu_bx")
OFFLINE = ("Muon_pt", "Muon_eta", "Muon_phi", "Muon_charge")
# What central NanoAOD leaves out, and what stands in for it.
FILLED = {"L1Mu_hwIso": 0, "L1Mu_hwChargeValid": 1, "L1Mu_tfMuonIndex": 0,
          "L1Mu_ptUnconstrained": 0, "L1Mu_hwDXY": 0}


def codes(path, values, low, high, name):
    codes = np.rint(values).astype(np.int64)
    if ((codes < low) | (codes > high)).any():
        wrong = codes[(codes < low) | (codes > high)][0]
        raise ConversionError(f"{name} of '{path}' gives the code {wrong}, outside {low} to {high}")
    return codes


def words(era, c):
    """The muons' words of 32 bits: layout of Winnow's MuonWordEra."""
    first = c["phi"] | c["pt"] << 10 | c["quality"] << 19 | (c["eta"] & 0x1FF) << 23
    second = (c["isolation"] | c["negative"] << 2 | c["valid"] << 3 | c["index"] << 4
              | c["station_phi"] << 11)
    station = c["station_eta"] & 0x1FF
    if era == "run2":
        parts = [first, second | station << 21]
    else:
        parts = [first, second | c["free_pt"] << 21 | c["displacement"] << 30, station << 13]
    return np.stack(parts, axis=1).astype(np.uint32)


def pairs(owner, trigger, offline_owner, offline, distance):
    """Places of trigger and offline muons of an event that are closest, each used once."""
    result = []
    order = np.argsort(offline_owner, kind="stable")
    starts = np.searchsorted(offline_owner[order], owner, "left")
    ends = np.searchsorted(offline_owner[order], owner, "right")
    candidates = []
    for place, (start, end) in enumerate(zip(starts, ends)):
        for other in order[start:end]:
            deta = trigger[0][place] - offline[0][other]
            dphi = np.mod(trigger[1][place] - offline[1][other] + np.pi, 2 * np.pi) - np.pi
            squared = deta * deta + dphi * dphi
            if squared < distance * distance:
                candidates.append((owner[place], squared, place, other))
    used, taken = set(), set()
    for _, _, place, other in sorted(candidates):
        if place not in used and other not in taken:
            used.add(place)
            taken.add(other)
            result.append((place, other))
    return sorted(result)


def convert(paths, output, era, require=None, largest_eta=0.83, distance=0.1, rows=100_000):
    """Writes `output`; returns events, pairs, and trigger muons without an offline one."""
    wanted = list(TRIGGER + OFFLINE) + ([require] if require else [])
    events = muons = single = 0
    with written_whole(output) as file:
        append(file, "offset", np.zeros(1, np.int64))
        for path, extra, block in blocks(paths, wanted, list(FILLED), rows):
            names = TRIGGER + tuple(extra)
            owner, columns = flat(
                path, block, names,
                lambda c: (c[7] == 0) & (c[0] > 0) & (np.abs(c[3]) < largest_eta))
            found = dict(zip(names, columns))
            for name, value in FILLED.items():
                found.setdefault(name, np.full(len(owner), float(value)))
            mask_names = OFFLINE + ((require,) if require else ())
            offline_owner, offline = flat(
                path, block, mask_names,
                lambda c: (c[0] > 0) & ((c[4] != 0) if require else (c[0] > 0)))
            matched = pairs(
                owner, (found["L1Mu_etaAtVtx"], found["L1Mu_phiAtVtx"]), offline_owner,
                (offline[1], offline[2]), distance)
            place = np.array([pair[0] for pair in matched], np.int64)
            other = np.array([pair[1] for pair in matched], np.int64)
            code = trigger_codes(path, {name: found[name][place] for name in found})
            valid = code["valid"] == 1
            append(file, "words", words(era, code))
            append(file, "pt", (PT * (code["pt"] - 1)).astype(np.float32))
            append(file, "eta", (ETA * code["eta"]).astype(np.float32))
            phi = PHI * code["phi"]
            append(file, "phi", np.where(phi > np.pi, phi - 2 * np.pi, phi).astype(np.float32))
            append(file, "charge",
                   np.where(valid, 1 - 2 * code["negative"], 0).astype(np.int8))
            append(file, "quality", code["quality"].astype(np.uint8))
            for name, column in zip(OFFLINE, offline):
                kind = np.int8 if name == "Muon_charge" else np.float32
                append(file, "offline_" + name.split("_")[1], column[other].astype(kind))
            counts = np.bincount(owner[place], minlength=len(block))
            append(file, "offset", (muons + np.cumsum(counts)).astype(np.int64))
            events += len(block)
            muons += len(place)
            single += len(owner) - len(place)
        if events == 0:
            raise ConversionError("the files hold no events")
    return events, muons, single


def trigger_codes(path, found):
    """Integers of the words from NanoAOD's numbers, whose 12 bits of precision are enough."""
    phi = lambda name: codes(path, found[name] / PHI, -TURN, TURN, name) % TURN
    free = found["L1Mu_ptUnconstrained"]
    return {
        "pt": codes(path, found["L1Mu_pt"] / PT + 1, 1, 511, "L1Mu_pt"),
        "eta": codes(path, found["L1Mu_etaAtVtx"] / ETA, -256, 255, "L1Mu_etaAtVtx"),
        "phi": phi("L1Mu_phiAtVtx"), "station_phi": phi("L1Mu_phi"),
        "station_eta": codes(path, found["L1Mu_eta"] / ETA, -256, 255, "L1Mu_eta"),
        "quality": codes(path, found["L1Mu_hwQual"], 0, 15, "L1Mu_hwQual"),
        # 0 is positive: CMSSW, DataFormats/L1Trigger, Muon.
        "negative": codes(path, found["L1Mu_hwCharge"], 0, 1, "L1Mu_hwCharge"),
        "valid": codes(path, found["L1Mu_hwChargeValid"], 0, 1, "L1Mu_hwChargeValid"),
        "isolation": codes(path, found["L1Mu_hwIso"], 0, 3, "L1Mu_hwIso"),
        "index": codes(path, found["L1Mu_tfMuonIndex"], 0, 127, "L1Mu_tfMuonIndex"),
        # Steps of 1 GeV, 0 for none.
        "free_pt": codes(
            path, np.where(free > 0, free + 1, 0), 0, 255, "L1Mu_ptUnconstrained"),
        "displacement": codes(path, found["L1Mu_hwDXY"], 0, 3, "L1Mu_hwDXY"),
    }
