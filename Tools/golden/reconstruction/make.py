#!/usr/bin/env python3
"""Golden files of ReconstructionTests, by NumPy and SciPy: python3 make.py (in this folder).

puppi.json: two toy events with the PUPPI weights of each named set, summed over all pairs.
objects.json: missing momenta, masses, overlaps, matches and responses.
"""
import json
import pathlib

import numpy as np
from scipy import stats

OUT = pathlib.Path(__file__).resolve().parents[3] / "Tests/ReconstructionTests/Golden"
rng = np.random.default_rng(20261121)


def wrap(a):
    return np.mod(a + np.pi, 2 * np.pi) - np.pi


# ---------------------------------------------------------------- PUPPI

def puppi_event(hard, pileup, neutrals):
    """A few hard directions and flat pileup; vertex 1 leading, 2 pileup, 0 unknown."""
    axes = np.c_[rng.uniform(-4, 4, 5), rng.uniform(-np.pi, np.pi, 5)]
    which = rng.integers(0, 5, hard)
    eta = axes[which, 0] + rng.normal(0, 0.2, hard)
    phi = axes[which, 1] + rng.normal(0, 0.2, hard)
    pt = rng.exponential(8, hard) + 0.3
    vertex = np.where(np.abs(eta) < 2.5, np.where(rng.random(hard) < 0.6, 1, 0), 0)
    soft_eta = rng.uniform(-2.6, 2.6, pileup)
    n_eta = rng.uniform(-5, 5, neutrals)
    eta = np.r_[eta, soft_eta, n_eta]
    phi = np.r_[phi, rng.uniform(-np.pi, np.pi, pileup + neutrals)]
    pt = np.r_[pt, rng.exponential(0.7, pileup) + 0.1, rng.exponential(1.2, neutrals) * np.where(rng.random(neutrals) < 0.4, 12, 1) + 0.1]
    vertex = np.r_[vertex, np.full(pileup, 2), np.zeros(neutrals, int)]
    photon = (vertex == 0) & (rng.random(len(pt)) < 0.5)
    mass = np.where(photon, 0, np.where(vertex == 0, 0.4976, 0.1396))
    # Coarse values: few digits in the file, the same numbers here and there.
    return dict(pt=np.round(pt, 4), eta=np.round(eta, 4), phi=np.round(wrap(phi), 4),
                mass=np.round(mass, 4), vertex=vertex.astype(int), photon=photon.astype(int))


def alphas(e, y, neighbours, radius):
    dy = y[:, None] - y[None, neighbours]
    deta = e["eta"][:, None] - e["eta"][None, neighbours]
    dphi = np.abs(wrap(e["phi"][:, None] - e["phi"][None, neighbours]))
    distance = deta**2 + dphi**2
    inside = (dy**2 + dphi**2 < radius**2) & (distance >= 1e-4)
    with np.errstate(divide="ignore"):
        terms = np.where(inside, e["pt"][None, neighbours]**2 / distance, 0)
    total = terms.sum(1)
    return np.where(total > 0, np.log(np.where(total > 0, total, 1)), 0)


def median_and_width(pu, lead):
    if len(pu) == 0:
        return None
    pu = np.sort(pu)
    zeros = np.flatnonzero(pu == 0)
    first = zeros[-1] if len(zeros) else 0
    median = pu[first + int((len(pu) - first) * 0.5)]
    left = pu[(pu != 0) & (pu <= median)]
    variance = np.mean((left - median)**2) if len(left) else 0
    width = np.sqrt(variance if variance > 0 else 1e-5)
    below = np.count_nonzero(lead <= median)
    if below:
        shift = np.sqrt(stats.chi2.ppf(below / (below + 0.5 * len(pu)), 1) * width)
        median, width = median - shift, width - shift
    return median, width


