#!/usr/bin/env python3
"""What `blackout` and the other tools that are here make of every defect.

    table.py            print the table
    table.py --write    put it into tests/README.md, between its marks
    table.py --count    print how many defects come to what, for README.md

$BLACKOUT names the program (default build/release/blackout).  Others are run if
they are on the PATH; $PEERS, with commas, names those that are wanted.
"""

import argparse
import calendar
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(HERE)]

import defects  # noqa: E402

BINARY = os.environ.get("BLACKOUT") or str(
    ROOT / "build" / "release" / "blackout")
README = ROOT / "tests" / "README.md"
BEGIN, END = "<!-- defects: begin -->", "<!-- defects: end -->"
TIMEOUT = 60
PEER_TIMEOUT = 15
TOLD_MAX = 60

# What is run for a file; "-" is standard input.
PEERS = {
    "bgpdump": lambda f: ["bgpdump", "-v", "-m", f],
    "bgpgrep": lambda f: ["bgpgrep", f],
    "bgpscanner": lambda f: ["bgpscanner", f],
    "bgpreader": lambda f: ["bgpreader", "-d", "singlefile", "-o",
                            "upd-file=" + f],
}
COMMANDS = {
    "dump": ["dump"],
    "info": ["info", "--format", "json"],
    "outages": ["outages", "--format", "json", "--asn", "15169",
                "--min-peers", "1", "--min-duration", "1"],
}


