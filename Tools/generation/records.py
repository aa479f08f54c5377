"""Event records: what is kept of a Pythia event, as columns."""

import functools
import math
from array import array

from pythia8mc import Particle

# Bits of the column `origin`.
INVISIBLE = 1
PROMPT = 2
TAU = 4
BOTTOM = 8
CHARM = 16
IN_PLACE = 32
FAKE = 64

NEUTRINOS = frozenset((12, 14, 16))
RESONANCES = frozenset((6, 23, 24, 25, 35, 36, 37, 42))
# Ways from a particle to its mother that keep its identity or are decays: shower copies of leptons
# and photons (51, 52), resonance decays (23, 24), decays of hadrons and leptons (91 to 99).
WALKED = frozenset((23, 24, 51, 52, *range(91, 100)))

# Column name -> element type, in the order of the file; counts per event, particle, truth row.
EVENT = {"weight": "f8", "process": "i2", "pythia_code": "i4", "pt_hat": "f4"}
PARTICLE = {
    "pt": "f4", "eta": "f4", "phi": "f4", "pdg": "i4", "vtx_mm": "f4", "mass": "f4",
    "charge": "i1", "origin": "u1", "truth": "i4",
}
TRUTH = {
    "truth_pt": "f4", "truth_eta": "f4", "truth_phi": "f4", "truth_pdg": "i4",
    "truth_vtx_mm": "f4", "truth_mass": "f4", "truth_status": "i2", "truth_origin": "u1",
    "truth_mother": "i4",
}
COLUMNS = {**EVENT, "count": "i4", **PARTICLE, "truth_count": "i4", **TRUTH}
WIDTHS = {"vtx_mm": 3, "truth_vtx_mm": 3}
CODES = {"f8": "d", "f4": "f", "i4": "i", "i2": "h", "i1": "b", "u1": "B"}


