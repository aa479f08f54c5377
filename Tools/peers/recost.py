#!/usr/bin/env python3
"""Re-costs adder networks of any origin with one formula, da4ml's, over exact ranges. Python only, no packages.

    python3 recost.py netlist.json [program.dais.json ...]      # any format; a table, or --json
    python3 recost.py --stored program.dais.json                # the intervals (and costs) that the file itself states

NEUTRAL FORMAT (`netlist.json`)

    {"format": "winnow netlist", "format_version": 1, "name": "...",
     "operations": [...], "outputs": [{"value": i, "negate": false, "exponent": 0}, ...]}

Values are **integers**; operation number i defines value i and may use only earlier values. Shifts are whole numbers >= 0 and
mean multiplication by 2^shift. An `exponent` (of an input or output) only says what an integer stands for: integer * 2^exponent.
Names of operations and their fields (defaults in brackets):

    input        low, high [index: position in the input vector, by default the order of appearance; exponent]
    constant     value
    add          a, [shiftA 0], b, [shiftB 0], [subtract false]   a*2^shiftA +- b*2^shiftB. If an operand is a constant, this
                 is a constant adder. Instead of b, shiftB, subtract there may be `constant`, a whole number: a*2^shiftA + constant
    negate       a                       -a
    relu         a                       max(a, 0)
    floor_shift  a, bits                 floor(a / 2^bits); bits < 0 multiplies
    wrap         a, signed, width        the low `width` bits, as two's complement if signed
    clamp        a, low, high            the nearest value in [low, high]
    mux          condition, a, [shiftA 0], b, [shiftB 0]          condition is 0 or 1: a*2^shiftA if 1, else b*2^shiftB
    compare      a, relation ("<" "<=" ">" ">=" "==" "!="), b or constant       0 or 1
    bit          a, bit                  bit number `bit` of a's two's complement; any number beyond the width gives the sign
    invert       a, [signed true, width] every bit inverted: -a - 1, or 2^width - 1 - a if not signed
    or_reduce    a                       1 if a != 0        and_reduce: 1 if all its bits are set
    bitwise      a, [shiftA 0], b, [shiftB 0]                     and, or, exclusive or, bit by bit
    multiply     a, b
    table        a, low, high            any function of a, by a table; the range of its results

Every operation may carry `low` and `high`, bounds that its producer knows (clamp, input and table: its arguments); they narrow the range
found here. Any other field (`name`, `comment`) is ignored. Values that no output needs cost nothing.

RANGES. A value is kept as a linear form over inputs and results of operations that are not linear; the range and the step (the largest
power of two that divides it) of the form are exact for independent leaves: x - y + y is x.

COST (in look-up tables, da4ml 0.6.0, adder size 1, carry size unlimited). For values A, B with ranges and steps in one unit:

    bits(A)      sign + ceil(log2 max(-low, high + step)) - log2 step
    adder        sign of either + ceil(log2 max over both of (-low, high + step)) - log2 of the larger step; B of a difference is negated
    constant     ceil(log2(|c| + 1)) of the constant without its trailing zeros, delay 0
    relu, negate bits of the result / 2            multiply      min(adder(A, A) * bits(B), adder(B, B) * bits(A))
    mux          half an adder, delay 1            or_reduce     bits / 6, delay 1        bitwise  0.2 * bits, delay 1
    table        2^max(bits_in - 5, 0) * ceil(bits_out / 2), * bits_in / 5 if bits_in < 5, delay max(bits_in - 6, 1)
    clamp        low 0 and a negative: relu, bits / 2, delay 0. For each other end that can be passed: or_reduce of the bits above the
                 kept ones, bits / 6. One mux between the kept bits and the ends, bits / 2. Delay 2 if an end other than 0 can be passed
    compare      with 0 by < or >=: the sign, free. == and !=: bits of the difference / 6. Else the adder (or constant adder) of the difference
    wrap, floor_shift, bit, invert free; a negated output bits / 2

LOW BITS. The formula takes the bits below both operands' overlap for wires. In (b << k) - a they are those of -a, which hardware
computes: k look-up tables that no tool's formula has, the same for all. They are reported beside the cost, which stays the formula's.

DEPTH is counted three times over the longest path: adders between variables only; these and constant adders; and da4ml's delay, where
an adder, mux, or_reduce, bitwise is 1 and a constant adder 0.
"""
from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path


