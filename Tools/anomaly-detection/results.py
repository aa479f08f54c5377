"""The file of results: `keras.json`, whole after every training."""
import json
import os
import pathlib

from study import StudyError

FORMAT = 1


class Results:
    """Reads a file that is there, so that what it has is not done again."""

    def __init__(self, path, head):
        self.path, self.head = pathlib.Path(path), {"format": FORMAT, **head}
        self.trainings, self.areas = [], []
        # Before the first training, not after it.
        if not os.access(self.path.parent, os.W_OK):
            raise StudyError(f"'{self.path.parent}' is no folder to write to; give another -o")
        if not self.path.exists():
            return
        try:
            found = json.loads(self.path.read_text())
            self.trainings, self.areas = found["trainings"], found["areas"]
            earlier = {key: found[key] for key in self.head}
        except (OSError, ValueError, KeyError, TypeError):
            raise StudyError(f"'{self.path}' is damaged or of another kind; remove it, or give another -o") from None
        for key, value in self.head.items():
            if key != "versions" and earlier[key] != value:
                raise StudyError(
                    f"'{self.path}' was made with {key} {earlier[key]}, not {value}; remove it, or give another -o")

    def has(self, model, seed):
        return any(row["model"] == model and row["seed"] == seed for row in self.trainings)

    def add(self, training, areas):
        self.trainings.append(training)
        self.areas += areas
        self.write()

    def write(self):
        text = json.dumps({**self.head, "trainings": self.trainings, "areas": self.areas}, indent=1) + "\n"
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        with open(temporary, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)
