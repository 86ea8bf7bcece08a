#!/usr/bin/env python3
"""Damages archives at random, and looks at what becomes of the report.

    mutate.py                        60 rounds
    mutate.py --rounds 5000 --seed 7 --keep DIR

Each round damages one to three files of an archive: of the re-enactment that is
part of the project, and of real ones where $BLACKOUT_DATA has them.  No run
may crash or hang; and a window that the sound archive lacks must lie in a span
for which damage, or a gap, is reported.  What breaks this is kept in DIR (with
--keep), and told with the seed of its round: --one SEED repeats it.

Two kinds of change leave no trace in what is written, so that for them only
crashes and hangs count: bytes changed inside of records that nothing protects
(a flipped bit makes another prefix of a prefix), and members of a compressed
file put behind each other with other whole ones (which makes another archive).
"""

import argparse
import bz2
import gzip
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile

import table
from table import ROOT, unix

DATA = pathlib.Path(os.environ.get("BLACKOUT_DATA") or
                    ROOT.parent / "shared" / "data")
LAB = ROOT / "testdata" / "north-korea-2014" / "route-views.lab" / \
    "bgpdata" / "2014.12"
TIMEOUT = 120
EDGE = 60  # seconds by which a bound may move where others vote


class World:
    """An archive, what is asked of it, and the windows of its sound files."""

    def __init__(self, name, files, args):
        self.name, self.files, self.args = name, sorted(files), args
        self.sound = None

    def windows(self, folder, threads=1):
        run = report(["outages", *self.args, "--threads", str(threads)],
                     folder)
        return run


def worlds():
    day = list((LAB / "RIBS").glob("rib.20141222.*")) + [
        p for p in (LAB / "UPDATES").glob("updates.20141222.*")
        if p.name < "updates.20141222.18"]
    yield World("route-views.lab", day, ["--asn", "131279"])
    real = DATA / "real" / "rrc06-2021-01-02"
    if real.is_dir():
        yield World("rrc06", list(real.glob("*.gz"))[:20],
                    ["--asn", "268323,17697", "--min-duration", "10"])
    old = DATA / "real" / "variety" / "rrc00-1999"
    if old.is_dir():
        yield World("rrc00", list(old.glob("updates.2000*")),
                    ["--asn", "1103", "--min-peers", "2"])


# --- damage -----------------------------------------------------------------

def unpack(data):
    if data[:3] == b"BZh":
        return bz2.decompress(data)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def pack(dice, data):
    how = dice.randrange(3)
    if how == 0:
        return data
    return bz2.compress(data, 1) if how == 1 else gzip.compress(
        data, 1, mtime=0)


def records(data):
    out, at = [], 0
    while at + 12 <= len(data):
        end = at + 12 + struct.unpack_from("!I", data, at + 8)[0]
        out.append(data[at:end])
        at = end
    return out


def place(dice, data):
    return dice.randrange(len(data)) if data else 0


def cut(dice, data, other):
    return data[:place(dice, data)]


def cut_plain(dice, data, other):
    plain = unpack(data)
    return pack(dice, plain[:place(dice, plain)])


def bytes_packed(dice, data, other):
    """Of what is compressed, so that it shows."""
    data = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 20))):
        if data:
            data[place(dice, data)] ^= 1 << dice.randrange(8)
    return bytes(data)


def hole(dice, data, other):
    """Bytes are missing, or zero."""
    at, n = place(dice, data), dice.choice((1, 4, 64, 512))
    return data[:at] + bytes(dice.choice((0, n))) + data[at + n:]


def bytes_plain(dice, data, other):
    plain = bytearray(unpack(data))
    for _ in range(dice.choice((1, 3, 20))):
        if plain:
            plain[place(dice, plain)] = dice.randrange(256)
    return pack(dice, bytes(plain))


def rubbish(dice, data, other):
    plain = unpack(data)
    at = place(dice, plain)
    return pack(dice, plain[:at] + dice.randbytes(dice.randrange(200)) +
                plain[at:])


def lengths(dice, data, other):
    """Lengths of records lie."""
    out = records(unpack(data))
    for _ in range(dice.choice((1, 1, 3))):
        if out:
            i = place(dice, out)
            length = dice.choice((0, 1, 0x7fffffff, dice.randrange(5000)))
            out[i] = out[i][:8] + struct.pack("!I", length) + out[i][12:]
    return pack(dice, b"".join(out))


def swap(dice, data, other):
    out = records(unpack(data))
    for _ in range(dice.choice((1, 5, 50))):
        if out:
            i, k = place(dice, out), place(dice, out)
            out[i], out[k] = out[k], out[i]
    return pack(dice, b"".join(out))


def repeat(dice, data, other):
    out = records(unpack(data))
    for _ in range(dice.choice((1, 5, 50))):
        if out:
            out.insert(place(dice, out), dice.choice(out))
    return pack(dice, b"".join(out))


def splice(dice, data, other):
    """A member of another file before, behind or inside of this one."""
    at = dice.choice((0, len(data), place(dice, data)))
    return data[:at] + other + data[at:]


def splice_plain(dice, data, other):
    plain, more = unpack(data), unpack(other)
    at = dice.choice((0, len(plain), place(dice, plain)))
    piece = more[:place(dice, more)]
    return pack(dice, plain[:at] + piece + plain[at:])


def nothing(dice, data, other):
    return b""


