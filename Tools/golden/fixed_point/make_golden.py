#!/usr/bin/env python3
"""Golden values of AMD's ap_fixed conversion and arithmetic, from the original C++ headers.

    python3 make_golden.py --cache CACHE_DIR [--jobs 2] [--out ../../../Tests/FixedPointTests/Golden]

Needs Python 3.9 with NumPy, pip and g++. `CACHE_DIR` (outside the repository) receives a virtual
environment with the hls4ml wheel, whose `ap_types` headers are compiled, and all intermediate files.
About five minutes of CPU. Writes conversions.json, sample.csv and arithmetic.csv into `--out`;
the README.md there explains them. The same seed gives the same bytes.

Two models of the conversion live in this file:

* `definition`: the mathematical one (UG1399): round the exact value to the target's step, then overflow;
* `header`: what the C++ does, that is `definition` plus the deviation named in `deviates`.

The script fails if `header` differs from the C++ anywhere, and counts where `definition` does.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import csv
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

import numpy as np

HLS4ML = "1.3.0"
SEED = 20260901
ROUNDINGS = ["TRN", "TRN_ZERO", "RND", "RND_ZERO", "RND_INF", "RND_MIN_INF", "RND_CONV"]
OVERFLOWS = ["WRAP", "SAT", "SAT_ZERO", "SAT_SYM"]
ONE_IN = 50                 # share of the grid that the sample takes
CHUNK = 100                 # combinations per digest of the sample
ENUMERATED_WIDTH = 12       # sources up to this width are enumerated; wider ones are drawn
DRAWN = 4096                # mantissas of a wider source
INSTANTIATIONS = 100        # template instances per translation unit
HERE = Path(__file__).resolve().parent


class Format(NamedTuple):
    signed: bool
    width: int
    integer: int

    @property
    def fraction(self) -> int:
        return self.width - self.integer

    @property
    def low(self) -> int:
        return -(1 << (self.width - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.width - self.signed)) - 1

    @property
    def template(self) -> str:
        return f"{int(self.signed)}, {self.width}, {self.integer}"

    def json(self) -> dict:
        return {"signed": self.signed, "width": self.width, "integer": self.integer}


class Combination(NamedTuple):
    source: Format
    target: Format
    rounding: str
    overflow: str


def both_signs(width: int, integer: int) -> list[Format]:
    return [Format(True, width, integer), Format(False, width, integer)]


# The full table: both covering sources x these targets x 28 modes, every mantissa.
FULL_SOURCES = both_signs(10, 5)
FULL_TARGETS = [
    f for width in (1, 2, 3, 5, 7, 9, 12)
    for integer in sorted({-6, -5, -1, 0, 3, 4, 5, width, width + 7})
    for f in both_signs(width, integer)
]
# The grid of which one in 50 combinations is taken; the last lines are formats of deployed networks and wide ones.
GRID_SOURCES = [
    f for width in (1, 2, 4, 7, 9, 12) for integer in (-3, 0, width // 2, width + 2) for f in both_signs(width, integer)
] + [Format(True, 18, 13), Format(True, 26, 20), Format(False, 36, 20), Format(True, 40, 12)]
GRID_TARGETS = [
    f for width in (1, 2, 3, 4, 6, 8, 11, 16)
    for integer in (-30, -4, -1, 0, 2, 4, width + 1, width + 20) for f in both_signs(width, integer)
] + [
    Format(True, 8, 6), Format(False, 10, 7), Format(False, 10, 6), Format(False, 18, 14), Format(False, 16, 8),
    Format(True, 21, 14), Format(True, 29, 16), Format(True, 32, 8), Format(True, 48, 24), Format(False, 48, 24),
]


# ---- seeded choice ----------------------------------------------------------------------

class SplitMix64:
    """Vigna's SplitMix64; `next` returns 64 unsigned bits."""

    def __init__(self, seed: int):
        self.state = seed

    def next(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return z ^ (z >> 31)


def sample_combinations() -> list[Combination]:
    """Walks the grid (source, target, rounding, overflow; the last fastest), one draw for each combination."""
    random = SplitMix64(SEED)
    return [
        Combination(s, t, q, o)
        for s in GRID_SOURCES for t in GRID_TARGETS for q in ROUNDINGS for o in OVERFLOWS
        if random.next() % ONE_IN == 0
    ]


def mantissas(source: Format) -> np.ndarray:
    """All of them, ascending; of a wide source the low bits of 4,096 draws seeded with SEED + width."""
    if source.width <= ENUMERATED_WIDTH:
        return np.arange(source.low, source.high + 1, dtype=np.int64)
    random = SplitMix64(SEED + source.width)
    bits = [random.next() & ((1 << source.width) - 1) for _ in range(DRAWN)]
    return np.array([b - (1 << source.width) if b > source.high else b for b in bits], np.int64)


# ---- models -----------------------------------------------------------------------------

def round_to(m: np.ndarray, drop: int, mode: str) -> np.ndarray:
    """m / 2^drop, rounded to an integer."""
    if drop <= 0:
        return m << -drop
    floor = m >> drop
    rest = m - (floor << drop)
    half = 1 << (drop - 1)
    up = {
        "TRN": rest < 0,
        "TRN_ZERO": (rest > 0) & (m < 0),
        "RND": rest >= half,
        "RND_ZERO": (rest > half) | ((rest == half) & (m < 0)),
        "RND_INF": (rest > half) | ((rest == half) & (m >= 0)),
        "RND_MIN_INF": rest > half,
        "RND_CONV": (rest > half) | ((rest == half) & ((floor & 1) == 1)),
    }[mode]
    return np.where(up, floor + 1, floor)


def overflow_to(m: np.ndarray, t: Format, mode: str) -> np.ndarray:
    if mode == "WRAP":
        return ((m - t.low) & ((1 << t.width) - 1)) + t.low
    low = t.low + 1 if mode == "SAT_SYM" and t.signed else t.low
    if mode == "SAT_ZERO":
        return np.where((m < low) | (m > t.high), 0, m)
    return np.minimum(np.maximum(m, low), t.high)


def definition(c: Combination, m: np.ndarray) -> np.ndarray:
    drop = c.source.fraction - c.target.fraction
    if c.source.width + abs(drop) > 60:
        m = m.astype(object)
    return overflow_to(round_to(m, drop, c.rounding), c.target, c.overflow).astype(np.int64)


def deviates(c: Combination) -> bool:
    """The one deviation of the header: a signed format of one bit under SAT_SYM keeps -1, as SAT does."""
    return c.overflow == "SAT_SYM" and c.target.signed and c.target.width == 1


def header(c: Combination, m: np.ndarray) -> np.ndarray:
    return definition(c._replace(overflow="SAT") if deviates(c) else c, m)


# ---- digest -----------------------------------------------------------------------------

def fnv1a(values: np.ndarray, h: int = 0xCBF29CE484222325) -> int:
    """64-bit FNV-1a over the values as little-endian 64-bit two's complement."""
    for byte in values.astype("<i8").tobytes():
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


# ---- arithmetic -------------------------------------------------------------------------

PAIRS = [
    (Format(True, 10, 5), Format(True, 8, 3)), (Format(True, 10, 5), Format(False, 8, 3)),
    (Format(False, 10, 5), Format(True, 8, 3)), (Format(False, 10, 5), Format(False, 8, 3)),
    (Format(True, 6, 9), Format(True, 7, -2)), (Format(False, 4, -3), Format(True, 5, 8)),
    (Format(True, 1, 1), Format(False, 1, 0)), (Format(True, 18, 13), Format(True, 10, 9)),
]
SHIFTED = [Format(True, 10, 5), Format(False, 10, 5), Format(True, 18, 13), Format(True, 6, 9), Format(False, 7, -2)]
# Without formats of negative integer bits: there the header's to_int returns uninitialised memory.
TO_INT = [f for f in SHIFTED if f.integer >= 0] + [
    Format(True, 8, 1), Format(True, 8, 0), Format(False, 8, 0), Format(True, 8, 8), Format(False, 6, 9)]
INT, UNSIGNED, NONE = Format(True, 32, 32), Format(False, 32, 32), Format(False, 0, 0)
BINARY = ["add", "subtract", "multiply", "divide"]


class Operation(NamedTuple):
    name: str
    left: Format
    right: Format

    @property
    def template(self) -> str:
        fixed = f"Fixed<{self.left.template}>"
        return f"{self.name}<{fixed}, Fixed<{self.right.template}>>" if self.name in BINARY else f"{self.name}<{fixed}>"


OPERATIONS = (
    [Operation(name, a, b) for name in BINARY for a, b in PAIRS]
    + [Operation(name, a, r) for name, r in [("divide_int", INT), ("divide_unsigned", UNSIGNED)] for a in SHIFTED]
    + [Operation(name, a, INT) for name in ("shift_left", "shift_right") for a in SHIFTED]
    + [Operation("negate", a, NONE) for a in SHIFTED]
    + [Operation("to_int", a, NONE) for a in TO_INT]
)


def toward_zero(a: int, b: int) -> int:
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def arithmetic_model(op: Operation, a: int, b: int) -> tuple[Format, int]:
    """Result type and mantissa."""
    l, r = op.left, op.right
    signed = l.signed or r.signed
    if op.name in ("add", "subtract"):
        integer = max(l.integer + (r.signed and not l.signed), r.integer + (l.signed and not r.signed)) + 1
        fraction = max(l.fraction, r.fraction)
        t = Format(signed or op.name == "subtract", integer + fraction, integer)
        a, b = a << (fraction - l.fraction), b << (fraction - r.fraction)
        m = a + b if op.name == "add" else a - b
    elif op.name == "multiply":
        t, m = Format(signed, l.width + r.width, l.integer + r.integer), a * b
    elif op.name.startswith("divide"):
        t = Format(signed, r.signed + l.width + max(r.fraction, 0), r.signed + l.integer + r.fraction)
        m = toward_zero(a << max(r.fraction, 0), b)
    elif op.name.startswith("shift"):
        s = b if op.name == "shift_left" else -b
        t, m = l, a << s if s >= 0 else a >> -s
    elif op.name == "negate":
        t, m = Format(True, l.width + 1, l.integer + 1), -a
    else:
        t, m = INT, toward_zero(a, 1 << l.fraction) if l.fraction >= 0 else a << -l.fraction
        if l.integer == 0 and a < 0:      # deviation: 0 by the definition, the header carries into a one-bit integer
            m = -1
    return t, int(overflow_to(np.array(m, object), t, "WRAP"))


def arithmetic_cases() -> list[tuple[int, int, int]]:
    """(operation, left, right): the corners and seeded mantissas of each operand."""
    random = SplitMix64(SEED + 1000)

    def values(f: Format, count: int) -> list[int]:
        corners = [f.low, f.high, 0, 1, -1 if f.signed else f.high // 2]
        return [c for c in corners if f.low <= c <= f.high] + [f.low + random.next() % (1 << f.width) for _ in range(count)]

    cases = []
    for number, op in enumerate(OPERATIONS):
        left = values(op.left, 4)
        if op.name.startswith("shift"):
            cases += [(number, a, s) for a in left for s in (0, 1, 3, -1, -2)]
        elif op.name in ("divide_int", "divide_unsigned"):
            cases += [(number, a, s) for a in left for s in (1, 3, 16) + ((-5,) if op.name == "divide_int" else ())]
        elif op.name in BINARY:
            right = values(op.right, 4)
            pairs = [(a, b) for a in left[:4] for b in right[:4]] + list(zip(left[4:], right[4:]))
            cases += [(number, a, b) for a, b in pairs if b or op.name != "divide"]
        else:
            cases += [(number, a, 0) for a in left]
    return cases


# ---- the C++ side -----------------------------------------------------------------------

def headers(cache: Path) -> Path:
    """The ap_types folder of the hls4ml wheel, installed on first use."""
    environment = cache / f"hls4ml-{HLS4ML}"
    found = list(environment.glob("lib*/python*/site-packages/hls4ml/templates/vivado/ap_types/ap_fixed.h"))
    if not found:
        venv.create(environment, with_pip=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", "--no-deps", f"hls4ml=={HLS4ML}"], check=True)
        found = list(environment.glob("lib*/python*/site-packages/hls4ml/templates/vivado/ap_types/ap_fixed.h"))
    return found[0].parent


def build(cache: Path, include: Path, combinations: list[Combination], source_index: dict[Format, int], jobs: int) -> Path:
    work = cache / "build"
    work.mkdir(exist_ok=True)
    for old in list(work.glob("chunk_*")):
        old.unlink()
    # NDEBUG: ap_private asserts on reading a bit beyond the source (see "assertion" in the README); the value is not used.
    flags = ["-std=c++17", "-w", "-DNDEBUG", "-I", str(include), "-I", str(HERE), "-I", str(work)]
    chunks = [combinations[i:i + INSTANTIATIONS] for i in range(0, len(combinations), INSTANTIATIONS)]
    sources = []
    for number, chunk in enumerate(chunks):
        lines = ",\n".join(
            f"  {{{source_index[c.source]}, convert<{c.source.template}, {c.target.template}, AP_{c.rounding}, AP_{c.overflow}>}}"
            for c in chunk)
        path = work / f"chunk_{number:03d}.cpp"
        path.write_text(
            f'#include "golden.hpp"\nnamespace golden {{\nextern const Conversion chunk_{number}[];\n'
            f"const Conversion chunk_{number}[] = {{\n{lines}\n}};\n}}\n")
        sources.append(path)
    declarations = "\n".join(f"extern const Conversion chunk_{n}[];" for n in range(len(chunks)))
    tables = ", ".join(f"{{golden::chunk_{n}, {len(c)}}}" for n, c in enumerate(chunks))
    functions = ",\n  ".join(op.template for op in OPERATIONS)
    (work / "tables.hpp").write_text(
        f"#pragma once\nnamespace golden {{\n{declarations}\nstatic const Operation operation_table[] = {{\n  {functions}\n}};\n}}\n"
        "struct Table { const golden::Conversion* conversions; std::size_t count; };\n"
        f"static const Table conversion_tables[] = {{{tables}}};\n"
        "static const auto& operations = golden::operation_table;\n")

    def compile_one(path: Path) -> Path:
        object_file = work / (path.stem + ".o")
        level = "-O2" if path.stem == "golden" else "-O0"      # thousands of instances, each run once: -O0 is quickest
        subprocess.run(["g++", *flags, level, "-c", str(path), "-o", str(object_file)], check=True)
        return object_file

    objects = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done, object_file in enumerate(pool.map(compile_one, [HERE / "golden.cpp", *sources]), 1):
            objects.append(str(object_file))
            print(f"\rcompiled {done} of {len(sources) + 1}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    program = work / "golden"
    subprocess.run(["g++", *objects, "-o", str(program)], check=True)
    return program


def run(program: Path, cache: Path, combinations: list[Combination], sources: list[Format], cases) -> tuple[list, list]:
    lists = [mantissas(s) for s in sources]
    words = [np.array([len(lists)], np.int64)]
    for values in lists:
        words += [np.array([len(values)], np.int64), values]
    np.concatenate(words).tofile(cache / "sources.bin")
    (cache / "arithmetic.in").write_text("".join(f"{n} {a} {b}\n" for n, a, b in cases))
    subprocess.run([program, cache / "sources.bin", cache / "results.bin", cache / "arithmetic.in", cache / "arithmetic.out"], check=True)
    flat = np.fromfile(cache / "results.bin", np.int64)
    results, at = [], 0
    for c in combinations:
        n = len(lists[sources.index(c.source)])
        results.append(flat[at:at + n])
        at += n
    assert at == len(flat)
    numbers = [tuple(map(int, line.split())) for line in (cache / "arithmetic.out").read_text().splitlines()]
    return results, numbers


# ---- main -------------------------------------------------------------------------------

def name(f: Format) -> str:
    return f"{'s' if f.signed else 'u'}<{f.width},{f.integer}>"


def compare_conversions(combinations: list[Combination], results: list[np.ndarray]) -> dict:
    """Counts against both models; ends the program if the header model is wrong anywhere."""
    deviating = collections.Counter()
    for c, got in zip(combinations, results):
        m = mantissas(c.source)
        wrong = np.flatnonzero(header(c, m) != got)
        if len(wrong):
            k = wrong[0]
            sys.exit(f"{name(c.source)} -> {name(c.target)} {c.rounding} {c.overflow}: mantissa {m[k]} gives {got[k]}, "
                     f"the header model {header(c, m)[k]}; {len(wrong)} of {len(m)} differ")
        count = int(np.count_nonzero(definition(c, m) != got))
        if count:
            deviating[f"{c.overflow}, {'signed' if c.target.signed else 'unsigned'}, width {c.target.width}"] += count
    summary = {"combinations": len(combinations), "conversions": sum(map(len, results)),
               "different_from_the_definition": dict(deviating), "different_from_the_header_model": 0}
    print(json.dumps(summary))
    return summary


def arithmetic_rows(cases, numbers) -> list[list]:
    rows = []
    for (number, a, b), (signed, width, integer, m) in zip(cases, numbers):
        op = OPERATIONS[number]
        expected = arithmetic_model(op, a, b)
        if expected != (Format(bool(signed), width, integer), m):
            sys.exit(f"{op.name} {name(op.left)} {a}, {name(op.right)} {b}: gives {(signed, width, integer, m)}, model {expected}")
        rows.append([op.name, int(op.left.signed), op.left.width, op.left.integer, a,
                     int(op.right.signed), op.right.width, op.right.integer, b, signed, width, integer, m])
    return rows


def sample_rows(combinations: list[Combination], results: list[np.ndarray], each: int = 64) -> list[list]:
    """For each of the 28 modes, seeded conversions of which most are not zero."""
    random = SplitMix64(SEED + 2000)
    by_mode = collections.defaultdict(list)
    for index, c in enumerate(combinations):
        by_mode[c.rounding, c.overflow].append(index)
    rows = []
    for mode in ((q, o) for q in ROUNDINGS for o in OVERFLOWS):
        kept = 0
        while kept < each:
            index = by_mode[mode][random.next() % len(by_mode[mode])]
            c, values = combinations[index], mantissas(combinations[index].source)
            k = random.next() % len(values)
            if results[index][k] == 0 and random.next() % 8:
                continue
            kept += 1
            rows.append([int(c.source.signed), c.source.width, c.source.integer, int(c.target.signed), c.target.width,
                         c.target.integer, c.rounding, c.overflow, int(values[k]), int(results[index][k])])
    return rows


def write_csv(path: Path, header_line: str, rows: list[list]) -> None:
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header_line.split(","))
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="folder for the wheel and intermediate files")
    parser.add_argument("--out", type=Path, default=HERE.parents[2] / "Tests" / "FixedPointTests" / "Golden")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--reuse", action="store_true", help="do not rebuild the C++ program")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)

    full = [Combination(s, t, q, o) for t in FULL_TARGETS for s in FULL_SOURCES for q in ROUNDINGS for o in OVERFLOWS]
    sample = sample_combinations()
    combinations = full + sample
    sources = list(dict.fromkeys(c.source for c in combinations))
    cases = arithmetic_cases()
    program = options.cache / "build" / "golden"
    if not options.reuse:
        program = build(options.cache, headers(options.cache), combinations, {s: i for i, s in enumerate(sources)}, options.jobs)
    results, numbers = run(program, options.cache, combinations, sources, cases)
    summary = compare_conversions(combinations, results)
    rows = arithmetic_rows(cases, numbers)

    per_target = len(FULL_SOURCES) * len(ROUNDINGS) * len(OVERFLOWS)
    golden = {
        "format_version": 1,
        "generator": "Tools/golden/fixed_point/make_golden.py",
        "reference": f"ap_types of hls4ml {HLS4ML}",
        "seed": SEED,
        "roundings": ROUNDINGS,
        "overflows": OVERFLOWS,
        "comparison": summary,
        "full": {
            "sources": [f.json() for f in FULL_SOURCES],
            "targets": [
                {**t.json(), "digest": f"{fnv1a(np.concatenate(results[i * per_target:(i + 1) * per_target])):016x}"}
                for i, t in enumerate(FULL_TARGETS)
            ],
        },
        "sample": {
            "one_in": ONE_IN, "enumerated_width": ENUMERATED_WIDTH, "drawn": DRAWN, "chunk": CHUNK, "combinations": len(sample),
            "sources": [f.json() for f in GRID_SOURCES],
            "targets": [f.json() for f in GRID_TARGETS],
            "digests": [
                f"{fnv1a(np.concatenate(results[i:min(i + CHUNK, len(results))])):016x}"
                for i in range(len(full), len(results), CHUNK)
            ],
        },
    }
    (options.out / "conversions.json").write_text(compact(json.dumps(golden, indent=1)) + "\n")
    write_csv(options.out / "sample.csv",
              "source_signed,source_width,source_integer,target_signed,target_width,target_integer,rounding,overflow,mantissa,result",
              sample_rows(combinations, results))
    write_csv(options.out / "arithmetic.csv",
              "operation,left_signed,left_width,left_integer,left,right_signed,right_width,right_integer,right,"
              "result_signed,result_width,result_integer,result", rows)
    for file in sorted(options.out.iterdir()):
        assert file.stat().st_size <= 65536, f"{file.name} is larger than 64 KiB"


def compact(text: str) -> str:
    """One line for each innermost object of an indented JSON text."""
    return re.sub(r"\{\s*(\"signed\"[^{}]*?)\s*\}", lambda m: "{" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text)


if __name__ == "__main__":
    main()