@functools.cache
def heavy_flavour(code):
    """4 for a charmed hadron or charmonium, 5 for a beautiful one, else 0."""
    digits = code % 10000
    if code < 100 or code > 9999999:
        return 0
    return max(flavour if (flavour := digits // 1000) in (4, 5) else 0,
               flavour if (flavour := digits // 100 % 10) in (4, 5) else 0)


class Walk:
    """From particles to the truth rows that they come from."""

    def __init__(self, particles, statuses, rows):
        self.particles, self.statuses = particles, statuses
        # Row of every particle that has been asked for; 0 is the collision.
        self.found = {0: -1, **rows}

    def parent(self, index):
        """The index of the mother, where the particle is a copy or a decay product; else 0.

        A hadron that decays (91 and above), a copy and a resonance's product have one mother."""
        return self.particles[index].mother1() if abs(self.statuses[index]) in WALKED else 0

    def ancestor(self, index):
        """The truth row of a particle or of its nearest ancestor that has one; else -1."""
        found, passed = self.found, []
        while index not in found:
            passed.append(index)
            index = self.parent(index)
        row = found[index]
        for each in passed:
            found[each] = row
        return row


class Record:
    """Columns of one block of events."""

    def __init__(self, max_eta):
        self.max_eta = max_eta
        self.columns = {name: array(CODES[code]) for name, code in COLUMNS.items()}

    def __len__(self):
        return len(self.columns["weight"])

    def add(self, event, weight, process, pythia_code, pt_hat, flags=None):
        """Appends one event; `flags` gives particles (by index) more bits of `origin`."""
        flags = flags or {}
        columns = self.columns
        # One list for each property that is needed of all: calls into Pythia are what takes time.
        particles = event.particles()
        statuses = list(map(Particle.status, particles))
        codes = list(map(Particle.id, particles))
        finals, truth = [], set()
        for index in range(1, len(particles)):
            status, code = statuses[index], abs(codes[index])
            if status > 0:
                finals.append(index)
                if code == 13:
                    mother = particles[index].mother1()
                    if mother > 0 and particles[mother].isHadron():
                        truth.add(mother)
                elif code > 5 and (code in RESONANCES or heavy_flavour(code)):
                    truth.add(index)
            elif code in RESONANCES or code == 15:
                # A particle of the list does not know its event.
                if event[index].iBotCopyId() == index:
                    truth.add(index)
            elif status == -23 or (code > 400 and heavy_flavour(code)):
                truth.add(index)
        order = sorted(truth)
        rows = {index: row for row, index in enumerate(order)}
        walk = Walk(particles, statuses, rows)
        origins = []
        for index in order:
            particle, status, code = particles[index], statuses[index], abs(codes[index])
            mother = walk.ancestor(walk.parent(index))
            bits = origins[mother] if 0 <= mother < len(origins) else 0
            if code in RESONANCES:
                bits |= PROMPT
            elif code == 15:
                bits |= TAU
            else:
                flavour = heavy_flavour(code)
                bits |= BOTTOM if flavour == 5 else CHARM if flavour == 4 else 0
                if -29 <= status <= -21:
                    bits |= PROMPT
            bits |= flags.get(index, 0)
            origins.append(bits)
            columns["truth_status"].append(status)
            columns["truth_origin"].append(bits)
            columns["truth_mother"].append(mother)
        self.kinematics("truth_", [particles[index] for index in order],
                        [codes[index] for index in order])
        limit = self.max_eta
        etas = list(map(Particle.eta, map(particles.__getitem__, finals)))
        kept = [(index, eta) for index, eta in zip(finals, etas) if abs(eta) < limit]
        for index, _ in kept:
            row = walk.ancestor(index)
            bits = flags.get(index, 0) | (origins[row] if row >= 0 else 0)
            if abs(codes[index]) in NEUTRINOS:
                bits |= INVISIBLE
            columns["origin"].append(bits)
            columns["truth"].append(row)
        products = [particles[index] for index, _ in kept]
        columns["charge"].extend(round(charge) for charge in map(Particle.charge, products))
        self.kinematics("", products, [codes[index] for index, _ in kept],
                        [eta for _, eta in kept])
        columns["count"].append(len(kept))
        columns["truth_count"].append(len(order))
        columns["weight"].append(weight)
        columns["process"].append(process)
        columns["pythia_code"].append(pythia_code)
        columns["pt_hat"].append(pt_hat)

    def kinematics(self, prefix, particles, codes, etas=None):
        columns = self.columns
        columns[prefix + "pt"].extend(map(Particle.pT, particles))
        columns[prefix + "eta"].extend(map(Particle.eta, particles) if etas is None else etas)
        columns[prefix + "phi"].extend(map(Particle.phi, particles))
        columns[prefix + "pdg"].extend(codes)
        columns[prefix + "mass"].extend(map(Particle.m, particles))
        vertices = columns[prefix + "vtx_mm"]
        for particle in particles:
            # Most come from the collision itself.
            vertices.extend(
                (particle.xProd(), particle.yProd(), particle.zProd())
                if particle.hasVertex() else (0.0, 0.0, 0.0))

    def add_single(self, particle, process):
        """Appends an event of one particle: (pdg, charge, pT, eta, phi, mass)."""
        pdg, charge, pt, eta, phi, mass = particle
        values = {
            "pt": pt, "eta": eta, "phi": phi, "pdg": pdg, "mass": mass, "charge": charge,
            "origin": PROMPT, "truth": -1, "count": 1, "truth_count": 0, "weight": 1,
            "process": process, "pythia_code": 0, "pt_hat": 0,
        }
        for name, value in values.items():
            self.columns[name].append(value)
        self.columns["vtx_mm"].extend((0, 0, 0))

    def leading_lepton(self):
        """The pT of the last event's leading electron or muon."""
        count = self.columns["count"][-1]
        codes, momenta = self.columns["pdg"][-count:], self.columns["pt"][-count:]
        return max((pt for pdg, pt in zip(codes, momenta) if abs(pdg) in (11, 13)), default=math.nan)