def puppi(e, npv, regions, own, ramp, least, outside, rapidity):
    energy = np.sqrt((e["pt"] * np.cosh(e["eta"]))**2 + e["mass"]**2)
    pz = e["pt"] * np.sinh(e["eta"])
    y = np.arctanh(pz / energy) if rapidity else e["eta"]
    ae = np.abs(e["eta"])
    weights = np.where(e["vertex"] == 1, 1.0, 0.0)
    lower = 0.0
    unknown = e["vertex"] == 0
    weights[unknown & (ae >= regions[-1]["eta"])] = outside
    for r in regions:
        here = (ae >= lower) & (ae < r["eta"])
        lower = r["eta"]
        neighbours = np.flatnonzero(e["vertex"] == 1) if r["charged"] else np.arange(len(y))
        a = alphas(e, y, neighbours, r["cone"])
        pool = (here if own else ae < 2.0) & (e["pt"] >= r["rmsPt"])
        if own and not r["charged"]:
            got = median_and_width(a[pool], np.array([]))
        else:
            got = median_and_width(a[pool & (e["vertex"] == 2)], a[pool & (e["vertex"] == 1)])
        if got is None:
            w = np.ones(len(y))
        else:
            median, width = got[0] * r["med"], got[1] * r["rms"]
            excess = np.where(a == 0, 0, a - median)
            w = stats.chi2.cdf(np.maximum(excess * np.abs(excess) / width**2, 0), 1)
        w = np.where(w * e["pt"] < r["cut"] + r["slope"] * npv, 0, w)
        if ramp is not None:
            w = np.minimum(1, np.maximum((e["pt"] - ramp) / (200 - ramp), w))
        w = np.where(w < least, 0, w)
        chosen = here & unknown
        weights[chosen] = w[chosen]
    return weights


def region(eta, cone, charged, rms_pt, med, rms, cut, slope):
    return dict(eta=eta, cone=cone, charged=charged, rmsPt=rms_pt, med=med, rms=rms, cut=cut, slope=slope)


CMS = [region(2.5, 0.4, True, 0.1, 1, 1, 0.2, 0.015), region(3, 0.4, False, 0.5, 0.9, 1.2, 1.7, 0.08),
       region(10, 0.4, False, 0.5, 0.75, 0.95, 2.0, 0.08)]
DELPHES = [region(1.5, 0.2, True, 0.1, 1, 1, 0.2, 0.006), region(4, 0.2, True, 0.5, 1, 1, 0.2, 0.013),
           region(10, 0.2, False, 0.5, 1, 1, 0.5, 0.067)]

# eta, drMin, ptMax, neutral neighbours, ptCut, ptSlope, ptZero, alphaSlope, alphaZero, crop, prior
LEVEL1 = [
    (1.5, 0.07, 50, None, 1, (0.3, 0.3), (4, 2.5), 0.7, 6, 4, (5, 1)),
    (2.0, 0.04, 50, None, 1, (0.3, 0.4), (5, 3), 1.5, 6, 3, (5, 1.5)),
    (2.5, 0.04, 50, None, 2, (0.3, 0.4), (7, 4), 1.5, 6, 3, (5, 1.5)),
    (3.0, 0.04, 50, (2.25, 3), 4, (0.3, 0.4), (9, 5), 2.2, 9, 4, (7, 5)),
    (5.5, 0.1, 100, (3, 5.5), 10, (0.25, 0.25), (14, 14), 0.6, 9, 4, (6, 6)),
]


def level1(e):
    ae = np.abs(e["eta"])
    weights = np.where(e["vertex"] == 1, 1.0, 0.0)
    for i in np.flatnonzero(e["vertex"] == 0):
        hit = [r for r in LEVEL1 if ae[i] <= r[0]]
        if not hit:
            continue
        _, dr_min, pt_max, neutral, pt_cut, slope, zero, a_slope, a_zero, crop, prior = hit[0]
        if neutral is None:
            near = (e["vertex"] == 1) & (e["pt"] >= 2)
        else:
            near = (e["vertex"] == 0) & (ae >= neutral[0]) & (ae <= neutral[1])
        near = near & (np.arange(len(ae)) != i)
        d2 = (e["eta"] - e["eta"][i])**2 + wrap(e["phi"] - e["phi"][i])**2
        near = near & (d2 <= 0.09)
        total = np.sum(np.minimum(e["pt"][near], pt_max)**2 / np.maximum(d2[near], dr_min**2))
        kind = int(e["photon"][i])
        x = np.clip(a_slope * (np.log(total) - a_zero), -crop, crop) if total > 0 else -crop
        x += slope[kind] * (e["pt"][i] - zero[kind]) - prior[kind]
        w = 1 / (1 + np.exp(-x))
        weights[i] = w if w * e["pt"][i] >= pt_cut else 0
    return weights


def lists(d):
    return {k: (v.tolist() if isinstance(v, np.ndarray) else v) for k, v in d.items()}


events = []
for hard, pileup, neutrals, npv in ((60, 160, 200, 30), (20, 6, 60, 3)):
    e = puppi_event(hard, pileup, neutrals)
    events.append(dict(
        candidates=lists(e), vertices=npv,
        weights={
            "cms-ul": puppi(e, npv, CMS, False, 0, 0.01, 0, True).tolist(),
            "cms-v15": puppi(e, npv, CMS, False, 20, 0.01, 0, True).tolist(),
            "delphes-phase2": puppi(e, npv, DELPHES, True, None, 0.05, 1, False).tolist(),
            "level1": level1(e).tolist(),
        }))
