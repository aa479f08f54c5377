"""Cost of seeded random matrices: 8 x 8 to 64 x 64, 4 to 10 bits, density 10 to 100 %, inputs of 8 bits."""
import math
from pathlib import Path

import numpy as np
import peer_programs
import winnow_programs

SIZES = (8, 16, 32, 64)
BITS = (4, 6, 8, 10)
DENSITIES = (0.1, 0.25, 0.5, 1.0)


def matrices(count):
    """Size, bits, density and weights; the larger a matrix, the rarer, and each setting in turn."""
    # Large matrices take the peers minutes; 64 x 64 is one in nine.
    order = (8, 16, 8, 16, 32, 8, 16, 32, 64)
    for index in range(count):
        random = np.random.default_rng([2026, index])
        size = order[index % len(order)]
        bits = BITS[(index // len(order)) % len(BITS)]
        density = DENSITIES[(index // len(order) // len(BITS) + index) % len(DENSITIES)]
        low, high = -(1 << bits - 1), (1 << bits - 1) - 1
        weights = random.integers(low, high + 1, (size, size))
        weights[random.random((size, size)) >= density] = 0
        if not weights.any():
            weights[0, 0] = 1
        yield {'index': index, 'size': size, 'bits': bits, 'density': density}, weights


def geometric(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def run(options):
    rows = []
    with winnow_programs.folder() as folder:
        for label, weights in matrices(options.matrices):
            # A row or column of zeros is no input or output of anybody's.
            weights = weights[np.any(weights != 0, axis=1)][:, np.any(weights != 0, axis=0)]
            layer = {'w': weights, 'weight': (1, label['bits'], label['bits'])}
            # Their default alone where the sweep takes minutes: on large matrices it gains next to nothing.
            large = weights.size > 2000
            found = peer_programs.sweep((1, 8, 8), [layer], limits=(-1,) if large else peer_programs.LIMITS,
                                        methods=('wmc',) if large else peer_programs.METHODS)
            best = peer_programs.best(found)
            path = Path(folder) / 'matrix.onnx'
            winnow_programs.save_matrix(path, weights, (1, 8, 8), (1, label['bits'], label['bits']))
            row = label | {'peer': best}
            # The greedy form has the least depth possible; the search may use what the peer's program uses.
            spare = 0
            for effort in (0, 1):
                times = winnow_programs.compile(options.winnow, path, f'{folder}/matrix', '--effort', effort,
                                                '--extra-depth', spare, '--clock', 20)
                row[str(effort)] = winnow_programs.counted(f'{folder}/matrix') | times
                spare = min(16, max(0, best['depth'] - row['0']['depth']))
            rows.append(row)
            print(label, f"peer {best['cost']:.0f}", *(f"{row[e]['cost'] / best['cost']:.3f}" for e in ('0', '1')),
                  f"depth {row['1']['depth']}/{best['depth']}", flush=True)
    for effort in ('0', '1'):
        print(f'effort {effort}: geometric mean', geometric([max(r[effort]['cost'], 1) / max(r['peer']['cost'], 1) for r in rows]))
    return rows