# Whether the report must know of it.
MUTATIONS = {cut: True, cut_plain: True, bytes_packed: True, hole: True,
             rubbish: True, lengths: True, swap: True, repeat: True,
             nothing: True, bytes_plain: False, splice: False,
             splice_plain: False}


# --- runs -------------------------------------------------------------------

def report(argv, path):
    """(status, the report or None, what it said); None: it hung."""
    try:
        run = subprocess.run([table.BINARY, *argv, "--format", "json", path],
                             capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None, None, "it hangs"
    text = run.stderr.decode("utf-8", "replace")
    if run.returncode not in (0, 1, 3):
        return run.returncode, None, text
    if run.returncode == 3:
        return 3, None, text
    return run.returncode, json.loads(run.stdout), text


def spans(rep):
    """For which the report says that something is wrong or missing."""
    for d in rep["damage"]:
        if d["lost_from"] is not None or d["lost_until"] is not None:
            yield (unix(d["lost_from"]) if d["lost_from"] else 0,
                   unix(d["lost_until"]) if d["lost_until"] else 1 << 40)
    for c in rep["coverage"]["collectors"]:
        for g in c["gaps"]:
            yield unix(g["start"]), unix(g["end"])


def excess(rep, sound):
    """Spans in which it was known to be down, and is not in the sound
    archive."""
    known = [(o["asn"], unix(o["start"]) - EDGE,
              unix(o["end"]) + EDGE if o["end"] else 1 << 40)
             for o in sound["outages"]]
    for o in rep["outages"]:
        rest = [(unix(o["start"]), unix(o["end_earliest"]))]
        for asn, a, b in known:
            if asn == o["asn"]:
                rest = [p for s, e in rest
                        for p in ((s, min(e, a)), (max(s, b), e))
                        if p[1] - p[0] > 0]
        yield from rest


def unexplained(rep, sound):
    told = list(spans(rep))
    return [(s, e) for s, e in excess(rep, sound)
            if not any(s <= b and a <= e for a, b in told)]


class Rounds:
    def __init__(self, keep=None):
        self.keep = keep
        self.worlds = list(worlds())
        self.runs = {}
        self.failed = []

    def sound(self, world):
        if world.sound is None:
            with tempfile.TemporaryDirectory() as folder:
                for p in world.files:
                    os.symlink(p, pathlib.Path(folder) / p.name)
                world.sound = report(["outages", *world.args], folder)[1]
        return world.sound

    def fail(self, seed, what, folder):
        self.failed.append("seed %d: %s" % (seed, what))
        print(self.failed[-1], file=sys.stderr)
        if self.keep:
            shutil.copytree(folder, pathlib.Path(self.keep) / str(seed),
                            dirs_exist_ok=True)

    def check_outages(self, seed, world, strict, folder, threads):
        status, rep, text = report(
            ["outages", *world.args, "--threads", threads], folder)
        if status not in (0, 1, 3):
            self.fail(seed, "outages: status %s: %s" % (status, text), folder)
        elif rep is not None:
            wrong = unexplained(rep, self.sound(world))
            if wrong and strict:
                self.fail(seed, "windows from nothing: %s" % wrong, folder)
            return bool(wrong)
        return False

    def one(self, seed):
        dice = random.Random(seed)
        world = dice.choice(self.worlds)
        sound = self.sound(world)
        assert sound is not None, world.name
        names = []
        with tempfile.TemporaryDirectory() as temp:
            folder = pathlib.Path(temp) / world.name
            folder.mkdir()
            broken = set(dice.sample(range(len(world.files)), min(
                len(world.files), dice.choice((1, 1, 2, 3)))))
            for i, path in enumerate(world.files):
                if i not in broken:
                    os.symlink(path, folder / path.name)
                    continue
                how = dice.choice(list(MUTATIONS))
                names.append(how)
                (folder / path.name).write_bytes(how(
                    dice, path.read_bytes(),
                    dice.choice(world.files).read_bytes()))
            strict = all(MUTATIONS[how] for how in names)
            odd = self.check_outages(seed, world, strict, str(folder),
                                     dice.choice("124"))
            command = dice.choice((None, "info", "dump"))
            self.check_other(seed, command, folder, sorted(broken), world)
        for how in names:
            n, m = self.runs.get(how.__name__, (0, 0))
            self.runs[how.__name__] = (n + 1, m + odd)

    def check_other(self, seed, command, folder, broken, world):
        for i in broken if command else ():
            path = str(folder / world.files[i].name)
            try:
                run = subprocess.run([table.BINARY, command, path],
                                     capture_output=True, timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                self.fail(seed, command + " hangs", str(folder))
                continue
            if run.returncode not in (0, 1, 3):
                self.fail(seed, "%s: status %d: %s" % (
                    command, run.returncode, run.stderr), str(folder))


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--rounds", type=int, default=60)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--one", type=int, help="a single round")
    args.add_argument("--keep", metavar="DIR")
    args = args.parse_args()
    rounds = Rounds(args.keep)
    if args.one is not None:
        rounds.one(args.one)
    else:
        for i in range(args.rounds):
            rounds.one(args.seed * 1000000 + i)
    for name, (n, odd) in sorted(rounds.runs.items()):
        print("%-13s %6d, of these %d with windows that are unexplained" % (
            name, n, odd))
    print("%d failed" % len(rounds.failed))
    sys.exit(bool(rounds.failed))


if __name__ == "__main__":
    main()
