"""Every AS of an archive at once, and countries, against asking for each."""

import copy
import json
import os
import random
import subprocess
import unittest

from common import (ArchiveCase, BINARY, ROOT, data, outages, unix,
                    windows)

KP = 131279
DELEGATED = os.path.join(ROOT, "testdata", "delegated.txt")


def origins(path):
    """Every AS that is the last of a path, as bgpdump prints them."""
    try:
        run = subprocess.run(["bgpdump", "-m", path], capture_output=True,
                             text=True)
    except FileNotFoundError:
        raise unittest.SkipTest("no bgpdump")
    found = set()
    for line in run.stdout.splitlines():
        fields = line.split("|") + [""] * 8
        path = fields[7 if fields[0].endswith("_AP") else 6]
        if path:
            last = path.split()[-1]
            found.update(int(a) for a in last.strip("{}").split(","))
    return sorted(found)


def elements(path):
    """What bgpdump prints of updates: time, kind, whose and what, path."""
    try:
        run = subprocess.run(["bgpdump", "-m", path], capture_output=True,
                             text=True)
    except FileNotFoundError:
        raise unittest.SkipTest("no bgpdump")
    for line in run.stdout.splitlines():
        fields = line.split("|")
        if fields[2] in ("A", "W"):
            yield (int(fields[1]), fields[2], (fields[3], fields[5]),
                   fields[6].split() if fields[2] == "A" else [])


class Same(ArchiveCase):
    def compare(self, every, one, asn):
        """What --all says of asn is what --asn says, but of which event a
        window is part: that depends on who else was asked for."""
        for o in every["outages"] + one["outages"]:
            o.pop("event", None)
        told = [a for a in every["ases"] if a["asn"] == asn]
        self.assertEqual([o for o in every["outages"] if o["asn"] == asn],
                         one["outages"], "AS%d" % asn)
        if told:
            self.assertEqual(told, one["ases"])
        else:
            self.assertEqual(one["ases"][0]["partial"], [])
            self.assertEqual(one["ases"][0]["filtered_short"], 0)


