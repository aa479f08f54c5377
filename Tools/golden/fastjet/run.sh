#!/usr/bin/env bash
# Remakes the golden jets from FastJet itself (Debian's libfastjet-dev and g++).
set -euo pipefail
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
g++ -O2 -std=c++17 -o "$build/make_golden" make_golden.cpp -lfastjet
"$build/make_golden" > ../../../Tests/FastJetTests/Golden/jets.json 2> /dev/null
