"""What was made apart is merged into what was never split, byte for byte."""

import json
import os
import pathlib
import random
import shlex
import signal
import subprocess
import time
import unittest

from common import WATCHED, ScenarioCase, World, mrt, rfc3339
from outagescase import BINARY, ROOT

KOREA = os.path.join(ROOT, "testdata", "north-korea-2014")


def files_under(folder):
    return sorted(os.path.join(base, f) for base, _, names in os.walk(folder)
                  for f in names if not f.endswith(".md"))


def blackout(*args, **kw):
    return subprocess.run([BINARY] + [str(a) for a in args],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **kw)


def world_of_two():
    """Two collectors, outages across every cut, resets, a path that moves."""
    w = World(seed=5, hours=6)
    rv = w.collector("route-views2", ribs=("00:00", "02:00", "04:00"))
    ris = w.collector("rrc00", "ris", ribs=("00:00", "04:00"))
    rv.peers(5)
    ris.peers(5)
    w.outage("01:50:03", "02:10:07")
    w.outage("03:30:00", "04:40:00", prefixes=WATCHED[:2])
    w.reset("05:10:00", ris.peer_list[:2])
    return w


class PartsCase(ScenarioCase):

    def setUp(self):
        super().setUp()
        self.count = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def part(self, files, *watch):
        """A part of files; its path."""
        self.count += 1
        out = self.path("%d.part" % self.count)
        run = blackout("timeline", "--format", "part", "--output", out,
                       *watch, "--", *files)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return out

    def nested(self, parts, rnd):
        """The same parts, some of them merged into one, in any order."""
        parts = list(parts)
        rnd.shuffle(parts)
        if len(parts) < 3 or rnd.random() < 0.3:
            return parts
        n = rnd.randrange(2, len(parts) + 1)
        self.count += 1
        one = self.path("%d.part" % self.count)
        run = blackout("merge", "--format", "part", "--output", one,
                       *parts[:n])
        self.assertEqual(run.returncode, 0, run.stderr)
        rest = parts[rnd.randrange(n + 1):] + [one]
        rnd.shuffle(rest)
        return rest

    def assert_law(self, files, watch, seed, judge=()):
        rnd = random.Random(seed)
        whole = blackout("outages", "--format", "json", *watch, *judge, "--",
                         *files)
        n = rnd.randrange(2, 7)
        groups = [[] for _ in range(n)]
        scattered = rnd.random() < 0.5
        for i, f in enumerate(files):
            at = rnd.randrange(n) if scattered else i * n // len(files)
            groups[at].append(f)
            if rnd.random() < 0.1:
                groups[rnd.randrange(n)].append(f)
        groups = [g for g in groups if g]
        extra = ["--overlap"]
        parts = [self.part(g, *watch, *extra) for g in groups]
        run = blackout("merge", "--format", "json", *judge,
                       *self.nested(parts, rnd))
        if run.returncode == 2:
            also = self.path("also")
            with open(also, "wb") as f:
                f.write(blackout("merge", "--watched", *parts).stdout)
            again = [self.part(g, *watch, *extra, "--also", "@" + also)
                     for g in groups]
            # those that know too little do no harm beside the others
            run = blackout("merge", "--format", "json", *judge,
                           *self.nested(again + parts[:1], rnd))
        self.assertEqual(run.stdout, whole.stdout,
                         "seed %d: %s" % (seed, run.stderr))
        self.assertEqual(run.returncode, whole.returncode)


