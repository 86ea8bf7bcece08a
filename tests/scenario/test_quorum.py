"""Who votes: full feeds, distinct ASNs, enough of them, and zombies."""

import unittest

from common import ScenarioCase, World, one_collector, ips, WATCHED_V6


class Quorum(ScenarioCase):

    def test_zombies_are_named(self):
        w, c = one_collector()
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[:7])
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:01")])
        peers = rep.outages[0]["peers"]
        self.assertEqual((peers["voting"], peers["still_carrying"]), (10, 3))
        self.assertEqual(sorted(peers["stuck"]), sorted(ips(c.peer_list[7:])))
        self.assertEqual(rep.outages[0]["prefixes"][0]["visibility_min"], 0.3)

    def test_partial_feeds_do_not_hold_a_prefix_up(self):
        w = World()
        c = w.collector("route-views2")
        full = c.peers(6)
        c.peers(8, feed={4: 0.3})
        w.outage("01:30:00", "02:10:00", peers=full)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:03", "02:10:02")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 6)
        self.assertEqual(rep.collector("route-views2")["full_feed_ipv4"], 6)
        self.assertEqual(rep.collector("route-views2")["peers"], 14)

    def test_partial_feeds_do_not_take_a_prefix_down(self):
        w = World()
        c = w.collector("route-views2")
        c.peers(6)
        partial = c.peers(8, feed={4: 0.3})
        w.outage("01:30:00", "02:10:00", peers=partial)
        self.assert_none(self.find(w))

    def test_full_feed_option(self):
        """At 0.2 the partial feeds vote too: eight of fourteen keep it."""
        w = World()
        c = w.collector("route-views2")
        full = c.peers(6)
        c.peers(8, feed={4: 0.3})
        w.outage("01:30:00", "02:10:00", peers=full)
        self.assert_none(self.find(w, "--full-feed", "0.2"))

    def test_full_feed_is_relative_to_the_largest_anywhere(self):
        """A collector of small tables: its peers are partial, although each
        has as large a table as any there."""
        w = World()
        a = w.collector("route-views2")
        b = w.collector("route-views.small")
        full = a.peers(5)
        b.peers(9, feed={4: 0.3})
        w.outage("01:30:00", "02:10:00", peers=full)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:02", "02:10:02")])
        self.assertEqual(rep.collector("route-views.small")[
            "full_feed_ipv4"], 0)

    def test_full_feed_per_family(self):
        """Eight peers are full in IPv4 and hold next to nothing of IPv6, but
        the watched prefixes: they have no vote on them."""
        w = World(prefixes=WATCHED_V6)
        c = w.collector("route-views2")
        full = c.peers(4)
        c.peers(8, feed={4: 1.0, 6: 0.05})
        w.outage("01:30:00", "02:10:00", peers=full)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:02", "02:10:01")])
        row = rep.collector("route-views2")
        self.assertEqual((row["full_feed_ipv4"], row["full_feed_ipv6"]),
                         (12, 4))

    def test_one_asn_has_one_vote(self):
        """Six sessions of one ASN keep the prefixes, five other ASNs lose
        them: one of six, not six of eleven."""
        w = World()
        c = w.collector("route-views2")
        c.peers(6, asn=3356)
        lose = [c.peer(asn=a) for a in (2914, 6939, 1299, 3257, 7018)]
        w.outage("01:30:00", "02:10:00", peers=lose)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:03", "02:10:01")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 6)
        self.assertEqual(rep.outages[0]["peers"]["still_carrying"], 1)

    def test_an_asn_carries_when_one_session_does(self):
        """Two collectors, the same five ASNs at both and twice at one: one
        session of each keeps the prefixes."""
        w = World()
        a, b = w.collector("route-views2"), w.collector("route-views4")
        lose = []
        for asn in (2914, 6939, 1299, 3257, 7018):
            lose += [a.peer(asn=asn), a.peer(asn=asn)]
            b.peer(asn=asn)
        w.outage("01:30:00", "02:10:00", peers=lose)
        self.assert_none(self.find(w))

    def test_too_few_peers_give_no_verdict(self):
        w, _ = one_collector(peers=2)
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_none(rep)
        self.assertFalse(rep.ases(w.asn)["verdict"])
        self.assert_windows(self.find(w, "--min-peers", "2"),
                            [("01:30:01", "02:10:00")])

    def test_too_few_asns_give_no_verdict(self):
        w = World()
        c = w.collector("route-views2")
        c.peers(4, asn=3356)
        c.peers(4, asn=2914)
        w.outage("01:30:00", "02:10:00")
        self.assert_none(self.find(w))

    def test_too_few_left_for_a_while(self):
        """Eight of ten sessions are down; what the other two lose meanwhile
        is no verdict, what all lose later is."""
        w, c = one_collector(style="ris")
        w.reset("01:00:00", c.peer_list[:8], down=3000)
        w.outage("01:20:00", "01:40:00", peers=c.peer_list[8:])
        w.outage("02:30:00", "02:50:00")
        self.assert_windows(self.find(w), [("02:30:05", "02:50:04")])

    def test_fake_peer_zero_has_no_vote(self):
        """FRR's 0.0.0.0 AS0 lists local routes; with it three would vote."""
        w, c = one_collector(peers=2)
        c.fake_routes = True
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_none(rep)
        self.assertEqual(rep.collector("route-views2")["peers"], 2)

    def test_peer_filters(self):
        """! and names: without the stuck peers, or with them alone."""
        w, c = one_collector()
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[:5])
        self.assert_none(self.find(w))
        args = []
        for p in c.peer_list[6:]:
            args += ["--peer-ip", "!" + p.ip]
        self.assert_windows(self.find(w, *args), [("01:30:03", "02:10:01")])
        only = ",".join(str(p.asn) for p in c.peer_list[:5])
        self.assert_windows(self.find(w, "--peer-asn", only),
                            [("01:30:02", "02:10:02")])


if __name__ == "__main__":
    unittest.main()
