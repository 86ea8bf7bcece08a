#!/usr/bin/env python3
"""Measures blackout against the decompressors alone and against other tools.

All contestants run in turn, round after round, on the same files, and each
ratio is made of pairs of the same round: so it survives a machine whose speed
wanders.  It says what is measured, not whether that is good enough: the exit
status is 0 whatever the ratios are.  What came of a group of contestants is
printed, and written as JSON, as soon as it has run.
"""

import argparse
import json
import os
import sys
import tempfile

import contest
import inputs
import measure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
# Of groups: those of files, and every AS of both against one of them.
KINDS = inputs.KINDS + ("all",)
PROGRAM = os.environ.get("BLACKOUT") or \
    os.path.join(ROOT, "build", "release", "blackout")


def parse(argv):
    p = argparse.ArgumentParser(
        description="Measure `blackout outages --asn` against decompressors "
        "and other tools.", epilog="Rounds are paired, ratios are medians; "
        "--scale 0.1 is a quick look.")
    p.add_argument("folder", nargs="?", help="real archives (updates, RIBs, "
                   "any compression); without it some are generated")
    p.add_argument("--asn", type=int, help="the AS to ask for (one is chosen)")
    p.add_argument("--scale", type=float, default=1.0, help="of generated "
                   "ones; 1: 500000 prefixes and a day of updates")
    p.add_argument("--prefixes", type=int, help="of generated ones, both "
                   "families together")
    p.add_argument("--peers", type=int, default=40, help="(40)")
    p.add_argument("--files", type=int, default=104,
                   help="of updates, 15 minutes each (104)")
    p.add_argument("--rounds", type=int, default=5, help="(5)")
    p.add_argument("--slow-rounds", type=int, default=1, help="of tools that "
                   "take minutes; 0: leave them out (1)")
    p.add_argument("--slow-mb", type=float, default=128, metavar="MB",
                   help="plain data that these are given, of each kind (128)")
    p.add_argument("--only", default="", help="kinds and codecs, such as "
                   "updates,bzip2; all: every AS against one of them")
    p.add_argument("--work", default=os.path.join(
        tempfile.gettempdir(), "blackout-bench"), metavar="DIR",
        help="where inputs are made and kept (%(default)s)")
    p.add_argument("--program", default=PROGRAM, help="(%(default)s)")
    p.add_argument("--generator", help="(beside the program)")
    p.add_argument("--callgrind", action="store_true",
                   help="count instructions as well (valgrind)")
    p.add_argument("--markdown", action="store_true",
                   help="print tables of Markdown")
    p.add_argument("--json", metavar="FILE", help="write every figure there")
    args = p.parse_args(argv)
    if args.generator is None:
        args.generator = os.path.join(os.path.dirname(os.path.abspath(
            args.program)), "tests", "bench_generate")
    for path in [args.program] + ([] if args.folder else [args.generator]):
        if not os.access(path, os.X_OK):
            p.error("%s is not here: build first, or name it" % path)
    if args.prefixes is None:
        args.prefixes = max(100, int(500000 * args.scale))
    if args.rounds < 1:
        p.error("--rounds %d: at least 1 is needed" % args.rounds)
    return args