class Law(PartsCase):

    def test_any_split_of_a_world(self):
        w = world_of_two()
        files = files_under(self.put(w))
        for seed in range(4):
            self.assert_law(files, ("--asn", str(w.asn)), seed)
        self.assert_law(files, ("--prefix", WATCHED[0]), 11)
        self.assert_law(files, ("--asn", str(w.asn), "--as-path", "_174_",
                                "--peer-asn", "!64511"), 12)

    def test_any_split_of_korea(self):
        files = files_under(KOREA)
        self.assert_law(files, ("--asn", "131279"), 2,
                        ("--visibility", "20%"))

    def places(self, *lines):
        """A file of --delegated, for both the parts and the merge."""
        path = self.path("delegated")
        with open(path, "w") as f:
            f.write("".join("made|%s|20200101|allocated\n" % line
                            for line in lines))
        return ("--delegated", path)

    def test_any_split_of_all_networks(self):
        w = world_of_two()
        w.announce("05:30:00", prefixes=WATCHED[2:3], origin=64999)
        files = files_under(self.put(w))
        for seed in range(2):
            self.assert_law(files, ("--all",), seed,
                            ("--sort", "asn", "--limit", "2"))
        self.assert_law(files, ("--all", "--prefix", "175.45.176.0/22",
                                "--more-specific"), 7)
        places = self.places("KP|asn|%d|1" % w.asn,
                             "XX|ipv4|175.45.178.0|256")
        self.assert_law(files, ("--all",), 8, places)
        self.assert_law(files, ("--all", "--by", "country") + places, 9,
                        places)

    def test_any_split_of_a_country(self):
        """Some of its prefixes are in its space, others are of its AS, and
        one is taken over by another."""
        w = world_of_two()
        w.announce("05:30:00", prefixes=WATCHED[2:3], origin=64999)
        w.announce("05:40:00", prefixes=WATCHED[:1], origin=64999)
        w.announce("01:10:00", prefixes=["198.51.100.0/24"], origin=64998)
        files = files_under(self.put(w))
        places = self.places(
            "KP|asn|%d|1" % w.asn, "KP|ipv4|175.45.178.0|256",
            "KP|ipv4|198.51.100.0|256", "XX|ipv4|20.0.0.0|65536")
        for seed, cc in ((3, "KP"), (4, "kp,XX"), (5, "XX"), (6, "KP")):
            self.assert_law(files, ("--country", cc) + places, seed, places)
        self.assert_law(files, ("--country", "KP", "--asn", "3801") + places,
                        10, places)

    def test_damage_and_gaps(self):
        w = world_of_two()
        files = files_under(self.put(w))
        updates = [f for f in files if "updates" in f]
        with open(updates[7], "r+b") as f:
            f.truncate(os.path.getsize(updates[7]) // 2)
        os.unlink(updates[9])
        files.remove(updates[9])
        for seed in range(2):
            self.assert_law(files, ("--asn", str(w.asn)), seed)

    def test_more_is_said_than_remembered(self):
        """Without a RIB, an outage begins before anybody has said whose the
        prefix is; and more first words come than there is room for."""
        w = World(hours=2)
        col = w.collector("rrc00", "ris", ribs=(), codec="raw")
        peers = col.peers(5)
        for i in range(470):  # of 900 prefixes each
            nlri = b"".join(b"\x18" + (0x200000 + i * 900 + k).to_bytes(
                3, "big") for k in range(900))
            when = w.start + 60 + i
            col.raw(when, mrt.bgp4mp(
                when, peers[0].asn, peers[0].ip, col.asn,
                col.local_ip(peers[0]),
                mrt.withdraw_block(nlri)), peers[0])
        w.outage("00:20:00", "00:50:00", step=0)
        files = files_under(self.put(w))
        watch = ("--asn", str(w.asn))
        whole = blackout("outages", "--format", "json", *watch, *files)
        report = json.loads(whole.stdout)
        self.assertEqual([(o["start"], o["end"]) for o in report["outages"]],
                         [(rfc3339(w.t("00:20:00")), rfc3339(w.t("00:50:00")))])
        self.assertNotIn("first_words_forgotten", report["coverage"])
        self.assert_law(files, watch, 1)
        # what can be read once only is told to be less exact
        stream = blackout("outages", "--format", "json", *watch, "-",
                          input=b"".join(pathlib.Path(f).read_bytes()
                                         for f in files))
        coverage = json.loads(stream.stdout)["coverage"]
        self.assertGreater(coverage["first_words_forgotten"], 20000)

    def test_a_prefix_that_moved_away(self):
        """A slice in which only another AS carries the prefix does not know
        by itself that it matters."""
        w = World(hours=4)
        w.collector("route-views2", ribs=("00:00", "02:00")).peers(8)
        w.announce("01:00:00", prefixes=WATCHED[:1], origin=64999)
        files = files_under(self.put(w))
        early = [f for f in files if any(
            ".%02d%02d" % (h, m) in f for h in (0, 1) for m in range(60))]
        late = [f for f in files if f not in early]
        self.assertTrue(early and late)
        watch = ("--asn", str(w.asn))
        parts = [self.part(early, *watch), self.part(late, *watch)]
        run = blackout("merge", "--format", "json", *parts)
        self.assertEqual(run.returncode, 2)
        self.assertEqual(run.stdout, b"")
        self.assertIn(parts[1].encode(), run.stderr)
        self.assertNotIn(parts[0].encode(), run.stderr)
        self.assertIn(WATCHED[0].encode(), run.stderr)
        listed = blackout("merge", "--watched", *parts).stdout.decode().split()
        self.assertEqual(sorted(listed), sorted(WATCHED))
        poor = parts[1]
        parts[1] = self.part(late, *watch, "--also", ",".join(listed))
        whole = blackout("outages", "--format", "json", *watch, *files)
        # the part that knows too little does no harm beside the other
        for given in (parts, [poor] + parts, parts + [poor]):
            run = blackout("merge", "--format", "json", *given)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(run.stdout, whole.stdout)
        self.assertIn('"moved"', json.dumps(json.loads(run.stdout)))

    def test_a_missing_part_is_a_gap(self):
        w = World(hours=4)
        w.collector("route-views2", ribs=("00:00",)).peers(8)
        w.outage("03:30:00", "03:40:00")
        files = files_under(self.put(w))
        watch = ("--asn", str(w.asn))
        updates = [f for f in files if "updates" in f]
        hidden = updates[5:9]
        parts = [self.part(g, *watch) for g in (
            [f for f in files if f not in updates] + updates[:5],
            updates[9:])]
        report = json.loads(
            blackout("merge", "--format", "json", *parts).stdout)
        gaps = report["coverage"]["collectors"][0]["gaps"]
        self.assertEqual(len(gaps), 1)
        self.assertEqual(gaps[0]["reason"], "missing_file")
        self.assertEqual(len(report["outages"]), 1)
        self.assertTrue(hidden)

    def test_curves(self):
        w = world_of_two()
        files = files_under(self.put(w))
        watch = ("--asn", str(w.asn))
        parts = [self.part(files[::2], *watch, "--overlap"),
                 self.part(files[1::2], *watch, "--overlap")]
        for form in ("json", "csv"):
            whole = blackout("timeline", "--format", form, *watch, *files)
            merged = blackout("merge", "--curve", "--format", form, *parts)
            self.assertEqual(merged.stdout, whole.stdout, merged.stderr)
            self.assertEqual(merged.returncode, 0)
            self.assertGreater(len(whole.stdout), 1000)

    def test_curves_of_all_networks(self):
        w = world_of_two()
        files = files_under(self.put(w))
        parts = [self.part(files[:40], "--all", "--overlap"),
                 self.part(files[40:], "--all", "--overlap")]
        whole = blackout("timeline", "--all", *files)
        merged = blackout("merge", "--curve", *parts)
        self.assertEqual(merged.stdout, whole.stdout, merged.stderr)
        report = json.loads(whole.stdout)
        self.assertEqual([c["asn"] for c in report["curves"]], [w.asn])
        # the others are those who originate the 200 prefixes of World
        self.assertEqual(report["quiet"], {"ases": 20, "with_verdict": 20})

    def test_a_slice_that_starts_in_an_outage(self):
        """By itself it knows of no loss; the part before it does."""
        w = World(hours=4)
        w.collector("route-views2", ribs=("00:00", "02:00")).peers(8)
        w.outage("01:30:00", "02:40:00", step=0)
        files = files_under(self.put(w))
        late = [f for f in files if any(".%02d" % h in os.path.basename(f)
                                        for h in (2, 3))]
        early = [f for f in files if f not in late]
        watch = ("--asn", str(w.asn))
        alone = json.loads(blackout("outages", "--format", "json", *watch,
                                    *late).stdout)
        self.assertEqual(alone["outages"], [])
        parts = [self.part(late, *watch), self.part(early, *watch)]
        run = blackout("merge", "--format", "json", *parts)
        self.assertEqual(run.stdout, blackout(
            "outages", "--format", "json", *watch, *files).stdout)
        self.assertEqual([(o["start"], o["end"]) for o in
                          json.loads(run.stdout)["outages"]],
                         [(rfc3339(w.t("01:30:00")), rfc3339(w.t("02:40:00")))])


class Plans(PartsCase):
    """Every file in one slice, slices that begin with RIBs where there are
    any, and parts that make the answer."""

    def plan(self, folder, *args):
        """The files of each slice, by their places in time."""
        run = blackout("plan", "--slice", "1h", "--parts", self.folder, *args,
                       folder)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.said = run.stderr.decode()
        self.jobs = [shlex.split(line)
                     for line in run.stdout.decode().splitlines()]
        slices = [job[job.index("--") + 1:] for job in self.jobs]
        self.assertEqual(sorted(f for s in slices for f in s),
                         files_under(folder))
        return [[os.path.basename(f).split(".")[0] + " " +
                 os.path.basename(f).split(".")[2] for f in s]
                for s in slices]

    def ends(self, slices):
        return ["%s to %s" % (s[0], s[-1]) for s in slices]

    def world(self, hours, ribs):
        w = World(hours=hours)
        w.collector("route-views2", ribs=ribs).peers(5)
        w.outage("00:50:00", "01:20:00")
        return w

    def assert_merged(self, folder, *watch):
        for job in self.jobs:
            self.assertEqual(blackout(*job[1:]).returncode, 0)
        parts = [job[job.index("--output") + 1] for job in self.jobs]
        self.assertEqual(len(set(parts)), len(parts))
        run = blackout("merge", "--format", "json", *parts)
        if run.returncode == 2:
            self.assertIn("once more", self.said)
            also = blackout("merge", "--watched", *parts).stdout.decode()
            for job in self.jobs:
                job.insert(2, "--also=" + ",".join(also.split()))
                self.assertEqual(blackout(*job[1:]).returncode, 0)
            run = blackout("merge", "--format", "json", *parts)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, blackout(
            "outages", "--format", "json", *watch, folder).stdout)

    def test_ribs_begin_slices(self):
        w = self.world(5, ("00:30", "01:30", "02:00", "03:30"))
        folder = self.put(w)
        watch = ("--asn", str(w.asn))
        slices = self.plan(folder, *watch)
        self.assertEqual(self.ends(slices), [
            "updates 0000 to updates 0115", "updates 0130 to updates 0315",
            "updates 0330 to updates 0415", "updates 0430 to updates 0445"])
        self.assertIn("rib 0130", slices[1])
        self.assertIn("rib 0330", slices[2])
        self.assertIn("1 of 4 slices have no RIB", self.said)
        self.assert_merged(folder, *watch)

    def test_without_ribs(self):
        w = self.world(3, ())
        folder = self.put(w)
        watch = ("--asn", str(w.asn))
        self.assertEqual(self.ends(self.plan(folder, *watch)), [
            "updates 0000 to updates 0045", "updates 0100 to updates 0145",
            "updates 0200 to updates 0245"])
        self.assertIn("3 of 3 slices have no RIB", self.said)
        self.assert_merged(folder, *watch)
        watch = ("--prefix", WATCHED[0])
        self.plan(folder, *watch)
        self.assertEqual(self.said, "")
        self.assert_merged(folder, *watch)

    def test_before_the_first_rib(self):
        w = self.world(4, ("02:30",))
        folder = self.put(w)
        self.assertEqual(self.ends(self.plan(folder, "--all")), [
            "updates 0000 to updates 0045", "updates 0100 to updates 0145",
            "updates 0200 to updates 0315", "updates 0330 to updates 0345"])
        self.assertEqual(self.said, "")
        self.assert_merged(folder, "--all")

    def test_countries(self):
        w = self.world(3, ("00:00", "01:00", "02:00"))
        folder = self.put(w)
        places = self.path("it's delegated")
        with open(places, "w") as f:
            f.write("made|KP|asn|%d|1|20200101|allocated\n" % w.asn)
        watch = ("--country", "KP", "--delegated", places)
        self.assertEqual(len(self.plan(folder, *watch)), 3)
        for job in self.jobs:
            self.assertEqual(blackout(*job[1:]).returncode, 0)
        run = blackout("merge", "--format", "json", *watch[2:], *[
            job[job.index("--output") + 1] for job in self.jobs])
        self.assertEqual(run.stdout, blackout(
            "outages", "--format", "json", *watch, folder).stdout)
        for wrong in (("--all", "--delegated", places),
                      ("--country", "KP"), ("--country", "FR") + watch[2:]):
            run = blackout("plan", *wrong, folder)
            self.assertEqual(run.returncode, 2)
            self.assertEqual(run.stdout, b"")
            self.assertIn(b"--delegated", run.stderr)


