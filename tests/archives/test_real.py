"""Outages in recordings of RouteViews and RIPE RIS.

The times are those of an independent count over bgpdump's output.
"""

import unittest

from common import ArchiveCase, data, day, outages, windows


class Jinx(ArchiveCase):
    """One full feed, so a verdict needs --min-peers 1."""

    def report(self, asn):
        return outages("--min-peers", "1", "--asn", str(asn),
                       data("real", "jinx-2014-05-01"))

    def setUp(self):
        self.at = day("2014-05-01")

    def test_as58332(self):
        r = self.report(58332)
        self.assert_windows(windows(r), [
            (self.at("00:09:53"), self.at("00:13:53"))])
        self.assertEqual(r["outages"][0]["prefixes_lost"], 16)

    def test_as27093(self):
        r = self.report(27093)
        self.assert_windows(windows(r), [
            (self.at("00:07:53"), self.at("00:13:53"))])
        self.assertEqual(r["outages"][0]["prefixes_lost"], 7)

    def test_as263424(self):
        r = self.report(263424)
        self.assert_windows(windows(r), [
            (self.at("00:04:53"), self.at("00:07:23"))])
        self.assertEqual(r["outages"][0]["prefixes_lost"], 7)

    def test_as31960_does_not_come_back(self):
        r = self.report(31960)
        self.assert_windows(windows(r), [(self.at("00:01:23"), None)])
        self.assertTrue(r["outages"][0]["ongoing"])

    def test_one_peer_gives_no_verdict_by_default(self):
        r = outages("--asn", "58332", data("real", "jinx-2014-05-01"))
        self.assertEqual(r["outages"], [])

    def test_korea_is_there_and_up(self):
        r = self.report(131279)
        self.assertEqual(r["outages"], [])
        self.assertEqual(r["ases"][0]["prefixes"], [
            "175.45.176.0/24", "175.45.177.0/24", "175.45.178.0/24",
            "175.45.179.0/24"])

    def test_the_gap_before_the_updates(self):
        r = outages("--min-peers", "1", "--asn", "131279",
                    data("real", "jinx-2014-05-30"))
        at = day("2014-05-30")
        gaps = r["coverage"]["collectors"][0]["gaps"]
        self.assertEqual(len(gaps), 1)
        self.assertEqual(r["outages"], [])
        self.assertLess(gaps[0]["start"], "2014-05-30T22:10:00Z")
        self.assertGreater(gaps[0]["end"], "2014-05-30T23:40:00Z")
        self.assertGreater(at("23:59:00"), at("22:00:00"))


class Syria(ArchiveCase):
    """No RIB: the peers that carried the prefixes vote, about 30 ASNs."""

    def setUp(self):
        self.at = day("2013-01-01")
        self.archive = data("real", "route-views2-2013-01-01")

    def test_as29256_carried_by_none(self):
        r = outages("--asn", "29256", "--visibility", "1%", self.archive)
        self.assert_windows(windows(r), [
            (self.at("00:44:22"), self.at("00:45:40")),
            (self.at("00:47:55"), self.at("00:50:17")),
            (self.at("00:52:52"), None)])
        self.assertEqual(r["outages"][2]["prefixes_total"], 11)

    def test_as29256_carried_by_fewer_than_half(self):
        r = outages("--asn", "29256", self.archive)
        self.assert_windows(windows(r), [
            (self.at("00:43:04"), self.at("00:45:45")),
            (self.at("00:46:38"), self.at("00:50:21")),
            (self.at("00:51:47"), None)])
        for o in r["outages"]:
            self.assertEqual(o["peers"]["voting"], 29)


class Rrc06(ArchiveCase):
    """Three peers carry the prefixes, so two of them make a quorum."""

    KNOWN = (("05:20:00", "06:00:00"), ("06:32:00", "07:00:00"),
             ("07:30:00", "08:00:00"), ("08:20:00", "09:00:00"))

    def test_as268323(self):
        at = day("2021-01-02")
        r = outages("--asn", "268323", data("real", "rrc06-2021-01-02"))
        found = windows(r)
        self.assertEqual(len(found), 4, found)
        for (start, end), (s, e) in zip(found, self.KNOWN):
            # Nobody carries them in the known time; the quorum is gone
            # before, and back after it.
            self.assertLessEqual(start, at(s))
            self.assertGreaterEqual(end, at(e))
            self.assertLessEqual(end - at(e), 180)
        self.assertEqual(len(r["ases"][0]["prefixes"]), 16)
        self.assertEqual(r["coverage"]["collectors"][0]["gaps"], [])


class RouteViews2008(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        cls.archive = data("real", "route-views2-2008-02-24")

    def test_as19834_flaps_seven_times(self):
        at = day("2008-02-24")
        r = outages("--asn", "19834", "--min-duration", "5m", self.archive,
                    status=None)
        found = windows(r)
        self.assertEqual(len(found), 7, found)
        self.assertLessEqual(abs(found[0][0] - at("19:31:23")), 10)
        self.assertLessEqual(abs(found[-1][1] - at("23:04:44")), 10)
        self.assertEqual(r["coverage"]["collectors"][0]["gaps"], [])

    def test_a_hijack_is_no_outage(self):
        r = outages("--prefix", "208.65.152.0/22", self.archive, status=None)
        self.assertEqual(r["outages"], [])
        r = outages("--asn", "36561", self.archive, status=None)
        self.assertEqual(r["outages"], [])


if __name__ == "__main__":
    unittest.main()
