#!/usr/bin/env python3
"""Which lines of src/ ran in a build with -D BLACKOUT_COVERAGE=ON.

    coverage.py BUILD              the parsers
    coverage.py BUILD --all        all folders as well
    coverage.py BUILD --missed     also which lines did not run

Exit status 1: of the parsers, less than 95 % of the lines ran.  Only gcov is
needed, and what it writes is read here: gcovr 5.2 stops at counts that gcov 12
has wrong.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where bytes of others are taken apart.
PARSERS = ("src/base/cursor", "include/blackout/cursor", "src/mrt/",
           "src/bgp/")
LEAST = 95.0


def counts(build):
    """For each file of the project, by line, how often it ran."""
    notes = [str(p) for p in sorted(build.rglob("*.gcda"))]
    out = collections.defaultdict(collections.Counter)
    if not notes:
        sys.exit("%s: nothing ran there that counts its lines" % build)
    run = subprocess.run(["gcov", "--json-format", "--stdout", *notes],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for unit in map(json.loads, run.stdout.splitlines()):
        for file in unit["files"]:
            path = pathlib.Path(unit["current_working_directory"],
                                file["file"]).resolve()
            if ROOT not in path.parents or build in path.parents:
                continue
            lines = out[str(path.relative_to(ROOT))]
            for line in file["lines"]:
                lines[line["line_number"]] += line["count"]
    return out


def tell(name, files):
    """Prints the share of the lines that ran, and returns it."""
    all_n = sum(len(f) for f in files)
    ran_n = sum(n > 0 for f in files for n in f.values())
    share = 100.0 * ran_n / all_n if all_n else 0.0
    print("%-34s %6.2f %% of %5d lines" % (name, share, all_n))
    return share


def ranges(numbers):
    """[1, 2, 3, 7] as "1-3 7"."""
    spans = []
    for n in sorted(numbers):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return " ".join("%d" % a if a == b else "%d-%d" % (a, b)
                    for a, b in spans)


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("build", type=pathlib.Path)
    args.add_argument("--all", action="store_true")
    args.add_argument("--missed", action="store_true")
    args = args.parse_args()
    files = counts(args.build.resolve())
    folders = collections.defaultdict(list)
    for path, lines in files.items():
        folders[str(pathlib.PurePath(path).parent)].append(lines)
    if args.all:
        for folder in sorted(folders):
            tell(folder, folders[folder])
    parsers = sorted(p for p in files if p.startswith(PARSERS))
    for path in parsers:
        tell(path, [files[path]])
    share = tell("the parsers", [files[p] for p in parsers])
    if args.missed:
        for path in sorted(files) if args.all else parsers:
            missed = [n for n, ran in files[path].items() if ran == 0]
            if missed:
                print("%s: %s" % (path, ranges(missed)))
    if share < LEAST:
        sys.exit("less than %g %% of the parsers ran" % LEAST)


if __name__ == "__main__":
    main()
