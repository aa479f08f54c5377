"""What a study's folder holds for this comparison: its events, settings and results."""
import dataclasses
import hashlib
import json
import pathlib

import numpy as np

# The order of Sources/Studies/AnomalyDetection.
MODELS = ("dnn-ae", "dnn-vae", "cnn-ae", "cnn-vae")
SIGNALS = ("lq-to-btau", "a-to-4l", "hch-to-taunu", "h0-to-tautau")
WIDTH = 57


class StudyError(Exception):
    """One sentence: what, where, what to do."""


def is_variational(model):
    return model.endswith("vae")


def scores_of(model):
    return ("io", "kl", "rz") if is_variational(model) else ("io",)


@dataclasses.dataclass
class Events:
    """x: events of 57 numbers, absent objects 0. t: the same with pT standardised, what losses compare with."""
    x: np.ndarray
    t: np.ndarray

    def __len__(self):
        return len(self.x)

    def part(self, start, end):
        return Events(self.x[start:end], self.t[start:end])

    def blocks(self, size=16_384):
        """Parts whose values between layers fit into any memory."""
        return [self.part(start, start + size) for start in range(0, len(self), size)]


class Study:
    """The folder that `winnow study anomaly-detection -o RUN` wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        description = self.json("run.json")
        if description.get("study") != "anomaly-detection":
            raise StudyError(f"'{self.folder}' is no study of anomaly detection; give the folder that one wrote")
        if "data" not in description.get("steps", {}):
            raise StudyError(f"'{self.folder}' has no events yet; run 'winnow study anomaly-detection' first")
        settings = description["settings"]
        self.epochs = int(settings["epochs"])
        self.batch = int(settings.get("batch", 1024))
        self.sample = self.json("data/sample.json")
        # It holds the scale of pT at 19 places in double precision: another division of events has another.
        self.identity = hashlib.sha256((self.folder / "data/sample.json").read_bytes()).hexdigest()

    def json(self, name):
        path = self.folder / name
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError):
            raise StudyError(f"'{path}' is missing or damaged; give a study's folder, run to its end") from None

    def arrays(self, name):
        path = self.folder / name
        try:
            with np.load(path) as file:
                return {key: file[key] for key in file.files}
        except (OSError, ValueError):
            raise StudyError(f"'{path}' is missing or damaged; run the study's step again") from None

    def events(self, name):
        path = f"data/{name}.npz"
        arrays = self.arrays(path)
        for key in ("x", "t"):
            shape = arrays[key].shape if key in arrays else None
            if shape is None or len(shape) != 2 or shape[1] != WIDTH:
                found = "is missing" if shape is None else f"has the shape {shape}"
                raise StudyError(f"'{key}' of '{self.folder / path}' {found}; it must be events of {WIDTH} numbers")
        return Events(arrays["x"].astype(np.float32), arrays["t"].astype(np.float32))

    def training(self):
        """The events to train on and those to stop by; the file has them in this order."""
        events, wanted = self.events("training"), (self.sample["training"], self.sample["validation"])
        if len(events) != sum(wanted):
            raise StudyError(
                f"'{self.folder}/data/training.npz' has {len(events)} events, and sample.json has {wanted[0]} and"
                f" {wanted[1]}; run the study's step 'data' again")
        return events.part(0, wanted[0]), events.part(wanted[0], None)

    def tested(self):
        """The background to test on, and the signals, by the names of `scores/*.npz`."""
        return {name: self.events(name) for name in ("test", *SIGNALS)}
