#!/usr/bin/env python3
"""What it costs to merge very many parts.

    many_parts.py N [FOLDER]

makes an archive of N files of five minutes, of four collectors of ten peers,
in FOLDER (in a temporary one), a part of each file, and merges them; then
merges the hundreds first, and those.  All must be what one run over the files
gives.  CPU time, for the machine may be busy; $BLACKOUT is measured.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", name)
                for name in ("support", "bench")]

import measure  # noqa: E402
import mrtwrite as mrt  # noqa: E402
from outagescase import BINARY  # noqa: E402

START = 1583020800
STEP = 300
COLLECTORS = ["rrc00", "rrc01", "route-views2", "route-views3"]
PEERS = [(64500 + i, "192.0.2.%d" % (i + 1)) for i in range(10)]
ASN = 65550
WATCHED = ["198.51.100.0/24", "203.0.113.0/24"]
WORDS = 8  # of each peer in a file, about networks that nobody watches
GROUP = 100


def updates(rng, at, out):
    """One file: all peers speak, and once a day the network goes away."""
    said = []
    for asn, ip in PEERS:
        for _ in range(WORDS):
            said.append((at + rng.randrange(STEP), asn, ip, mrt.announce(
                ["20.%d.%d.0/24" % (rng.randrange(256), rng.randrange(256))],
                (asn, 1299, rng.randrange(1, 60000)), ip)))
        minute = (at - START) // STEP % 288
        if minute in (0, 102):
            said.append((at + 5, asn, ip, mrt.announce(
                WATCHED, (asn, 4837, ASN), ip)))
        elif minute == 100:
            said.append((at + 5, asn, ip, mrt.withdraw(WATCHED)))
    with open(out, "wb") as f:
        for when, asn, ip, message in sorted(said, key=lambda s: s[0]):
            f.write(mrt.bgp4mp(when, asn, ip, 6447, "192.0.2.250", message))


def archive(folder, n):
    """The files of n parts, by time."""
    rng = random.Random(n)
    paths = []
    for i in range(n):
        name, at = COLLECTORS[i % 4], START + i // 4 * STEP
        base = folder / name
        base.mkdir(parents=True, exist_ok=True)
        paths.append(base / time.strftime("updates.%Y%m%d.%H%M",
                                          time.gmtime(at)))
        updates(rng, at, paths[-1])
    return paths


def blackout(*args):
    """CPU seconds."""
    pid = os.posix_spawn(BINARY, [BINARY] + [str(a) for a in args],
                         os.environ)
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit("blackout %s failed" % args[0])
    return used.ru_utime + used.ru_stime


def report(folder, *args):
    """A report, CPU seconds, and peak memory in MB."""
    out = folder / "report"
    used = measure.run([BINARY, args[0], "--format", "json", "--output",
                        str(out)] + [str(a) for a in args[1:]])
    if used.status not in (0, 1):
        raise SystemExit("blackout %s failed" % args[0])
    return out.read_bytes(), used.cpu, used.rss / 1e6


def size(paths):
    return sum(p.stat().st_size for p in paths) / 1e6


def merge_groups(folder, parts):
    """Merge some at a time: CPU seconds, and the paths."""
    groups, cpu = [], 0
    for i in range(0, len(parts), GROUP):
        groups.append(folder / ("group%06d.part" % i))
        cpu += blackout("merge", "--format", "part", "--output", groups[-1],
                        *parts[i:i + GROUP])
    return cpu, groups


def run(n, folder):
    watch = ("--prefix", ",".join(WATCHED), "--threads", "1")
    files = archive(folder / "archive", n)
    parts = [folder / ("%06d.part" % i) for i in range(n)]
    cpu = sum(blackout("timeline", "--format", "part", *watch, "--output",
                       part, file) for part, file in zip(parts, files))
    print("%d parts, %.1f MB of %.1f MB: %.1f s, %.1f ms each" % (
        n, size(parts), size(files), cpu, cpu * 1000 / n))
    whole, cpu, peak = report(folder, "outages", *watch, folder / "archive")
    print("outages of the files: %.2f s, %.0f MB" % (cpu, peak))
    merged, cpu, peak = report(folder, "merge", *parts)
    print("merge of the parts: %.2f s, %.0f MB" % (cpu, peak))
    before, groups = merge_groups(folder, parts)
    again, cpu, peak = report(folder, "merge", *groups)
    print("by hundreds first: %.2f s, then %.2f s, %.0f MB" % (
        before, cpu, peak))
    if not whole == merged == again:
        raise SystemExit("they differ")
    outages = len(json.loads(whole)["outages"])
    days = (n // len(COLLECTORS) + 185) // 288
    if outages != days * len(WATCHED):
        raise SystemExit("%d outages in %d days" % (outages, days))
    print("the same bytes, %d outages" % outages)


def main(argv):
    if len(argv) > 2:
        run(int(argv[1]), pathlib.Path(argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        run(int(argv[1]), pathlib.Path(folder))


if __name__ == "__main__":
    main(sys.argv)
