"""Sources of events: a row of processes.json made into a generator that fills a record."""

import hashlib
import random

import pythia8mc

import decays
import draws
from hooks import LeptonThinning, QuarkThinning, TauThinning
from records import Record
from taus import TauDecays


def derived_seed(*parts, modulus=900_000_000):
    """A seed of Pythia's (1 to 900,000,000) from SHA-256 of the parts."""
    digest = hashlib.sha256("/".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") % modulus + 1


class GenerationError(Exception):
    """What went wrong, as one sentence."""


def lepton_cuts(selection):
    names = {"electron": 11, "muon": 13}
    return {names[name]: cut for name, cut in selection.items() if name in names}


class PythiaSource:
    """Events of one process; `next` fills a record with one event that passes the selection."""

    def __init__(self, row, table, energy, seed):
        self.row = row
        self.name = row["name"]
        self.selection = row.get("selection", {})
        self.method = row.get("method", "plain")
        self.cuts = lepton_cuts(self.selection)
        self.reference = self.selection.get("referenceWeight", 1)
        self.branching = {int(code): value for code, value in row.get("branching", {}).items()}
        self.random = random.Random(0)
        pythia = pythia8mc.Pythia("", False)
        energy = energy or row["energy"]
        settings = table["settings"] + row["settings"] + [
            f"Beams:eCM={energy * 1000:.12g}", f"Random:seed={seed}"]
        if self.method in ("semileptonic", "leptons", "tau-leptons"):
            # The selection asks for hadrons where they are needed.
            settings.append("HadronLevel:all=off")
        if self.method == "semileptonic":
            settings += [f"{code}:mayDecay=off" for code in decays.HEAVY_HADRONS]
        for setting in settings:
            if not pythia.readString(setting):
                raise GenerationError(
                    f"Pythia does not know the setting '{setting}' of {self.name}; install "
                    f"{table['packages'][0]}")
        self.taus = TauDecays(pythia)
        self.thinning = self.hook(pythia)
        if self.thinning:
            pythia.setUserHooksPtr(self.thinning)
        if not pythia.init():
            raise GenerationError(
                f"Pythia could not be initialised for {self.name} at {energy:g} TeV; "
                "try another --energy")
        self.pythia = pythia
        self.jets = None
        if self.method == "fake-electron":
            least = self.selection["electron"][0]
            self.jets = pythia8mc.SlowJet(-1, 0.4, least, self.selection["electron"][1] + 0.4, 2, 1)

    def hook(self, pythia):
        """What ends events early, if anything."""
        if "thinning" in self.selection:
            return QuarkThinning(self.random, self.cuts, **self.selection["thinning"])
        if self.method == "tau-leptons":
            return TauThinning(self.random, pythia, self.cuts, self.reference, self.taus)
        if self.method == "leptons" and self.row.get("resonance"):
            return LeptonThinning(
                self.random, pythia, self.cuts, sum(self.taus.branching.values()))
        return None

    def seed(self, *parts):
        self.pythia.rndm.init(derived_seed(*parts))
        self.random.seed(derived_seed("tool", *parts, modulus=1 << 62))
        self.generated = 0
        if self.thinning:
            self.thinning.restart()

    def shares(self):
        return [(self, 1.0)]

    def next(self, record, scale=1.0):
        """Generates until an event passes, and appends it; its weight is multiplied by `scale`."""
        failures = 0
        while True:
            if not self.pythia.next():
                failures += 1
                if failures == 1000:
                    raise GenerationError(
                        f"Pythia failed 1000 times in a row to generate {self.name}; "
                        "try another --energy")
                continue
            self.generated += 1
            weight, flags, finish = self.select()
            if self.thinning:
                weight *= self.thinning.weight
            if weight <= 0:
                continue
            # Small weights are thinned out, so that those that are kept are nearly equal.
            part = weight / self.reference
            if part < 1 and self.random.random() >= part:
                continue
            if finish and not finish():
                continue
            info = self.pythia.infoPython()
            record.add(self.pythia.event, max(1.0, part) * scale, self.row["code"], info.code(),
                       info.pTHat(), flags)
            return

    def select(self):
        """The weight of Pythia's event (0: it does not pass), flags of its particles, and what
        finishes the event if it is kept (None: nothing is left to do)."""
        event, selection = self.pythia.event, self.selection
        if "pTHatBelow" in selection and self.hardest() >= selection["pTHatBelow"]:
            return 0.0, {}, None
        if self.method == "semileptonic":
            # Most events end here, before their hadrons are made.
            if (not decays.has_heavy_quark(event, self.cuts)
                    or not self.make_hadrons()):
                return 0.0, {}, None
            weight, kept = decays.heavy_decays(
                self.pythia, self.cuts, selection["draws"], self.random)
            return weight, {}, lambda: decays.complete(self.pythia, kept)
        if self.method == "leptons":
            return self.leptons(), {}, None
        if self.method == "tau-leptons":
            weight, chances = self.taus.weight(self.cuts)
            return weight, {}, lambda: (self.taus.settle(chances, self.cuts, self.random)
                                        and self.make_hadrons())
        if self.method == "decay-in-flight":
            flags, weight = draws.decay_in_flight(event, selection, self.random)
        elif self.method == "dimuon-in-place":
            flags, weight = draws.dimuon_in_place(event, selection, self.random)
        elif self.method == "fake-electron":
            if decays.has_lepton(event, self.cuts):
                return 0.0, {}, None
            flags, weight = draws.fake_electron(event, self.jets, selection, self.random)
        elif self.branching:
            flags, weight = {}, self.dimuon(event)
        else:
            flags, weight = {}, float(not self.cuts or decays.has_lepton(event, self.cuts))
        return weight, flags, None

    def hardest(self):
        """pTHat of the hardest parton scattering, those inside diffractive systems included."""
        info = self.pythia.infoPython()
        return max(info.pTHat(system) for system in range(4))

    def leptons(self):
        """1 for an event with a lepton, whose hadrons are then made; else 0.

        Hadrons are made only where a lepton of the shower or of a tau passes, or a heavy quark can
        give one."""
        event, cuts = self.pythia.event, self.cuts
        leptonic = bool(self.row.get("resonance")) and self.thinning.leptonic
        found = decays.has_lepton(event, cuts) or self.taus.once(cuts, leptonic)
        if not found and not decays.has_heavy_quark(event, cuts):
            return 0.0
        if not self.make_hadrons():
            return 0.0
        return float(found or decays.has_lepton(event, cuts))

    def make_hadrons(self):
        # The event has its colour junctions; looked for again, one event in eight would fail.
        return self.pythia.forceHadronLevel(False)

    def dimuon(self, event):
        """The branching ratio of the state whose two muons both pass."""
        mothers = {}
        for index in range(1, event.size()):
            particle = event[index]
            if particle.isFinal() and decays.passes(particle, self.cuts):
                mother = particle.mother1()
                if event[mother].id() in self.branching:
                    mothers[mother] = mothers.get(mother, 0) + 1
        found = [mother for mother, count in mothers.items() if count == 2]
        return self.branching[event[found[0]].id()] if found else 0.0

    def statistics(self):
        info = self.pythia.infoPython()
        generated, sigma = self.generated, info.sigmaGen() * 1e6
        if self.thinning and self.thinning.kept:
            # Pythia's cross section is of what was kept.
            sigma *= self.thinning.seen / self.thinning.kept
            generated = self.thinning.seen
        return {self.name: {"generated": generated, "tried": info.nTried(), "sigma_nb": sigma}}


class MixtureSource:
    """Events of several processes with fixed fractions.

    A component with `drawn` is a stratum: of every sum(drawn) events that many are its own, in an
    order that is drawn, and their weight is its part of the cross sections over its part of the
    events."""

    def __init__(self, row, table, energy, seed):
        rows = {each["name"]: each for each in table["processes"]}
        self.row = row
        self.random = random.Random(0)
        self.parts = []
        self.deck, self.drawn = [], [each.get("drawn", 0) for each in row["components"]]
        whole = sum(each["fraction"] for each in row["components"])
        total = 0.0
        for component in row["components"]:
            name = component["process"]
            source = PythiaSource(rows[name], table, energy, derived_seed(seed, name))
            if "drawn" in component:
                total += component["drawn"]
                part = component["drawn"] / sum(self.drawn)
                self.parts.append((total, source, component["fraction"] / whole / part))
                continue
            # Number of events per event above the quoted threshold; weights have the mean 1.
            total += component["fraction"] / component["above"]
            self.parts.append((total, source, 1 / component["meanWeight"]))
        self.total = total

    def seed(self, *parts):
        self.random.seed(derived_seed("mixture", *parts, modulus=1 << 62))
        self.deck = []
        for _, source, _ in self.parts:
            source.seed(*parts, source.name)

    def shares(self):
        """(source, part of the events) of each part."""
        before = [0.0] + [total for total, _, _ in self.parts]
        return [(source, (total - last) / self.total)
                for (total, source, _), last in zip(self.parts, before)]

    def next(self, record):
        _, source, scale = self.draw()
        source.next(record, scale)

    def draw(self):
        if not any(self.drawn):
            drawn = self.random.random() * self.total
            return next(each for each in self.parts if drawn < each[0])
        if not self.deck:
            self.deck = [part for part, count in zip(self.parts, self.drawn) for _ in range(count)]
            self.random.shuffle(self.deck)
        return self.deck.pop()

    def statistics(self):
        return {key: value for _, source, _ in self.parts for key, value in source.statistics().items()}


class GunSource:
    """Single muons: log-uniform in pT, uniform in pseudorapidity and azimuth."""

    def __init__(self, row, table, energy, seed):
        self.row = row
        self.random = random.Random(0)

    def seed(self, *parts):
        self.random.seed(derived_seed("gun", *parts, modulus=1 << 62))
        self.generated = 0

    def shares(self):
        return [(self, 1.0)]

    def next(self, record):
        draw = self.random
        low, high, eta = self.row["gun"]["pt"] + [self.row["gun"]["eta"]]
        charge = 1 if draw.random() < 0.5 else -1
        pt = low * (high / low) ** draw.random()
        place = (2 * draw.random() - 1) * eta, (2 * draw.random() - 1) * 3.141592653589793
        self.generated += 1
        record.add_single((-13 * charge, charge, pt, *place, draws.MUON_MASS), self.row["code"])

    def statistics(self):
        return {self.row["name"]: {"generated": self.generated, "tried": self.generated, "sigma_nb": 0.0}}


def source(row, table, energy, seed):
    kinds = {"mixture": MixtureSource, "gun": GunSource}
    return kinds.get(row.get("method"), PythiaSource)(
        row, table, energy, derived_seed("initialisation", seed, row["name"]))


def fill_block(generator, key, index, events, max_eta, count=lambda events: None):
    """One block: the record and what was generated for it."""
    generator.seed(*key, index)
    record = Record(max_eta)
    while len(record) < events:
        generator.next(record)
        count(len(record))
    return record, generator.statistics()
