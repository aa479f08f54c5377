"""Whether both programs mean the same: our weights in the Keras networks must give our scores, losses and areas."""
import keras
import numpy as np

from areas import area
from networks import latent_width, network
from scores import answers, losses, scores
from study import SIGNALS, StudyError, is_variational, scores_of
from weights import load

# Tests/StudiesTests/AnomalyDetectionTests.swift, modelsHaveThePapersShape.
WEIGHTS = {"dnn-ae": 4768, "dnn-vae": 4816, "cnn-ae": 7456, "cnn-vae": 7968}

# The study works in float32, this check in double precision, so the differences are the study's roundings. Those of
# mu and ln sigma^2, sums of up to 64 products of a few units, are some 1e-6; R_z multiplies them by 2 mu / sigma^2,
# which is large where sigma is small. D_KL is a difference of numbers near 1, hence the absolute part.
RELATIVE, ABSOLUTE, LATENT = 1e-4, 1e-6, 1e-5
# Of values in double precision from the same numbers.
AREA = 1e-12
# Noise of the validation is drawn by each program: deviations of so many standard ones of its mean.
DEVIATIONS, DRAWS = 5, 20


def require(condition, sentence):
    if not condition:
        raise StudyError(sentence)


def tolerances(kind, found, latent):
    tolerance = RELATIVE * np.abs(found) + ABSOLUTE
    if kind == "rz":
        mu, lv = latent
        tolerance += LATENT * np.sum(2 * np.abs(mu) * np.exp(-lv), 1)
    return tolerance


def check_scores(study, model, ours, events):
    """The largest relative difference of each score, where the absolute part of the tolerance is not the larger."""
    least, largest = ABSOLUTE / RELATIVE, dict.fromkeys(scores_of(model), 0.)
    for name, part in events.items():
        computed, latent = scores(ours, part)
        for kind, found in computed.items():
            wanted = study.arrays(f"scores/{model}-{kind}.npz")[name]
            require(
                len(found) == len(wanted), f"{model}, {kind}: {len(found)} events of {name}, and {len(wanted)} scored")
            allowed = tolerances(kind, found, latent)
            # R_z of a signal can exceed float32, which the study then has as infinite.
            found = np.where(found > np.finfo(np.float32).max, np.inf, found)
            with np.errstate(invalid="ignore"):
                distance = np.where(found == wanted, 0., np.abs(found - wanted))
                excess = np.where(distance == 0, -1., distance - allowed)
            worst = np.argmax(excess)
            require(
                np.all(excess <= 0),
                f"{model}, {kind}: event {worst} of {name} scores {found[worst]} here and {wanted[worst]} in the study")
            size = np.where(np.isinf(found), 1., np.maximum(np.abs(found), least))
            largest[kind] = max(largest[kind], float((distance / size).max()))
    return largest


def check_areas(study, model):
    """Of the study's own scores, against the study's own areas."""
    results = {(row["model"], row["score"], row["signal"]): row["area"] for row in study.json("scores/results.json")}
    for kind in scores_of(model):
        arrays = study.arrays(f"scores/{model}-{kind}.npz")
        for signal in SIGNALS:
            found, wanted = area(arrays[signal], arrays["test"]), results[model, kind, signal]
            for key in ("value", "error"):
                require(
                    abs(found[key] - wanted[key]) <= AREA,
                    f"{model}, {kind}, {signal}: the area's {key} is {found[key]} here and {wanted[key]} in the study")


def check_loss(study, model, ours, validation):
    """Ours on the validation events, as metrics.json has it; returns both."""
    wanted = study.json(f"models/{model}/float/metrics.json")["validation"]["loss"]
    if not is_variational(model):
        found = float(np.mean(losses(answers(ours, validation.x, None), validation.x, validation.t)))
        tolerance = 1e-5 * wanted
    else:
        random = np.random.default_rng(1)
        draws = []
        for _ in range(DRAWS):
            noise = random.standard_normal((len(validation), latent_width(model))).astype(np.float32)
            draws.append(np.mean(losses(answers(ours, validation.x, noise), validation.x, validation.t)))
        # The study's is one draw more, and the mean of ours has an error of its own.
        found = float(np.mean(draws))
        tolerance = DEVIATIONS * float(np.std(draws, ddof=1)) * (1 + 1 / DRAWS) ** 0.5
    require(
        abs(found - wanted) <= tolerance,
        f"{model}: the validation loss is {found} ± {tolerance} here and {wanted} in the study")
    return found, wanted


def check(study, models):
    """Prints a line for each model.

    Throws StudyError at the first difference.
    """
    keras.config.set_floatx("float64")
    events, (_, validation) = study.tested(), study.training()
    for model in models:
        ours = network(model)
        count = load(ours, study.folder / f"models/{model}/float/network.onnx")
        require(count == WEIGHTS[model], f"{model} has {count} weights, and papers/2 {WEIGHTS[model]}")
        largest = check_scores(study, model, ours, events)
        check_areas(study, model)
        found, wanted = check_loss(study, model, ours, validation)
        text = ", ".join(f"{kind} {value:.1e}" for kind, value in largest.items())
        print(
            f"{model}: {count} weights; largest relative differences of scores {text}; "
            f"validation loss {found:.6g}, the study's {wanted:.6g}")
