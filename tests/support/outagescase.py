"""Runs `blackout outages` on a written scenario and judges its report.

Binary: $BLACKOUT, or build/release/blackout of this tree.  Without one the
tests are skipped, unless $BLACKOUT names it: then they fail.
With $SCENARIO_KEEP=DIR everything a test wrote stays under DIR/<Class.test>.
"""

import calendar
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BINARY = os.environ.get("BLACKOUT") or \
    os.path.join(ROOT, "build", "release", "blackout")

try:
    import jsonschema
except ImportError:
    jsonschema = None


def unix(text):
    return None if text is None else calendar.timegm(
        time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def clock(when):
    return "-" if when is None else time.strftime("%d %H:%M:%S",
                                                  time.gmtime(when))


def load_schema():
    """The project's own schema of the report, if it is there."""
    for path in sorted(glob.glob(os.path.join(ROOT, "**", "*outages*schema*"
                                              ".json"), recursive=True)):
        if "/build" not in path[len(ROOT):]:
            with open(path) as f:
                return json.load(f)
    return None


class Report:
    """One run: exit status, bytes, and the parsed report."""

    def __init__(self, status, stdout, stderr, argv):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.argv = argv
        self.json = json.loads(stdout) if stdout.strip() else None

    @property
    def outages(self):
        return self.json["outages"]

    @property
    def windows(self):
        return [(unix(o["start"]), unix(o["end"])) for o in self.outages]

    @property
    def damage(self):
        return self.json["damage"]

    def ases(self, asn=None):
        rows = [a for a in self.json["ases"] if asn in (None, a["asn"])]
        return rows[0] if rows else None

    def collector(self, name):
        for c in self.json["coverage"]["collectors"]:
            if c["name"] == name:
                return c
        raise LookupError("no collector %s in %s" % (name, [
            c["name"] for c in self.json["coverage"]["collectors"]]))

    def gaps(self, name):
        return [(unix(g["start"]), unix(g["end"]), g["reason"])
                for g in self.collector(name)["gaps"]]

    def verdict(self):
        """What must be the same however the data came in."""
        return json.dumps([self.json["outages"], self.json["ases"]], indent=1)

    def text(self):
        lines = ["exit status %s, %d outages" % (self.status,
                                                 len(self.outages))]
        for o in self.outages:
            lines.append("  %s .. %s  [%s | %s]  %s/%s  peers %s" % (
                clock(unix(o["start"])), clock(unix(o["end"])),
                clock(unix(o["start_earliest"])),
                clock(unix(o["end_earliest"])), o["prefixes_lost"],
                o["prefixes_total"], o["peers"]))
        return "\n".join(lines)


def argv_for(paths, args, asn):
    argv = [BINARY, "outages", "--format", "json"]
    if asn is not None:
        argv += ["--asn", str(asn)]
    return argv + [str(a) for a in args] + list(paths)


def run_outages(paths, args=(), asn=None, stdin=None):
    argv = argv_for(paths, args, asn)
    done = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)
    try:
        return Report(done.returncode, done.stdout, done.stderr, argv)
    except ValueError:
        raise AssertionError("no JSON from %s:\n%s\n%s" % (
            " ".join(argv), done.stdout[:500], done.stderr[-2000:]))


def problems(rep, world=None):
    """What no report may ever be, whatever the input."""
    bad = []

    def need(ok, text, *args):
        if not ok:
            bad.append(text % args)
    j = rep.json
    need(j["schema"] == "blackout/outages/1", "schema %r", j["schema"])
    for key in ("tool", "query", "outages", "ases", "coverage", "damage"):
        need(key in j, "no %s", key)
    need(rep.status == (1 if j["damage"] else 0),
         "exit status %d with %d rows of damage", rep.status,
         len(j["damage"]))
    last = {}
    for o in rep.outages:
        start, end = unix(o["start"]), unix(o["end"])
        first, final = unix(o["start_earliest"]), unix(o["end_earliest"])
        name = "outage %s: " % o["start"]
        need(o["ongoing"] == (end is None), name + "ongoing but end %s",
             o["end"])
        need(o["start_known"] == (first is not None),
             name + "start_known against start_earliest")
        until = final if end is None else end
        need(start < until if end is not None else start <= until,
             name + "ends before it starts")
        need(o["duration"] - (until - start) in ((0,) if end else (0, 1)),
             name + "duration %s", o["duration"])
        need(first is None or first < start, name + "start_earliest %s",
             o["start_earliest"])
        need(final >= start and (end is None or final < end),
             name + "end_earliest %s", o["end_earliest"])
        need(0 <= o["unknown"] <= o["duration"], name + "unknown %s",
             o["unknown"])
        need(0 < o["loss"] <= 1, name + "loss %s", o["loss"])
        need(0 < o["prefixes_lost"] <= o["prefixes_total"],
             name + "prefixes_lost %s of %s", o["prefixes_lost"],
             o["prefixes_total"])
        need(0 <= o["peers"]["still_carrying"] <= o["peers"]["voting"],
             name + "peers %s", o["peers"])
        for b in o["blackouts"]:
            need(start <= unix(b["start"]) and
                 (end is None or b["end"] is None or unix(b["end"]) <= end),
                 name + "blackout outside")
        kinds = {p["kind"] for p in o["prefixes"]}
        need(kinds <= {"withdrawn", "moved", "covered"}, name + "kinds %s",
             kinds)
        need("withdrawn" in kinds, name + "nothing withdrawn in it")
        entity = (o["asn"], o.get("prefix"))
        need(start >= last.get(entity, 0), name + "overlaps the one before")
        last[entity] = until
    for a in j["ases"]:
        need(a["availability"] is None or 0 <= a["availability"] <= 1,
             "availability %s", a["availability"])
    for c in j["coverage"]["collectors"]:
        need(c["files"] >= 1, "files of %s", c["name"])
        for g in c["gaps"]:
            need(g["start"] < g["end"], "gap %s", g)
    return bad


