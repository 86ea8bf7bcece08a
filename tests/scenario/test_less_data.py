"""With less data what is right is never found wrong, nor what is wrong right: a
verdict stays, or becomes "not covered".  ("Differs" may become "contradicted",
where the outage it differs from is no longer in the data.)  Held on the
re-enactment of testdata and random parts of it, with the reports of the
catalogue and those made up for tests/cli.
"""

import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BINARY = os.environ.get("BLACKOUT") or \
    os.path.join(ROOT, "build", "release", "blackout")
ARCHIVE = os.path.join(ROOT, "testdata", "north-korea-2014",
                       "route-views.lab", "bgpdata", "2014.12")
REPORTS = (os.path.join(ROOT, "testdata", "reports",
                        "north-korea-2014.json"),
           os.path.join(ROOT, "tests", "cli", "cases", "check_kinds",
                        "reports.json"))
WRONG = {"differs", "contradicted"}
ROUNDS = int(os.environ.get("LAWS_ROUNDS", "6"))


def verdicts(paths):
    argv = [BINARY, "check", "--format", "json"]
    for path in REPORTS:
        argv += ["--reports", path]
    run = subprocess.run(argv + paths, capture_output=True, text=True)
    if run.returncode:
        raise AssertionError("exit status %d\n%s" % (run.returncode,
                                                     run.stderr))
    return {c["id"]: (c["verdict"], c["reason"])
            for c in json.loads(run.stdout)["claims"]}


def may_become(whole, less):
    return less in ("not_covered", whole) or {whole, less} == WRONG


def files(kind):
    folder = os.path.join(ARCHIVE, kind)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


class LessData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ribs, cls.updates = files("RIBS"), files("UPDATES")
        cls.whole = verdicts([ARCHIVE])

    def hold(self, kept, what):
        # In a folder, as in an archive, so that a missing file is a gap.
        with tempfile.TemporaryDirectory() as folder:
            lab = os.path.join(folder, "route-views.lab")
            os.mkdir(lab)
            for path in kept:
                shutil.copy(path, lab)
            found = verdicts([lab])
        wrong = {name: (self.whole[name], verdict)
                 for name, verdict in found.items()
                 if not may_become(self.whole[name][0], verdict[0])}
        self.assertEqual(wrong, {}, what)

    def test_ribs_alone(self):
        self.hold(self.ribs, "RIBs alone")

    def test_updates_alone(self):
        self.hold(self.updates, "updates alone")

    def test_a_stretch_of_the_week(self):
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            start = rng.randrange(len(self.updates))
            end = rng.randrange(start + 1, len(self.updates) + 1)
            kept = self.updates[start:end]
            first, last = (os.path.basename(kept[i])[8:21] for i in (0, -1))
            # From a RIB on, as "blackout urls" has it: what was never heard
            # of is no part of a network.
            times = [os.path.basename(p)[4:17] for p in self.ribs]
            before = max([t for t in times if t <= first], default=times[0])
            kept += [p for p, t in zip(self.ribs, times)
                     if before <= t <= last]
            self.hold(kept, "seed %d: %s to %s" % (seed, first, last))

    # Where most files are missing, the rhythm in which they were written
    # cannot be told, and a single missing one is no gap any more.
    def test_files_missing_here_and_there(self):
        for seed in range(ROUNDS):
            rng = random.Random(1000 + seed)
            share = rng.choice((0.02, 0.1, 0.2, 0.3))
            kept = [p for p in self.ribs + self.updates
                    if rng.random() >= share]
            self.hold(kept, "seed %d: %g missing" % (seed, share))

    def test_hours_missing(self):
        for seed in range(ROUNDS):
            rng = random.Random(2000 + seed)
            kept = list(self.updates)
            for _ in range(rng.randrange(1, 6)):
                at = rng.randrange(len(kept))
                del kept[at:at + rng.randrange(1, 40)]
            self.hold(kept + self.ribs, "seed %d" % seed)


if __name__ == "__main__":
    unittest.main()
