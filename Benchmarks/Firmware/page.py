"""The benchmark's tables as Markdown, and their place in a page."""
import platform

from peer_programs import best, bits, default, formula
from step_matrices import SEARCHES, geometric, ratio

MARKS = ('<!-- firmware benchmark: begin -->', '<!-- firmware benchmark: end -->')


def table(head, rows):
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
    return lines + ['| ' + ' | '.join(map(str, row)) + ' |' for row in rows] + ['']


def networks(results):
    rows = []
    for name, row in results.items():
        peer, shipped = best(row['peers']), default(row['peers'])
        efforts = [row['winnow'][e] for e in sorted(row['winnow'])]
        formulas = ' '.join(f"{e['cost'] / best(row['peers'], formula)['cost']:.3f}" for e in efforts)
        rows.append([name, f"{bits(peer):,.0f} ({peer['tool']} {peer['hard_dc']} {peer['method']})",
                     *(f'{bits(e) / bits(peer):.3f}' for e in efforts), formulas, f"{efforts[-1]['depth']} / {peer['depth']}",
                     f"{efforts[0]['cpu']:.2f}", f"{row['seconds'][shipped['tool']]:.2f} ({shipped['tool']})",
                     f"{efforts[0]['cpu'] / row['seconds'][shipped['tool']]:.2f}"])
    count = len(next(iter(results.values()))['winnow'])
    return ['**Whole networks, cost** (activations included, and the low bits of (b << k) - a that the formula leaves out), ratio to the',
            'cheapest program of either peer; the same by the formula alone. CPU seconds of `winnow compile --effort 0`, from the ONNX',
            'file to Verilog, emulator and vectors, beside the better peer\'s default, solve and Verilog:', ''] + table(
        ['network', 'best peer (limit, method)', *(f'effort {e}' for e in range(count)), 'formula alone', 'adder levels',
         'ours, s', 'peer, s', 'ratio'], rows)


def yosys(results):
    rows = []
    for name, row in results.items():
        peer = min(row['da4ml'], row['alkaid'])
        efforts = sorted(row['winnow'])
        rows.append([name, f"{row['da4ml']:,}", f"{row['alkaid']:,}",
                     *(f"{row['winnow'][e]:,} ({row['winnow'][e] / peer:.3f})" for e in efforts),
                     ', '.join(f"{100 * (row['estimate'][e] / row['winnow'][e] - 1):+.1f} %" for e in efforts)])
    efforts = sorted(next(iter(results.values()))['winnow'])
    return ['**Look-up tables** after Yosys (`synth_xilinx -family xcup`), no registers inside; ratio to the better peer:', ''] + table(
        ['network', 'da4ml', 'alkaid', *(f'effort {e}' for e in efforts), 'our estimate'], rows)


def matrices(rows):
    greedy, search = SEARCHES

    def line(label, chosen):
        means = [geometric([ratio(row, which, measure) for row in chosen]) for which in SEARCHES for measure in (bits, formula)]
        return [label, len(chosen), *(f'{mean:.3f}' for mean in means)]
    out = [line('all', rows)]
    for key, unit in (('size', ''), ('bits', ' bits'), ('density', '')):
        for value in sorted({r[key] for r in rows}):
            label = f'{value} x {value}' if key == 'size' else f'{100 * value:.0f} %' if key == 'density' else f'{value}{unit}'
            out.append(line(label, [r for r in rows if r[key] == value]))
    deeper = sum(r[search]['depth'] > best(r['peers'])['depth'] for r in rows)
    seconds = sorted(r[search]['cpu'] for r in rows)
    return [f'**{len(rows)} random matrices**, geometric mean of the cost\'s ratio to the better peer; `{search}` took '
            f'{seconds[len(rows) // 2]:.1f} CPU s (median; at most {seconds[-1]:.1f}); deeper than the peer: {deeper}:', ''] + table(
        ['matrices', 'count', f'`{greedy}`', 'formula alone', f'`{search}`', 'formula alone'], out)


def dense(results):
    rows = [[f'256 x 256, effort {e}', f"{r['adders']:,}", f"{r['cost']:,.0f}", f"{r['wall']:.1f}", f"{r['cpu']:.1f}", f"{r['memory']:.0f}"]
            for e, r in results.items()]
    return ['**A layer of 256 x 256 random 8-bit weights** to Verilog and emulator:', ''] + table(
        ['layer', 'adders', 'cost', 'seconds', 'CPU s', 'MiB'], rows)


def emulator(results):
    rows = [[name, f"{r['winnow'] / 1e6:.2f}", f"{r['alkaid'] / 1e6:.2f}", f"{r['winnow'] / r['alkaid']:.1f}"] for name, r in results.items()]
    return ['**Emulator**, million events a CPU second (g++ -O2), beside alkaid\'s compiled interpreter, medians in turns:', ''] + table(
        ['network', 'ours', 'alkaid', 'ratio'], rows)


def processor():
    lines = open('/proc/cpuinfo').read().splitlines()
    return next((line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')), platform.machine())


def text(results):
    parts = [f'Last run on {processor()}, shared; da4ml 0.6.0, alkaid 0.8.2, Python {platform.python_version()}.', '']
    for step, write in (('networks', networks), ('yosys', yosys), ('matrices', matrices), ('emulator', emulator), ('dense', dense)):
        if step in results:
            parts += write(results[step])
    return '\n'.join(parts)


def replace(path, text):
    page = path.read_text()
    begin, end = (page.index(mark) for mark in MARKS)
    path.write_text(page[:begin + len(MARKS[0])] + '\n' + text.rstrip() + '\n' + page[end:])