probabilities = [1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 0.999999]
(OUT / "puppi.json").write_text(json.dumps(dict(
    numpy=np.__version__, events=events, probabilities=probabilities,
    quantiles=stats.chi2.ppf(probabilities, 1).tolist(),
    points=[0.001, 0.1, 1, 3.84, 10, 40],
    cumulative=stats.chi2.cdf([0.001, 0.1, 1, 3.84, 10, 40], 1).tolist()), separators=(",", ":")))

# ---------------------------------------------------------------- objects

objects = []
for n, m in ((6, 5), (12, 9), (3, 0)):
    truth = np.c_[rng.uniform(20, 200, n), rng.uniform(-3, 3, n), rng.uniform(-np.pi, np.pi, n), rng.uniform(0, 20, n)]
    reco = truth[rng.permutation(n)[:m]].copy() if m else np.zeros((0, 4))
    reco[:, 0] *= rng.normal(1, 0.15, m)
    reco[:, 1] += rng.normal(0, 0.15, m)
    reco[:, 2] = wrap(reco[:, 2] + rng.normal(0, 0.15, m))
    extra = np.c_[rng.uniform(20, 60, 3), rng.uniform(-3, 3, 3), rng.uniform(-np.pi, np.pi, 3), rng.uniform(0, 5, 3)]
    extra[:, 1:3] = truth[rng.integers(0, n, 3), 1:3] + rng.normal(0, 0.2, (3, 2))
    reco = np.vstack([reco, extra])
    truth, reco = np.round(truth, 5), np.round(reco, 5)
    d = np.sqrt((truth[:, None, 1] - reco[None, :, 1])**2 + wrap(truth[:, None, 2] - reco[None, :, 2])**2)
    left, matches = d.copy(), []
    while left.size and left.min() < 0.4:
        t, r = np.unravel_index(left.argmin(), left.shape)
        matches.append([int(r), int(t), float(d[t, r])])
        left[t], left[:, r] = np.inf, np.inf
    matches.sort(key=lambda x: x[1])
    order = np.argsort(-reco[:, 0])
    kept = []
    for i in order:
        if all(np.hypot(reco[i, 1] - reco[j, 1], wrap(reco[i, 2] - reco[j, 2])) >= 0.5 for j in kept):
            kept.append(int(i))
    against = [int(j) for j in range(len(reco)) if d[:, j].min() >= 0.3]
    px, py = truth[:, 0] * np.cos(truth[:, 2]), truth[:, 0] * np.sin(truth[:, 2])
    weights = np.round(rng.random(n), 5)
    pz = truth[:, 0] * np.sinh(truth[:, 1])
    en = np.sqrt(truth[:, 0]**2 + pz**2 + truth[:, 3]**2)
    pairs = [[i, j, float(np.sqrt((en[i] + en[j])**2 - (px[i] + px[j])**2 - (py[i] + py[j])**2 - (pz[i] + pz[j])**2))]
             for i in range(n) for j in range(i + 1, n)]
    objects.append(dict(
        truth=truth.tolist(), reconstructed=reco.tolist(), matches=matches, ordered=order.tolist(),
        kept=kept, against=against, weights=weights.tolist(),
        missing=[float(-px.sum()), float(-py.sum()), float(truth[:, 0].sum())],
        weighted=[float(-(weights * px).sum()), float(-(weights * py).sum()), float((weights * truth[:, 0]).sum())],
        pairs=pairs))

truth = np.round(rng.uniform(20, 220, 400), 3)
value = np.round(truth * rng.normal(0.97, 0.12, 400), 3)
edges = [30, 50, 80, 120, 200]
bins = []
for low, high in zip(edges, edges[1:]):
    r = (value / truth)[(truth >= low) & (truth < high)]
    q = np.quantile(r, [0.25, 0.75, stats.norm.cdf(-1), stats.norm.cdf(1)])
    bins.append([len(r), float(r.mean()), float(np.median(r)), float((q[1] - q[0]) / 2), float((q[3] - q[2]) / 2)])
(OUT / "objects.json").write_text(json.dumps(dict(
    events=objects, truth=truth.tolist(), value=value.tolist(), edges=edges, bins=bins,
    outside=int(((truth < edges[0]) | (truth >= edges[-1])).sum())), separators=(",", ":")))
