"""Decays of taus before the hadrons of an event are made, with their spin correlations.

Pythia takes half a millisecond for the decay of one tau.  So how often its lepton is accepted is
computed first, from the lepton's spectrum; Pythia's decays are drawn for events that are kept."""

import math

import numpy as np
import pythia8mc

from decays import SPREAD, TAU, least_momentum, passes, reach, undo

CHARGED_HIGGS = 37
POINTS = 1024


def rest_frame_leptons(polarisation):
    """Energies, in half tau masses, and directions of leptons of a tau at rest: x, cos, phi.

    Born spectrum of V - A without lepton masses, d2G/dx dcos ~ x^2 (3 - 2x + P (1 - 2x) cos), with
    the angle from the tau's spin (PDG 2024, review "Muon decay parameters").  The points are a
    lattice in three dimensions; their weights are equal."""
    # The root of x^4 = x + 1: its powers spread points evenly in three dimensions.
    ratio = 1.2207440846057596
    steps = np.array([1 / ratio, 1 / ratio**2, 1 / ratio**3])
    u, v, w = ((np.arange(POINTS)[:, None] * steps + 0.5) % 1).T
    grid = np.linspace(0, 1, 4097)
    x = np.interp(u, 2 * grid**3 - grid**4, grid)
    tilt = polarisation * (1 - 2 * x) / (3 - 2 * x)
    flat = np.abs(tilt) < 1e-6
    safe = np.where(flat, 1.0, tilt)
    cosine = np.where(
        flat, 2 * v - 1, (np.sqrt(1 - safe * (2 - safe - 4 * v)) - 1) / safe)
    return x, np.clip(cosine, -1, 1), 2 * math.pi * w


class TauDecays:
    """Draws tau decays so that one of an event's taus has an accepted lepton.

    The weight is the sum over taus of the probability that the lepton passes.  One tau, chosen by
    these, is made to decay to an electron or muon and the others decay as they will, until its
    lepton passes; where k leptons pass, the event is kept with the chance 1/k."""

    def __init__(self, pythia):
        self.pythia = pythia
        entry = pythia.particleData.particleDataEntryPtr(TAU)
        channels = [entry.channel(index) for index in range(entry.sizeChannels())]
        whole = sum(channel.bRatio() for channel in channels)
        self.branching, self.hadronic = {11: 0.0, 13: 0.0}, []
        for channel in channels:
            codes = {abs(channel.product(index)) for index in range(channel.multiplicity())}
            if lepton := codes & {11, 13}:
                self.branching[lepton.pop()] += channel.bRatio() / whole
            else:
                self.hadronic.append(channel)
        self.leptons = {}
        for polarisation in (0, 1):
            x, cosine, angle = rest_frame_leptons(polarisation)
            sine = np.sqrt(1 - cosine**2)
            directions = np.array([sine * np.cos(angle), sine * np.sin(angle), cosine])
            self.leptons[polarisation] = x, x * directions

    def allow_hadrons(self, mode):
        """Hadronic decays: 0 of neither tau, 1 of both, 2 of tau- only, 3 of tau+ only."""
        for channel in self.hadronic:
            channel.onMode(mode)

    def taus(self, cuts):
        limit, least = max(cut[1] for cut in cuts.values()) + SPREAD, least_momentum(cuts)
        return [index for index, particle in enumerate(self.pythia.event.particles())
                if particle.idAbs() == TAU and particle.isFinal() and reach(particle) > least
                and abs(particle.eta()) < limit]

    def decay(self, roots):
        """Decays taus, and with each the tau that it is correlated with."""
        event = self.pythia.event
        return all(self.pythia.moreDecays(index) for index in roots if event[index].isFinal())

    def passing(self, roots, size, cuts):
        """Which of the taus have a lepton within the cuts."""
        event = self.pythia.event
        found = {event[index].mother1() for index in range(size, event.size())
                 if passes(event[index], cuts)}
        return [root for root in roots if root in found]

    def once(self, cuts, leptonic=False):
        """Lets the taus decay that can yield a lepton; whether one did."""
        size, roots = self.pythia.event.size(), self.taus(cuts)
        if not roots:
            return False
        if leptonic:
            self.allow_hadrons(0)
        decayed = self.decay(roots)
        if leptonic:
            self.allow_hadrons(1)
        return decayed and bool(self.passing(roots, size, cuts))

    def spin(self, tau, scalar, code):
        """Polarisation and, in the tau's rest frame, the spin's axis; from momenta.

        Taus of a neutral scalar have none by themselves.  The neutrino that comes with the tau of a
        charged one has the helicity of its kind, and the tau the same: its spin points from the
        neutrino, and so from the scalar."""
        if code != CHARGED_HIGGS:
            return 0, np.array([0.0, 0.0, 1.0])
        scalar = pythia8mc.Vec4(scalar)
        scalar.bstback(tau)
        axis = np.array([scalar.px(), scalar.py(), scalar.pz()])
        return 1, -axis / np.sqrt(axis @ axis)

    def acceptance(self, tau, scalar, code, cuts):
        """The probability that a tau (momentum) of a scalar decays to a lepton within the cuts."""
        polarisation, axis = self.spin(tau, scalar, code)
        energies, momenta = self.leptons[polarisation]
        # Any two axes at right angles to the spin will do.
        first = np.cross(axis, [1.0, 0, 0] if abs(axis[0]) < 0.6 else [0, 1.0, 0])
        first /= np.sqrt(first @ first)
        momenta = np.array([first, np.cross(axis, first), axis]).T @ momenta
        mass = tau.mCalc()
        boost = np.array([tau.px(), tau.py(), tau.pz()]) / mass
        gamma = tau.e() / mass
        along = boost @ momenta
        momenta = 0.5 * mass * (
            momenta + boost[:, None] * (along / (1 + gamma) + energies)[None, :])
        pt = np.hypot(momenta[0], momenta[1])
        steep = np.abs(momenta[2]) / np.maximum(pt, 1e-9)
        return sum(
            self.branching[code]
            * np.count_nonzero((pt > least) & (steep < math.sinh(limit))) / POINTS
            for code, (least, limit) in cuts.items())

    def scalar(self, index):
        """What a tau of the event comes from."""
        event = self.pythia.event
        while event[index].idAbs() == TAU and event[index].mother1() > 0:
            index = event[index].mother1()
        return event[index]

    def weight(self, cuts):
        """(weight, probability per tau that could yield a lepton)."""
        chances = {}
        for index in self.taus(cuts):
            scalar = self.scalar(index)
            chances[index] = self.acceptance(
                self.pythia.event[index].p(), scalar.p(), scalar.idAbs(), cuts)
        return sum(chances.values()), chances

    def settle(self, chances, cuts, random):
        """Decays the taus so that one has an accepted lepton; false: the event is dropped."""
        event, roots = self.pythia.event, list(chances)
        # A correlated partner that can yield no lepton decays too.
        every = [index for index, particle in enumerate(event.particles())
                 if particle.idAbs() == TAU and particle.isFinal()]
        size = event.size()
        if not any(chances.values()):
            return False
        [root] = random.choices(roots, chances.values())
        self.allow_hadrons(3 if event[root].id() > 0 else 2)
        # The rarest events would need more draws than they are worth.
        for _ in range(4 * POINTS):
            found = self.passing(roots, size, cuts) if self.decay(roots) else []
            if root in found:
                break
            undo(event, size, every)
        self.allow_hadrons(1)
        # An event where both leptons pass can come from either tau.
        return root in found and random.random() * len(found) < 1