def unix(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Run:
    """One run of one tool; status None: it did not end."""

    def __init__(self, argv, stdin):
        timeout = TIMEOUT if argv[0] == BINARY else PEER_TIMEOUT
        try:
            done = subprocess.run(argv, stdin=stdin, capture_output=True,
                                  timeout=timeout)
        except subprocess.TimeoutExpired as hung:
            self.status = None
            self.out, self.err = hung.stdout or b"", hung.stderr or b""
        else:
            self.status = done.returncode
            self.out, self.err = done.stdout, done.stderr
        self.out = self.out.decode("utf-8", "replace")
        self.err = self.err.decode("utf-8", "replace")

    def rows(self):
        return self.out.splitlines()

    def elements(self):
        """Lines of `dump` or bgpdump as (type, prefix, path)."""
        out = []
        for line in self.rows():
            c = line.split("|") + [""] * 8
            at = 7 if c[0].endswith("_AP") else 6
            out.append((c[2], c[5], c[at]))
        return out


def run_on(defect, make_argv):
    """Runs make_argv(path) in a new folder with the files of the defect."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "rrc00"
        place.mkdir()
        for name, data in defect.files:
            if name.endswith("/"):
                (place / name).mkdir()
            else:
                (place / name).write_bytes(data)
        path = str(place / (defect.files[0][0] if defect.files else "nosuch"))
        if not defect.stdin:
            return Run(make_argv(path), subprocess.DEVNULL)
        with open(path, "rb") as stdin:
            return Run(make_argv("-"), stdin)


def run_blackout(defect):
    return {name: run_on(defect, lambda path: [BINARY, *argv, path])
            for name, argv in COMMANDS.items()}


def peers():
    wanted = os.environ.get("PEERS")
    names = wanted.split(",") if wanted else PEERS
    return [n for n in names if n in PEERS and shutil.which(n)]


def rows_fit(defect, run):
    """Whether what `dump` printed is what must be printed."""
    want, found = defect.rows, run.elements()
    if isinstance(want, int):
        return len(found) == want
    if isinstance(want, tuple):
        return want[0] <= len(found) <= want[1]
    return len(found) == len(want) and all(
        tuple(w) == f[:len(w)] for w, f in zip(want, found))


def least_rows(defect):
    want = defect.rows
    if isinstance(want, int):
        return want
    return want[0] if isinstance(want, tuple) else len(want)


# --- the table --------------------------------------------------------------

def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def count(n):
    return "%d row%s" % (n, "" if n == 1 else "s")


def end_of(run):
    if run.status is None:
        return "**hangs**"
    if run.status < 0:
        return "**%s**" % signal.Signals(-run.status).name
    return "rc %d" % run.status


def told(run):
    """The first message, without time, file and place."""
    if run.status is None or run.status < 0:
        return ""
    lines = [line for line in run.err.splitlines()
             if line and "[info]" not in line and "core dumped" not in line]
    if not lines:
        return ""
    text = re.sub(r"^[-0-9]+ [:0-9]+ \[\w+\] ", "", lines[0])
    text = re.sub(r"^blackout: |\S*/(rrc00/?|nosuch)\S*:? ?|"
                  r"^-: |offset \d+: |^bgpdump: ", "", text).strip()
    if len(text) > TOLD_MAX:
        text = text[:TOLD_MAX - 3].rstrip() + "..."
    return ", \"%s\"" % text


def blackout_cell(runs):
    run = runs["dump"]
    text = "%s, %s%s" % (count(len(run.rows())), end_of(run), told(run))
    others = [name for name in ("info", "outages")
              if runs[name].status != run.status]
    return text + "".join("; %s %s" % (n, end_of(runs[n])) for n in others)


def peer_cell(name, defect, run):
    n = len(run.rows())
    text = "%s, %s%s" % (count(n), end_of(run), told(run))
    if name == "bgpdump" and run.status == 0 and not rows_fit(defect, run):
        if n >= least_rows(defect):
            text += ", **wrong**"
        elif not told(run):
            text += ", **silent**"
    return text


def table(names):
    yield "| defect | right | blackout | %s |" % " | ".join(names)
    yield "|---|---|---|%s" % ("---|" * len(names))
    for defect in defects.all_defects():
        cells = [defect.name, defect.right,
                 blackout_cell(run_blackout(defect))]
        for name in names:
            cells.append(peer_cell(name, defect, run_on(defect, PEERS[name])))
        yield "| %s |" % " | ".join(map(cell, cells))


def counts(names=("bgpdump",)):
    """How many defects come to what: `dump`, and tools that print its rows."""
    tools = {"blackout": lambda f: [BINARY, *COMMANDS["dump"], f]}
    tools.update((name, PEERS[name]) for name in names)
    found = {name: [0] * 4 for name in tools}
    every = told_of = 0
    for defect in defects.all_defects():
        status = defect.status
        bad = (status.get("dump", 0) if isinstance(status, dict)
               else status) != 0
        every += 1
        told_of += bad
        for name, make_argv in tools.items():
            run = run_on(defect, make_argv)
            broke = run.status is None or run.status < 0
            fits = not broke and rows_fit(defect, run)
            for i, counted in enumerate((
                    fits, not broke and not fits and run.status == 0,
                    bad and not broke and run.status != 0, broke)):
                found[name][i] += counted
    yield "| of %d defects | %s |" % (every, " | ".join(
        "`blackout dump`" if n == "blackout" else n for n in tools))
    yield "|---|%s" % ("---|" * len(tools))
    for i, what in enumerate((
            "the rows that must be printed", "others, and status 0",
            "damage told by the status, of %d" % told_of,
            "crashes, or does not end")):
        yield "| %s | %s |" % (what, " | ".join(
            str(found[n][i]) for n in tools))


def like(lines):
    """The lines, without what differs from run to run: how a tool breaks, and
    what bgpdump makes of memory that it never wrote."""
    lines = [line.split(", rc 0 | ")[0] if "AFI and SAFI swapped" in line
             else line for line in lines]
    return [re.sub(r"\d+ rows?, \*\*(SIG\w+|hangs)\*\*", "broken", line)
            for line in lines]


def split_readme():
    """What stands before the table, the table, and what stands after it."""
    before, rest = README.read_text().split(BEGIN + "\n")
    inside, after = rest.split(END)
    return before, inside, after


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--write", action="store_true")
    args.add_argument("--count", action="store_true")
    args = args.parse_args()
    if args.count:
        print("\n".join(counts()))
        return
    text = "\n".join(table(peers())) + "\n"
    if not args.write:
        sys.stdout.write(text)
        return
    before, _, after = split_readme()
    README.write_text(before + BEGIN + "\n" + text + END + after)


if __name__ == "__main__":
    main()
