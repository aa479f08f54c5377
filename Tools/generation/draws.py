"""Decays and fakes that are put in place of what Pythia did, with weights.

Each function changes the event in place and returns the probability that nature would have done so:
the event's weight.  `random` is a `random.Random` of the block."""

import math

import pythia8mc

from decays import passes
from records import FAKE, IN_PLACE

MUON_MASS = 0.1056583755  # GeV, PDG 2024
# Charged pion and kaon: mean decay length c tau (mm) and branching ratio to mu nu, PDG 2024.
IN_FLIGHT = {211: (7804.5, 0.999877), 321: (3711.0, 0.6356)}


def two_body(parent, masses, random):
    """Momenta (Vec4) of an isotropic decay of a particle at rest, boosted to its momentum."""
    mass = parent.m()
    first, second = masses
    if mass <= first + second:
        return None
    momentum = math.sqrt((mass**2 - (first + second) ** 2) * (mass**2 - (first - second) ** 2)) / (2 * mass)
    cosine = 2 * random.random() - 1
    sine, angle = math.sqrt(1 - cosine**2), 2 * math.pi * random.random()
    x, y, z = (momentum * value for value in (sine * math.cos(angle), sine * math.sin(angle), cosine))
    products = []
    for sign, own in ((1, first), (-1, second)):
        vector = pythia8mc.Vec4(sign * x, sign * y, sign * z, math.hypot(momentum, own))
        vector.bst(parent.p())
        products.append(vector)
    return products


def replace_decay(event, index, codes, masses, momenta, vertex):
    """Gives a particle two decay products in place of what it had; their indices."""
    particle = event[index]
    if not particle.isFinal():
        for daughter in particle.daughterListRecursive():
            event[daughter].statusNeg()
    particle.statusNeg()
    added = []
    for code, mass, momentum in zip(codes, masses, momenta):
        added.append(event.append(code, 91, index, 0, 0, 0, 0, 0, momentum, mass))
        event[added[-1]].vProd(vertex)
    event[index].daughters(added[0], added[1])
    return added


def flight(particle, radius, half_length):
    """The path (mm) from the production vertex to the cylinder, on a straight line."""
    x, y, px, py = particle.xProd(), particle.yProd(), particle.px(), particle.py()
    inside = x * px + y * py
    squared = px * px + py * py
    root = inside * inside - squared * (x * x + y * y - radius * radius)
    if root < 0:
        return 0.0
    scale = (math.sqrt(root) - inside) / squared
    pz = particle.pz()
    if pz:
        scale = min(scale, (math.copysign(half_length, pz) - particle.zProd()) / pz)
    return max(0.0, scale) * particle.pAbs()


def decay_in_flight(event, options, random):
    """One charged pion or kaon decays to a muon and a neutrino before the calorimeter.

    Returns (flags, weight)."""
    cuts = {13: options["muon"]}
    candidates, total = [], 0.0
    for index in range(1, event.size()):
        particle = event[index]
        if not particle.isFinal() or particle.idAbs() not in IN_FLIGHT:
            continue
        if particle.pT() <= options["muon"][0] or abs(particle.eta()) > options["muon"][1] + 0.5:
            continue
        length, branching = IN_FLIGHT[particle.idAbs()]
        mean = length * particle.pAbs() / particle.m0()
        decayed = 1 - math.exp(-flight(particle, *options["cylinder"]) / mean)
        if decayed > 0:
            total += decayed * branching
            candidates.append((total, index, mean, decayed))
    if not candidates:
        return {}, 0.0
    drawn = random.random() * total
    _, index, mean, decayed = next(each for each in candidates if drawn <= each[0])
    particle = event[index]
    path = -mean * math.log1p(-random.random() * decayed)
    masses = (MUON_MASS, 0.0)
    momenta = two_body(particle, masses, random)
    part = path / particle.pAbs()
    vertex = pythia8mc.Vec4(
        particle.xProd() + part * particle.px(), particle.yProd() + part * particle.py(),
        particle.zProd() + part * particle.pz(), particle.tProd() + part * particle.e())
    sign = 1 if particle.id() > 0 else -1
    added = replace_decay(event, index, (-13 * sign, 14 * sign), masses, momenta, vertex)
    if not passes(event[added[0]], cuts):
        return {}, 0.0
    return {each: IN_PLACE for each in added}, total


def dimuon_in_place(event, options, random):
    """One meson (phi) decays to two muons in place of what it did.  Returns (flags, weight).

    Its direction is drawn several times, as decays are (`decays`)."""
    cuts = {13: options["muon"]}
    code, branching = options["parent"], options["branching"]
    mesons = [index for index in range(1, event.size())
              if event[index].idAbs() == code and event[index].pT() > 2 * options["muon"][0] - 1]
    if not mesons:
        return {}, 0.0
    index = mesons[int(random.random() * len(mesons))]
    masses = (MUON_MASS, MUON_MASS)
    good = [momenta for momenta in
            (two_body(event[index], masses, random) for _ in range(options["draws"]))
            if momenta and all(momentum.pT() > cuts[13][0] and abs(momentum.eta()) < cuts[13][1]
                               for momentum in momenta)]
    if not good:
        return {}, 0.0
    added = replace_decay(event, index, (13, -13), masses, good[0], event[index].vDec())
    weight = len(mesons) * branching * len(good) / options["draws"]
    return {each: IN_PLACE for each in added}, weight


def fake_electron(event, jets, options, random):
    """One anti-kt jet yields a fake electron, which takes a part of the jet's momentum.

    The rate is a exp(-b pT) of the jet; the part is Gaussian, within (0, 1).  The jet's particles
    keep the rest.  Returns (flags, weight)."""
    least, limit = options["electron"]
    (height, slope), (mean, width) = options["rate"], options["part"]

    def above(part):
        """P(part < x < 1)."""
        def distribution(value):
            return 0.5 * (1 + math.erf((value - mean) / (width * math.sqrt(2))))
        whole = distribution(1) - distribution(0)
        return max(0.0, distribution(1) - distribution(part)) / whole

    if not jets.analyze(event):
        return {}, 0.0
    candidates, total = [], 0.0
    for jet in range(jets.sizeJet()):
        momentum = jets.p(jet)
        pt = momentum.pT()
        if pt <= least or abs(momentum.eta()) >= limit:
            continue
        total += height * math.exp(-slope * pt) * above(least / pt)
        candidates.append((total, jet, pt))
    if not candidates or total <= 0:
        return {}, 0.0
    drawn = random.random() * total
    _, jet, pt = next(each for each in candidates if drawn <= each[0])
    while not least / pt < (part := random.gauss(mean, width)) < 1:
        pass
    momentum = jets.p(jet)
    for index in jets.constituents(jet):
        particle = event[index]
        rest = 1 - part
        px, py, pz = rest * particle.px(), rest * particle.py(), rest * particle.pz()
        particle.p(px, py, pz, math.sqrt(px**2 + py**2 + pz**2 + particle.m() ** 2))
    size = part * momentum.pAbs()
    charge = 11 if random.random() < 0.5 else -11
    added = event.append(
        charge, 84, 0, 0, 0, 0, 0, 0,
        pythia8mc.Vec4(part * momentum.px(), part * momentum.py(), part * momentum.pz(), size), 0.0)
    return {added: FAKE}, total
