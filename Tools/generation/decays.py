"""Decays that are drawn again, so that rare leptons are not waited for.

A decay is drawn K times; with n of them accepted, one is kept and the event's weight is n/K, which
has the expectation of an unbiased sample.  `random` is a `random.Random` of the block."""

import pythia8mc

HEAVY_HADRONS = (
    411, 421, 431, 4122, 4132, 4232, 4332,
    511, 521, 531, 541, 5122, 5132, 5232, 5332,
)
HEAVY = frozenset(HEAVY_HADRONS)
HEAVY_QUARKS = frozenset((4, 5))
TAU = 15
# A decay product's direction differs from its mother's; this in pseudorapidity is allowed for.
SPREAD = 0.5


def within(momentum, cut):
    return momentum.pT() > cut[0] and abs(momentum.eta()) < cut[1]


def passes(particle, cuts):
    """Whether a particle is a lepton within the cuts {"pdg": [pT, |eta|]}."""
    cut = cuts.get(particle.idAbs())
    return cut is not None and within(particle, cut)


def has_lepton(event, cuts):
    return any(particle.idAbs() in cuts and particle.isFinal() and passes(particle, cuts)
               for particle in event.particles())


def reach(particle):
    """The largest pT (GeV) that a massless decay product can have."""
    return 0.5 * (particle.mT() + particle.pT())


def least_momentum(cuts):
    return min(cut[0] for cut in cuts.values())


def has_heavy_quark(event, cuts):
    """Whether a heavy quark at the end of the shower is hard enough for a lepton within the cuts.

    Fragmentation seldom gives a hadron more than its quark had; 2 GeV are allowed for that."""
    least = least_momentum(cuts) - 2
    limit = max(cut[1] for cut in cuts.values()) + SPREAD
    return any(
        particle.idAbs() in HEAVY_QUARKS and particle.isFinal() and particle.pT() > least
        and abs(particle.eta()) < limit
        for particle in event.particles())


class Branch:
    """What decays added to an event: the particles, and those that they come from."""

    def __init__(self, event, size, decayed):
        self.particles = [pythia8mc.Particle(event[index]) for index in range(size, event.size())]
        self.decayed = [
            (index, event[index].daughter1(), event[index].daughter2())
            for index in decayed if not event[index].isFinal()]

    def restore(self, event):
        for particle in self.particles:
            event.append(particle)
        for index, first, last in self.decayed:
            event[index].statusNeg()
            event[index].daughters(first, last)


def undo(event, size, decayed):
    """Takes back decays: the first `size` particles stay."""
    event.popBack(event.size() - size)
    for index in decayed:
        event[index].statusPos()
        event[index].daughters(0, 0)


def find_lepton(pythia, roots, cuts):
    """Decays particles, and of their products those that can yield a lepton, until one is found.

    True or false; None where Pythia failed in a decay."""
    event, least = pythia.event, least_momentum(cuts)
    waiting = roots[::-1]
    while waiting:
        size = event.size()
        if not pythia.moreDecays(waiting.pop()):
            return None
        for index in range(size, event.size()):
            particle = event[index]
            if particle.idAbs() in cuts:
                if passes(particle, cuts):
                    return True
            elif particle.canDecay() and particle.mayDecay() and reach(particle) > least:
                waiting.append(index)
    return False


def heavy_decays(pythia, cuts, draws, random):
    """Draws the decays of the heavy hadrons: (weight, what is kept); weight 0 without a lepton.

    Only decays that can yield a lepton within the cuts are drawn; `complete` does the others."""
    event, least = pythia.event, least_momentum(cuts)
    roots = [index for index, particle in enumerate(event.particles())
             if particle.idAbs() in HEAVY and particle.isFinal() and reach(particle) > least]
    if not roots:
        return 0.0, None
    size, kept, accepted = event.size(), None, 0
    allow_heavy(pythia, True)
    for _ in range(draws):
        # One draw in fifty fails in some decay chain and is drawn again.
        for _ in range(10):
            if (found := find_lepton(pythia, roots, cuts)) is not None:
                break
            undo(event, size, roots)
        if found:
            accepted += 1
            if random.random() * accepted < 1:
                kept = Branch(event, size, roots)
        undo(event, size, roots)
    allow_heavy(pythia, False)
    return accepted / draws, kept


def allow_heavy(pythia, allowed):
    data = pythia.particleData
    for code in HEAVY_HADRONS:
        data.mayDecay(code, allowed)


def complete(pythia, kept):
    """Puts a drawn branch into the event, and decays the rest; false where Pythia fails."""
    event = pythia.event
    kept.restore(event)
    allow_heavy(pythia, True)
    size = event.size()
    waiting = [index for index, particle in enumerate(event.particles())
               if particle.isFinal() and particle.canDecay() and particle.mayDecay()]
    for _ in range(10):
        if done := pythia.moreDecays():
            break
        undo(event, size, waiting)
    allow_heavy(pythia, False)
    return done
