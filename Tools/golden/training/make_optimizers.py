"""Writes Tests/TrainingTests/Golden/Optimizers/optimizers-FRAMEWORK.npz.

python make_optimizers.py FRAMEWORK OUTPUT-FOLDER

FRAMEWORK            needs
pytorch              torch
keras3               tensorflow with keras 3
keras2020            tensorflow; PYTHONPATH with tf_keras (its optimizers.legacy is the code of
                     tf.keras 2.0 to 2.10) and, unpacked, tensorflow_addons (for its AdamW)
kerasStandalone      PYTHONPATH with the unpacked wheel of keras 2.3.1; its optimizers.py runs on
                     the NumPy backend below, since the TensorFlow 1 it was made for is gone

Every optimiser is made with its framework's own defaults; only switches (momentum, centred, ...)
are set. In float64, TensorFlow's cast of a Python number is made to keep all its bits. Gradients
are a fixed sequence: those of a quadratic along a falling path, plus noise.
"""
import os
import sys
import types

import numpy as np

STEPS, COUNT = 20, 8


def sequence():
    random = np.random.default_rng(20261121)
    start = random.normal(size=COUNT)
    curvature = 10.0 ** np.linspace(-3, 2, COUNT)
    gradients = np.stack([
        curvature * (start * 0.9**t + 0.2 * random.normal(size=COUNT)) for t in range(STEPS)])
    gradients[3:6, 2] = 0  # an element may be left out of a step
    # The same numbers for float32 and float64.
    return start.astype(np.float32), gradients.astype(np.float32)


