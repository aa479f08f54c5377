"""Writes Tests/TrainingTests/Golden/Schedules/schedules-FRAMEWORK.npz: rates at steps 0 to 59.

python make_schedules.py pytorch|keras3 OUTPUT-FOLDER

The recursive schedules of PyTorch are stepped; Keras's run in float64. The plateau and stopping
histories are driven through Keras's callbacks with a fixed list of losses.
"""
import sys
import types

import numpy as np

STEPS = 60


def pytorch():
    import torch
    from torch.optim import lr_scheduler as s

    def run(make):
        p = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        optimizer = torch.optim.SGD([p], lr=0.3)
        schedule = make(optimizer)
        rates = []
        for _ in range(STEPS):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            schedule.step()
        return np.array(rates)

    cyclic = dict(base_lr=0.01, max_lr=0.25, step_size_up=7, cycle_momentum=False)
    return {
        "step": run(lambda o: s.StepLR(o, 9, 0.4)),
        "multi_step": run(lambda o: s.MultiStepLR(o, [4, 20, 21, 50], 0.5)),
        "exponential": run(lambda o: s.ExponentialLR(o, 0.93)),
        "cosine": run(lambda o: s.CosineAnnealingLR(o, 59, 0.02)),
        "restarts": run(lambda o: s.CosineAnnealingWarmRestarts(o, 8, 2, 0.02)),
        "restarts_equal": run(lambda o: s.CosineAnnealingWarmRestarts(o, 13)),
        "triangular": run(lambda o: s.CyclicLR(o, mode="triangular", **cyclic)),
        "halving": run(lambda o: s.CyclicLR(o, mode="triangular2", **cyclic)),
        "exponential_cycle": run(lambda o: s.CyclicLR(o, mode="exp_range", gamma=0.97, **cyclic)),
        "one_cycle": run(lambda o: s.OneCycleLR(o, 0.6, total_steps=STEPS + 1)),
        "one_cycle_linear": run(lambda o: s.OneCycleLR(
            o, 0.6, total_steps=STEPS + 1, pct_start=0.4, anneal_strategy="linear",
            three_phase=True, div_factor=10, final_div_factor=100)),
        "warm_up": run(lambda o: s.SequentialLR(
            o, [s.LinearLR(o, 0.1, 1, 12), s.StepLR(o, 9, 0.4)], [12])),
    }, "torch " + torch.__version__


def keras3():
    import keras
    import keras.src.ops
    keras.config.set_floatx("float64")
    cast = keras.ops.cast
    # Keras takes Python numbers through float32 on their way to float64; here they keep their bits.
    keras.src.ops.cast = lambda x, dtype: (
        keras.ops.convert_to_tensor(x, dtype) if isinstance(x, (int, float)) else cast(x, dtype))
    s = keras.optimizers.schedules

    def run(schedule):
        return np.array([float(schedule(t)) for t in range(STEPS)])

    rate = np.float64(0.3)
    arrays = {
        "exponential": run(s.ExponentialDecay(rate, 11, 0.7)),
        "exponential_stairs": run(s.ExponentialDecay(rate, 11, 0.7, staircase=True)),
        "inverse_time": run(s.InverseTimeDecay(rate, 11, 0.7)),
        "inverse_time_stairs": run(s.InverseTimeDecay(rate, 11, 0.7, staircase=True)),
        "polynomial": run(s.PolynomialDecay(rate, 40, 0.02, power=1.5)),
        "polynomial_cycle": run(s.PolynomialDecay(rate, 13, 0.02, power=2.0, cycle=True)),
        "piecewise": run(s.PiecewiseConstantDecay([10, 33], [0.5, 0.25, 0.125])),
        "cosine": run(s.CosineDecay(rate, 45, alpha=0.1)),
        "cosine_warm_up": run(s.CosineDecay(
            np.float64(0.03), 45, alpha=0.1, warmup_target=0.3, warmup_steps=10)),
        "restarts": run(s.CosineDecayRestarts(rate, 8, t_mul=2.0, m_mul=0.8, alpha=0.1)),
    }

    random = np.random.default_rng(3)
    losses = 1 / (1 + 0.3 * np.arange(STEPS)) + 0.05 * random.normal(size=STEPS)
    arrays["losses"] = losses

    def plateau(**arguments):
        optimizer = types.SimpleNamespace(learning_rate=np.float64(0.3))
        callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", mode="min", **arguments)
        callback._model = types.SimpleNamespace(optimizer=optimizer, metrics=[])
        callback.on_train_begin()
        rates = []
        for epoch, loss in enumerate(losses):
            callback.on_epoch_end(epoch, {"loss": loss})
            rates.append(float(optimizer.learning_rate))
        return np.array(rates)

    arrays["plateau"] = plateau(patience=3, factor=0.5, min_delta=0.01, cooldown=2, min_lr=0.001)
    arrays["plateau_short"] = plateau(patience=1, factor=0.7, min_delta=0.0, min_lr=0.1)

    def stopping(**arguments):
        callback = keras.callbacks.EarlyStopping(
            monitor="loss", mode="min", restore_best_weights=True, **arguments)
        model = types.SimpleNamespace(stop_training=False, metrics=[], get_weights=lambda: [0])
        callback._model = model
        callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            callback.on_epoch_end(epoch, {"loss": loss})
            if model.stop_training:
                break
        return np.array([callback.stopped_epoch, callback.best_epoch])

    arrays["stopping"] = stopping(patience=4)
    arrays["stopping_change"] = stopping(patience=3, min_delta=0.03)
    arrays["stopping_baseline"] = stopping(patience=6, baseline=0.2)
    arrays["stopping_late"] = stopping(patience=2, start_from_epoch=25)
    return arrays, "keras " + keras.__version__


framework, folder = sys.argv[1], sys.argv[2]
arrays, version = {"pytorch": pytorch, "keras3": keras3}[framework]()
np.savez_compressed(f"{folder}/schedules-{framework}.npz", **arrays)
print(version, {k: v.tolist() for k, v in arrays.items() if "stopping" in k or "plateau" in k})
