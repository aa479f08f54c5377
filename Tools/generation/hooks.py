"""What ends most events early: at the hard process, or at a scale in the shower."""

import pythia8mc

from decays import HEAVY_QUARKS, SPREAD, TAU, least_momentum, within

# GeV: the shower above this scale is done when `doVetoPT` is asked; multiparton interactions, which
# take most of the time, are nearly all below it.
VETO_SCALE = 5.0


class Thinning(pythia8mc.UserHooks):
    """Keeps an event with a chance, and knows the weight that makes up for it, one over the chance.

    A subclass gives the chance at the hard process or at `VETO_SCALE`.  Pythia may begin its shower
    again after a failure: an event has one random number."""

    def __init__(self, random):
        super().__init__()
        self.random = random
        self.restart()

    def restart(self):
        self.seen = self.kept = 0
        self.chance = 1.0

    def begin(self, chance):
        self.drawn, self.chance = self.random.random(), min(1.0, chance)
        self.seen += 1
        self.kept += self.drawn < self.chance
        return self.drawn >= self.chance

    def go_on(self, chance):
        if chance < self.chance:
            self.chance = chance
            if self.drawn >= chance:
                self.kept -= 1
                return True
        return False

    @property
    def weight(self):
        return 1 / self.chance

    def canVetoProcessLevel(self):
        return True

    def doVetoProcessLevel(self, process):
        return self.begin(1.0)


class ShowerThinning(Thinning):
    """The chance follows from the event at `VETO_SCALE`: a subclass's `judge`."""

    def canVetoPT(self):
        return True

    def scaleVetoPT(self):
        return VETO_SCALE

    def doVetoPT(self, position, event):
        # 4 and 5: the shower of a resonance's products.
        return position < 4 and self.go_on(self.judge(event))


class QuarkThinning(ShowerThinning):
    """Events without hard heavy quarks are common and seldom give a hard lepton.

    The chance is min(1, (pT / scale)^power) at the hard process, where pT is that of the first
    outgoing parton (pTHat), and then the sum of ((pT - offset) / scale)^power over heavy quarks."""

    FLOOR = 0.01
    # What a hadron's direction can differ from its quark's.
    SPREAD = 0.3

    def __init__(self, random, cuts, process, quarks):
        super().__init__(random)
        self.process, self.quarks = process, quarks
        self.limit = max(cut[1] for cut in cuts.values()) + self.SPREAD

    def doVetoProcessLevel(self, process):
        scale, power = self.process
        return self.begin((process[5].pT() / scale) ** power)

    def judge(self, event):
        offset, scale, power = self.quarks
        return max(self.FLOOR, sum(
            (max(0.0, particle.pT() - offset) / scale) ** power for particle in event.particles()
            if particle.idAbs() in HEAVY_QUARKS and particle.isFinal()
            and abs(particle.eta()) < self.limit))


class ResonanceThinning(ShowerThinning):
    """The chance follows from the decay products of the one resonance, as it is at `VETO_SCALE`."""

    def __init__(self, random, pythia):
        super().__init__(random)
        self.pythia = pythia

    def products(self, event):
        """(particle, its momentum now) of each, and the resonance's momentum."""
        process = self.pythia.process
        code = process[5].id()
        now = next(
            particle for particle in reversed(event.particles()) if particle.id() == code).p()
        moved = []
        for index in range(6, process.size()):
            momentum = process[index].p()
            momentum.bstback(process[5].p())
            momentum.bst(now)
            moved.append((process[index], momentum))
        return moved, now


class LeptonThinning(ResonanceThinning):
    """Ends events of W and Z whose leptons are clearly outside the cuts; weights stay 1.

    `leptonic`: the tau of a W will decay to an electron or muon, which is drawn here already."""

    # What the rest of the shower can still change; GeV and pseudorapidity.
    MARGIN = (4.0, 0.4)

    def __init__(self, random, pythia, cuts, branching):
        super().__init__(random, pythia)
        self.cuts, self.branching = cuts, branching
        less, wider = self.MARGIN
        self.loose = {code: (cut[0] - less, cut[1] + wider) for code, cut in cuts.items()}
        self.loose[TAU] = (
            least_momentum(cuts) - less, max(cut[1] for cut in cuts.values()) + wider + SPREAD)
        self.quark = least_momentum(cuts) - less
        self.leptonic = False

    def doVetoProcessLevel(self, process):
        self.leptonic = False
        return self.begin(1.0)

    def judge(self, event):
        products, _ = self.products(event)
        found = [particle.idAbs() for particle, momentum in products
                 if particle.idAbs() in self.loose
                 and within(momentum, self.loose[particle.idAbs()])]
        if any(code != TAU for code in found) or any(
                particle.idAbs() in HEAVY_QUARKS and particle.isFinal()
                and particle.pT() > self.quark for particle in event.particles()):
            return 1.0
        if found and self.pythia.process[5].idAbs() == 24:
            # Both numbers are uniform, and only this one decides.
            self.leptonic = self.drawn < self.branching
            return float(self.leptonic)
        return float(bool(found))


class TauThinning(ResonanceThinning):
    """The chance is that of an accepted lepton, at a cut lower by `MARGIN`, over the reference."""

    MARGIN = 2.5  # GeV
    FLOOR = 0.05

    def __init__(self, random, pythia, cuts, reference, taus):
        super().__init__(random, pythia)
        self.reference, self.taus = reference, taus
        self.cuts = {code: (cut[0] - self.MARGIN, cut[1]) for code, cut in cuts.items()}

    def judge(self, event):
        products, now = self.products(event)
        chance = sum(self.taus.acceptance(momentum, now, self.pythia.process[5].idAbs(), self.cuts)
                     for particle, momentum in products if particle.idAbs() == TAU)
        return max(self.FLOOR, min(1.0, chance / self.reference))