def tell(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()


def take_inputs(args):
    if args.folder:
        return inputs.real(args.folder, os.path.join(args.work, "real"),
                           args.asn, packed(args))
    size = inputs.Size(args.prefixes, args.peers, args.files,
                       max(20, int(30000 * args.scale)))
    found = inputs.generated(args.work, args.generator, size, packed(args))
    if args.asn is not None:
        found.asn = args.asn
    return found


def wanted(args, kind, codec):
    words = [w for w in args.only.split(",") if w]
    kinds = [w for w in words if w in KINDS] or KINDS
    codecs = [w for w in words if w in inputs.CODECS] or inputs.CODECS
    return kind in kinds and codec in codecs


def packed(args):
    """The codecs that anything is measured with."""
    return [c for c in inputs.CODECS
            if any(wanted(args, k, c) for k in inputs.KINDS)]


class Group:
    """Contestants on the same files, and what they are called together."""

    def __init__(self, kind, codec, files, plain_bytes, members, slow):
        self.kind, self.codec, self.files = kind, codec, files
        self.plain_bytes, self.members, self.slow = plain_bytes, members, slow
        self.words = "%d %s%s file%s" % (
            len(files), codec, "" if kind == "all" else " " + kind,
            "" if len(files) == 1 else "s")
        if slow:
            self.words += " (%.0f MB)" % (plain_bytes / contest.MB)


def groups(args, given):
    """Everything that is to be measured.  Tools that take minutes are given
    less, and blackout the same beside them."""
    everything = [f for k in reversed(inputs.KINDS)
                  for f in given.files[k, "plain"]]
    if everything and wanted(args, "all", "plain"):
        yield Group("all", "plain", everything,
                    sum(given.plain_bytes.values()), contest.everything(
                        args.program, given.asn, everything), False)
    for kind in inputs.KINDS:
        for codec in inputs.CODECS:
            files = given.files[kind, codec]
            if not files or not wanted(args, kind, codec):
                continue
            fast = {n: c for n, c in contest.contestants(
                args.program, given.asn, codec, files).items() if not c.slow}
            yield Group(kind, codec, files, given.plain_bytes[kind], fast,
                        False)
            files = given.sample[kind, codec]
            slow = {n: c for n, c in contest.contestants(
                args.program, given.asn, codec, files).items()
                if c.slow or n == "blackout"}
            if args.slow_rounds > 0 and len(slow) > 1:
                yield Group(kind, codec, files, given.sample_bytes[kind],
                            slow, True)


# --- what is printed -------------------------------------------------------

def rows_of_text(head, rows):
    table = [head] + [list(r) for r in rows]
    widths = [max(len(str(r[i])) for r in table) for i in range(len(head))]
    return "\n".join("  ".join(str(x).ljust(w) for x, w in zip(
        r, widths)).rstrip() for r in table)


def rows_of_markdown(head, rows):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(str(x).replace("|", "\\|") for x in r) + " |"
            for r in rows]
    return "\n".join(out)


def times(g):
    for name, c in g.members.items():
        yield (g.words, name, "%.2f" % c.median("wall"),
               "%.2f" % c.median("cpu"),
               "%.0f" % (c.peak() / contest.MB), len(c.runs))


def remarks(given, busy, floor):
    out = ["Input: %s; AS%d" % (given.origin, given.asn)]
    for kind in inputs.KINDS:
        if given.plain_bytes.get(kind):
            out.append("%s: %.1f MB plain, %d records" % (
                kind, given.plain_bytes[kind] / contest.MB,
                given.records[kind]))
    made = ["%s %s" % (c, k) for k, c in sorted(given.made)]
    if made and given.origin.startswith("files"):
        out.append("Made from the others: " + ", ".join(made))
    if given.left_out:
        out.append("Left out, being damaged or no archives: %d file%s" % (
            len(given.left_out), "" if len(given.left_out) == 1 else "s"))
    if busy is not None and busy > 0.05:
        out.append("Others used %.0f %% of the cores before it began: no "
                   "ratio here is to be trusted" % (busy * 100))
    out.append("Peak memory of less than %.0f MB is not told apart" % (
        floor / contest.MB))
    return out


def warnings(g):
    ours = [c for c in g.members.values() if c.threads]
    if len({(c.question, r.digest) for c in ours for r in c.runs}) > \
            len({c.question for c in ours}):
        yield "%s: NOT the same report in every run" % g.words
    if any(c.failed() for c in ours):
        yield "%s: blackout FAILED" % g.words
    if max(c.median("wall") for c in ours) < contest.SHORT:
        yield "%s: too short to say much" % g.words


