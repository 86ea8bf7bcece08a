"""The scenario builder itself, held against bgpdump: what it writes is what
it says.  Needs no blackout."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import mrtwrite as mrt  # noqa: E402
from scenario import World, rfc3339  # noqa: E402

BGPDUMP = shutil.which("bgpdump")


def dumped(path):
    """Rows of bgpdump -m, cut down to what a Rec says."""
    done = subprocess.run([BGPDUMP, "-m", "-v", path],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True, universal_newlines=True)
    rows = []
    for line in done.stdout.splitlines():
        f = line.split("|")
        if f[2] == "STATE" or f[2] == "W":
            rows.append(tuple(f))
        else:
            rows.append(tuple(f[:8] if f[0].endswith("_AP") else f[:7]))
    return rows


def long_v6(rows):
    """bgpdump and this program write IPv6 alike, but not zero runs."""
    import ipaddress

    def same(x):
        if ":" not in x:
            return x
        if "/" in x:
            return str(ipaddress.ip_network(x))
        return str(ipaddress.ip_address(x))
    return [tuple(same(x) for x in row) for row in rows]


def said(f):
    rows = []
    for r in f.recs:
        if f.kind == "rib":
            for ip, asn, prefix, path in r.says:
                rows.append(("TABLE_DUMP2", "%d" % f.time, "B", ip, asn,
                             prefix, path))
        else:
            rows.extend(r.says or [])
    return rows


@unittest.skipUnless(BGPDUMP, "needs bgpdump")
class Writer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="scn-")
        self.addCleanup(shutil.rmtree, self.folder)

    def compare(self, world):
        archive = world.build()
        archive.write(self.folder)
        rows = 0
        for f in archive.files:
            if not f.recs:
                continue
            path = os.path.join(self.folder, "archive", f.path)
            have, want = dumped(path), said(f)
            self.assertEqual(long_v6(have), long_v6(want), f.path)
            rows += len(want)
        self.assertGreater(rows, 300)
        return archive

    def test_routeviews(self):
        w = World(hours=2, v6=True)
        rv = w.collector("route-views2", et=True)
        rv.peers(4)
        rv.peer(ip="2001:db8:99::7")
        w.outage("00:20:00", "00:40:00")
        w.reset("01:00:00", rv.peer_list[:2])
        a = self.compare(w)
        self.assertEqual(len(a.of(rv, "rib")), 2)
        self.assertEqual(len(a.of(rv, "updates")), 8)
        self.assertTrue(a.updates("00:15").path.endswith(
            "route-views2/bgpdata/2020.03/UPDATES/"
            "updates.20200301.0015.bz2"))

    def test_ris(self):
        w = World(hours=1, v6=True)
        ris = w.collector("rrc00", "ris", mp_full=True, ribs=["00:00"])
        ris.peers(4)
        w.reset("00:30:00", ris.peer_list)
        a = self.compare(w)
        states = [s for f in a.files for r in f.recs if f.kind == "updates"
                  for s in r.says if s[2] == "STATE"]
        self.assertEqual(len(states), 16)
        self.assertTrue(a.updates("00:05").path.endswith(
            "rrc00/2020.03/updates.20200301.0005.gz"))

    def test_two_byte_sessions_merge(self):
        w = World(hours=1)
        rv = w.collector("rv", ribs=["00:00"])
        rv.peers(3, as4=False)
        w.outage("00:20:00", "00:40:00")
        self.compare(w)

    def test_as_sets_and_mp(self):
        w = World(hours=1)
        rv = w.collector("rv", ribs=["00:00"], codec="plain")
        rv.peers(3)
        w.announce("00:20:00", origin=frozenset((w.asn, 64512)))
        w.withdraw("00:30:00", mp=True)
        w.announce("00:40:00", mp=True)
        self.compare(w)

    def test_addpath_updates(self):
        w = World(hours=1)
        rv = w.collector("rv", ribs=[])
        rv.peers(3, addpath=True)
        w.withdraw("00:20:00", path_id=1)
        w.announce("00:30:00", path_id=1)
        self.compare(w)

    def test_addpath_rib(self):
        w = World(hours=1)
        rv = w.collector("rv", ribs=["00:00"])
        rv.peers(3, addpath=True)
        a = w.build()
        a.write(self.folder)
        rows = dumped(os.path.join(self.folder, "archive",
                                   a.rib("00:00").path))
        mine = [r for r in rows if r[5] == w.prefixes[0]]
        self.assertEqual(len(mine), 6)
        self.assertEqual({r[0] for r in mine}, {"TABLE_DUMP2_AP"})
        self.assertEqual([r[6] for r in mine], ["1", "2"] * 3)

    def test_split_records_and_fake_peer(self):
        w = World(hours=1)
        rv = w.collector("rv", ribs=["00:00"], split=3)
        rv.fake_routes = True
        rv.peers(7)
        self.compare(w)

    def test_end_of_rib_is_an_empty_update(self):
        self.assertEqual(mrt.end_of_rib()[19:], bytes(4))
        self.assertEqual(mrt.end_of_rib(6)[19:],
                         bytes.fromhex("0000 0006 800f 03 0002 01"))

    def test_same_seed_same_bytes(self):
        def once():
            w = World(hours=1)
            w.collector("rv").peers(3)
            return [f.data() for f in w.build().files]
        self.assertEqual(once(), once())

    def test_truth_by_hand(self):
        """Ten peers, one a second: down with the sixth withdrawal (four of
        ten left), up with the fifth announcement."""
        w = World(hours=2)
        w.collector("rv").peers(10)
        w.outage("00:30:00", "00:50:00")
        w.build()
        self.assertEqual([tuple(map(rfc3339, x)) for x in w.windows()],
                         [("2020-03-01T00:30:05Z", "2020-03-01T00:50:04Z")])


if __name__ == "__main__":
    unittest.main()
