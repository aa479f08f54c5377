"""Programs of `winnow compile`, counted by recost.py, and the QONNX files it reads."""
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import recost
from da4ml_programs import step
from onnx import TensorProto, helper, numpy_helper


def compile(winnow, network, folder, *arguments):
    """Wall and CPU seconds of one compilation, and the largest memory of any so far, MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run([winnow, 'compile', network, '-o', folder, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f'winnow compile {network} failed: {done.stderr}')
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {'wall': wall, 'cpu': cpu, 'memory': after.ru_maxrss / 1024}


def counted(folder):
    report = recost.recost(Path(folder) / 'firmware' / 'reports' / 'netlist.json').json()
    return {'cost': report['cost'], 'low_bits': report['low_bits'], 'adders': report['adders'], 'depth': report['depth_adders'], 'delay': report['delay']}


def save_matrix(path, weights, input_format, weight_format):
    """y = x W, x and W quantised, y exact."""
    constants = []

    def constant(label, value):
        constants.append(numpy_helper.from_array(np.asarray(value, np.float32), label))
        return label

    def quant(source, target, fmt):
        signed, width, _ = fmt
        return helper.make_node(
            'Quant', [source, constant(f'{target}_scale', step(fmt)), constant(f'{target}_zero', 0.0),
                      constant(f'{target}_bits', float(width))], [target], name=f'{target}_quant',
            domain='qonnx.custom_op.general', signed=int(signed), narrow=0, rounding_mode='ROUND')

    nodes = [quant('x', 'x_q', input_format), quant(constant('w', weights * step(weight_format)), 'w_q', weight_format),
             helper.make_node('MatMul', ['x_q', 'w_q'], ['y'], name='product')]
    vector = lambda name, count: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, count])
    graph = helper.make_graph(nodes, path.stem, [vector('x', len(weights))], [vector('y', len(weights[0]))], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13), helper.make_opsetid('qonnx.custom_op.general', 1)])
    model.ir_version = 8
    onnx.save(model, str(path))


def folder():
    return tempfile.TemporaryDirectory(prefix='winnow-benchmark-')
