"""Windows, thresholds and options: what is an outage, and what is not."""

import unittest

from common import (ScenarioCase, World, one_collector, unix, WATCHED,
                    WATCHED_V6, rfc3339)


class Windows(ScenarioCase):

    def test_clean_outage(self):
        w, _ = one_collector()
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assert_truth(rep)
        o = rep.outages[0]
        self.assert_exact(o)
        self.assertEqual(o["asn"], w.asn)
        self.assertEqual((o["prefixes_lost"], o["prefixes_total"], o["loss"]),
                         (4, 4, 1.0))
        self.assertEqual([(b["start"], b["end"], b["duration"])
                          for b in o["blackouts"]],
                         [(o["start"], o["end"], o["duration"])])
        self.assertEqual(o["duration"], 2399)
        self.assertEqual(o["unknown"], 0)
        self.assertEqual(o["peers"], {"voting": 10, "still_carrying": 0,
                                      "stuck": []})
        self.assertEqual([(p["prefix"], p["kind"], p["start"], p["end"],
                           p["visibility_min"]) for p in o["prefixes"]],
                         [(x, "withdrawn", o["start"], o["end"], 0)
                          for x in WATCHED])
        self.assertEqual(o["collectors"], ["route-views2"])
        row = rep.ases(w.asn)
        self.assertEqual(row["prefixes"], WATCHED)
        self.assertEqual(row["filtered_short"], 0)
        self.assertAlmostEqual(row["availability"], 1 - 2399 / 14400,
                               delta=0.01)

    def test_coverage_of_clean_data(self):
        w, _ = one_collector()
        rep = self.find(w)
        self.assert_none(rep)
        c = rep.collector("route-views2")
        self.assertEqual((c["files"], c["ribs"], c["updates"]), (19, 3, 16))
        self.assertEqual((c["peers"], c["full_feed_ipv4"]), (10, 10))
        self.assertEqual((c["session_resets"], c["rib_mismatches"]), (0, 0))
        self.assertEqual((c["gaps"], rep.damage), ([], []))
        self.assertEqual(c["records"], sum(len(f.recs)
                                           for f in w.build().files))
        self.assert_between(rep.json["coverage"]["start"], "00:00:00",
                            "00:01:00")
        self.assert_between(rep.json["coverage"]["end"], "03:58:00",
                            "04:01:00")

    def test_visibility_is_below_half(self):
        w, c = one_collector()
        w.outage("00:40:00", "01:00:00", peers=c.peer_list[:5])
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[:6])
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:00")])
        self.assertEqual(rep.outages[0]["peers"]["still_carrying"], 4)

    def test_visibility_option(self):
        w, c = one_collector()
        w.outage("00:40:00", "01:00:00", peers=c.peer_list[:5])
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[:6])
        self.assert_none(self.find(w, "--visibility", "0.3"))
        self.assert_windows(self.find(w, "--visibility", "0.8"),
                            [("00:40:02", "01:00:02"),
                             ("01:30:02", "02:10:03")])

    def test_four_of_ten_is_no_outage(self):
        w, c = one_collector()
        w.outage("01:30:00", "02:10:00", peers=c.peer_list[3:7])
        self.assert_none(self.find(w))

    def test_loss_half_of_the_prefixes(self):
        w, _ = one_collector()
        w.outage("00:40:00", "01:10:00", prefixes=WATCHED[:1])
        w.outage("01:30:00", "02:10:00", prefixes=WATCHED[:2])
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        o = rep.outages[0]
        self.assertEqual((o["prefixes_lost"], o["loss"], o["blackouts"]),
                         (2, 0.5, []))
        self.assert_partial(rep, WATCHED[0], "withdrawn", "00:40:05",
                            "01:10:04")

    def test_loss_option(self):
        w, _ = one_collector()
        w.outage("00:40:00", "01:10:00", prefixes=WATCHED[:1])
        w.outage("01:30:00", "02:10:00", prefixes=WATCHED[:2])
        self.assert_none(self.find(w, "--loss", "1"))
        self.assert_windows(self.find(w, "--loss", "0.25"),
                            [("00:40:05", "01:10:04"),
                             ("01:30:05", "02:10:04")])

    def test_blackouts_inside(self):
        w, _ = one_collector()
        w.outage("01:00:00", "03:00:00", prefixes=WATCHED[:3])
        w.outage("01:30:00", "01:50:00", prefixes=WATCHED[3:])
        w.outage("02:20:00", "02:40:00", prefixes=WATCHED[3:])
        rep = self.find(w)
        self.assert_windows(rep, [("01:00:05", "03:00:04")])
        o = rep.outages[0]
        self.assertEqual([(unix(b["start"]), unix(b["end"]))
                          for b in o["blackouts"]],
                         [(w.t("01:30:05"), w.t("01:50:04")),
                          (w.t("02:20:05"), w.t("02:40:04"))])
        self.assertEqual((o["prefixes_lost"], o["loss"]), (4, 1.0))

    def test_weight_addresses_is_a_union(self):
        """Half of the space in one of four prefixes; counted prefix by
        prefix, or with nested space twice, it is less than half."""
        nested = ["180.20.0.0/23", "180.20.0.0/24", "180.20.1.0/24"]
        w, _ = one_collector(world_options={
            "prefixes": ["180.10.0.0/23"] + nested})
        w.outage("01:30:00", "02:10:00", prefixes=["180.10.0.0/23"])
        self.assert_none(self.find(w))
        rep = self.find(w, "--weight", "addresses")
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertAlmostEqual(rep.outages[0]["loss"], 0.5)

    def test_weight_addresses_little_space(self):
        small = ["180.20.0.0/24", "180.21.0.0/24", "180.22.0.0/24"]
        w, _ = one_collector(world_options={
            "prefixes": ["180.10.0.0/16"] + small})
        w.outage("01:30:00", "02:10:00", prefixes=small)
        self.assert_windows(self.find(w), [("01:30:05", "02:10:04")])
        self.assert_none(self.find(w, "--weight", "addresses"))

    def test_merge_gap(self):
        w, _ = one_collector()
        w.outage("01:30:00", "01:40:00")
        w.outage("01:42:00", "01:50:00")
        w.outage("02:30:00", "02:40:00")
        self.assert_windows(self.find(w), [("01:30:05", "01:40:04"),
                                           ("01:42:05", "01:50:04"),
                                           ("02:30:05", "02:40:04")])
        rep = self.find(w, "--merge-gap", "300")
        self.assert_windows(rep, [("01:30:05", "01:50:04"),
                                  ("02:30:05", "02:40:04")])
        self.assertEqual(len(rep.outages[0]["blackouts"]), 2)

    def test_min_duration(self):
        w, _ = one_collector()
        w.outage("01:00:00", "01:00:40")
        w.outage("01:30:00", "01:31:01")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "01:31:05")])
        self.assertEqual(rep.ases(w.asn)["filtered_short"], 1)
        rep = self.find(w, "--min-duration", "30s")
        self.assert_windows(rep, [("01:00:05", "01:00:44"),
                                  ("01:30:05", "01:31:05")])
        self.assertEqual(rep.ases(w.asn)["filtered_short"], 0)
        rep = self.find(w, "--min-duration", "5m")
        self.assert_none(rep)
        self.assertEqual(rep.ases(w.asn)["filtered_short"], 2)

    def test_retire(self):
        w, _ = one_collector(hours=8)
        w.withdraw("01:00:00", prefixes=WATCHED[:2])
        rep = self.find(w)
        self.assert_windows(rep, [("01:00:05", None)])
        self.assert_none(self.find(w, "--retire", "2h"))

    def test_retire_spares_a_dead_as(self):
        """--retire drops what stayed away while the AS lived on; an AS that
        is gone altogether is an outage, however long."""
        w, _ = one_collector(hours=8)
        w.outage("01:00:00", "07:00:00")
        self.assert_windows(self.find(w, "--retire", "2h"),
                            [("01:00:05", "07:00:04")])

    def test_ongoing(self):
        w, _ = one_collector()
        w.withdraw("03:00:00")
        rep = self.find(w)
        self.assert_windows(rep, [("03:00:05", None)])
        o = rep.outages[0]
        self.assertTrue(o["ongoing"])
        self.assertTrue(o["start_known"])
        self.assert_between(o["end_earliest"], "03:55:00", "04:01:00")

    def test_left_cut(self):
        """The data open inside an outage; two stuck peers witness that there
        is something to be missed."""
        w = World()
        c = w.collector("route-views2")
        c.peers(2)
        gone = c.peers(8, carries=[])
        w.announce("01:00:00", peers=gone)
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("00:00:00", "00:00:10"), "01:00:02"),
                                  ("02:30:05", "02:50:04")])
        first, second = rep.outages
        self.assertFalse(first["start_known"])
        self.assertIsNone(first["start_earliest"])
        self.assertTrue(second["start_known"])
        self.assertEqual(first["peers"]["still_carrying"], 2)

    def test_left_cut_by_a_slow_rib(self):
        """The first RIB takes seven minutes: its three stuck witnesses are read
        long before it is known that seven others lack the prefixes."""
        w = World(prefixes=["1.1.%d.0/24" % i for i in range(4)])
        c = w.collector("route-views2", ribs=[("00:00", 420)])
        c.peers(3)
        gone = c.peers(7, carries=[])
        w.announce("01:00:00", peers=gone)
        rep = self.find(w)
        self.assert_windows(rep, [(("00:00:00", "00:07:05"), "01:00:01")])
        self.assertFalse(rep.outages[0]["start_known"])
        self.assertEqual(rep.outages[0]["peers"]["still_carrying"], 3)

    def test_newborn_prefixes_were_not_missing(self):
        w, _ = one_collector(peer_options={"carries": []})
        w.announce("01:00:00")
        w.outage("02:30:00", "02:50:00")
        self.assert_windows(self.find(w), [("02:30:05", "02:50:04")])

    def test_newborn_prefix_beside_old_ones(self):
        """Three prefixes of six come in late: before that the AS has three,
        and losing two of them counts as two of three."""
        old, new = WATCHED[:3], ["180.1.%d.0/24" % i for i in range(3)]
        w, _ = one_collector(world_options={"prefixes": old})
        w.outage("00:40:00", "01:00:00", prefixes=old[:2])
        w.announce("01:30:00", prefixes=new)
        w.outage("02:20:00", "02:40:00", prefixes=old[:2])
        rep = self.find(w)
        self.assert_windows(rep, [("00:40:05", "01:00:04")])
        self.assertEqual(rep.outages[0]["prefixes_total"], 3)

    def test_daily_repeats_never_become_normal(self):
        w = World(hours=120)
        c = w.collector("route-views2", cadence=3600, codec="gz",
                        ribs=["%dd 00:00" % d for d in range(6)])
        c.peers(6, chatter=(600, 1200))
        for day in range(5):
            w.outage("%dd 05:00:00" % day, "%dd 08:00:00" % day)
        rep = self.find(w)
        self.assertEqual(len(rep.outages), 5, rep.text())
        self.assert_truth(rep)

    def test_long_outage_never_ages_out(self):
        """Down for three of three and a half days, then back."""
        w = World(hours=84)
        c = w.collector("route-views2", cadence=3600, codec="gz",
                        ribs=["%dd 00:00" % d for d in range(4)])
        c.peers(6, chatter=(600, 1200))
        w.outage("05:00:00", "3d 05:00:00")
        rep = self.find(w)
        self.assertEqual(len(rep.outages), 1, rep.text())
        self.assert_truth(rep)

    def test_prefix_is_an_entity_of_its_own(self):
        w, _ = one_collector()
        one = WATCHED[1]
        w.announce("00:40:00", prefixes=[one], origin=64999)
        w.announce("01:00:00", prefixes=[one])
        w.outage("01:30:00", "02:10:00", prefixes=[one])
        rep = self.find(w, "--prefix", one)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["prefix"], one)
        self.assertEqual(rep.outages[0]["asn"], w.asn)
        self.assertEqual(rep.outages[0]["prefixes_total"], 1)

    def test_prefixes_of_an_as(self):
        """--asn with --prefix: that prefix of that AS, so a move away from
        it is a loss of nothing, and its withdrawal is all there is."""
        w, _ = one_collector()
        one = WATCHED[1]
        w.announce("00:40:00", prefixes=[one], origin=64999)
        w.announce("01:00:00", prefixes=[one])
        w.outage("01:30:00", "02:10:00", prefixes=[one])
        w.outage("02:30:00", "02:50:00", prefixes=WATCHED[2:])
        rep = self.find(w, "--prefix", one, asn=w.asn)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["prefixes_total"], 1)
        self.assertEqual(rep.ases(w.asn)["prefixes"], [one])

    def test_start_and_end(self):
        w, _ = one_collector()
        w.outage("00:40:00", "01:00:00")
        w.outage("02:30:00", "02:45:00")
        first, second = ("00:40:05", "01:00:04"), ("02:30:05", "02:45:04")
        self.assert_windows(self.find(w), [first, second])
        self.assert_windows(self.find(w, "--start", "2020-03-01T02:00:00Z"),
                            [second])
        self.assert_windows(self.find(w, "--end", "2020-03-01 02:00"),
                            [first])
        self.assert_windows(self.find(w, "-t", w.t("02:10"), "-T",
                                      w.t("03:00")), [second])

    def test_end_inside_an_outage(self):
        """It is found, whether reported to its true end or to the option's;
        what is never right is an end that is neither."""
        w, _ = one_collector()
        w.outage("01:30:00", "02:30:00")
        rep = self.find(w, "--end", rfc3339(w.t("02:15")))
        if rep.outages and rep.outages[0]["ongoing"]:
            self.assert_windows(rep, [("01:30:05", None)])
            self.assert_between(rep.outages[0]["end_earliest"], "02:10:00",
                                "02:15:00")
        else:
            self.assert_windows(rep, [("01:30:05", "02:30:04")])

    def test_families_apart(self):
        w, _ = one_collector(world_options={"prefixes": WATCHED + WATCHED_V6})
        w.outage("01:30:00", "02:10:00", prefixes=WATCHED_V6)
        rep = self.find(w)
        self.assert_none(rep)
        families = {f["family"]: f for f in rep.ases(w.asn)["families"]}
        self.assertEqual(families["ipv4"]["prefixes"], 4)
        self.assertEqual(families["ipv6"]["prefixes"], 2)
        self.assertEqual(families["ipv4"]["blackouts"], [])
        self.assertEqual([(unix(b["start"]), unix(b["end"]))
                          for b in families["ipv6"]["blackouts"]],
                         [(w.t("01:30:05"), w.t("02:10:04"))])
        self.assert_windows(self.find(w, "-6"), [("01:30:05", "02:10:04")])
        self.assert_none(self.find(w, "-4"))

    def test_ipv6_outage(self):
        w, _ = one_collector(world_options={"prefixes": WATCHED_V6})
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.ases(w.asn)["prefixes"], WATCHED_V6)


if __name__ == "__main__":
    unittest.main()
