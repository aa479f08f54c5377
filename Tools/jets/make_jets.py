#!/usr/bin/env python3
"""Quark, gluon and top jets from Pythia 8 with sixteen features each; how and which: README.md beside this file.

    pip install --only-binary :all: pythia8mc==8.317.2 fastjet==3.5.2.0 numpy
    python make_jets.py --out jets.npz [--jets 102000] [--processes 2] [--seed 20261121]
    python make_jets.py --out jets-sample.npz --sample jets.npz --jets 5000

Events come in chunks of 500, each with a seed of its own, and are used in the order of the chunks: the same
seed and number of jets give the same file for any number of processes.
"""
import argparse
import io
import multiprocessing
import os
import pathlib
import time
import zipfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # One thread per process; the matrices are small.

import fastjet
import numpy as np
import pythia8mc

from features import NAMES, RADIUS, features

CLASSES = ["quark", "gluon", "top"]
CHUNK = 500
PT_MIN, PT_MAX, ETA_JET, ETA_PARTICLE, MATCH = 450.0, 750.0, 2.0, 3.0, 0.4
COMMON = ["Print:quiet=on", "Beams:idA=2212", "Beams:idB=2212", "Beams:eCM=13000.", "PhaseSpace:pTHatMin=500.",
          "PhaseSpace:pTHatMax=700.", "ParticleDecays:limitTau0=on", "ParticleDecays:tau0Max=10.",
          "111:mayDecay=off", "Random:setSeed=on"]
PROCESSES = {"quark": ["HardQCD:qq2qq=on", "HardQCD:gg2qqbar=on"],
             "gluon": ["HardQCD:gg2gg=on", "HardQCD:qqbar2gg=on"],
             "top": ["Top:gg2ttbar=on", "Top:qqbar2ttbar=on", "24:onMode=off", "24:onIfAny=1 2 3 4 5"]}
ANTI_KT = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)


def partons(event, label):
    """The partons that label jets: the two outgoing ones of the hard process; of tops, the last copies before decay."""
    if label == "top":
        return [event[event[i].iBotCopyId()] for i in (5, 6)]
    return [event[i] for i in (5, 6)]


def is_wanted(parton, label):
    kind = abs(parton.id())
    return {"quark": 1 <= kind <= 5, "gluon": kind == 21, "top": kind == 6}[label]


def jets_of(event, label):
    """Feature rows of the event's jets that lie near a parton of the wanted kind, hardest first."""
    particles = [fastjet.PseudoJet(p.px(), p.py(), p.pz(), p.e()) for p in event
                 if p.isFinal() and p.isVisible() and abs(p.eta()) < ETA_PARTICLE]
    sequence = fastjet.ClusterSequence(particles, ANTI_KT)
    origins = [fastjet.PseudoJet(p.px(), p.py(), p.pz(), p.e()) for p in partons(event, label) if is_wanted(p, label)]
    rows = []
    for jet in fastjet.sorted_by_pt(sequence.inclusive_jets(PT_MIN))[:2]:
        if jet.pt() < PT_MAX and abs(jet.eta()) < ETA_JET and any(jet.delta_R(o) < MATCH for o in origins):
            rows.append(features(jet))
    return rows


def chunk(job):
    """One chunk of events: rows [n, 16] of float32."""
    label, index, seed, count = job
    # Pythia takes seeds up to 900,000,000; one per chunk and class.
    own = int(np.random.SeedSequence([seed, CLASSES.index(label), index]).generate_state(1)[0]) % 899_999_999 + 1
    pythia = pythia8mc.Pythia("", False)
    for setting in COMMON + PROCESSES[label] + [f"Random:seed={own}"]:
        pythia.readString(setting)
    if not pythia.init():
        raise SystemExit(f"Pythia did not start for class {label}; see its messages above.")
    rows, made = [], 0
    while made < count:
        if pythia.next():
            made += 1
            rows += jets_of(pythia.event, label)
    return np.array(rows, np.float32).reshape(-1, len(NAMES))


def generate(options, pool):
    wanted = [options.jets // 3 + (i < options.jets % 3) for i in range(3)]
    estimate = 0.0
    for label, n in zip(CLASSES, wanted):
        start = time.perf_counter()
        found = len(chunk((label, 0, options.seed, 50)))
        estimate += n / max(found, 1) * (time.perf_counter() - start)
    print(f"{options.jets:,} jets will take about {estimate / options.processes / 60:.1f} minutes with "
          f"{options.processes} process(es).", flush=True)
    start, arrays = time.perf_counter(), []
    for label, n in zip(CLASSES, wanted):
        rows, total, index = [], 0, 0
        while total < n:  # A round of chunks at a time; what a round holds depends on nothing but the seed.
            jobs = [(label, index + i, options.seed, CHUNK) for i in range(4)]
            index += len(jobs)
            for part in pool(chunk, jobs):
                rows.append(part)
                total += len(part)
            rate = (sum(map(len, arrays)) + total) / (time.perf_counter() - start)
            left = (sum(wanted) - sum(map(len, arrays)) - min(total, n)) / rate
            print(f"{label}: {min(total, n):,} of {n:,} jets, {rate:.0f} jets/s, {left / 60:.1f} minutes left",
                  flush=True)
        arrays.append(np.concatenate(rows)[:n])
    x = np.concatenate(arrays)
    y = np.repeat(np.arange(3, dtype=np.int64), wanted)
    order = np.random.default_rng(options.seed).permutation(len(x))
    return x[order], y[order]


def write(path, **arrays):
    """An NPZ without time stamps, so that equal arrays give equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, value in arrays.items():
            entry, buffer = zipfile.ZipInfo(f"{name}.npy"), io.BytesIO()
            entry.compress_type = zipfile.ZIP_DEFLATED
            np.save(buffer, value)
            archive.writestr(entry, buffer.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--jets", type=int, default=102_000)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--sample", type=pathlib.Path, help="take the first jets of this file instead, rounded to 11 bits")
    options = parser.parse_args()
    if options.sample:
        with np.load(options.sample) as full:
            x, y = full["x"][:options.jets], full["y"][:options.jets]
        # Eleven significant bits, as in float16 but without its range: the zeros compress.
        bits = np.ascontiguousarray(x).view(np.uint32)
        x = ((bits + 0x1000) & np.uint32(0xFFFFE000)).view(np.float32)
    elif options.processes == 1:
        x, y = generate(options, map)
    else:
        with multiprocessing.Pool(options.processes) as pool:
            x, y = generate(options, pool.imap)
    if not np.isfinite(x).all():
        raise SystemExit("A feature is not a finite number; nothing written.")
    write(options.out, x=x, y=y)
    print(f"{options.out}: {len(x):,} jets, {options.out.stat().st_size:,} bytes")
    for i, label in enumerate(CLASSES):
        print(label, (y == i).sum(), dict(zip(NAMES, np.round(np.median(x[y == i], axis=0), 4).tolist())))


if __name__ == "__main__":
    main()
