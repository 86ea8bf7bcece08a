"""Why a prefix is down, and which prefixes are an AS's own."""

import unittest

from common import ScenarioCase, World, one_collector, WATCHED

BIG = "175.45.176.0/22"


class Kinds(ScenarioCase):

    def test_moved_to_another_origin(self):
        w, _ = one_collector()
        w.announce("01:30:00", origin=64999)
        w.announce("02:10:00")
        rep = self.find(w)
        self.assert_none(rep)
        self.assert_partial(rep, WATCHED[0], "moved", "01:30:05", "02:10:04")

    def test_moas_each_origin_for_itself(self):
        """Seven peers see the AS, three another origin of the same prefixes.
        The AS leaves: moved.  Both leave: lost."""
        w = World()
        c = w.collector("route-views2")
        mine = c.peers(7)
        other = c.peers(3, carries=[])
        w.announce("00:00:30", peers=other, origin=64999)
        w.announce("01:00:00", peers=mine, origin=64999)
        w.announce("01:40:00", peers=mine)
        w.withdraw("03:00:00", peers=other + mine)
        w.announce("03:20:00", peers=mine)
        w.announce("03:20:10", peers=other, origin=64999)
        rep = self.find(w)
        self.assert_windows(rep, [("03:00:05", "03:20:04")])
        self.assert_partial(rep, WATCHED[0], "moved", "01:00:02", "01:40:04")

    def test_hijack_seen_by_a_minority(self):
        w, c = one_collector()
        w.announce("01:30:00", peers=c.peer_list[:4], origin=64999)
        w.announce("02:10:00", peers=c.peer_list[:4])
        self.assert_none(self.find(w))

    def test_stale_other_origin_hides_nothing(self):
        """Three peers hold the prefixes from elsewhere while all others lose
        them: three of ten are no quorum for any origin."""
        w, c = one_collector()
        few, most = c.peer_list[:3], c.peer_list[3:]
        w.announce("01:20:00", peers=few, origin=64999)
        w.outage("01:30:00", "02:10:00", peers=most)
        w.announce("02:20:00", peers=few)
        rep = self.find(w)
        # Down for this AS once three of the seven are gone, lost for all
        # once six of ten are.
        self.assert_windows(rep, [(("01:30:02", "01:30:05"),
                                   ("02:10:01", "02:10:04"))])

    def test_more_specifics_withdrawn_under_a_cover(self):
        w, _ = one_collector(world_options={"prefixes": [BIG] + WATCHED})
        w.outage("01:30:00", "02:10:00", prefixes=WATCHED)
        rep = self.find(w)
        self.assert_none(rep)
        for p in WATCHED:
            self.assert_partial(rep, p, "covered", "01:30:05", "02:10:04")

    def test_aggregation(self):
        w, _ = one_collector()
        w.announce("01:30:00", prefixes=[BIG])
        w.withdraw("01:31:00", prefixes=WATCHED)
        rep = self.find(w)
        self.assert_none(rep)
        self.assert_partial(rep, WATCHED[3], "covered", "01:31:05")

    def test_deaggregation(self):
        w, _ = one_collector(world_options={"prefixes": [BIG]})
        w.announce("01:30:00", prefixes=WATCHED)
        w.withdraw("01:31:00", prefixes=[BIG])
        rep = self.find(w)
        self.assert_none(rep)
        self.assert_partial(rep, BIG, "covered", "01:31:05")

    def test_deaggregation_with_a_hole(self):
        """Three quarters of the space by more specifics is not the whole."""
        w, _ = one_collector(world_options={"prefixes": [BIG]})
        w.announce("01:30:00", prefixes=WATCHED[:3])
        w.outage("01:31:00", "03:00:00", prefixes=[BIG])
        rep = self.find(w, "--loss", "0.25")
        self.assert_windows(rep, [("01:31:05", "03:00:04")])
        o = rep.outages[0]
        self.assertEqual((o["prefixes_lost"], o["prefixes_total"]), (1, 4))
        self.assertEqual([(p["prefix"], p["kind"]) for p in o["prefixes"]],
                         [(BIG, "withdrawn")])

    def test_cover_of_another_as_is_none(self):
        w, _ = one_collector()
        w.announce("00:00:30", prefixes=["175.45.0.0/16"], origin=4837,
                   via=1299)
        w.outage("01:30:00", "02:10:00", prefixes=WATCHED)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["prefixes"][0]["kind"], "withdrawn")

    def test_cover_that_goes_too(self):
        w, _ = one_collector(world_options={"prefixes": [BIG] + WATCHED})
        w.withdraw("01:00:00", prefixes=WATCHED)
        w.outage("02:00:30", "02:30:00", prefixes=[BIG])
        rep = self.find(w)
        self.assert_windows(rep, [("02:00:35", "02:30:04")])
        self.assertEqual(rep.outages[0]["prefixes_lost"], 5)

    def test_leak_does_not_join_the_baseline(self):
        """Ten minutes of forty foreign prefixes: their end is no outage, and
        they are not counted in a real one."""
        w, c = one_collector()
        foreign = ["190.0.%d.0/24" % i for i in range(20)]
        owned = w.fillers[4][:20]
        w.announce("01:00:00", prefixes=foreign + [p for p, _ in owned])
        w.withdraw("01:10:00", prefixes=foreign)
        for prefix, origin in owned:
            w.announce("01:10:00", prefixes=[prefix], origin=origin)
        w.outage("02:30:00", "02:50:00", prefixes=WATCHED)
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assertEqual(rep.outages[0]["prefixes_total"], 4)
        self.assertEqual(rep.ases(w.asn)["prefixes"], WATCHED)


if __name__ == "__main__":
    unittest.main()
