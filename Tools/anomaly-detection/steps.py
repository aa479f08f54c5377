#!/usr/bin/env python3
"""Whether both programs take the same steps: trains from the same weights, with the same events in the same order.

    python3 Tools/anomaly-detection/steps.py RUN --winnow .build/release/winnow -o FOLDER

The study's recipe trains one epoch, whose network.onnx both programs start from; then both go through the events as they
stand in the file, without stopping. A variational network decodes its mean, as each program draws noise of its own.
README.md beside this file says what to expect.
"""
import argparse
import copy
import json
import pathlib
import subprocess
import sys

from keras_comparison import set_threads
from study import MODELS, Study, StudyError


def recipe(study, model):
    """The study's, with the data where they are now and sigma times 0 where there is one."""
    found = study.json(f"models/{model}/float/run.json")["recipe"]
    found["data"]["file"] = str((study.folder / "data/training.npz").resolve())
    # No training of a few epochs waits so long.
    found["early_stopping"] = {"patience": 1000}
    layers = found["network"]["layers"]
    for place, layer in enumerate(layers):
        if isinstance(layer, dict) and layer.get("multiply") == "e":
            layers.insert(place + 1, {"scale": 0.0, "name": "sample_nothing"})
            break
    return found


def trained(winnow, description, folder):
    """Runs a recipe; returns its folder."""
    path = folder.with_suffix(".yaml")
    path.write_text(json.dumps(description))  # JSON is YAML.
    try:
        done = subprocess.run([winnow, "train", path, "-o", folder], capture_output=True, text=True)
    except OSError as error:
        raise StudyError(f"'{winnow}' does not run ({error.strerror}); give another --winnow") from None
    if done.returncode:
        raise StudyError(f"'{winnow} train {path}' failed: {done.stderr.strip()[-300:]}")
    return folder


def ours(study, model, winnow, epochs, output):
    """The file with the first weights, and losses in training and of the validation, an epoch each."""
    first = recipe(study, model)
    start = trained(winnow, first | {"epochs": 1}, output / f"{model}-start") / "last.onnx"
    second = copy.deepcopy(first) | {"epochs": epochs, "network": {"file": str(start.resolve())}}
    second["data"]["shuffle"] = False
    folder = trained(winnow, second, output / f"{model}-steps")
    records = json.loads((folder / "metrics.json").read_text())["epochs"]
    return start, [(record["loss"], record["validationLoss"]) for record in records]


def theirs(study, model, start, epochs):
    import keras
    import numpy as np
    import tensorflow as tf

    import training
    from networks import latent_width, network
    from scores import answers, losses
    from weights import load

    (events, validation), batch = study.training(), study.batch
    built = network(model)
    load(built, start)
    optimizer = keras.optimizers.Adam(training.LEARNING_RATE, amsgrad=True)
    optimizer.build(built.trainable_variables)
    width = latent_width(model)
    nothing = tf.zeros((batch, width))

    @tf.function
    def step(x, t):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(losses(answers(built, x, nothing, training=True), x, t))
        optimizer.apply(tape.gradient(loss, built.trainable_variables), built.trainable_variables)
        return loss

    validate = training.validation_function(built, validation, np.zeros((len(validation), width), np.float32))
    for _ in range(epochs):
        parts = [events.part(row, row + batch) for row in range(0, len(events) - batch + 1, batch)]
        yield float(np.mean([step(part.x, part.t) for part in parts])), validate()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="RUN", help="the folder of a study whose step 'training' is done")
    parser.add_argument("--winnow", default="winnow", help="the program (default: the one on the path)")
    parser.add_argument("--models", default=",".join(MODELS), help=f"default: {','.join(MODELS)}")
    parser.add_argument("--epochs", type=int, default=3, help="default: 3")
    parser.add_argument("-o", "--output", required=True, help="a folder for our trainings")
    options = parser.parse_args()
    set_threads(1)
    try:
        study, output = Study(options.run), pathlib.Path(options.output)
        output.mkdir(parents=True, exist_ok=True)
        for model in options.models.split(","):
            start, wanted = ours(study, model, options.winnow, options.epochs, output)
            for number, (pair, own) in enumerate(zip(theirs(study, model, start, options.epochs), wanted), 1):
                text = ", ".join(
                    f"{name} {found:.7g}, ours {loss:.7g} ({found / loss - 1:+.1e})"
                    for name, found, loss in zip(("loss", "validation"), pair, own))
                print(f"{model}, epoch {number}: {text}", flush=True)
    except StudyError as error:
        print(f"steps.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
