#!/usr/bin/env python3
"""Generates events with Pythia 8 and writes them as NPZ or HDF5.

    generate_events.py PROCESS -n 1000 --seed 1 -o FILE.npz [-j 2]
    generate_events.py --list

Needs the packages that processes.json names; `winnow generate` makes an environment with them."""

import os
import sys

sys.dont_write_bytecode = True
# One thread a process: forks share nothing, and no library starts threads of its own.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
FOLDER = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, FOLDER)

import argparse
import difflib
import fcntl
import json
import shutil
import signal


def table():
    with open(os.path.join(FOLDER, "processes.json"), encoding="utf-8") as file:
        return json.load(file)


PROGRAM = "generate_events"


def fail(sentence, code):
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    sys.exit(code)


def arguments():
    parser = argparse.ArgumentParser(
        prog="generate_events.py", description="Generate events with Pythia 8.")
    parser.add_argument("process", nargs="?", help="a name that --list shows")
    parser.add_argument("-n", "--events", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", help="FILE.npz or FILE.h5")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="processes; they change no byte")
    parser.add_argument("--energy", type=float, help="centre-of-mass energy in TeV")
    parser.add_argument("--max-eta", type=float, default=5.2, help="pseudorapidity of what is kept")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--called", default="generate_events", help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="print the processes")
    return parser.parse_args()


def print_list(processes):
    for row in processes:
        energy = f"{row['energy']:g} TeV" if row.get("energy") else "no beams"
        size = row.get("crossSection")
        size = f"{size[0]:.4g} +- {size[1]:.2g} nb" if size else "no cross section"
        print(f"{row['name']:20} {energy:9} {size:24} {row['summary']}")
        print(f"{'':20} source: {row['source']}")


def check(options, processes):
    """The row of the process; ends with one sentence where an argument is wrong."""
    names = [row["name"] for row in processes]
    if options.process not in names:
        near = difflib.get_close_matches(options.process or "", names, 1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        fail(f"there is no process '{options.process}'; {hint}--list shows all", 2)
    if not 1 <= options.events <= 1_000_000_000:
        fail(f"-n takes 1 to 1000000000, not {options.events}", 2)
    if not 0 <= options.seed < 1 << 64:
        fail(f"--seed takes 0 to 2^64 - 1, not {options.seed}", 2)
    if not 1 <= options.jobs <= 1024:
        fail(f"-j takes 1 to 1024, not {options.jobs}", 2)
    if options.energy is not None and not 1 <= options.energy <= 200:
        fail(f"--energy takes 1 to 200 (TeV), not {options.energy:g}", 2)
    if not 0 < options.max_eta <= 20:
        fail(f"--max-eta takes a number up to 20, not {options.max_eta:g}", 2)
    if not options.output:
        fail("there is no output file; give -o FILE.npz or -o FILE.h5", 2)
    if not options.output.endswith((".npz", ".h5", ".hdf5")):
        fail(f"'{options.output}' ends in neither .npz nor .h5; give one that does", 2)
    folder = os.path.dirname(os.path.abspath(options.output))
    if os.path.isdir(options.output):
        fail(f"'{options.output}' is a folder; give -o a file", 2)
    if not os.path.isdir(folder):
        fail(f"the folder '{folder}' does not exist; make it first, or give -o another file", 2)
    if not os.access(folder, os.W_OK):
        fail(f"the folder '{folder}' cannot be written to; give -o another file", 2)
    return processes[names.index(options.process)]


def claim(folder, identity, output):
    """Takes the folder of blocks: new, or of the same job; a lock keeps others away."""
    try:
        os.makedirs(folder, exist_ok=True)
        lock = open(os.path.join(folder, "lock"), "w")
    except OSError as error:
        fail(f"could not write '{folder}': {error.strerror}", 1)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(f"another process is generating '{output}'; wait for it, or give -o another file", 1)
    path = os.path.join(folder, "job.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == identity:
                return lock
        fail(f"'{folder}' holds blocks of another job; remove it, or give -o another file", 2)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(identity)
    os.rename(path + ".new", path)
    return lock


def metadata(row, options, catalogue, blocks):
    """The file's description; nothing in it depends on time, machine or number of processes."""
    totals = {}
    for statistics in blocks.statistics():
        for name, part in statistics.items():
            total = totals.setdefault(name, {"generated": 0, "tried": 0, "sum": 0.0})
            total["generated"] += part["generated"]
            total["tried"] += part["tried"]
            total["sum"] += part["sigma_nb"] * part["tried"]
    weights = blocks.joined("weight")
    codes = blocks.joined("process")
    parts = {}
    for each in catalogue["processes"]:
        if each["name"] not in totals:
            continue
        total, own = totals[each["name"]], codes == each["code"]
        sigma = total["sum"] / total["tried"] if total["tried"] else 0.0
        # A kept event of weight w stands for w x reference of a generated one.
        reference = each.get("selection", {}).get("referenceWeight", 1)
        kept = float(weights[own].sum()) * reference
        parts[each["name"]] = {
            "code": each["code"], "events": int(own.sum()), "weight": float(weights[own].sum()),
            "generated": total["generated"], "tried": total["tried"], "sigma_nb": sigma,
        }
        if row["name"] == each["name"] and total["generated"]:
            parts[each["name"]]["accepted_sigma_nb"] = sigma * kept / total["generated"]
    return {
        "generator": catalogue["packages"][0], "process": row["name"], "seed": options.seed,
        "events": options.events, "energy_TeV": options.energy or row.get("energy") or 0,
        "max_eta": options.max_eta, "block": row["block"], "layout": catalogue["layout"],
        "settings": catalogue["settings"] + row.get("settings", []), "parts": parts,
    }


def main():
    global PROGRAM
    options = arguments()
    PROGRAM = options.called
    catalogue = table()
    if options.list:
        # A reader like `head` may leave before the end.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        return print_list(catalogue["processes"])
    row = check(options, catalogue["processes"])
    try:
        import numpy, pythia8mc
        if not options.output.endswith(".npz"):
            import h5py
    except ImportError as error:
        packages = " ".join(catalogue["packages"])
        fail(f"the Python package '{error.name}' is missing; run 'pip install {packages}', "
             "or use 'winnow generate'", 1)
    import blocks, files, sources

    try:
        generate(options, catalogue, row, blocks, files, sources)
    except sources.GenerationError as error:
        fail(str(error), 1)
    except blocks.Stopped as stopped:
        fail(f"stopped; finished blocks are kept in '{options.output}.part', "
             "and the same command goes on from them", 128 + stopped.args[0])
    except OSError as error:
        fail(f"could not write '{error.filename or options.output}': {error.strerror}", 1)


def generate(options, catalogue, row, blocks, files, sources):
    # What C++ prints, such as the banner of Pythia's FastJet at its first jet, goes nowhere.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    part = options.output + ".part"
    energy = options.energy if row.get("energy") else None
    identity = json.dumps(
        {"process": row, "catalogue": catalogue["settings"], "packages": catalogue["packages"],
         "layout": catalogue["layout"], "seed": options.seed, "energy": energy,
         "max_eta": options.max_eta,
         "components": [each for each in catalogue["processes"]
                        if each["name"] in [c["process"] for c in row.get("components", [])]]},
        sort_keys=True)
    def stop(number, frame):
        raise blocks.Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    lock = claim(part, identity, options.output)
    print(f"{row['name']}: initialising Pythia", file=sys.stderr, flush=True)
    generator = sources.source(row, catalogue, energy, options.seed)
    job = blocks.Job(generator, (options.seed, row["name"]), options.events, row["block"],
                     options.max_eta, part, row["name"])
    waiting = sum(job.size(index) for index in job.waiting())
    if waiting < options.events:
        print(f"going on with '{part}': {options.events - waiting} of {options.events} events are "
              "there already", file=sys.stderr)
    if waiting:
        seconds = job.estimate(waiting)
        workers = min(options.jobs, len(job.waiting()), os.cpu_count() or 1)
        print(f"estimated time {blocks.duration(seconds / workers)}: {waiting} events with "
              f"{options.jobs} process{'es' if options.jobs > 1 else ''}, "
              f"{waiting / seconds:.3g} events/s in one", file=sys.stderr, flush=True)
    finished = job.run(options.jobs)
    description = metadata(row, options, catalogue, finished)
    files.write_whole(
        options.output, finished, json.dumps(description, sort_keys=True).encode())
    shutil.rmtree(part, ignore_errors=True)
    lock.close()
    if options.json:
        print(json.dumps({"file": options.output, **description}, sort_keys=True), file=output)
    else:
        show(options, description, finished, output)
    output.close()


def show(options, description, finished, output):
    print(f"{description['process']}: {options.events} events, "
          f"{finished.rows('pt')} particles, seed {options.seed}", file=output)
    for name, part in description["parts"].items():
        line = f"  {name:20} {part['events']} events of {part['generated']} generated"
        if part["sigma_nb"]:
            line += f", {part['sigma_nb']:.4g} nb"
        if part.get("accepted_sigma_nb"):
            line += f", {part['accepted_sigma_nb']:.4g} nb accepted"
        print(line, file=output)
    print(f"written to {options.output}", file=output)


if __name__ == "__main__":
    main()
