"""Published and known outages as claims, held against real archives and
against the whole recording of which testdata/north-korea-2014 is a part.

What is known of the real archives is an independent count over bgpdump's
output; copies of the claims with other times or networks must not be
confirmed.
"""

import copy
import datetime
import json
import os
import subprocess
import tempfile
import unittest

from common import BINARY, ROOT, data

TIME = "%Y-%m-%dT%H:%M:%SZ"
SOURCE = {"title": "count over bgpdump's output", "publisher": "the data",
          "date": "2026"}


def claim(name, kind, asn, day, start, end=None, precision="1s", count=None,
          **more):
    c = {"id": name, "kind": kind, "asns": [asn], "source": SOURCE,
         "start": {"time": "%sT%sZ" % (day, start), "precision": precision}}
    if end:
        c["end"] = {"time": "%sT%sZ" % (day, end), "precision": precision}
    if count:
        c["count"] = count
    c.update(more)
    return c


def check(claims, *argv, status=0, delegated=None):
    """The claims of the report, by id; delegated: lines of such a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "reports.json")
        with open(path, "w") as out:
            json.dump({"schema": "blackout/reports/1", "claims": claims}, out)
        if delegated is not None:
            argv += ("--delegated", os.path.join(folder, "delegated"))
            with open(argv[-1], "w") as out:
                out.writelines(line + "\n" for line in delegated)
        run = subprocess.run([BINARY, "check", "--reports", path, "--format",
                              "json", *argv], capture_output=True, text=True)
    if status is not None and run.returncode != status:
        raise AssertionError("exit status %d\n%s" % (run.returncode,
                                                     run.stderr))
    report = json.loads(run.stdout)
    return {c["id"]: c for c in report["claims"]}


def moved(claims, seconds):
    """The same claims, as if a clock had been wrong by so much."""
    out = copy.deepcopy(claims)
    for c in out:
        for key in ("start", "end"):
            if key in c:
                t = datetime.datetime.strptime(c[key]["time"], TIME)
                t += datetime.timedelta(seconds=seconds)
                c[key]["time"] = t.strftime(TIME)
    return out


def of_network(claims, asn):
    return [dict(c, asns=[asn]) for c in claims]


def of_country(claims, country):
    return [dict({k: v for k, v in c.items() if k != "asns"},
                 country=country) for c in claims]


def denied(claims):
    """That there was nothing; of one with an open end, for five minutes."""
    out = []
    for c in claims:
        end = c.get("end") or moved([c], 300)[0]["start"]
        out.append({"id": c["id"], "kind": "none", "asns": c["asns"],
                    "source": SOURCE, "start": c["start"], "end": end})
    return out


class Known:
    """The laws for a set of claims that are right.  All their variants are
    one file of reports, for which the archive is read once."""

    claims, options, folder, status = [], (), None, 0
    other = None  # an AS that is in the data as well, and had no outage
    shifts = (120, -120, 900, -900)
    days = (-1, 1, 4000)

    @classmethod
    def setUpClass(cls):
        variants = {"right": cls.claims, "denied": denied(cls.claims),
                    "other": of_network(cls.claims, cls.other),
                    "nobody": of_network(cls.claims, 64499)}
        for seconds in cls.shifts:
            variants["shift%d" % seconds] = moved(cls.claims, seconds)
        for days in cls.days:
            variants["day%d" % days] = moved(cls.claims, days * 86400)
        every = [dict(c, id=name + "." + c["id"])
                 for name, claims in variants.items() for c in claims]
        cls.found = check(every, *cls.options, data("real", cls.folder),
                          status=cls.status)

    def run_check(self, claims):
        return check(claims, *self.options, data("real", self.folder),
                     status=self.status)

    def of(self, variant):
        """(verdict, reason) of each claim of a variant."""
        found = [(c["verdict"], c["reason"]) for name, c in
                 self.found.items() if name.startswith(variant + ".")]
        self.assertEqual(len(found), len(self.claims))
        return found

    def test_the_known_outages_are_confirmed(self):
        for found in self.of("right"):
            self.assertEqual(found, ("confirmed", "fits"))

    def test_shifted_times_are_not(self):
        for seconds in self.shifts:
            for verdict, _ in self.of("shift%d" % seconds):
                self.assertNotEqual(verdict, "confirmed", seconds)

    def test_another_day_is_not_covered(self):
        for days in self.days:
            for found in self.of("day%d" % days):
                self.assertEqual(found, ("not_covered", "no_data"))

    def test_the_wrong_network_is_not(self):
        for verdict, _ in self.of("other"):
            self.assertIn(verdict, ("contradicted", "not_covered"))

    def test_a_network_nobody_has_is_not_covered(self):
        for found in self.of("nobody"):
            self.assertEqual(found, ("not_covered", "never_seen"))

    def test_the_opposite_is_contradicted(self):
        for found in self.of("denied"):
            self.assertEqual(found, ("contradicted", "down"))


class Jinx(Known, unittest.TestCase):
    day = "2014-05-01"
    folder, options, other = "jinx-2014-05-01", ("--min-peers", "1"), 131279
    claims = [
        claim("as58332", "outage", 58332, day, "00:09:53", "00:13:53"),
        claim("as27093", "outage", 27093, day, "00:07:53", "00:13:53"),
        claim("as263424", "outage", 263424, day, "00:04:53", "00:07:23"),
        claim("as31960", "outage", 31960, day, "00:01:23"),
    ]

    def test_one_peer_is_no_verdict_by_default(self):
        found = check(self.claims, data("real", self.folder))
        for name, c in found.items():
            self.assertEqual((c["verdict"], c["reason"]),
                             ("not_covered", "few_peers"), name)

    def test_an_outage_that_the_data_cut(self):
        found = check([
            claim("later", "outage", 31960, self.day, "00:01:23", "00:20:00"),
            claim("sooner", "outage", 31960, self.day, "00:01:23",
                  "00:05:00")], *self.options, data("real", self.folder))
        self.assertEqual((found["later"]["verdict"],
                          found["later"]["reason"]), ("not_covered", "coarse"))
        self.assertEqual(found["sooner"]["verdict"], "differs")
        self.assertTrue(found["sooner"]["networks"][0]["end"]["at_least"])


class Syria(Known, unittest.TestCase):
    day = "2013-01-01"
    folder, options = "route-views2-2013-01-01", ("--visibility", "1%")
    other = 4777
    claims = [
        claim("first", "outage", 29256, day, "00:44:22", "00:45:40"),
        claim("second", "outage", 29256, day, "00:47:55", "00:50:17"),
        claim("third", "outage", 29256, day, "00:52:52"),
    ]


    def test_its_country(self):
        """Named by the country that has the AS; by one that does not."""
        there = data("real", self.folder)
        lines = ["ripencc|SY|asn|29256|1|20030620|allocated",
                 "apnic|JP|asn|4777|1|19950101|allocated"]
        right = check(of_country(self.claims, "SY"), *self.options, there,
                      delegated=lines)
        by_asn = self.run_check(self.claims)
        for name, c in right.items():
            self.assertEqual((c["verdict"], c["reason"]),
                             ("confirmed", "fits"))
            seen = c["networks"][0]["observed"][0]
            self.assertEqual((seen["asn"], seen["cc"]), (None, "SY"))
            for key in ("start", "end", "prefixes_lost", "prefixes_total"):
                self.assertEqual(
                    seen[key],
                    by_asn[name]["networks"][0]["observed"][0][key])
        for c in check(of_country(moved(self.claims, -900), "SY"),
                       *self.options, there, delegated=lines).values():
            self.assertNotEqual(c["verdict"], "confirmed")
        for c in check(of_country(self.claims, "JP"), *self.options, there,
                       delegated=lines).values():
            self.assertIn(c["verdict"], ("contradicted", "not_covered"))
        for country, options in (("SY", {}), ("FR", {"delegated": lines})):
            for c in check(of_country(self.claims, country), *self.options,
                           there, **options).values():
                self.assertEqual((c["verdict"], c["reason"]),
                                 ("not_covered", "country"))


class Rrc06(Known, unittest.TestCase):
    """Down: none of the 16 prefixes carried by anybody, to the minute."""

    day = "2021-01-02"
    folder = "rrc06-2021-01-02"
    options = ("--visibility", "1%", "--loss", "100%")
    other = 2497
    claims = [
        claim("first", "outage", 268323, day, "05:20:00", "06:00:00", "1m"),
        claim("second", "outage", 268323, day, "06:32:00", "07:00:00", "1m"),
        claim("third", "outage", 268323, day, "07:30:00", "08:00:00", "1m"),
        claim("fourth", "outage", 268323, day, "08:20:00", "09:00:00", "1m"),
    ]
    shifts = (300, -300, 900, -900)

    def test_a_part_before_all_of_it(self):
        """Some prefixes went at 08:16, and the last ones at 08:20."""
        c = claim("early", "outage", 268323, self.day, "08:05:00", "08:15:00",
                  "1m")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "reports.json")
            with open(path, "w") as out:
                json.dump({"schema": "blackout/reports/1", "claims": [c]}, out)
            table = subprocess.run(
                [BINARY, "check", "--reports", path, *self.options,
                 data("real", self.folder)], capture_output=True,
                text=True).stdout.splitlines()[1]
        self.assertIn(" differs ", table)
        self.assertIn(" only a part lost then, start ", table)


class RouteViews2008(Known, unittest.TestCase):
    day = "2008-02-24"
    folder, options = "route-views2-2008-02-24", ("--min-duration", "5m")
    other, status = 36561, None
    claims = [
        claim("flaps", "flapping", 19834, day, "19:31:23", "23:04:44",
              count=7),
    ]

    def test_not_as_often(self):
        for n in (6, 8):
            c = dict(self.claims[0], count=n)
            found = self.run_check([c])["flaps"]
            self.assertEqual((found["verdict"], found["reason"]),
                             ("differs", "count"))
            self.assertEqual(found["networks"][0]["outages"], 7)

    def test_a_hijack_is_no_outage(self):
        hijack = claim("hijack", "none", 36561, self.day, "18:47:57",
                       "21:00:49")
        found = self.run_check([hijack])["hijack"]
        self.assertIn(found["verdict"], ("confirmed", "not_covered"))
        self.assertEqual(found["networks"][0]["observed"], [])


class Lab(unittest.TestCase):
    """The whole recording gives what its excerpt in testdata gives."""

    def test_the_verdicts_of_the_demo(self):
        cases = os.path.join(ROOT, "tests", "cli", "cases")
        with open(os.path.join(cases, "check_korea", "expected")) as f:
            expected = dict(line.split() for line in f)
        with open(os.path.join(ROOT, "testdata", "reports",
                               "north-korea-2014.json")) as f:
            claims = json.load(f)["claims"]
        found = check(claims, data("lab", "route-views.lab"))
        self.assertEqual({k: v["verdict"] for k, v in found.items()},
                         expected)

    def test_what_was_played(self):
        """Every outage of the ground truth, as a claim of its own."""
        with open(data("lab", "ground_truth.json")) as f:
            truth = json.load(f)
        claims = []
        for e in truth["events"]:
            if e["kind"] not in ("flap", "outage") or not e.get("end"):
                continue
            if e["seconds"] < 60:
                continue
            claims.append({
                "id": e["id"], "kind": "outage", "asns": [131279],
                "source": SOURCE,
                "start": {"time": e["start"], "precision": "1s"},
                "end": {"time": e["end"], "precision": "1s"}})
        self.assertGreater(len(claims), 6, [e["kind"] for e in
                                            truth["events"]])
        for name, c in check(claims, data("lab", "route-views.lab")).items():
            self.assertEqual(c["verdict"], "confirmed", json.dumps(c))


if __name__ == "__main__":
    unittest.main()
