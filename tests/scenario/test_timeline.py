"""The curves beside the outages: who votes where, and what makes a baseline."""

import json
import subprocess
import unittest

from common import WATCHED, ScenarioCase, World, clock, unix
from laws import random_world
from outagescase import BINARY
from scenario import MONTH


class TimelineCase(ScenarioCase):

    def timeline(self, w, *args):
        run = subprocess.run(
            [BINARY, "timeline"] + [str(a) for a in args] + [self.put(w)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def voters(self, report, name="rrc00", family="ipv4"):
        for v in report["voters"]:
            if (v["collector"], v["family"]) == (name, family):
                return v
        self.fail("no voters of %s" % name)

    def steps(self, report, *args):
        return [(clock(unix(s["time"])), s["voting"])
                for s in self.voters(report, *args)["steps"]]


def ris(hours=2, **kw):
    w = World(hours=hours)
    return w, w.collector("rrc00", "ris", ribs=("00:00",), **kw)


class Voters(TimelineCase):

    def test_full_feeds_vote_by_asn(self):
        w, col = ris()
        col.peers(4)
        col.peer(feed={4: 0.3})
        col.peer(asn=col.peer_list[0].asn)
        report = self.timeline(w, "--asn", w.asn)
        self.assertEqual(self.steps(report), [("01 00:00:00", 4)])
        self.assertTrue(self.voters(report)["rib"])
        # there is no table of IPv6, nor a word about it
        self.assertEqual(self.steps(report, "rrc00", "ipv6"),
                         [("01 00:00:00", 0)])
        report = self.timeline(w, "--asn", w.asn, "-4")
        self.assertEqual(len(report["voters"]), 1)

    def test_a_reset_takes_a_vote_until_the_peer_has_spoken(self):
        w, col = ris()
        peers = col.peers(5)
        w.reset("00:40:00", peers[1:2], transfer=30)
        report = self.timeline(w, "--asn", w.asn)
        steps = self.steps(report)
        self.assertEqual(steps[:2], [("01 00:00:00", 5), ("01 00:40:00", 4)])
        self.assertEqual([n for _, n in steps], [5, 4, 5])
        self.assertGreaterEqual(steps[2][0], "01 00:41:00")
        self.assertLessEqual(steps[2][0], "01 00:41:30")

    def test_in_a_gap_nobody_votes(self):
        w, col = ris(hours=3)
        col.rib_times = ["00:00", "02:00"]
        col.peers(5)
        archive = w.build()
        for name in ("00:50", "00:55"):
            archive.drop(archive.updates(name))
        report = self.timeline(w, "--asn", w.asn)
        steps = self.steps(report)
        self.assertEqual([n for _, n in steps], [5, 0, 5])
        gap, = report["coverage"]["collectors"][0]["gaps"]
        self.assertLessEqual(abs(unix(gap["start"]) - w.t("00:50")), 60)
        self.assertEqual(steps[1][0], clock(unix(gap["start"])))
        # nobody speaks of these prefixes before the next RIB
        self.assertEqual(steps[2][0], "01 02:00:00")

    def test_without_a_rib_those_vote_who_carried_it(self):
        w = World(hours=2)
        col = w.collector("rrc00", "ris", ribs=())
        peers = col.peers(6)
        w.outage("00:30:00", "00:40:00", peers=peers[:4], step=0)
        w.announce("01:00:00", peers=peers[4:5])
        report = self.timeline(w, "--asn", w.asn)
        self.assertFalse(self.voters(report)["rib"])
        # a first word that is a withdrawal tells what was carried before
        self.assertEqual([n for _, n in self.steps(report)], [4, 5])
        self.assertEqual(self.steps(report)[1][0], "01 01:00:00")

    def test_of_one_prefix_the_same_as_its_curve(self):
        """Counted by sessions, and counted by judging the prefix."""
        for seed in range(6):
            w = random_world(seed)
            for col in w.collectors:
                report = self.timeline(w, "--prefix", WATCHED[0], "-4",
                                       "--collector", col.name)
                curve = report["curves"][0]["prefixes"][0]["steps"]
                votes = []
                for s in curve:
                    if not votes or votes[-1]["voting"] != s["voting"]:
                        votes.append({"time": s["time"],
                                      "voting": s["voting"]})
                self.assertEqual(
                    self.voters(report, col.name)["steps"], votes,
                    "seed %d, %s" % (seed, col.name))
                self.assertGreater(max(v["voting"] for v in votes), 2)

    def test_no_prefix_has_more(self):
        for seed in range(20, 24):
            w = random_world(seed)
            report = self.timeline(w, "--asn", w.asn, "-4")
            now = {}
            moments = [(s["time"], 0, v["collector"], s["voting"])
                       for v in report["voters"] for s in v["steps"]]
            for p in report["curves"][0]["prefixes"]:
                moments += [(s["time"], 1, None, s["voting"])
                            for s in p["steps"]]
            for _, is_curve, name, n in sorted(
                    moments, key=lambda m: (m[0], m[1])):
                if is_curve:
                    self.assertLessEqual(n, sum(now.values()))
                else:
                    now[name] = n

    def test_rows_for_plots(self):
        w, col = ris()
        peers = col.peers(5)
        w.reset("00:40:00", peers[1:2], transfer=30)
        folder = self.put(w)
        run = subprocess.run([BINARY, "timeline", "--format", "csv", "-4",
                              "--asn", str(w.asn), folder],
                             stdout=subprocess.PIPE, check=True)
        head, *rows = [line.split(",")
                       for line in run.stdout.decode().splitlines()]
        rows = [dict(zip(head, row)) for row in rows if row[0] == ""]
        self.assertEqual({r["collector"] for r in rows}, {"rrc00"})
        self.assertEqual({r["family"] for r in rows}, {"ipv4"})
        report = self.timeline(w, "--asn", w.asn)
        told = [(r["time"], int(r["voting"])) for r in rows]
        self.assertEqual(told[:-1], [(s["time"], s["voting"])
                                     for s in self.voters(report)["steps"]])
        self.assertEqual(told[-1], (report["coverage"]["end"], 5))


class Baseline(TimelineCase):

    def facts(self, w, *args):
        report = self.timeline(w, "--asn", w.asn, *args)
        self.report = report
        return {p["prefix"]: p for p in report["curves"][0]["prefixes"]}

    def test_how_long_a_prefix_was_there(self):
        """Half of five peers have it from the third on, and until the third
        is gone."""
        w, col = ris(hours=4)
        col.peers(5)
        w.outage("02:00:00", "02:30:00", prefixes=WATCHED[:1])
        w.announce("01:00:00", prefixes=["198.51.100.0/24"])
        w.withdraw("01:20:00", prefixes=["198.51.100.0/24"])
        w.announce("03:00:00", prefixes=["203.0.113.0/24"])
        facts = self.facts(w)
        span = unix(self.report["coverage"]["end"]) - \
            unix(self.report["coverage"]["start"])
        for p in facts.values():
            self.assertEqual(p["needed"], span // 10)
        leak = facts["198.51.100.0/24"]
        self.assertEqual(leak["visible"], 20 * 60)
        self.assertEqual(unix(leak["since"]), w.t("01:00:02"))
        self.assertIsNone(leak["originated"])
        self.assertFalse(leak["baseline"])
        late = facts["203.0.113.0/24"]
        self.assertEqual(late["visible"], unix(
            self.report["coverage"]["end"]) - w.t("03:00:02"))
        self.assertTrue(late["baseline"])
        own = facts[WATCHED[0]]
        self.assertEqual(own["visible"], span - 30 * 60)
        self.assertEqual(unix(own["since"]), w.t("00:00:00"))
        self.assertEqual(unix(own["originated"]), w.start - MONTH)
        self.assertEqual(facts[WATCHED[1]]["visible"], span)

    def test_an_hour_is_enough(self):
        w, col = ris(hours=12)
        col.peers(4)
        w.announce("01:00:00", prefixes=["198.51.100.0/24"], step=0)
        w.withdraw("02:00:00", prefixes=["198.51.100.0/24"], step=0)
        w.announce("01:00:00", prefixes=["203.0.113.0/24"], step=0)
        w.withdraw("01:59:59", prefixes=["203.0.113.0/24"], step=0)
        facts = self.facts(w)
        self.assertEqual({p["needed"] for p in facts.values()}, {3600})
        self.assertEqual(facts["198.51.100.0/24"]["visible"], 3600)
        self.assertTrue(facts["198.51.100.0/24"]["baseline"])
        self.assertEqual(facts["203.0.113.0/24"]["visible"], 3599)
        self.assertFalse(facts["203.0.113.0/24"]["baseline"])

    def test_since_is_when_it_was_first_seen(self):
        """What RIBs tell of before counts until then."""
        w = World(hours=4)
        col = w.collector("rrc00", "ris", ribs=("03:50:00",))
        peers = col.peers(4)
        for p in peers:
            p.age = 7200
        w.at("00:00:01", lambda now: None, None)
        facts = self.facts(w)
        for prefix in WATCHED:
            self.assertEqual(unix(facts[prefix]["originated"]),
                             w.start - 7200)
            self.assertTrue(facts[prefix]["baseline"])
            self.assertEqual(unix(facts[prefix]["since"]),
                             w.t("03:50:00"))


if __name__ == "__main__":
    unittest.main()