class Refusals(PartsCase):
    """What cannot be merged is told, and nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = files_under(KOREA)[:40]

    def refused(self, *parts, status=2, say=b""):
        run = blackout("merge", "--format", "json", *parts)
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertEqual(run.stdout, b"")
        self.assertIn(say, run.stderr)

    def test_other_settings(self):
        one = self.part(self.files[:20], "--asn", "131279")
        for other in (("--asn", "131279,64496"), ("--prefix", "10.0.0.0/8"),
                      ("--asn", "131279", "--peer-asn", "!64500"),
                      ("--asn", "131279", "-4")):
            self.refused(one, self.part(self.files[20:], *other),
                         say=b"it was made with")

    def test_other_countries(self):
        def places(name, *lines):
            with open(self.path(name), "w") as f:
                f.write("".join("made|%s|20200101|allocated\n" % line
                                for line in lines))
            return ("--country", "KP", "--delegated", self.path(name))
        kp = "KP|asn|131279|1"
        one = places("one", kp, "US|asn|1|1")
        same = places("same", "US|asn|2|1", kp)
        other = places("other", kp, "KP|ipv4|175.45.176.0|1024")
        parts = [self.part(self.files[:20], *one),
                 self.part(self.files[20:], *same)]
        run = blackout("merge", *one[2:], *parts)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.refused(*parts, say=b"--delegated")
        self.refused(*other[2:], *parts, say=b"something else")
        self.refused(parts[0], self.part(self.files[20:], *other),
                     say=b"it was made with")
        self.refused(parts[0], self.part(self.files[20:], "--all"),
                     say=b"it was made with")
        # to be joined they need not be understood
        joined = self.path("joined.part")
        run = blackout("merge", "--format", "part", "--output", joined,
                       *parts)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(blackout("merge", *one[2:], joined).stdout,
                         blackout("merge", *one[2:], *parts).stdout)

    def test_no_part(self):
        self.refused(self.files[0], say=b"no part")
        self.refused(self.path("nowhere"))

    def test_other_versions(self):
        one = self.part(self.files, "--asn", "131279")
        with open(one, "rb") as f:
            data = bytearray(f.read())
        data[19] += 1
        with open(one, "wb") as f:
            f.write(data)
        self.refused(one, say=b"another version")

    def test_every_cut_and_many_flips(self):
        one = self.part(self.files[:6], "--asn", "131279")
        with open(one, "rb") as f:
            data = f.read()
        bad = self.path("bad.part")
        sound, harmless = blackout("merge", one).stdout, 0
        rnd = random.Random(4)
        for n in rnd.sample(range(len(data)), 60):
            with open(bad, "wb") as f:
                f.write(data[:n])
            run = blackout("merge", bad)
            self.assertIn(run.returncode, (2, 3), n)
            self.assertEqual(run.stdout, b"")
        for n in rnd.sample(range(len(data)), 150):
            flipped = bytearray(data)
            flipped[n] ^= 1 << rnd.randrange(8)
            with open(bad, "wb") as f:
                f.write(flipped)
            run = blackout("merge", bad)
            # of what was left out nothing is read while nobody asks for it
            if run.returncode == 0:
                self.assertEqual(run.stdout, sound)
                harmless += 1
                continue
            self.assertIn(run.returncode, (2, 3), n)
            self.assertEqual(run.stdout, b"")
        self.assertLess(harmless, 75)

    def test_a_file_that_changed(self):
        folder = self.put(world_of_two())
        files = files_under(folder)
        one = self.part(files, "--asn", "64500")
        with open(files[-1], "ab") as f:
            f.write(b"more")
        self.refused(one, self.part(files[-1:], "--asn", "64500"),
                     say=b"not the same file")

    def test_streams(self):
        run = subprocess.run(
            [BINARY, "timeline", "--format", "part", "--asn", "131279",
             "--output", self.path("stream.part"), "-"], input=b"x" * 100,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(run.returncode, 2)
        self.assertFalse(os.path.exists(self.path("stream.part")))

    def test_killed_in_the_middle(self):
        """Nothing of a part is left but a whole one."""
        out = self.path("killed.part")
        for wait in (0.02, 0.1, 0.2):
            run = subprocess.Popen(
                [BINARY, "timeline", "--format", "part", "--asn", "131279",
                 "--output", out, KOREA], stderr=subprocess.DEVNULL)
            time.sleep(wait)
            run.send_signal(signal.SIGKILL)
            if run.wait() == 0:
                os.unlink(out)
                continue
            self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    unittest.main()
