#!/usr/bin/env python3
"""Ten whole networks with the gradients of a loss by every parameter, for the checks of Winnow's own gradients.

    pip install torch numpy onnx
    python make.py [--out ../../../Tests/TrainingTests/Golden/networks] [--check]

PyTorch in float64, one thread. What the files hold and each network's loss: README.md in the folder written,
and losses.json. `--check` compares with the files that are there (bytes of the ONNX files; numbers to 1e-11,
since the order of sums may differ between machines) instead of writing.
"""
import argparse
import io
import json
import pathlib
import zipfile

import numpy as np
import onnx
import torch

import networks

LIMIT = 65_536
MARGIN = 2e-6


def build(make):
    graph, loss, targets, description = make()
    loss.backward()
    assert graph.nearest_kink > MARGIN, f"{graph.name}: a value lies {graph.nearest_kink} from a kink; change the seed"
    forward, bound = graph.check_forward()
    assert forward < bound, f"{graph.name}: onnx's evaluator differs by {forward}"
    arrays = {f"in_{k}": v for k, v in graph.feeds.items()}
    arrays |= {f"target_{k}": v for k, v in targets.items()}
    arrays |= {f"out_{o.name}": graph.values[o.name].detach().numpy() for o in graph.outputs}
    arrays |= {"loss": np.array(loss.item())}
    for name in graph.parameters:
        gradient = graph.values[name].grad
        assert gradient is not None and torch.isfinite(gradient).all(), f"{graph.name}: no gradient for {name}"
        arrays[f"grad_{name}"] = gradient.numpy()
    for name, value in graph.values.items():
        if name in graph.feeds and value.requires_grad and value.grad is not None:
            arrays[f"input_grad_{name}"] = value.grad.numpy()
    arrays |= {f"batch_{k}": v for k, v in graph.statistics.items()}
    entry = {"network": graph.name, "loss": description | {"value": loss.item()}, "inputs": list(graph.feeds),
             "outputs": [o.name for o in graph.outputs], "parameters": graph.parameters,
             "parameter_count": int(sum(graph.values[p].numel() for p in graph.parameters)),
             "nearest_kink": graph.nearest_kink if np.isfinite(graph.nearest_kink) else None}
    return graph, arrays, entry


def packed(arrays):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in arrays.items():
            item, data = zipfile.ZipInfo(f"{name}.npy"), io.BytesIO()
            item.compress_type = zipfile.ZIP_DEFLATED
            np.save(data, np.ascontiguousarray(value) if value.ndim else value)
            archive.writestr(item, data.getvalue(), compresslevel=9)
    return buffer.getvalue()


def compare(path, model, arrays):
    if path.with_suffix(".onnx").read_bytes() != model:
        return "the ONNX file differs"
    with np.load(path.with_suffix(".npz")) as stored:
        if set(stored.files) != set(arrays):
            return "other arrays"
        for name, value in arrays.items():
            scale = max(float(np.abs(value).max()), 1e-300)
            if float(np.abs(stored[name] - value).max()) > 1e-11 * scale:
                return f"{name} differs"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--out", type=pathlib.Path, default=here.parents[2] / "Tests/TrainingTests/Golden/networks")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    entries, wrong = [], []
    for make in networks.ALL:
        graph, arrays, entry = build(make)
        model, data = graph.model().SerializeToString(), packed(arrays)
        assert len(model) <= LIMIT and len(data) <= LIMIT, f"{graph.name}: {len(model)} and {len(data)} bytes"
        path = options.out / graph.name
        if options.check:
            fault = compare(path, model, arrays)
            wrong += [f"{graph.name}: {fault}"] if fault else []
        else:
            path.with_suffix(".onnx").write_bytes(model)
            path.with_suffix(".npz").write_bytes(data)
        entries.append(entry)
        largest = max(float(np.abs(v).max()) for k, v in arrays.items() if k.startswith("grad_"))
        print(f"{graph.name:20} {entry['parameter_count']:6} parameters, loss {entry['loss']['value']:.6f}, largest "
              f"gradient {largest:.3g}, nearest kink {graph.nearest_kink:.1e}, {len(model):6} + {len(data):6} bytes")
    versions = {"torch": torch.__version__, "numpy": np.__version__, "onnx": onnx.__version__}
    if options.check:
        raise SystemExit("\n".join(wrong) or None)
    (options.out / "losses.json").write_text(json.dumps({"versions": versions, "networks": entries}, indent=1) + "\n")


if __name__ == "__main__":
    main()