class ScenarioCase(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        if not os.access(BINARY, os.X_OK):
            if "BLACKOUT" in os.environ:
                raise AssertionError("no program at " + BINARY)
            raise unittest.SkipTest("no program at " + BINARY)
        schema = load_schema() if jsonschema else None
        cls.schema = schema and jsonschema.validators.validator_for(
            schema)(schema)

    def setUp(self):
        keep = os.environ.get("SCENARIO_KEEP")
        if keep:
            self.folder = os.path.join(keep, ".".join(self.id().split(".")[-2:]))
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
        else:
            self.folder = tempfile.mkdtemp(prefix="scn-")
            self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.runs, self.written = 0, 0

    # Running.

    def put(self, world):
        """Write the world's (damaged) archive; the folder to be read."""
        self.written += 1
        folder = os.path.join(self.folder, "%d" % self.written)
        os.makedirs(folder)
        world.write(folder)
        return os.path.join(folder, "archive")

    def run_on(self, paths, *args, asn=None, stdin=None, world=None):
        rep = run_outages([paths] if isinstance(paths, str) else paths, args,
                          asn, stdin)
        self.runs += 1
        if os.environ.get("SCENARIO_KEEP"):
            base = os.path.join(self.folder, "run-%d" % self.runs)
            with open(base + ".json", "wb") as f:
                f.write(rep.stdout)
            with open(base + ".cmd", "w") as f:
                f.write(" ".join(rep.argv) + "\n" +
                        rep.stderr.decode(errors="replace"))
            print("\n" + " ".join(rep.argv) + "\n" + rep.text())
        self.assertIn(rep.status, (0, 1), rep.stderr.decode(errors="replace"))
        if self.schema is not None:
            wrong = ["%s: %s" % (e.json_path, e.message[:300]) for e in
                     self.schema.iter_errors(rep.json)]
            self.assertEqual(wrong, [])
        self.assertEqual(problems(rep), [], rep.text())
        return rep

    def find(self, world, *args, asn=None, damaged=False):
        """Write the world, look for outages of its AS, judge the status."""
        folder = self.put(world)
        if asn is None and "--prefix" not in args:
            asn = world.asn
        rep = self.run_on(folder, *args, asn=asn, world=world)
        if damaged is not None:
            self.assertEqual(rep.status, 1 if damaged else 0,
                             rep.json["damage"])
        self.world = world
        return rep

    # Judging.

    def span(self, want):
        """(start, end) with each edge a time, a (low, high) or None."""
        out = []
        for edge in want:
            if isinstance(edge, tuple):
                out.append((self.world.t(edge[0]), self.world.t(edge[1])))
            elif edge is None:
                out.append(None)
            else:
                out.append((self.world.t(edge), self.world.t(edge)))
        return out

    def assert_windows(self, rep, wanted, tol=0):
        """wanted: [(start, end)] in order.  An edge is a time (give or take
        tol), a (first, last) pair it must lie in, or None: ongoing."""
        have = rep.windows
        text = "\nwanted %s\nfound %s" % (wanted, rep.text())
        self.assertEqual(len(have), len(wanted), text)
        for got, want in zip(have, wanted):
            for edge, lim in zip(got, self.span(want)):
                if lim is None:
                    self.assertIsNone(edge, text)
                    continue
                self.assertIsNotNone(edge, text)
                self.assertTrue(lim[0] - tol <= edge <= lim[1] + tol, text)

    def assert_truth(self, rep, tol=0, **kw):
        """Exactly what the world did, no more and no less."""
        self.assert_windows(rep, self.world.windows(**kw), tol)

    def assert_none(self, rep):
        self.assertEqual(rep.outages, [], rep.text())

    def assert_between(self, value, low, high):
        """A report's time within [low, high]."""
        when = unix(value)
        self.assertIsNotNone(when)
        self.assertTrue(
            self.world.t(low) <= when <= self.world.t(high),
            "%s is not within %s .. %s" % (value, low, high))

    def assert_partial(self, rep, prefix, kind, start=None, end=None, tol=0):
        """The detail names the prefix as down, for that reason."""
        rows = [p for p in rep.json["ases"][0]["partial"]
                if p["prefix"] == prefix and p["kind"] == kind]
        self.assertTrue(rows, "no %s %s in %s" % (
            prefix, kind, json.dumps(rep.json["ases"], indent=1)[:3000]))
        for key, want in (("start", start), ("end", end)):
            if want is not None:
                self.assertTrue(any(
                    r[key] is not None and
                    abs(unix(r[key]) - self.world.t(want)) <= tol
                    for r in rows), "%s of %s" % (key, rows))
        return rows[0]

    def assert_exact(self, outage):
        """Both edges known to the second."""
        self.assertEqual(unix(outage["start"]) -
                         unix(outage["start_earliest"]), 1, outage)
        self.assertEqual(unix(outage["end"]) -
                         unix(outage["end_earliest"]), 1, outage)
