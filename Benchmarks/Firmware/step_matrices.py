"""Cost of seeded random matrices: 8 x 8 to 64 x 64, 4 to 10 bits, density 10 to 100 %, inputs of 8 bits."""
import json
import math
from pathlib import Path

import numpy as np
import peer_programs
import winnow_programs

SIZES = (8, 16, 32, 64)
BITS = (4, 6, 8, 10)
DENSITIES = (0.1, 0.25, 0.5, 1.0)
INPUT = (1, 8, 8)
# Arguments of `winnow compile`: the greedy alone, then two seconds.
SEARCHES = ('--effort 0', '--search 2')


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


def programs(weights, label):
    """What either peer makes of a matrix."""
    layer = {'w': weights, 'weight': (1, label['bits'], label['bits'])}
    # Their default alone where the sweep takes minutes: on large matrices it gains next to nothing.
    large = weights.size > 2000
    return peer_programs.sweep(
        INPUT, [layer], limits=(-1,) if large else peer_programs.LIMITS, methods=('wmc',) if large else peer_programs.METHODS)


def run(options):
    """Peers' programs of an earlier run are taken from its results: they are the same each time."""
    earlier = json.loads(options.results.read_text()).get('matrices', []) if options.results.exists() else []
    peers = {row['index']: row['peers'] for row in earlier}
    rows = []
    with winnow_programs.folder() as folder:
        for label, weights in matrices(options.matrices):
            # A row or column of zeros is no input or output of anybody's.
            weights = weights[np.any(weights != 0, axis=1)][:, np.any(weights != 0, axis=0)]
            found = peers.get(label['index']) or programs(weights, label)
            best = peer_programs.best(found)
            path = Path(folder) / 'matrix.onnx'
            winnow_programs.save_matrix(path, weights, INPUT, (1, label['bits'], label['bits']))
            row = label | {'peers': found}
            # The greedy form has the least depth possible; the search may use what the peer's program uses.
            spare = 0
            for search in SEARCHES:
                times = winnow_programs.compile(options.winnow, path, f'{folder}/matrix', *search.split(),
                                                '--extra-depth', spare, '--clock', 20)
                row[search] = winnow_programs.counted(f'{folder}/matrix') | times
                spare = min(16, max(0, best['depth'] - row[SEARCHES[0]]['depth']))
            rows.append(row)
            print(label, f"peer {peer_programs.bits(best):.0f}", *(f'{ratio(row, s):.3f}' for s in SEARCHES),
                  f"depth {row[SEARCHES[-1]]['depth']}/{best['depth']}", flush=True)
    for search in SEARCHES:
        print(f'{search}: geometric mean', geometric([ratio(row, search) for row in rows]),
              'by the formula alone', geometric([ratio(row, search, peer_programs.formula) for row in rows]))
    return rows


def ratio(row, search, measure=peer_programs.bits):
    """Ours to the cheapest of the peers', both by one measure; 1 where neither needs an adder."""
    return max(measure(row[search]), 1) / max(measure(peer_programs.best(row['peers'], measure)), 1)