def ceil_log2(n: int) -> int:
    """ceil(log2 n) of a positive whole number."""
    return (n - 1).bit_length()


def twos(n: int) -> int:
    """The power of two that divides n; 0 for 0."""
    return n & -n


@dataclass
class Value:
    low: int
    high: int
    step: int                              # a power of two that divides every value
    form: dict[int, int] = field(default_factory=dict)     # leaf -> coefficient
    offset: int = 0
    adders: int = 0                        # depths of the longest path
    with_constants: int = 0
    delay: float = 0.0

    @property
    def is_constant(self) -> bool:
        return self.low == self.high

    @property
    def bits(self) -> int:
        if self.low == self.high == 0:
            return 0
        return (self.low < 0) + ceil_log2(max(-self.low, self.high + self.step)) - (self.step.bit_length() - 1)


def operand(v: Value, shift: int, negate: bool = False) -> tuple[int, int, int]:
    low, high = v.low << shift, v.high << shift
    return (-high, -low, v.step << shift) if negate else (low, high, v.step << shift)


def adder_cost(*operands: tuple[int, int, int]) -> int:
    """da4ml's adder over both operands (low, high, step)."""
    top = max(max(-low, high + step) for low, high, step in operands)
    sign = any(low < 0 for low, _, _ in operands)
    return sign + ceil_log2(top) - (max(step for _, _, step in operands).bit_length() - 1)


