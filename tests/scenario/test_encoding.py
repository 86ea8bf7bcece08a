"""The many ways in which one fact is written."""

import unittest

from common import ScenarioCase, World, one_collector, WATCHED


class Encoding(ScenarioCase):

    def test_as_trans(self):
        """2-byte sessions: AS131279 stands only in AS4_PATH."""
        w, _ = one_collector(peer_options={"as4": False}, ribs=[])
        w.announce("00:10:00", via=1239)
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)

    def test_as_trans_restates(self):
        """Half of the peers on 2-byte sessions restate their routes, with
        AS_TRANS as the last hop of AS_PATH: not a move to AS23456."""
        w = World()
        c = w.collector("route-views2")
        old = c.peers(6, as4=False)
        c.peers(4)
        w.announce("01:00:00", peers=old, via=1239)
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_addpath_one_of_two_paths(self):
        """Every peer loses one of its two paths: it still carries.  Then the
        other one too."""
        w, _ = one_collector(peer_options={"addpath": True})
        w.withdraw("01:00:00", path_id=1)
        w.withdraw("01:30:00", path_id=2)
        w.announce("02:10:00", path_id=1)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_addpath_by_a_rib_without_identifiers(self):
        """The RIB has two routes of each peer and no path identifiers; the
        updates that withdraw them have: one gone is not both gone."""
        w, c = one_collector(peer_options={"addpath": True})
        c.plain_ribs = True
        w.withdraw("01:00:00", path_id=1)
        w.withdraw("01:30:00", path_id=2)
        w.announce("01:50:00", path_id=1)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "01:50:04")])

    def test_addpath_beside_plain_peers(self):
        w = World()
        c = w.collector("route-views2")
        c.peers(5)
        add = c.peers(5, addpath=True)
        w.withdraw("01:00:00", peers=add, path_id=2)
        w.withdraw("01:30:00", peers=c.peer_list[:5])
        w.withdraw("01:30:05", peers=add, path_id=1)
        w.announce("02:10:00", peers=c.peer_list[:5])
        w.announce("02:10:05", peers=add, path_id=2)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)

    def test_as_set_origin(self):
        """All members of an AS_SET at the end are origins."""
        w, _ = one_collector()
        w.announce("01:00:00", origin=frozenset((w.asn, 64512)))
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_as_in_the_middle_is_no_origin(self):
        """A customer's prefixes behind the AS are not its own: their loss is
        nothing, and they are not in its list."""
        w, _ = one_collector()
        customer = ["190.1.%d.0/24" % i for i in range(8)]
        w.announce("00:00:30", prefixes=customer, via=w.asn, origin=64990)
        w.withdraw("01:30:00", prefixes=customer)
        rep = self.find(w)
        self.assert_none(rep)
        self.assertEqual(rep.ases(w.asn)["prefixes"], WATCHED)

    def test_microseconds(self):
        """BGP4MP_ET: two words in one second count in their order."""
        w, c = one_collector(et=True)
        w.outage("01:30:00.250000", "02:10:00.750000")
        # All peers flap within one second, and end up.
        w.withdraw("02:30:00.100000", step=0)
        w.announce("02:30:00.900000", step=0)
        # And the other way round: announced again, withdrawn at last.
        w.withdraw("02:40:00.100000", step=0)
        w.announce("02:40:00.200000", step=0)
        w.withdraw("02:40:00.300000", step=0)
        w.announce("02:50:00.000000", step=0)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04"),
                                  ("02:40:00", "02:50:00")], tol=1)

    def test_ipv4_in_mp_attributes(self):
        w, _ = one_collector()
        w.withdraw("01:30:00", mp=True)
        w.announce("02:10:00", mp=True)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_ipv6_routes_over_ipv4_sessions_and_back(self):
        w = World(prefixes=["2001:db8:4500::/40"])
        c = w.collector("route-views2")
        c.peers(4)
        for i in range(4):
            c.peer(ip="2001:db8:99::%d" % (i + 1))
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:04", "02:10:03")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 8)

    def test_repeated_and_pointless_words(self):
        """The same announcement again and again; withdrawals of what nobody
        announced, and again of what is gone: nothing comes of them."""
        w, c = one_collector()
        ghost = ("180.99.0.0/24", None)
        for p in c.peer_list:
            def chatter(now, p=p):
                for q in WATCHED:
                    route = p.table.get((q, None))
                    if route:
                        p.say_announce(now, [(q, None)], route)
                    else:
                        p.say_withdraw(now, [(q, None)])
                p.say_withdraw(now, [ghost])
            for minute in range(5, 230, 15):
                w.at(minute * 60 + 7, chatter, None)
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"], 0)

    def test_path_changes_are_no_flaps(self):
        """Implicit replacement: the routes change paths all the time."""
        w, _ = one_collector()
        for i in range(20):
            w.announce("00:%02d:00" % (i * 2 + 5), via=1239 + i)
        self.assert_none(self.find(w))


if __name__ == "__main__":
    unittest.main()