class Report:
    """What came of each group, printed as soon as it is known."""

    LINES = ["work", "against", "ratio", "min..max", "must reach", "met"]
    MEMORY = ["work", "", "peak", "min..max", "must reach", "met"]
    COUNTS = ["plain, 1 thread", "instructions a record", "a byte"]
    TIMES = ["input", "who", "wall s", "CPU s", "peak MB", "runs"]

    def __init__(self, args, given, notes):
        self.args, self.given, self.notes = args, given, notes
        self.machine = measure.machine(args.program)
        self.lines, self.memory, self.counts, self.groups = [], [], [], []

    def print(self, *tables):
        form = rows_of_markdown if self.args.markdown else rows_of_text
        for head, rows in tables:
            if rows:
                print(form(head, rows), end="\n\n")
        sys.stdout.flush()

    def print_notes(self, notes):
        if notes:
            print(("\n\n" if self.args.markdown else "\n").join(notes),
                  end="\n\n", flush=True)

    def begin(self):
        self.print((["machine", ""], self.machine))
        self.print_notes(self.notes)

    def add(self, g):
        lines = contest.lines(g.words, g.kind, g.codec, g.members,
                              g.plain_bytes)
        memory = [contest.memory_line(g.words, c, self.given.table)
                  for c in g.members.values() if c.threads and not g.slow]
        counts = []
        if self.args.callgrind and g.codec == "plain" and not g.slow:
            found = contest.callgrind(self.args.program, self.given.asn,
                                      g.files[0], inputs.records_of)
            if found:
                counts = [(g.kind, "%.0f" % found[0], "%.2f" % found[1])]
        notes = list(warnings(g))
        self.groups.append(g)
        self.lines += lines
        self.memory += memory
        self.counts += counts
        self.notes += notes
        self.print((self.TIMES, list(times(g))),
                   (self.LINES, [x.words() for x in lines]),
                   (self.MEMORY, [x.words() for x in memory]),
                   (self.COUNTS, counts))
        self.print_notes(notes)
        self.write()

    def end(self):
        """All ratios once more, in one table."""
        if len(self.groups) > 1:
            self.print((self.LINES, [x.words() for x in self.lines]),
                       (self.MEMORY, [x.words() for x in self.memory]))

    def write(self):
        if not self.args.json:
            return
        runs = [{"kind": g.kind, "codec": g.codec, "files": len(g.files),
                 "plain_bytes": g.plain_bytes, "who": name,
                 "threads": c.threads, "wall": [r.wall for r in c.runs],
                 "cpu": [r.cpu for r in c.runs],
                 "rss": [r.rss for r in c.runs],
                 "status": [r.status for r in c.runs]}
                for g in self.groups for name, c in g.members.items()]
        with open(self.args.json, "w") as f:
            json.dump({"machine": dict(self.machine), "notes": self.notes,
                       "lines": [x.as_dict() for x in self.lines],
                       "memory": [x.as_dict() for x in self.memory],
                       "instructions": [{"kind": k, "record": float(r),
                                         "byte": float(b)}
                                        for k, r, b in self.counts],
                       "runs": runs}, f, indent=1)
            f.write("\n")


def guess(args, all_groups):
    """Seconds of all of it."""
    return sum(contest.seconds(g.members, g.codec, g.plain_bytes, args.rounds,
                               args.slow_rounds) for g in all_groups)


def main(argv=None):
    args = parse(argv)
    given = take_inputs(args)
    inputs.take_sample(given, args.work, int(args.slow_mb * contest.MB))
    busy = measure.busy_share()
    floor = measure.run(["true"]).rss
    all_groups = list(groups(args, given))
    print("bench: that will take some %.0f minutes" % (
        guess(args, all_groups) / 60 + 1), file=sys.stderr)
    report = Report(args, given, remarks(given, busy, floor))
    report.begin()
    for g in all_groups:
        contest.compete(g.members, args.rounds, args.slow_rounds,
                        lambda t, w=g.words: tell("%s, %s" % (w, t)))
        tell("")
        report.add(g)
    report.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
