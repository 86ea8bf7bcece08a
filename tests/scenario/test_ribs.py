"""RIBs: the seed, the check, and what a RIB must not do."""

import unittest

from common import ScenarioCase, World, one_collector, WATCHED_V6

SPARE_RIBS = ["00:00", "04:00"]


class Seeding(ScenarioCase):

    def test_first_rib_comes_late(self):
        """Updates from 00:00, the first RIB at 01:00: it seeds what the
        updates never mention."""
        w, _ = one_collector(ribs=["01:00"])
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)

    def test_originated_time_makes_a_baseline(self):
        """Five minutes of data, then gone for good; but the RIB says the
        routes are a month old."""
        w, _ = one_collector()
        w.withdraw("00:05:00")
        self.assert_windows(self.find(w), [("00:05:05", None)])

    def test_young_routes_are_no_baseline(self):
        """The same, but three minutes old in the RIB: a passing leak."""
        w, c = one_collector()
        for p in c.peer_list:
            p.age = 180
        w.withdraw("00:05:00")
        self.assert_none(self.find(w))

    def test_no_rib_at_all(self):
        """The first word about the prefixes is their withdrawal: the peers
        carried them until then."""
        w, _ = one_collector(ribs=[])
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)

    def test_no_rib_and_a_minority(self):
        """All ten spoke of the prefixes before; four lose them."""
        w, c = one_collector(ribs=[])
        w.announce("00:20:00", via=1239)
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[:4])
        self.assert_none(self.find(w))

    def test_no_rib_at_one_of_two(self):
        """Peers of the collector without a RIB vote when they have carried
        the prefixes; those that never mention them do not."""
        w = World()
        x = w.collector("route-views2")
        y = w.collector("rrc00", "ris", ribs=[])
        x.peers(4)
        y.peers(3)
        y.peers(5, carries=[])
        w.outage("01:30:00", "02:10:00", peers=x.peer_list + y.peer_list[:3])
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:03", "02:10:03")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 7)


class Checking(ScenarioCase):

    def test_sixty_second_rule_for_withdrawals(self):
        """The RIB of 02:00 shows the table of 01:59:20, before the
        withdrawals of 01:59:30: it does not bring the routes back."""
        w, _ = one_collector(ribs=["00:00", ("02:00", 0, 40), "04:00"])
        w.outage("01:59:30", "02:40:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:59:35", "02:40:04")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_sixty_second_rule_for_announcements(self):
        """The same the other way: announced at 01:59:30, not in the RIB."""
        w, _ = one_collector(ribs=["00:00", ("02:00", 0, 40), "04:00"])
        w.outage("01:20:00", "01:59:30")
        rep = self.find(w)
        self.assert_windows(rep, [("01:20:05", "01:59:34")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_update_during_a_long_dump(self):
        """The dump takes three minutes and has written the prefixes before
        they are withdrawn."""
        low = ["5.1.0.0/24", "5.1.1.0/24"]
        w, _ = one_collector(ribs=["00:00", ("02:00", 180, 0), "04:00"],
                             world_options={"prefixes": low})
        w.outage("02:01:00", "02:40:00")
        rep = self.find(w)
        self.assert_windows(rep, [("02:01:05", "02:40:04")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_one_missed_withdrawal_is_counted(self):
        w, c = one_collector()
        w.withdraw("01:00:00", peers=c.peer_list[:1], recorded=False)
        rep = self.find(w)
        self.assert_none(rep)
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 4)

    def test_missed_withdrawals_of_all(self):
        """No update says it, the RIB of 02:00 does."""
        w, c = one_collector()
        w.withdraw("01:00:00", recorded=False)
        w.announce("02:30:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:00:00", "02:01:00"), "02:30:04")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 40)

    def test_missed_announcements_of_all(self):
        w, c = one_collector()
        w.withdraw("01:00:00")
        w.announce("01:30:00", recorded=False)
        rep = self.find(w)
        self.assert_windows(rep, [("01:00:05", ("01:30:00", "02:01:00"))])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 40)

    def test_ribs_alone(self):
        """No updates at all: the resolution is the interval of the RIBs."""
        w, c = one_collector(hours=12)
        c.updates = False
        w.outage("03:00:00", "07:00:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("03:59:00", "04:01:00"),
                                   ("07:00:00", "08:01:00"))])
        o = rep.outages[0]
        self.assert_between(o["start_earliest"], "01:59:00", "02:01:00")
        self.assert_between(o["end_earliest"], "05:59:00", "06:01:00")
        self.assertEqual(o["peers"]["voting"], 10)


class Oddities(ScenarioCase):

    def test_split_records(self):
        """FRR spreads a prefix over several records: they add up.  The last
        one alone holds two of ten peers."""
        w, _ = one_collector(split=4)
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_cut_rib_withdraws_nothing(self):
        """The RIB of 02:00 breaks off before it comes to the watched
        prefixes."""
        for codec in ("gz", "plain"):
            with self.subTest(codec=codec):
                w, c = one_collector(codec=codec)
                w.outage("02:30:00", "02:50:00")
                a = w.build()
                a.cut_after(a.rib("02:00"), 100)
                rep = self.find(w, damaged=True)
                self.assert_windows(rep, [("02:30:05", "02:50:04")])
                self.assertIn("rib.20200301.0200", rep.damage[0]["file"])

    def test_cut_first_rib(self):
        """The seed itself is cut; the next RIB is whole.  No window but the
        real one."""
        w, _ = one_collector(codec="gz")
        w.outage("02:30:00", "02:50:00")
        a = w.build()
        a.cut_after(a.rib("00:00"), 100)
        rep = self.find(w, damaged=True)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])

    def test_empty_rib_is_not_an_empty_table(self):
        """A RIB file of no record, and one of the peer table alone."""
        for keep in (0, 1):
            with self.subTest(records=keep):
                w, _ = one_collector()
                w.outage("02:30:00", "02:50:00")
                a = w.build()
                f = a.rib("02:00")
                f.recs = f.recs[:keep]
                rep = self.find(w, damaged=None)
                self.assert_windows(rep, [("02:30:05", "02:50:04")])

    def test_rib_knows_more_peers_later(self):
        """Three peers join at 01:00 with their whole tables; none of this
        is a mismatch or a window, and they vote afterwards."""
        w = World()
        c = w.collector("route-views2")
        c.peers(5)
        for p in c.peers(3, late=True):
            w.session_up("01:00:00", p)
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:04", "02:50:03")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 8)

    def test_full_mp_reach_in_ipv6_ribs(self):
        w, _ = one_collector(style="ris", mp_full=True,
                             world_options={"prefixes": WATCHED_V6})
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)


if __name__ == "__main__":
    unittest.main()
