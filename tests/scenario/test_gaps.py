"""What is not there, or there but broken: coverage and damage."""

import random
import unittest

from common import ScenarioCase, World, one_collector, mrt, unix, WATCHED

SPARE_RIBS = ["00:00", "04:00"]


class Missing(ScenarioCase):

    def assert_gap(self, rep, name, start, end, reason, tol=60):
        gaps = rep.gaps(name)
        self.assertEqual(len(gaps), 1, gaps)
        got = gaps[0]
        self.assertTrue(abs(got[0] - self.world.t(start)) <= tol and
                        abs(got[1] - self.world.t(end)) <= tol, gaps)
        self.assertEqual(got[2], reason)

    def test_fifteen_minutes(self):
        w, _ = one_collector()
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assert_gap(rep, "route-views2", "01:30", "01:45",
                        "missing_file")

    def test_five_minutes(self):
        w, _ = one_collector(style="ris")
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assert_gap(rep, "rrc00", "01:30", "01:35", "missing_file")

    def test_odd_cadence(self):
        """Ten-minute files that begin at three past."""
        w, _ = one_collector(cadence=600, offset=180)
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        a.drop(a.updates("01:33"))
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assert_gap(rep, "route-views2", "01:33", "01:43",
                        "missing_file")

    def test_odd_cadence_whole(self):
        """The same with nothing missing has no gap."""
        w, _ = one_collector(cadence=600, offset=180)
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_truth(rep)
        self.assertEqual(rep.gaps("route-views2"), [])

    def test_empty_file_is_not_missing(self):
        w, _ = one_collector(style="ris", ribs=SPARE_RIBS)
        w.outage("01:20:00", "01:50:00")
        a = w.build()
        a.empty(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("01:20:05", "01:50:04")])
        self.assertEqual(rep.gaps("rrc00"), [])
        self.assertEqual(rep.outages[0]["unknown"], 0)

    def test_the_same_file_missing(self):
        """The counterpart: dropped, not empty, it is a gap, and the state
        after it is unknown until the peers speak."""
        w, _ = one_collector(style="ris", ribs=SPARE_RIBS)
        w.outage("01:20:00", "01:50:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("01:20:05", ("01:50:00", "01:50:09"))])
        self.assert_gap(rep, "rrc00", "01:30", "01:35", "missing_file")
        self.assert_between(rep.outages[0]["end_earliest"], "01:29:00",
                            "01:30:00")

    def test_naturally_quiet_collector(self):
        """Few peers that speak about every ten minutes: many five-minute
        files are empty, none is missing."""
        w = World()
        c = w.collector("rrc00", "ris")
        c.peers(4, chatter=(500, 900))
        w.outage("01:30:00", "02:30:00")
        empty = [f for f in w.build().of(c, "updates") if not f.recs]
        self.assertGreater(len(empty), 3)
        rep = self.find(w)
        self.assert_truth(rep)
        self.assertEqual(rep.gaps("rrc00"), [])
        self.assertEqual(rep.outages[0]["unknown"], 0)

    def test_start_in_the_gap(self):
        w, _ = one_collector()
        w.outage("01:35:00", "02:30:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [(("01:30:00", "02:01:00"), "02:30:04")])
        self.assert_between(rep.outages[0]["start_earliest"], "01:28:00",
                            "01:31:00")
        self.assertTrue(rep.outages[0]["start_known"])

    def test_end_in_the_gap(self):
        w, _ = one_collector()
        w.outage("01:05:00", "01:35:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("01:05:05", ("01:30:00", "02:01:00"))])
        self.assert_between(rep.outages[0]["end_earliest"], "01:28:00",
                            "01:31:00")

    def test_gap_in_the_middle(self):
        """Down, unknown, down: one window, exact at both ends."""
        w, _ = one_collector()
        w.outage("01:10:00", "02:30:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        rep = self.find(w)
        self.assert_windows(rep, [("01:10:05", "02:30:04")])
        self.assertTrue(840 <= rep.outages[0]["unknown"] <= 1900,
                        rep.outages[0])

    def test_outage_inside_the_gap(self):
        w, _ = one_collector()
        w.outage("01:32:00", "01:40:00")
        a = w.build()
        a.drop(a.updates("01:30"))
        self.assert_none(self.find(w))

    def test_another_collector_saw_it(self):
        """Six of eleven peers are at the collector that misses nothing: when
        all six have lost the prefixes, the five unknown cannot matter."""
        w = World()
        x = w.collector("route-views2")
        y = w.collector("rrc00", "ris")
        x.peers(5)
        y.peers(6)
        w.outage("01:35:00", "02:30:00")
        a = w.build()
        a.drop(a.updates("01:30", x))
        rep = self.find(w)
        self.assert_windows(rep, [(("01:35:00", "01:35:12"),
                                   ("02:30:00", "02:30:12"))])
        self.assert_between(rep.outages[0]["start_earliest"], "01:34:59",
                            "01:35:12")
        self.assert_gap(rep, "route-views2", "01:30", "01:45",
                        "missing_file")
        self.assertEqual(rep.gaps("rrc00"), [])

    def test_a_gap_makes_no_majority_of_a_minority(self):
        """Three of eleven lose the prefixes, and are most of those whose
        files are not missing."""
        w = World()
        x = w.collector("route-views2")
        y = w.collector("rrc00", "ris")
        x.peers(6)
        y.peers(5)
        w.outage("01:33:00", "01:40:00", peers=y.peer_list[:3])
        a = w.build()
        a.drop(a.updates("01:30", x))
        self.assert_none(self.find(w))

    def test_first_words_after_a_gap_are_no_sample(self):
        """After the gap those peers speak that have something to say: the
        five of eleven that lose the prefixes, most of the seven known."""
        w = World()
        x = w.collector("route-views2")
        y = w.collector("rrc00", "ris")
        x.peers(6)
        y.peers(5)
        w.outage("01:40:00", "01:50:00",
                 peers=x.peer_list[:2] + y.peer_list[:3])
        a = w.build()
        a.drop(a.updates("01:15", x))
        self.assert_none(self.find(w))

    def test_two_files_missing_are_one_gap_each_or_one(self):
        """Half an hour, no window, and the gaps cover just that."""
        w, _ = one_collector()
        a = w.build()
        a.drop(a.updates("01:15"), a.updates("01:30"))
        rep = self.find(w)
        self.assert_none(rep)
        gaps = rep.gaps("route-views2")
        self.assertEqual({g[2] for g in gaps}, {"missing_file"})
        self.assertEqual(sum(g[1] - g[0] for g in gaps) // 60, 30)

    def test_collector_falls_silent(self):
        """One of two collectors writes empty files for two hours; what its
        six peers last said must not outvote the four of the other.  Down with
        the third of these at the earliest, with the last at the latest."""
        w = World()
        x = w.collector("route-views2", ribs=SPARE_RIBS)
        y = w.collector("route-views4", ribs=SPARE_RIBS)
        x.peers(6)
        y.peers(4)
        x.hang("01:00:00", "03:00:00")
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:30:08", "01:30:09"), "02:10:07")])
        gaps = rep.gaps("route-views2")
        self.assertEqual([g[2] for g in gaps], ["silent"])
        self.assertTrue(w.t("00:58") <= gaps[0][0] <= w.t("01:16") and
                        w.t("02:44") <= gaps[0][1] <= w.t("03:02"), gaps)
        self.assertEqual(rep.gaps("route-views4"), [])

    def test_only_collector_falls_silent(self):
        w, c = one_collector(ribs=SPARE_RIBS)
        c.hang("01:00:00", "03:00:00")
        self.assert_none(self.find(w))


class Damaged(ScenarioCase):

    def assert_damage(self, rep, name):
        rows = [d for d in rep.damage if name in d["file"]]
        self.assertTrue(rows, rep.damage)
        return rows[0]

    def cut_file(self, codec):
        """The file ends early; the return of the prefixes is in the lost
        part, so the window's end is an interval from the cut to the RIB."""
        w, _ = one_collector(codec=codec)
        w.outage("01:32:00", "01:42:00")
        a = w.build()
        f = a.updates("01:30")
        kept = len([r for r in f.recs if r.time < w.t("01:38")])
        a.cut_at(f, "01:38:00")
        rep = self.find(w, damaged=True)
        self.assert_windows(rep, [("01:32:05", ("01:38:00", "02:01:00"))])
        self.assert_between(rep.outages[0]["end_earliest"], "01:36:00",
                            "01:40:00")
        row = self.assert_damage(rep, "updates.20200301.0130")
        self.assertEqual(row["records_kept"], kept)
        self.assert_between(row["lost_from"], "01:36:00", "01:38:30")
        self.assert_between(row["lost_until"], "01:44:00", "01:46:00")

    def test_gzip_cut(self):
        self.cut_file("gz")

    def test_bzip2_cut(self):
        self.cut_file("bz2")

    def test_plain_cut(self):
        self.cut_file("plain")

    def test_cut_file_invents_nothing(self):
        """All peers restate in the lost half what they withdrew in the kept
        one, seconds after the cut; the RIB is two hours away."""
        w, _ = one_collector(codec="gz", ribs=SPARE_RIBS)
        w.outage("01:37:40", "01:38:05")
        a = w.build()
        a.cut_at(a.updates("01:30"), "01:38:00")
        rep = self.find(w, damaged=True)
        for o in rep.outages:
            self.assertLessEqual(unix(o["end_earliest"]), w.t("01:38:00"))
        self.assertEqual([o for o in rep.outages if o["duration"] -
                          o["unknown"] >= 60], [])

    def test_stray_bytes(self):
        """Rubbish between two records: the rest of the file is read."""
        w, _ = one_collector(codec="gz")
        w.outage("01:40:00", "02:20:00")
        a = w.build()
        junk = bytes(random.Random(5).randrange(256) for _ in range(61))
        a.insert(a.updates("01:30"), "01:35:00", junk)
        rep = self.find(w, damaged=True)
        self.assert_windows(rep, [(("01:40:00", "01:40:09"), "02:20:04")])
        self.assert_damage(rep, "updates.20200301.0130")

    def test_record_of_no_length(self):
        w, _ = one_collector(codec="gz")
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        a.insert(a.updates("01:30"), "01:35:00",
                 mrt.record(w.t("01:35"), mrt.BGP4MP, mrt.MESSAGE_AS4, b""))
        rep = self.find(w, damaged=None)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])

    def test_broken_attributes_are_no_withdrawal(self):
        """Six of ten peers restate the prefixes in records whose AS_PATH
        runs past the end of its block."""
        w, c = one_collector(codec="gz")
        hit = c.peer_list[:6]
        w.announce("01:31:00", peers=hit)
        w.announce("02:31:00", peers=hit)
        a = w.build()
        mine = {p.id for p in hit}

        def chosen(rec):
            return rec.peer in mine and any(s[2] == "A" and s[5] in WATCHED
                                            for s in rec.says)

        def change(data):
            # MRT header, session, BGP header, two lengths, ORIGIN, then the
            # length octet of AS_PATH.
            at = 12 + 20 + 19 + 4 + 4 + 2
            self.assertEqual(data[at - 2:at], b"\x40\x02")
            return data[:at] + b"\xfa" + data[at + 1:]
        self.assertEqual(sum(map(chosen, a.updates("01:30").recs)), 6)
        a.replace(a.updates("01:30"), chosen, change)
        rep = self.find(w, damaged=True)
        self.assert_none(rep)

    def test_not_mrt(self):
        """A text file among the others is damage, and nothing more."""
        w, _ = one_collector(codec="plain")
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        f = a.updates("01:30")
        f.blob = b"<html><body>404 Not Found</body></html>\n" * 20
        rep = self.find(w, damaged=True)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assert_damage(rep, "updates.20200301.0130")


if __name__ == "__main__":
    unittest.main()
