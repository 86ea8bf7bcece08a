#!/usr/bin/env python3
"""Measures blackout against the decompressors alone and against other tools.

All contestants run in turn, round after round, on the same files, and each
ratio is made of pairs of the same round: so it survives a machine whose speed
wanders.  It says what is measured, not whether that is good enough: the exit
status is 0 whatever the ratios are.
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
                   "ones; 1: 500000 prefixes x 40 peers and a day of updates")
    p.add_argument("--files", type=int, default=104,
                   help="of updates, 15 minutes each (104)")
    p.add_argument("--rounds", type=int, default=5, help="(5)")
    p.add_argument("--slow-rounds", type=int, default=1, help="of tools that "
                   "take minutes; 0: leave them out (1)")
    p.add_argument("--only", default="", help="kinds and codecs, such as "
                   "updates,bzip2")
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
                           args.asn)
    work = os.path.join(args.work, "scale-%g-%d" % (args.scale, args.files))
    found = inputs.generated(work, args.generator, args.scale, args.files)
    if args.asn is not None:
        found.asn = args.asn
    return found


def wanted(args, kind, codec):
    words = [w for w in args.only.split(",") if w]
    kinds = [w for w in words if w in inputs.KINDS] or inputs.KINDS
    codecs = [w for w in words if w in inputs.CODECS] or inputs.CODECS
    return kind in kinds and codec in codecs


def measure_all(args, given):
    """[(kind, codec, files, group)], after all rounds."""
    out = []
    for kind in inputs.KINDS:
        for codec in inputs.CODECS:
            files = given.files[kind, codec]
            if not files or not wanted(args, kind, codec):
                continue
            group = contest.contestants(args.program, given.asn, codec,
                                        files, slow=True)
            if args.slow_rounds == 0:
                group = {n: c for n, c in group.items() if not c.slow}
            contest.compete(group, args.rounds, args.slow_rounds,
                            lambda t, k=kind, c=codec:
                            tell("%s %s, %s" % (c, k, t)))
            out.append((kind, codec, files, group))
    tell("")
    return out


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


def times(results):
    for kind, codec, files, group in results:
        for name, c in group.items():
            yield ("%d %s %s" % (len(files), codec, kind), name,
                   "%.2f" % c.median("wall"), "%.2f" % c.median("cpu"),
                   "%.0f" % (c.peak() / contest.MB), len(c.runs))


def remarks(given, results, busy):
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
    for kind, codec, _, group in results:
        ours = [c for c in group.values() if c.threads]
        if len({r.digest for c in ours for r in c.runs}) > 1:
            out.append("%s %s: NOT the same report in every run" % (
                codec, kind))
        if any(c.failed() for c in ours):
            out.append("%s %s: blackout FAILED" % (codec, kind))
        if max(c.median("wall") for c in ours) < contest.SHORT:
            out.append("%s %s: too short to say much" % (codec, kind))
    return out


def main(argv=None):
    args = parse(argv)
    table = rows_of_markdown if args.markdown else rows_of_text
    machine = measure.machine(args.program)
    given = take_inputs(args)
    busy = measure.busy_share()
    floor = measure.run(["true"]).rss
    results = measure_all(args, given)
    lines, memory, counts = [], [], []
    for kind, codec, files, group in results:
        lines += contest.lines(kind, codec, group, given.plain_bytes[kind],
                               len(files))
        memory += [contest.memory_line(kind, codec, name, c, len(files))
                   for name, c in group.items() if c.threads]
        if args.callgrind and codec == "plain":
            found = contest.callgrind(args.program, given.asn, files[0],
                                      inputs.records_of)
            if found:
                counts.append((kind, "%.0f" % found[0], "%.2f" % found[1]))
    notes = remarks(given, results, busy)
    notes.append("Peak memory of less than %.0f MB is not told apart" % (
        floor / contest.MB))
    print(table(["machine", ""], machine), end="\n\n")
    print(("\n\n" if args.markdown else "\n").join(notes), end="\n\n")
    head = ["work", "against", "ratio", "min..max", "must reach", "met"]
    print(table(head, [x.words() for x in lines]), end="\n\n")
    head = ["work", "", "peak", "min..max", "must reach", "met"]
    print(table(head, [x.words() for x in memory]), end="\n\n")
    if counts:
        head = ["plain, 1 thread", "instructions a record", "a byte"]
        print(table(head, counts), end="\n\n")
    head = ["input", "who", "wall s", "CPU s", "peak MB", "runs"]
    print(table(head, times(results)))
    if args.json:
        write_json(args.json, machine, notes, lines, memory, counts, results)
    return 0


def write_json(path, machine, notes, lines, memory, counts, results):
    runs = [{"kind": kind, "codec": codec, "files": len(files), "who": name,
             "threads": c.threads, "wall": [r.wall for r in c.runs],
             "cpu": [r.cpu for r in c.runs], "rss": [r.rss for r in c.runs],
             "status": [r.status for r in c.runs]}
            for kind, codec, files, group in results
            for name, c in group.items()]
    with open(path, "w") as f:
        json.dump({"machine": dict(machine), "notes": notes,
                   "lines": [x.as_dict() for x in lines],
                   "memory": [x.as_dict() for x in memory],
                   "instructions": [{"kind": k, "record": float(r),
                                     "byte": float(b)}
                                    for k, r, b in counts],
                   "runs": runs}, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    sys.exit(main())
