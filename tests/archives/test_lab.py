"""North Korea's week of December 2014, played by real routing daemons.

ground_truth.json holds every event and command; expected_route-views.lab.json
is an independent count of the prefixes' windows over the same recording.
"""

import json
import subprocess
import unittest

from common import ArchiveCase, data, outages, unix, windows

KP = 131279


def load(name):
    with open(data("lab", name)) as f:
        return json.load(f)


def half_lost(prefixes, min_duration=60):
    """Windows in which at least half of the prefixes are below the quorum."""
    changes = {}
    for p in prefixes.values():
        for w in p["below_half"]:
            start, end = unix(w["start"]), unix(w["end"])
            changes[start] = changes.get(start, 0) + 1
            changes[end] = changes.get(end, 0) - 1
    found, lost, since = [], 0, None
    for when in sorted(changes):
        lost += changes[when]
        out = lost * 2 >= len(prefixes)
        if out and since is None:
            since = when
        elif not out and since is not None:
            found.append((since, when))
            since = None
    return ([w for w in found if w[1] - w[0] >= min_duration],
            [w for w in found if w[1] - w[0] < min_duration])


class Lab(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        cls.archive = data("lab", "route-views.lab")
        cls.truth = load("ground_truth.json")
        cls.expected = load("expected_route-views.lab.json")["prefixes"]
        cls.korea = {k: v for k, v in cls.expected.items()
                     if k in cls.truth["nk_prefixes"]}
        cls.report = outages("--asn", str(KP), cls.archive)

    def event(self, name):
        for e in self.truth["events"]:
            if e["id"] == name:
                return e
        raise LookupError(name)

    def test_windows_are_those_of_the_independent_count(self):
        listed, short = half_lost(self.korea)
        self.assertEqual(len(listed), 8)
        self.assert_windows(windows(self.report), listed, 2)
        self.assertEqual(self.report["ases"][0]["filtered_short"], len(short))

    def test_every_outage_event_has_its_window(self):
        for e in self.truth["events"]:
            if e["kind"] not in ("outage", "flap") or len(e["prefixes"]) < 2 \
                    or e["seconds"] < 60:
                continue
            start, end = unix(e["start"]), unix(e["end"])
            near = [w for w in windows(self.report)
                    if abs(w[0] - start) <= 60 and abs(w[1] - end) <= 60]
            self.assertEqual(len(near), 1, e["id"])

    def test_the_great_blackout_is_total(self):
        o = [o for o in self.report["outages"] if o["duration"] > 30000][0]
        self.assertEqual((o["prefixes_lost"], o["prefixes_total"]), (4, 4))
        self.assertEqual(o["loss"], 1)
        self.assertEqual(o["peers"]["voting"], 10)
        self.assertEqual(o["peers"]["still_carrying"], 0)
        self.assertFalse(o["ongoing"])
        self.assertTrue(o["start_known"])
        self.assertEqual(unix(o["start_earliest"]), unix(o["start"]) - 1)
        self.assertEqual(len(o["blackouts"]), 1)
        self.assertEqual(o["unknown"], 0)

    def test_nothing_is_made_of_resets_and_partial_losses(self):
        for name in ("reset_quiet_p1", "reset_admin_p3", "frr_stop",
                     "partial_peers", "partial_prefix", "moas_nk",
                     "hold_p12"):
            e = self.event(name)
            start = unix(e["start"])
            end = unix(e["end"]) if e["end"] else start + 600
            self.assert_no_overlap(self.report, start, end)

    def test_the_loss_of_one_prefix_stands_in_the_detail(self):
        partial = self.report["ases"][0]["partial"]
        want = self.korea["175.45.178.0/24"]["below_half"]
        e = self.event("partial_prefix")
        want = [w for w in want
                if abs(unix(w["start"]) - unix(e["start"])) < 60][0]
        self.assertEqual(len(partial), 1, partial)
        self.assertEqual(partial[0]["prefix"], "175.45.178.0/24")
        self.assertEqual(partial[0]["kind"], "withdrawn")
        self.assertLessEqual(
            abs(unix(partial[0]["start"]) - unix(want["start"])), 2)
        self.assertLessEqual(
            abs(unix(partial[0]["end"]) - unix(want["end"])), 2)

    def test_the_stopped_collector_is_a_gap(self):
        c = self.report["coverage"]["collectors"]
        self.assertEqual([x["name"] for x in c], ["route-views.lab"])
        self.assertEqual(c[0]["updates"], 557)
        self.assertEqual(c[0]["full_feed_ipv4"], 10)
        gaps = c[0]["gaps"]
        self.assertEqual(len(gaps), 1, gaps)
        e = self.event("frr_stop")
        self.assertLessEqual(abs(unix(gaps[0]["start"]) - unix(e["start"])),
                             900)
        self.assertLessEqual(abs(unix(gaps[0]["end"]) - unix(e["end"])), 900)
        self.assertEqual(gaps[0]["reason"], "missing_file")
        self.assertEqual(self.report["damage"], [])

    def test_the_replay_agrees_with_the_ribs(self):
        c = self.report["coverage"]["collectors"][0]
        self.assertEqual(c["rib_mismatches"], 0)

    def test_session_resets_are_found_without_state_messages(self):
        """One session each of p1, p2, p4, p11 and p12, two of p3, and all
        thirteen when the collector stops: twenty."""
        c = self.report["coverage"]["collectors"][0]
        self.assertGreaterEqual(c["session_resets"], 20)
        self.assertLessEqual(c["session_resets"], 23)

    def test_no_other_network_has_an_outage(self):
        """Every AS of the recording, but for the two that lost prefixes."""
        argv = ["--asn", ",".join(str(a) for a in self.origins())]
        report = outages(*argv, self.archive)
        found = {o["asn"] for o in report["outages"]}
        self.assertEqual(found, {KP, 131999})
        self.assertGreater(len([a for a in report["ases"] if a["seen"]]), 100)

    def origins(self):
        """The origins in a RIB of the recording, as bgpdump reads it."""
        rib = data("lab", "route-views.lab", "bgpdata", "2014.12", "RIBS",
                   "rib.20141221.1800.bz2")
        try:
            run = subprocess.run(["bgpdump", "-m", rib], capture_output=True,
                                 text=True, check=True)
        except OSError as e:
            raise unittest.SkipTest("no bgpdump") from e
        paths = [line.split("|")[6] for line in run.stdout.splitlines()]
        return sorted({int(p.split()[-1]) for p in paths
                       if p and p.split()[-1].isdigit()} - {0})

    def test_the_ipv6_outage(self):
        e = self.event("v6_outage")
        report = outages("--asn", str(e["origin"]), self.archive)
        want = self.expected["2401:b740::/32"]["below_half"]
        self.assert_windows(windows(report), [
            (unix(w["start"]), unix(w["end"])) for w in want], 2)

    def test_a_prefix_that_moves_is_no_outage(self):
        e = self.event("origin_move")
        report = outages("--asn", str(e["from_as"]), self.archive)
        start = unix(e["start"])
        self.assert_no_overlap(report, start, start + 86400)
        moved = [p for a in report["ases"] for p in a["partial"]
                 if p["kind"] == "moved"]
        self.assertEqual(len(moved), 1)
        self.assertEqual(moved[0]["moved_to"], e["to_as"])
        self.assertLessEqual(abs(unix(moved[0]["start"]) - start), 60)


if __name__ == "__main__":
    unittest.main()