def constant_cost(c: int) -> int:
    """Of adding c: its bits without trailing zeros."""
    return ceil_log2(abs(c) // twos(c) + 1) if c else 0


@dataclass
class Report:
    name: str
    adders: int = 0
    constant_adders: int = 0
    muxes: int = 0
    cost_adders: float = 0.0
    cost_rest: float = 0.0
    low_bits: int = 0                                      # of (b << k) - a, which the formula leaves out
    depth_adders: int = 0
    depth_with_constants: int = 0
    delay: float = 0.0
    operations: int = 0
    dead: int = 0
    rest: dict = field(default_factory=dict)               # cost of the rest by operation
    stated_differences: int | None = None                  # operations whose stated cost is another (only with --stored)

    @property
    def cost(self) -> float:
        return self.cost_adders + self.cost_rest

    def json(self) -> dict:
        values = {k: v for k, v in self.__dict__.items() if v is not None} | {"cost": self.cost}
        round_off = lambda v: round(v, 3) if isinstance(v, float) else v
        return {k: {a: round_off(b) for a, b in v.items()} if isinstance(v, dict) else round_off(v) for k, v in values.items()}


OPERANDS = ("a", "b", "condition")


class Walker:
    def __init__(self, netlist: dict, stored: bool = False):
        self.operations = netlist["operations"]
        self.outputs = netlist["outputs"]
        self.report = Report(netlist.get("name", "netlist"))
        self.stored = stored
        self.values: list[Value] = []
        self.leaves: list[Value] = []

    def fail(self, index: int, message: str):
        sys.exit(f"{self.report.name}: operation {index} ({self.operations[index].get('op')}): {message}")

    def live(self) -> list[bool]:
        alive = [False] * len(self.operations)
        for out in self.outputs:
            alive[out["value"]] = True
        for index in range(len(self.operations) - 1, -1, -1):
            if alive[index]:
                for key in OPERANDS:
                    if key in self.operations[index]:
                        source = self.operations[index][key]
                        if not 0 <= source < index:
                            self.fail(index, f"{key} is {source}, not an earlier value")
                        alive[source] = True
        return alive

    # Values ----------------------------------------------------------------------------

    def leaf(self, low: int, high: int, step: int = 1) -> Value:
        """A new independent value, or a constant."""
        if low == high:
            return Value(low, high, twos(low) or 1, {}, low)
        v = Value(low, high, step)
        v.form = {len(self.leaves): 1}
        self.leaves.append(v)
        return v

    def linear(self, terms: list[tuple[Value, int]], offset: int = 0) -> Value:
        """Sum of value * factor, and an offset."""
        form: dict[int, int] = {}
        bounds = [offset + sum(min(v.low * f, v.high * f) for v, f in terms), offset + sum(max(v.low * f, v.high * f) for v, f in terms)]
        for v, factor in terms:
            offset += v.offset * factor
            for key, c in v.form.items():
                form[key] = form.get(key, 0) + c * factor
        form = {k: c for k, c in form.items() if c}
        low = high = offset
        step = twos(offset)
        for k, c in form.items():
            leaf = self.leaves[k]
            ends = (leaf.low * c, leaf.high * c)
            low, high = low + min(ends), high + max(ends)
            s = leaf.step * twos(c)
            step = min(step, s) if step else s
        return Value(max(low, bounds[0]), min(high, bounds[1]), step or 1, form, offset)

    def same(self, v: Value) -> Value:
        return Value(v.low, v.high, v.step, v.form, v.offset)

    def narrowed(self, v: Value, op: dict) -> Value:
        if "low" not in op or op["op"] in ("input", "clamp", "table"):
            return v
        if self.stored:
            v.low, v.high = op["low"], op["high"]
            v.step = op.get("step", v.step)
        else:
            v.low, v.high = max(v.low, op["low"]), min(v.high, op["high"])
        return v

    # Walk ------------------------------------------------------------------------------

    def walk(self) -> Report:
        report, alive = self.report, self.live()
        differences = 0
        for index, op in enumerate(self.operations):
            if not alive[index]:
                self.values.append(Value(0, 0, 1))
                report.dead += 1
                continue
            report.operations += 1
            sources = [self.values[op[key]] for key in OPERANDS if key in op]
            method = getattr(self, "op_" + str(op.get("op")), None)
            if method is None:
                self.fail(index, "is not known")
            value, cost, step_delay, kind = method(op, *sources)
            value = self.narrowed(value, op)
            value.adders = max((s.adders for s in sources), default=0) + (kind == "adder")
            value.with_constants = max((s.with_constants for s in sources), default=0) + (kind in ("adder", "constant"))
            value.delay = max((s.delay for s in sources), default=0) + step_delay
            if kind == "adder":
                report.adders += 1
                report.cost_adders += cost
                report.low_bits += self.low_bits(op)
            else:
                report.constant_adders += kind == "constant"
                report.muxes += op["op"] == "mux"
                report.cost_rest += cost
                if cost:
                    label = "constant_add" if kind == "constant" else op["op"]
                    report.rest[label] = report.rest.get(label, 0) + cost
            if "cost" in op and abs(op["cost"] - cost) > 1e-9:
                differences += 1
            self.values.append(value)
        for out in self.outputs:
            v = self.values[out["value"]]
            if out.get("negate"):
                report.cost_rest += v.bits / 2
                report.rest["output negation"] = report.rest.get("output negation", 0) + v.bits / 2
            report.depth_adders = max(report.depth_adders, v.adders)
            report.depth_with_constants = max(report.depth_with_constants, v.with_constants)
            report.delay = max(report.delay, v.delay)
        if self.stored:
            report.stated_differences = differences
        return report

    def low_bits(self, op) -> int:
        """Bits of a difference below its minuend."""
        if op["op"] != "add" or not op.get("subtract"):
            return 0
        minuend, subtrahend = self.values[op["a"]].step << op.get("shiftA", 0), self.values[op["b"]].step << op.get("shiftB", 0)
        return max(0, minuend.bit_length() - subtrahend.bit_length())

    # Operations: each returns value, cost, delay, kind ("adder", "constant" or "") -----------

    def op_input(self, op):
        return self.leaf(op["low"], op["high"]), 0, 0, ""

    def op_constant(self, op):
        return self.leaf(op["value"], op["value"]), 0, 0, ""

    def op_add(self, op, a, b=None):
        shift_a, shift_b, negate = op.get("shiftA", 0), op.get("shiftB", 0), bool(op.get("subtract"))
        sign = -1 if negate else 1
        if b is None:
            c = op["constant"]
            return self.linear([(a, 1 << shift_a)], c), 0 if a.is_constant else constant_cost(c), 0, "" if a.is_constant or not c else "constant"
        result = self.linear([(a, 1 << shift_a), (b, sign << shift_b)])
        if a.is_constant and b.is_constant:
            return result, 0, 0, ""
        if a.is_constant:                                  # c - b costs as c + b
            return result, constant_cost(a.low << shift_a), 0, "constant"
        if b.is_constant:
            return result, constant_cost(b.low << shift_b), 0, "constant"
        return result, adder_cost(operand(a, shift_a), operand(b, shift_b, negate)), 1, "adder"

    def op_negate(self, op, a):
        result = self.linear([(a, -1)])
        if self.stored:
            result.low, result.high, result.step = -a.high, -a.low, a.step
        return result, 0 if a.is_constant else result.bits / 2, 0, ""

    def op_relu(self, op, a):
        if a.low >= 0 and not self.stored:
            return self.same(a), 0, 0, ""
        result = self.narrowed(self.leaf(0, max(a.high, 0), a.step), op)
        return result, result.bits / 2, 0, ""

    def op_floor_shift(self, op, a):
        bits = op["bits"]
        if bits <= 0:
            return self.linear([(a, 1 << -bits)]), 0, 0, ""
        if a.step >= 1 << bits:                            # nothing is lost: still linear, in a coarser unit
            return self.scaled_down(a, bits), 0, 0, ""
        return self.leaf(a.low >> bits, a.high >> bits), 0, 0, ""

    def scaled_down(self, a, bits):
        if all(c % (1 << bits) == 0 for c in a.form.values()) and a.offset % (1 << bits) == 0:
            return Value(a.low >> bits, a.high >> bits, a.step >> bits, {k: c >> bits for k, c in a.form.items()}, a.offset >> bits)
        return self.leaf(a.low >> bits, a.high >> bits, a.step >> bits)

    def op_wrap(self, op, a):
        width = op["width"]
        low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if op["signed"] else (0, (1 << width) - 1)
        if a.low >= low and a.high <= high:
            return self.same(a), 0, 0, ""
        return self.leaf(low, high - (high + 1 - low) % a.step if a.step <= high - low else high, min(a.step, high - low + 1)), 0, 0, ""

    def op_clamp(self, op, a):
        low, high = op["low"], op["high"]
        if a.low >= low and a.high <= high:
            return self.same(a), 0, 0, ""
        result = self.leaf(min(max(a.low, low), high), min(max(a.high, low), high))
        kept, cost, delay = result.bits, 0.0, 0
        above = max(a.bits - kept, 1)
        if a.low < low:
            if low == 0:
                cost += kept / 2
            else:
                cost, delay = cost + above / 6, 2
        if a.high > high:
            cost, delay = cost + above / 6, 2
        return result, cost + (kept / 2 if delay else 0), delay, ""

    def op_mux(self, op, a, b, condition):
        left, right = operand(a, op.get("shiftA", 0)), operand(b, op.get("shiftB", 0))
        result = self.leaf(min(left[0], right[0]), max(left[1], right[1]), min(left[2], right[2]))
        return result, adder_cost(left, right) / 2, 1, ""

    def op_compare(self, op, a, b=None):
        relation, result = op["relation"], self.leaf(0, 1)
        c = op.get("constant") if b is None else b.low if b.is_constant else None
        if relation in ("==", "!="):
            difference = self.linear([(a, 1)], -c) if c is not None else self.linear([(a, 1), (b, -1)])
            return result, difference.bits / 6, 1, ""
        if c is not None:
            c += relation in (">", "<=")                   # a > c is a >= c + 1
            return (result, 0, 0, "") if c == 0 else (result, constant_cost(c), 0, "constant")
        return result, adder_cost(operand(a, 0), operand(b, 0, True)), 1, "adder"

    def op_bit(self, op, a):
        return self.leaf(0, 1), 0, 0, ""

    def op_invert(self, op, a):
        return self.linear([(a, -1)], -1 if op.get("signed", True) else (1 << op["width"]) - 1), 0, 0, ""

    def op_or_reduce(self, op, a):
        return self.leaf(0, 1), a.bits / 6, 1, ""

    op_and_reduce = op_or_reduce

    def op_bitwise(self, op, a, b):
        left, right = operand(a, op.get("shiftA", 0)), operand(b, op.get("shiftB", 0))
        top = max(max(-low, high + 1) for low, high, _ in (left, right))
        size = 1 << ceil_log2(top)
        result = self.narrowed(self.leaf(-size if left[0] < 0 or right[0] < 0 else 0, size - 1, min(left[2], right[2])), op)
        return result, 0.2 * result.bits, 1, ""

    def op_multiply(self, op, a, b):
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        if op["a"] == op["b"]:                             # a square
            ends = [a.low ** 2, a.high ** 2] + ([0] if a.low < 0 < a.high else [])
        left, right = operand(a, 0), operand(b, 0)
        cost = min(adder_cost(left, left) * b.bits, adder_cost(right, right) * a.bits)
        return self.leaf(min(ends), max(ends), a.step * b.step), cost, max(a.bits, b.bits), ""

    def op_table(self, op, a):
        result = self.leaf(op["low"], op["high"], op.get("step", 1))
        bits_in = a.bits
        cost = 2 ** max(bits_in - 5, 0) * -(-result.bits // 2) * (bits_in / 5 if bits_in < 5 else 1)
        return result, cost, max(bits_in - 6, 1), ""


# ---- evaluation -------------------------------------------------------------------------

def evaluate(netlist: dict, inputs: list[int]) -> list[int]:
    """The outputs for one input vector of integers; to check a netlist, or its conversion. Not `table`."""
    relations = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
                 "==": lambda a, b: a == b, "!=": lambda a, b: a != b}
    v: list[int] = []
    seen = 0
    for op in netlist["operations"]:
        name = op["op"]
        a = v[op["a"]] << op.get("shiftA", 0) if "a" in op else 0
        b = v[op["b"]] << op.get("shiftB", 0) if "b" in op else op.get("constant", 0)
        if name == "input":
            y = inputs[op.get("index", seen)]
            seen += 1
            if not op["low"] <= y <= op["high"]:
                raise ValueError(f"input {y} is outside {op['low']}...{op['high']}")
        elif name == "constant":
            y = op["value"]
        elif name == "add":
            y = a - b if op.get("subtract") else a + b
        elif name == "negate":
            y = -a
        elif name == "invert":
            y = -a - 1 if op.get("signed", True) else (1 << op["width"]) - 1 - a
        elif name == "relu":
            y = max(a, 0)
        elif name == "floor_shift":
            y = a >> op["bits"] if op["bits"] >= 0 else a << -op["bits"]
        elif name == "wrap":
            y = signed(a, op["width"]) if op["signed"] else a & ((1 << op["width"]) - 1)
        elif name == "clamp":
            y = min(max(a, op["low"]), op["high"])
        elif name == "mux":
            y = a if v[op["condition"]] else b
        elif name == "compare":
            y = int(relations[op["relation"]](a, b))
        elif name == "bit":
            y = (a >> op["bit"]) & 1
        elif name == "or_reduce":
            y = int(a != 0)
        elif name == "multiply":
            y = a * b
        else:
            raise ValueError(f"{name} cannot be evaluated")
        v.append(y)
    return [-v[out["value"]] if out.get("negate") else v[out["value"]] for out in netlist["outputs"]]


# ---- da4ml's DAIS -----------------------------------------------------------------------

def exponent(step: float) -> int:
    """log2 of a power of two."""
    mantissa, e = math.frexp(step)
    assert mantissa == 0.5, f"step {step} is not a power of two"
    return e - 1


def signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def from_dais(program: list, name: str) -> dict:
    """da4ml's JSON program in the neutral format; each operation keeps da4ml's interval and cost."""
    (_, _), input_shifts, out_indices, out_shifts, out_negations, ops = program[:6]
    operations: list[dict] = []
    place: list[int] = []                  # neutral value of each DAIS value
    point: list[int] = []                  # its exponent
    stated: list[tuple[int, int]] = []     # its interval in da4ml's steps
    stated_exponent: list[int] = []        # and their exponent

    def emit(**op) -> int:
        operations.append(op)
        return len(operations) - 1

    def width(low: int, high: int) -> int:
        return max((low < 0) + ceil_log2(max(-low, high + 1)), 1)

    def quantize(source: int, source_point: int, target_point: int, low: int, high: int) -> int:
        """floor to the target's step, then wrap to the least width that holds [low, high]."""
        if target_point != source_point:
            source = emit(op="floor_shift", a=source, bits=target_point - source_point)
        return emit(op="wrap", a=source, signed=low < 0, width=width(low, high), low=low, high=high, step=1)

    for id0, id1, opcode, data, (minimum, maximum, step), _, cost in ops:
        e = exponent(step)
        low, high = round(minimum / step), round(maximum / step)
        stated_exponent.append(e)
        data = int(data)
        if opcode == -1:
            assert input_shifts[id0] == 0
            index = emit(op="input", low=low, high=high, index=id0, exponent=e)
        elif opcode in (0, 1):
            ea, eb = point[id0], point[id1] + data
            base = min(ea, eb)
            index = emit(op="add", a=place[id0], shiftA=ea - base, b=place[id1], shiftB=eb - base, subtract=opcode == 1,
                         low=low << (e - base) if e >= base else low, high=high << (e - base) if e >= base else high,
                         step=1 << max(e - base, 0), cost=cost)
            assert e >= base, "a sum finer than its operands"
            e = base
        elif opcode in (2, -2, 3, -3):
            source, source_point = place[id0], point[id0] + (data if opcode == 3 else 0)
            if opcode < 0:
                source = emit(op="negate", a=source)
            if abs(opcode) == 2:
                source = emit(op="relu", a=source, low=max(low, 0) << max(e - source_point, 0),
                              high=(high << (e - source_point)) + (1 << (e - source_point)) - 1 if e > source_point else high, step=1)
            index = quantize(source, source_point, e, low, high)
        elif opcode == 4:
            # data counts steps of the *result*
            base = min(point[id0], e)
            index = emit(op="add", a=place[id0], shiftA=point[id0] - base, constant=data << (e - base),
                         low=low << (e - base), high=high << (e - base), step=1 << (e - base), cost=cost)
            e = base
        elif opcode == 5:
            index = emit(op="constant", value=data)
        elif opcode in (6, -6):
            key, shift = data & 0xFFFFFFFF, signed(data >> 32, 32)
            other, other_point = place[id1], point[id1] + shift
            if opcode < 0:
                other = emit(op="negate", a=other)
            condition = emit(op="bit", a=place[key], bit=width(*stated[key]) - 1 + stated_exponent[key] - point[key])
            base = min(point[id0], other_point)
            index = emit(op="mux", condition=condition, a=place[id0], shiftA=point[id0] - base, b=other, shiftB=other_point - base,
                         low=low << max(e - base, 0), high=high << max(e - base, 0), step=1 << max(e - base, 0), cost=cost)
            assert e >= base
            e = base
        elif opcode == 7:
            base = point[id0] + point[id1]
            index = emit(op="multiply", a=place[id0], b=place[id1], cost=cost)
            e = base
        elif opcode == 8:
            index = emit(op="table", a=place[id0], low=low, high=high, cost=cost)
        elif opcode in (9, -9) and data in (1, 2):
            index = emit(op="or_reduce" if data == 1 else "and_reduce", a=place[id0], cost=cost)
        elif opcode in (9, -9):
            assert data == 0 and opcode == 9 and e == point[id0] and stated_exponent[id0] == e
            index = emit(op="invert", a=place[id0], signed=stated[id0][0] < 0, width=width(*stated[id0]))
        elif opcode == 10:
            ea, eb = point[id0], point[id1] + signed(data, 32)
            base = min(ea, eb)
            index = emit(op="bitwise", a=place[id0], shiftA=ea - base, b=place[id1], shiftB=eb - base, cost=cost,
                         low=low << (e - base), high=high << (e - base), step=1 << (e - base))
            e = base
        else:
            sys.exit(f"{name}: opcode {opcode} is not known")
        place.append(index)
        point.append(e)
        stated.append((low, high))
    outputs = []
    for i, shift, negate in zip(out_indices, out_shifts, out_negations):
        if i < 0:
            outputs.append({"value": emit(op="constant", value=0)})
        else:
            outputs.append({"value": place[i], "negate": bool(negate), "exponent": point[i] + shift})
    return {"format": "winnow netlist", "format_version": 1, "name": name, "operations": operations, "outputs": outputs}


def dais_operation(op: list) -> list:
    """An operation of alkaid's JSON (ALIR) as da4ml's: addresses and data in da4ml's places."""
    addresses, opcode, data, interval, latency, cost = op
    if opcode == -1:
        return [data[0], -1, -1, 0, interval, latency, cost]
    first, second = (list(addresses) + [-1, -1])[:2]
    if opcode == -2:
        return [first, -1, -3, 0, interval, latency, cost]
    payload = data[0] if data else 0
    if opcode == 3:
        return [first, -1, 3, payload, interval, latency, cost]
    if opcode == 4:
        # value * 2^-fraction, in steps of the result
        scaled = payload * 2.0 ** -data[1] / interval[2]
        assert scaled == round(scaled), "a constant finer than its sum"
        payload = round(scaled)
    elif opcode == 6:
        payload = addresses[2] | payload << 32
    elif opcode == 11:
        sys.exit("sums of three (alkaid's ternary adders) are not counted here; write the program without them")
    return [first, second, opcode, payload, interval, latency, cost]


def from_alir(document: dict, name: str) -> dict:
    """alkaid's JSON program in the neutral format."""
    program = list(document["model"])
    program[5] = [dais_operation(op) for op in program[5]]
    return from_dais(program, name)


def load(path: Path) -> dict:
    data = json.loads(path.read_text())
    label = path.name.removesuffix(".json").removesuffix(".dais").removesuffix(".alir")
    if isinstance(data, list):
        return from_dais(data, label)
    if data.get("meta") == "ALIRModel":
        return from_alir(data, label)
    if data.get("format") != "winnow netlist" or data.get("format_version") != 1:
        sys.exit(f"{path}: neither a winnow netlist (format_version 1) nor a program of da4ml (DAIS) or alkaid (ALIR)")
    return {"name": path.parent.name or path.stem} | data


def recost(path: Path, stored: bool = False) -> Report:
    return Walker(load(path), stored).walk()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="The formats and the formula stand at the top of this file.")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--stored", action="store_true", help="take the intervals stated in the files instead of recomputing them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    if not options.json:
        print(f"{'network':34} {'adders':>7} {'const':>6} {'muxes':>6} {'cost adders':>12} {'cost rest':>10} {'total':>9} {'low bits':>9} {'depth':>6} {'+const':>7} {'delay':>6}")
    for path in options.files:
        r = recost(path, options.stored)
        if options.json:
            print(json.dumps(r.json()))
            continue
        print(f"{r.name:34} {r.adders:7d} {r.constant_adders:6d} {r.muxes:6d} {r.cost_adders:12.1f} {r.cost_rest:10.1f} {r.cost:9.1f} {r.low_bits:9d} "
              f"{r.depth_adders:6d} {r.depth_with_constants:7d} {r.delay:6.0f}"
              + (f"   {r.stated_differences} operations state another cost" if r.stated_differences is not None else ""))


if __name__ == "__main__":
    main()