COMMON = {
    "sgd": ("SGD", {}),
    "sgd_momentum": ("SGD", dict(momentum=0.9)),
    "sgd_nesterov": ("SGD", dict(momentum=0.9, nesterov=True)),
    "adam": ("Adam", {}),
    "adam_amsgrad": ("Adam", dict(amsgrad=True)),
    "nadam": ("Nadam", {}),
    "adadelta": ("Adadelta", {}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
}
RMSPROP = {
    "rmsprop_momentum": ("RMSprop", dict(momentum=0.9)),
    "rmsprop_centered": ("RMSprop", dict(centered=True)),
    "rmsprop_centered_momentum": ("RMSprop", dict(momentum=0.9, centered=True)),
}
ADAMW = {
    "adamw": ("AdamW", {}),
    "adamw_amsgrad": ("AdamW", dict(amsgrad=True)),
}


def pytorch(dtype):
    import torch
    torch.set_default_dtype(torch.float64 if dtype == "float64" else torch.float32)
    cases = COMMON | RMSPROP | ADAMW | {
        "sgd_dampening": ("SGD", dict(momentum=0.9, dampening=0.3)),
        "adagrad_decay": ("Adagrad", dict(lr_decay=0.1)),
        "adam_l2": ("Adam", dict(weight_decay=0.05)),
    }

    def run(kind, arguments):
        start, gradients = sequence()
        p = torch.nn.Parameter(torch.tensor(start.astype(dtype)))
        kind = {"Nadam": "NAdam"}.get(kind, kind)
        optimizer = getattr(torch.optim, kind)([p], foreach=False, **arguments)
        path = []
        for g in gradients:
            p.grad = torch.tensor(g.astype(dtype))
            optimizer.step()
            path.append(p.detach().numpy().copy())
        return np.stack(path)

    return cases, run, "torch " + torch.__version__


def exact(cast, convert):
    """A cast that does not take Python numbers through float32 on their way to float64."""
    def exactly(x, dtype, *rest, **named):
        if isinstance(x, float):
            return convert(x, dtype)
        return cast(x, dtype, *rest, **named)
    return exactly


def keras3(dtype):
    import keras
    import keras.src.ops
    import tensorflow as tf
    keras.src.ops.cast = exact(keras.ops.cast, keras.ops.convert_to_tensor)
    tf.cast = exact(tf.cast, lambda x, dtype: tf.constant(x, dtype))
    keras.config.set_floatx(dtype)

    def run(kind, arguments):
        start, gradients = sequence()
        p = keras.Variable(start.astype(dtype), dtype=dtype)
        optimizer = getattr(keras.optimizers, kind)(**arguments)
        path = []
        for g in gradients:
            optimizer.apply_gradients([(keras.ops.convert_to_tensor(g.astype(dtype)), p)])
            path.append(np.array(p.numpy()))
        return np.stack(path)

    return COMMON | RMSPROP | ADAMW, run, "keras " + keras.__version__


def keras2020(dtype):
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf
    import tf_keras
    import tensorflow.compat.v2 as tf2
    tf2.cast = exact(tf.cast, lambda x, dtype: tf.constant(x, dtype))

    def addons_adamw():
        for name, content in {
            "typeguard": dict(typechecked=lambda f: f),
            "tensorflow_addons": {},
            "tensorflow_addons.utils": {},
            "tensorflow_addons.utils.types": dict(FloatTensorLike=float),
            "tensorflow_addons.optimizers": {},
            "tensorflow_addons.optimizers.utils": dict(is_variable_matched_by_regexes=None),
        }.items():
            module = types.ModuleType(name)
            module.__dict__.update(content)
            sys.modules[name] = module
        path = next(p for p in sys.path if os.path.isdir(p + "/tensorflow_addons/optimizers"))
        name = path + "/tensorflow_addons/optimizers/weight_decay_optimizers.py"
        module = types.ModuleType("weight_decay_optimizers")
        exec(compile(open(name).read(), name, "exec"), module.__dict__)
        return module.extend_with_decoupled_weight_decay(tf_keras.optimizers.legacy.Adam)

    def run(kind, arguments):
        start, gradients = sequence()
        p = tf.Variable(start.astype(dtype))
        if kind == "AdamW":
            optimizer = addons_adamw()(weight_decay=0.01, **arguments)
        else:
            optimizer = getattr(tf_keras.optimizers.legacy, kind)(**arguments)
        path = []
        for g in gradients:
            optimizer.apply_gradients([(tf.constant(g.astype(dtype)), p)])
            path.append(p.numpy().copy())
        return np.stack(path)

    return COMMON | RMSPROP | ADAMW, run, "tf_keras " + tf_keras.__version__ + " legacy"


def keras_standalone(dtype):
    root = next(p for p in sys.path if os.path.isfile(p + "/keras/optimizers.py"))
    identity = lambda f: f
    slots, position = [], [0]

    class Scope:
        def __init__(self, name): pass
        def __enter__(self): pass
        def __exit__(self, *error): pass

    def zeros(shape, **ignored):
        if position[0] == len(slots):
            slots.append(np.zeros(shape, dtype))
        position[0] += 1
        return slots[position[0] - 1]

    backend = types.ModuleType("keras.backend")
    backend.__dict__.update(
        epsilon=lambda: 1e-7, floatx=lambda: dtype, symbolic=identity, name_scope=Scope,
        variable=lambda v, dtype=dtype, name=None: np.array(v, dtype),
        zeros=zeros, int_shape=lambda x: x.shape, dtype=lambda x: x.dtype,
        cast=lambda x, d: x.astype(d), cast_to_floatx=lambda x: np.array(x, dtype),
        update=lambda x, new: (x, new), update_add=lambda x, d: (x, x + d),
        sqrt=np.sqrt, square=np.square, pow=np.power, maximum=np.maximum, backend=lambda: "numpy")
    interfaces = types.ModuleType("keras.legacy.interfaces")
    interfaces.legacy_get_updates_support = identity
    package = types.ModuleType("keras")
    package.__path__ = [root + "/keras"]
    package.backend = backend
    legacy = types.ModuleType("keras.legacy")
    legacy.interfaces = interfaces
    utilities = types.ModuleType("keras.utils")
    generic = types.ModuleType("keras.utils.generic_utils")
    generic.serialize_keras_object = generic.deserialize_keras_object = identity
    sys.modules.update({
        "keras": package, "keras.backend": backend, "keras.legacy": legacy,
        "keras.legacy.interfaces": interfaces, "keras.utils": utilities,
        "keras.utils.generic_utils": generic})
    import importlib
    sys.modules.pop("keras.optimizers", None)  # the backend of the other type
    optimizers = importlib.import_module("keras.optimizers")

    def run(kind, arguments):
        start, gradients = sequence()
        slots.clear()
        p = start.astype(dtype)
        optimizer = getattr(optimizers, kind)(**arguments)
        optimizer.get_gradients = lambda loss, params: loss
        path = []
        for g in gradients:
            position[0] = 0
            for variable, value in optimizer.get_updates([g.astype(dtype)], [p]):
                variable[...] = value
            path.append(p.copy())
        return np.stack(path)

    return COMMON, run, "keras 2.3.1 optimizers.py"


def clipping():
    """Three tensors, one after another, and what Keras 3 clips them to."""
    import keras
    random = np.random.default_rng(7)
    tensors = [random.normal(size=n) * s for n, s in [(5, 1), (12, 3), (1, 0.1)]]
    arrays = {"clip_gradients": np.concatenate(tensors)}
    for name, limit in [("clipvalue", 0.7), ("clipnorm", 2.5), ("global_clipnorm", 2.5)]:
        optimizer = keras.optimizers.SGD(**{name: limit})
        clipped = optimizer._clip_gradients([keras.ops.convert_to_tensor(t) for t in tensors])
        arrays["clip_" + name] = np.concatenate([np.array(t) for t in clipped])
    return arrays


def main():
    framework, folder = sys.argv[1], sys.argv[2]
    maker = {"pytorch": pytorch, "keras3": keras3, "keras2020": keras2020,
             "kerasStandalone": keras_standalone}[framework]
    start, gradients = sequence()
    arrays = {"start": start, "gradients": gradients}
    for dtype in ["float64", "float32"]:
        cases, run, version = maker(dtype)
        for name, (kind, arguments) in cases.items():
            arrays[f"{name}_{dtype}"] = run(kind, arguments).astype(dtype)
    if framework == "keras3":
        arrays |= clipping()
    np.savez_compressed(f"{folder}/optimizers-{framework}.npz", **arrays)
    print(framework, version, len(arrays), "arrays")


main()