class Lab(Same):
    def test_every_as_is_judged_as_if_it_were_asked_for(self):
        archive = os.path.join(ROOT, "testdata", "north-korea-2014")
        every = outages("--all", "--sort", "asn", archive)
        ribs = sorted(
            os.path.join(top, name) for top, _, names in os.walk(archive)
            for name in names if name.startswith("rib."))
        asns = origins(ribs[len(ribs) // 2])
        self.assertGreater(len(asns), 100)
        self.assertGreaterEqual(
            every["quiet"]["ases"] + len(every["ases"]), len(asns))
        self.assertEqual(every["quiet"]["with_verdict"],
                         every["quiet"]["ases"])
        for asn in {a["asn"] for a in every["ases"]} | set(asns):
            self.compare(every, outages("--asn", str(asn), archive), asn)

    def test_a_country_is_lost_with_its_only_as(self):
        archive = data("lab", "route-views.lab")
        report = outages("-C", "kp", "--delegated", DELEGATED, archive)
        country = [o for o in report["outages"] if o["asn"] is None]
        network = [o for o in report["outages"] if o["asn"] == KP]
        self.assertEqual(len(network), 8)
        for o in country + network:
            self.assertEqual(o.pop("cc"), "KP")
            o.pop("asn")
        self.assertEqual(country, network)
        self.assertIn("not where they are used", report["query"]["cc_means"])

    def test_countries_are_ranked(self):
        archive = data("lab", "route-views.lab")
        report = outages("--all", "--by", "country", "--delegated", DELEGATED,
                         archive)
        self.assertEqual({o["asn"] for o in report["outages"]}, {None})
        self.assertEqual([o["cc"] for o in report["outages"]],
                         ["KP"] * 8 + ["XX"])
        sizes = [(-o["prefixes_lost"], -o["duration"])
                 for o in report["outages"]]
        self.assertEqual(sizes, sorted(sizes))


class RouteViews2008(Same):
    @classmethod
    def setUpClass(cls):
        cls.archive = data("real", "route-views2-2008-02-24")
        cls.report = outages("--all", cls.archive)

    def setUp(self):
        self.every = copy.deepcopy(self.report)

    def test_the_largest_is_the_known_one(self):
        top = self.every["outages"][0]
        self.assertEqual(top["asn"], 19834)
        self.assertEqual(windows(self.every, 19834),
                         sorted(windows(self.every, 19834),
                                key=lambda w: w[0] - w[1]))
        sizes = [o["prefixes_lost"] for o in self.every["outages"]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_one_as_is_judged_as_among_all(self):
        """A prefix that moves between ASes is left out: of these --all knows
        what was said before the AS that is asked for was their origin."""
        random.seed(20080224)
        moved = {a["asn"] for a in self.every["ases"]
                 if any(p["kind"] == "moved" for p in a["partial"])}
        asns = sorted({o["asn"] for o in self.every["outages"]} - moved)
        asked = [19834] + random.sample(asns, 15)
        some = outages("--asn", ",".join(map(str, asked)), self.archive)
        for asn in asked:
            one = {"outages": [o for o in some["outages"] if o["asn"] == asn],
                   "ases": [a for a in some["ases"] if a["asn"] == asn]}
            every = {"outages": sorted(
                (o for o in self.every["outages"] if o["asn"] == asn),
                key=lambda o: o["start"]), "ases": self.every["ases"]}
            self.compare(every, one, asn)

    def test_sort_and_limit(self):
        for key, of in (("start", lambda o: o["start"]),
                        ("duration", lambda o: -o["duration"]),
                        ("asn", lambda o: (o["asn"], o["start"]))):
            some = outages("--all", "--sort", key, "--limit", "9",
                           self.archive)["outages"]
            everything = sorted(self.every["outages"], key=of)
            self.assertEqual([of(o) for o in some],
                             [of(o) for o in everything[:9]])

    def test_lines_are_the_same(self):
        run = subprocess.run([BINARY, "outages", "--all", "--format", "jsonl",
                              self.archive], capture_output=True, text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        kinds = [line.pop("type") for line in lines]
        n = kinds.count("outage")
        self.assertEqual(set(kinds[:n]), {"outage"})
        self.assertEqual(lines[:n], self.every["outages"])
        self.assertEqual(set(kinds[n:-1]), {"event"})
        self.assertEqual(lines[n:-1], self.every["events"])
        self.assertEqual(lines[-1]["quiet"], self.every["quiet"])

    def lost_paths(self, asns):
        """When peers withdrew what they had from asns, and by what paths, as
        bgpdump tells it."""
        last, lost = {}, {asn: [] for asn in asns}
        for name in sorted(os.listdir(self.archive)):
            for time, kind, key, path in elements(
                    os.path.join(self.archive, name)):
                if kind == "A":
                    last[key] = path
                    continue
                path = last.pop(key, None)
                if path and path[-1].isdigit() and int(path[-1]) in lost:
                    lost[int(path[-1])].append((time, path))
        return lost

    def test_the_upstream_of_an_event_is_in_the_paths_that_were_lost(self):
        events = self.every["events"]
        lost = self.lost_paths({a for e in events for a in e["asns"]})
        self.assertEqual([e["upstream"] for e in events[:2]], [5518, 5518])
        for e in events:
            for o in self.every["outages"]:
                self.assertEqual(
                    o.get("event") == e["id"],
                    o["asn"] in e["asns"] and
                    e["start"] <= o["start"] <= e["last_start"])
                if o.get("event") != e["id"]:
                    continue
                paths = [p for time, p in lost[o["asn"]]
                         if abs(time - unix(o["start"])) < 120]
                behind = [p for p in paths if str(e["upstream"]) in p]
                self.assertGreater(len(paths), 0)
                self.assertGreaterEqual(2 * len(behind), len(paths))


if __name__ == "__main__":
    unittest.main()
