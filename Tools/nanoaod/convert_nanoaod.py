#!/usr/bin/env python3
"""Turn CMS NanoAOD into Winnow's HDF5 files.

    convert_nanoaod.py level-1 nano.root … -o level1.h5        objects, layout of the ADC2021 data
    convert_nanoaod.py muons nano.root … --era run3 -o muons.h5  trigger beside offline muons
    convert_nanoaod.py --test                                  converts a file made here and checks it

Objects of the crossing itself (bx 0) are taken.  Memory: one block of events.  README.md tells which
branches are read.  Needs uproot, awkward, h5py and NumPy.
"""
import argparse
import sys

import level1_objects
import trigger_muons
from reading import ConversionError


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", action="store_true", help="check the conversion and end")
    kinds = parser.add_subparsers(dest="kind")
    for name, text in [("level-1", "electrons, muons, jets and missing momentum of the trigger"),
                       ("muons", "trigger muons of the barrel beside offline muons")]:
        kind = kinds.add_parser(name, help=text)
        kind.add_argument("inputs", nargs="+", metavar="ROOT")
        kind.add_argument("-o", "--output", required=True, metavar="HDF5")
        if name == "level-1":
            kind.add_argument("--missing", choices=list(level1_objects.MISSING), default="etmhf",
                              help="missing momentum without or with the forward calorimeter")
        else:
            kind.add_argument("--era", choices=["run2", "run3"], required=True,
                              help="whose words are written")
            kind.add_argument("--require", metavar="BRANCH",
                              help="offline muons must have this, such as Muon_mediumId")
            kind.add_argument("--max-eta", type=float, default=0.83,
                              help="|eta| of trigger muons at the second station")
            kind.add_argument("--distance", type=float, default=0.1,
                              help="delta R within which muons are pairs")
    arguments = parser.parse_args()
    if arguments.test:
        import checks
        checks.run()
        return
    if not arguments.kind:
        parser.error("say level-1 or muons")
    try:
        if arguments.kind == "level-1":
            written, lacking = level1_objects.convert(
                arguments.inputs, arguments.output, arguments.missing)
            print(f"{written} events to '{arguments.output}'; {lacking} have no missing momentum, 0 stands there")
        else:
            events, muons, single = trigger_muons.convert(
                arguments.inputs, arguments.output, arguments.era, arguments.require,
                arguments.max_eta, arguments.distance)
            print(f"{events} events with {muons} muons to '{arguments.output}'; "
                  f"{single} trigger muons without an offline one left out")
    except (ConversionError, OSError) as error:
        print(f"convert_nanoaod: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
