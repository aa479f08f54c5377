"""What ends most events at the hard process, before anything costly is done."""

import pythia8mc


class Thinning(pythia8mc.UserHooks):
    """Keeps a hard process with the chance min(1, (pT / scale)^power); `weight` makes up for it.

    pT is that of the first outgoing parton of a 2 -> 2 process (pTHat).  Soft processes are common
    and seldom give a hard lepton."""

    def __init__(self, scale, power, random):
        super().__init__()
        self.scale, self.power, self.random = scale, power, random
        self.restart()

    def restart(self):
        self.seen = self.kept = 0
        self.weight = 1.0

    def canVetoProcessLevel(self):
        return True

    def doVetoProcessLevel(self, process):
        chance = (process[5].pT() / self.scale) ** self.power
        self.seen += 1
        if self.random.random() >= chance:
            return True
        self.kept += 1
        self.weight = max(1.0, 1 / chance)
        return False
