"""Programs of da4ml and alkaid for a network of dense layers or a bare matrix, counted by recost.py."""
import tempfile
import time
from pathlib import Path

import numpy as np
import recost
from alkaid.trace import FVArray
from alkaid.trace import HWConfig as AlkaidHardware
from alkaid.trace import trace as alkaid_trace
from da4ml.trace import FixedVariableArray
from da4ml.trace import HWConfig as DA4MLHardware
from da4ml.trace import comb_trace
from da4ml_programs import kif, step

LIMITS = (-1, 0, 2)
METHODS = ('wmc', 'mc')
# Adders in units of a bit, no limit of a carry: so both count an adder as one level.
TOOLS = {
    'da4ml': (FixedVariableArray, DA4MLHardware(1, -1, -1), comb_trace),
    'alkaid': (FVArray, AlkaidHardware(1, -1, -1), alkaid_trace),
}


def solve(tool, input_format, layers, limit, method):
    """The program of a network; a layer without `output` format is a bare matrix, left as it is."""
    array, hardware, trace = TOOLS[tool]
    n = len(layers[0]['w'])
    x = array.from_kif(*(np.full(n, v) for v in kif(input_format)), hwconf=hardware,
                       solver_options={'hard_dc': limit, 'method0': method})
    v = x
    for layer in layers:
        v = v @ (layer['w'] * step(layer['weight'])).astype(np.float32)
        if 'b' in layer:
            v = v + layer['b'] * step(layer['weight'])
        if layer.get('relu'):
            v = v.relu()
        if 'output' in layer:
            v = v.quantize(*kif(layer['output']), overflow_mode='SAT', round_mode='RND')
    return trace(x, v)


def counted(program):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'program.json'
        program.save(path)
        netlist = recost.load(path)
        report = recost.recost(path)
    return report.json(), netlist


def sweep(input_format, layers, check=None, limits=LIMITS, methods=METHODS, keep=None):
    """Every program of both tools: tool, settings, CPU seconds to solve, figures of recost.py."""
    found = []
    for tool in TOOLS:
        for limit in limits:
            for method in methods:
                start = time.process_time()
                program = solve(tool, input_format, layers, limit, method)
                seconds = time.process_time() - start
                report, netlist = counted(program)
                if check:
                    check(netlist)
                found.append({
                    'tool': tool, 'hard_dc': limit, 'method': method, 'seconds': seconds, 'cost': report['cost'],
                    'low_bits': report['low_bits'], 'adders': report['adders'], 'depth': report['depth_adders'],
                    'delay': report['delay'],
                })
                if keep:
                    keep(tool, limit, method, program)
    return found


def bits(program):
    """Its cost with the low bits of (b << k) - a, which hardware computes and the formula leaves out."""
    return program['cost'] + program['low_bits']


def best(found, measure=bits):
    return min(found, key=measure)


def formula(program):
    """Its cost as da4ml's formula has it."""
    return program['cost']


def default(found):
    """The better of the tools as they are shipped, and the time both kinds of user wait for it."""
    return best([p for p in found if p['hard_dc'] == -1 and p['method'] == 'wmc'])
