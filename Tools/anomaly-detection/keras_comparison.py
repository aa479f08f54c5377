#!/usr/bin/env python3
"""Trains the four networks of papers/2 with Keras on the events of a study, and writes areas under the curve.

    pip install -r Tools/anomaly-detection/requirements.txt
    winnow study anomaly-detection --data samples -o RUN
    python3 Tools/anomaly-detection/keras_comparison.py RUN --check
    python3 Tools/anomaly-detection/keras_comparison.py RUN --seeds 1,2,3

README.md beside this file has the format of what is written. Stopped, the same command goes on.
"""
import argparse
import os
import sys


def arguments():
    from study import MODELS

    def seeds(text):
        return [int(part) for part in text.split(",")]

    def models(text):
        names = text.split(",")
        for name in names:
            if name not in MODELS:
                raise argparse.ArgumentTypeError(f"there is no model '{name}'; give some of {','.join(MODELS)}")
        return names

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="RUN", help="the folder of a study that ran to its end")
    parser.add_argument("--seeds", type=seeds, default=[1, 2, 3], help="trainings of each model (default: 1,2,3)")
    parser.add_argument("--models", type=models, default=list(MODELS), help=f"default: {','.join(MODELS)}")
    parser.add_argument("--epochs", type=int, help="at most; default: the study's")
    parser.add_argument("--threads", type=int, default=1, help="default: 1")
    parser.add_argument("--no-compile", action="store_true", help="without XLA")
    parser.add_argument("--check", action="store_true", help="train nothing: compare scores of the study's own weights")
    parser.add_argument("-o", "--output", help="default: RUN/keras.json")
    options = parser.parse_args()
    if options.threads < 1 or (options.epochs is not None and options.epochs < 1):
        parser.error("--threads and --epochs must be 1 or more")
    return options


def set_threads(count):
    """Before the first operation; TensorFlow refuses it later. XLA and oneDNN take the same."""
    os.environ["OMP_NUM_THREADS"] = str(count)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def head(study, epochs):
    import keras
    import tensorflow as tf

    import scores
    import training

    return {
        "tool": "Tools/anomaly-detection/keras_comparison.py",
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__},
        "sample": study.identity,
        # What the page compares: Swift has no SHA-256 here.
        "means": study.sample["scale"]["means"],
        "settings": {
            "epochs": epochs, "batch": study.batch, "beta": scores.BETA, "patience": training.PATIENCE,
            "learningRate": training.LEARNING_RATE},
    }


def compare(study, options):
    from areas import area
    from results import Results
    from scores import scores
    from study import SIGNALS
    from training import train

    epochs = options.epochs or study.epochs
    results = Results(options.output or study.folder / "keras.json", head(study, epochs))
    (events, validation), tested = study.training(), study.tested()
    for model in options.models:
        for seed in options.seeds:
            if results.has(model, seed):
                continue
            done = train(
                model, events, validation, seed=seed, epochs=epochs, batch=study.batch, compiled=not options.no_compile,
                progress=lambda text: print(f"\r{model}, seed {seed}, {text} ", end="", file=sys.stderr, flush=True))
            print(file=sys.stderr)
            found = {name: scores(done.network, part)[0] for name, part in tested.items()}
            rows = [
                {"model": model, "score": kind, "signal": signal, "seed": seed,
                 "area": area(found[signal][kind], found["test"][kind])}
                for kind in found["test"] for signal in SIGNALS]
            results.add(
                {"model": model, "seed": seed, "epochs": done.epochs, "bestEpoch": done.best_epoch,
                 "validationLoss": done.validation_loss, "seconds": round(done.seconds, 3),
                 "epochSeconds": round(done.epoch_seconds, 6), "threads": options.threads}, rows)
            text = ", ".join(f"{row['score']} {row['signal']} {100 * row['area']['value']:.2f}" for row in rows)
            print(f"{model}, seed {seed}, {done.epochs} epochs in {done.seconds:.1f} s: {text}", flush=True)


def main():
    options = arguments()
    set_threads(options.threads)
    from study import Study, StudyError

    try:
        study = Study(options.run)
        if options.check:
            from check import check

            check(study, options.models)
        else:
            compare(study, options)
    except StudyError as error:
        print(f"keras_comparison.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
