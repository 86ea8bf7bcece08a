"""Which routes count: --as-path, --community, --type."""

import os
import unittest

from common import ScenarioCase, World, one_collector

VIA_OTHER = 9930      # the second upstream
BY_TRANSIT = r"_4837_131279$"
BY_OTHER = r"_9930_131279$"


def transit(route):
    return route.path[-2] == 4837


def other(route):
    return route.path[-2] == VIA_OTHER


def detour(w, start="01:30:00", end="02:10:00", **kw):
    """All peers reach the AS by its other upstream for a while."""
    w.announce(start, via=VIA_OTHER, **kw)
    w.announce(end, **kw)


class AsPath(ScenarioCase):

    def test_path_of_one_upstream(self):
        """The AS was never gone, its way by one upstream was."""
        w, _ = one_collector()
        w.counted = transit
        detour(w)
        folder = self.put(w)
        self.world = w
        self.assert_none(self.run_on(folder, asn=w.asn))
        for args in (["--as-path", BY_TRANSIT], ["-a", "!_9930_"],
                     ["-a", "_(4837|3356)_131279$", "-a", "_7_"]):
            rep = self.run_on(folder, *args, asn=w.asn)
            self.assert_windows(rep, [("01:30:05", "02:10:04")])
            self.assert_truth(rep)
            self.assert_exact(rep.outages[0])
            self.assertEqual(rep.outages[0]["prefixes"][0]["kind"],
                             "withdrawn")
            self.assertEqual(rep.outages[0]["peers"],
                             {"voting": 10, "still_carrying": 0, "stuck": []})
            self.assertEqual(rep.collector("route-views2")["rib_mismatches"],
                             0)
            self.assertEqual(rep.json["query"]["as_paths"], args[1::2])

    def test_path_of_the_other_upstream(self):
        """What was first seen at 01:30 is gone from 02:10 on."""
        w, _ = one_collector()
        w.counted = other
        detour(w)
        rep = self.find(w, "--as-path", BY_OTHER)
        self.assert_windows(rep, [("02:10:05", None)])
        self.assertEqual(self.world.windows()[-1],
                         (w.t("02:10:05"), None))

    def test_nobody_by_that_path(self):
        w, _ = one_collector()
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w, "--as-path", "_7_")
        self.assert_none(rep)
        self.assertFalse(rep.ases(w.asn)["seen"])

    def test_some_peers_by_each(self):
        """Four of ten leave: six still carry it that way."""
        w, c = one_collector()
        w.counted = transit
        detour(w, peers=c.peer_list[:4])
        self.assert_none(self.find(w, "-a", BY_TRANSIT))
        rep = self.find(w, "-a", BY_TRANSIT, "--visibility", "70%")
        self.assert_windows(rep, [("01:30:03", "02:10:00")])

    def test_withdrawn_from_the_other_path(self):
        """The withdrawal comes when nobody carries it that way any more."""
        w, _ = one_collector()
        w.counted = transit
        w.announce("01:30:00", via=VIA_OTHER)
        w.withdraw("01:45:00")
        w.announce("02:10:00")
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assert_truth(rep)
        self.assert_windows(self.find(w), [("01:45:05", "02:10:04")])

    def test_no_rib(self):
        w, _ = one_collector(ribs=[])
        w.counted = transit
        w.announce("00:10:00")
        detour(w)
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_no_rib_and_a_first_word_by_the_other_path(self):
        """Nobody is known to have carried it the right way before 01:30."""
        w, _ = one_collector(ribs=[])
        w.announce("00:30:00", via=VIA_OTHER)
        w.withdraw("01:00:00")
        w.announce("01:30:00")
        self.assert_none(self.find(w, "--as-path", BY_TRANSIT))
        self.assert_windows(self.find(w), [("01:00:05", "01:30:04")])

    def test_no_rib_and_a_first_word_that_is_a_withdrawal(self):
        """What was withdrawn may have been a route that does not count."""
        w, _ = one_collector(ribs=[])
        w.outage("01:00:00", "01:30:00")
        self.assert_none(self.find(w, "--as-path", BY_TRANSIT))
        self.assert_windows(self.find(w), [("01:00:05", "01:30:04")])

    def test_ribs_alone(self):
        w = World(hours=8)
        w.counted = transit
        c = w.collector("route-views2")
        c.peers(10)
        c.updates = False
        detour(w, "03:00:00", "05:00:00")
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("04:00:00", "06:00:00")], tol=2)
        self.assert_between(rep.outages[0]["start_earliest"],
                            "02:00:00", "02:00:02")
        self.assert_none(self.find(w))

    def test_missed_updates_are_mismatches(self):
        """The RIB at 02:00 shows a path that no update told of."""
        w, c = one_collector()
        detour(w, "01:30:00", "02:10:00", peers=c.peer_list[:3],
               recorded=False)
        rep = self.find(w, "--as-path", BY_TRANSIT, "--visibility", "80%")
        self.assertEqual(rep.collector("route-views2")["rib_mismatches"],
                         2 * 3 * 4)
        self.assert_windows(rep, [("02:00:00", "04:00:00")], tol=2)

    def test_a_cut_rib_tells_of_refused_routes(self):
        """Nothing else does: the updates of that time are missing."""
        w, c = one_collector(hours=5)
        w.counted = transit
        detour(w, "01:50:00", "04:10:00", step=0)
        a = w.build()
        a.drop(a.updates("01:45:00"))
        rib = a.rib("02:00:00")
        a.cut_after(rib, len(rib.recs) - 2)
        rep = self.find(w, "--as-path", BY_TRANSIT, damaged=True)
        self.assertEqual(len(rep.outages), 1, rep.text())
        self.assert_windows(rep, [(("01:45:00", "02:00:05"), "04:10:00")])

    def test_session_resets_within(self):
        """The tables that follow say again what does not count."""
        w, c = one_collector(style="ris")
        detour(w)
        w.reset("01:45:00", c.peer_list, down=60)
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.collector("rrc00")["session_resets"], 10)

    def test_resets_invent_nothing(self):
        """A reset of peers that mostly go the other way is no loss."""
        w, c = one_collector(style="ris")
        w.reset("01:45:00", c.peer_list, down=60)
        self.assert_none(self.find(w, "--as-path", BY_TRANSIT))

    def test_addpath(self):
        """Of two paths the one that counts is gone."""
        w = World()
        c = w.collector("route-views2")
        c.peers(10, addpath=True)
        w.counted = transit
        w.withdraw("01:30:00", path_id=1)
        w.announce("02:10:00", path_id=1)
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assert_truth(rep)
        self.assert_none(self.find(w))
        self.assert_none(self.find(w, "--as-path", BY_OTHER))

    def test_two_byte_sessions(self):
        """The path is the merged one: 131279 is in AS4_PATH alone."""
        w = World()
        c = w.collector("route-views2")
        c.peers(10, as4=False)
        w.counted = transit
        detour(w)
        rep = self.find(w, "--as-path", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_prefix_is_an_entity(self):
        w, _ = one_collector()
        detour(w)
        rep = self.find(w, "--prefix", w.prefixes[0], "-a", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_threads(self):
        w = World()
        a, b = w.collector("route-views2"), w.collector("rrc00", "ris")
        a.peers(6)
        b.peers(6)
        detour(w)
        folder = self.put(w)
        first = None
        for threads in (1, 2, 7):
            rep = self.run_on(folder, "-a", r"_(4837)_131279$", "--community",
                              "!1:1", "--threads", threads, asn=w.asn)
            first = first or rep.stdout
            self.assertEqual(rep.stdout, first)
        self.assertEqual(len(rep.outages), 1)


class Communities(ScenarioCase):

    def test_routes_with_a_community(self):
        """At 01:30 all routes lose it, and have it again at 02:10."""
        w, _ = one_collector(world_options={"seed": 2})
        w.communities = ("65000:1", "65000:7:9")
        w.counted = lambda route: "65000:1" in route.communities
        w.announce("01:30:00", communities=("65000:2", "65535:666"))
        w.announce("02:10:00")
        folder = self.put(w)
        self.world = w
        for value in ("65000:1", "7:7,65000:1", "*:1", "!blackhole",
                      "!65000:2", "65000:7:9", "65000:7:*"):
            rep = self.run_on(folder, "--community", value, asn=w.asn)
            self.assert_windows(rep, [("01:30:05", "02:10:04")])
            self.assert_truth(rep)
            self.assertEqual(rep.json["query"]["communities"],
                             value.split(","))
        for value in ("65000:*", "65000:1,65000:2", "*:*", "!no-export"):
            self.assert_none(self.run_on(folder, "--community", value,
                                         asn=w.asn))
        self.assert_none(self.run_on(folder, asn=w.asn))

    def test_with_a_path(self):
        """Both must agree: only the time of the right path and tag counts."""
        w, _ = one_collector(hours=6)
        w.communities = ("65000:1",)
        w.counted = lambda r: transit(r) and "65000:1" in r.communities
        w.announce("01:30:00", communities=("65000:2",))
        w.announce("02:10:00")
        detour(w, "03:30:00", "03:50:00")
        rep = self.find(w, "--community", "65000:1", "-a", BY_TRANSIT)
        self.assert_windows(rep, [("01:30:05", "02:10:04"),
                                  ("03:30:05", "03:50:04")])
        self.assert_truth(rep)

    def test_ribs_alone(self):
        w = World(hours=8)
        w.communities = ("65000:1",)
        c = w.collector("route-views2")
        c.peers(10)
        c.updates = False
        w.announce("03:00:00", communities=())
        w.announce("05:00:00")
        rep = self.find(w, "--community", "65000:1")
        self.assert_windows(rep, [("04:00:00", "06:00:00")], tol=2)


class Types(ScenarioCase):

    def paths(self, folder, part):
        return sorted(os.path.join(d, f) for d, _, files in os.walk(folder)
                      for f in files if f.startswith(part))

    def same(self, one, two):
        """But for the number of files and records that were looked at."""
        for rep in (one, two):
            for c in rep.json["coverage"]["collectors"]:
                for key in ("files", "records", "skipped"):
                    c.pop(key, None)
        self.assertEqual(one.verdict(), two.verdict())
        self.assertEqual(one.json["coverage"], two.json["coverage"])

    def test_one_class_alone(self):
        w, c = one_collector(style="ris", hours=8)
        w.outage("01:30:00", "02:10:00")
        w.outage("03:50:00", "04:30:00")
        w.reset("05:00:00", c.peer_list)
        folder = self.put(w)
        ribs = self.run_on(folder, "--type", "rib", asn=w.asn)
        self.same(ribs, self.run_on(self.paths(folder, "bview"), asn=w.asn))
        self.assertEqual(len(ribs.outages), 1, ribs.text())
        updates = self.run_on(folder, "--type", "!rib", asn=w.asn)
        self.same(updates,
                  self.run_on(self.paths(folder, "updates"), asn=w.asn))
        self.assertEqual(updates.json["query"]["types"], ["!rib"])
        self.assertEqual(len(updates.outages), 2, updates.text())
        self.same(updates, self.run_on(folder, "--type", "A,W,S", asn=w.asn))

    def test_in_one_file(self):
        """Whatever the file is called and holds."""
        w, _ = one_collector(hours=8, codec="plain")
        w.outage("01:30:00", "02:10:00")
        w.outage("03:50:00", "04:30:00")
        folder = self.put(w)
        path = os.path.join(self.folder, "20200301.0000")
        with open(path, "wb") as out:
            for part in self.paths(folder, "rib")[:1] + \
                    self.paths(folder, "updates") + \
                    self.paths(folder, "rib")[1:]:
                with open(part, "rb") as f:
                    out.write(f.read())
        rep = self.run_on(path, "--type", "rib", asn=w.asn)
        want = self.run_on(self.paths(folder, "rib"), asn=w.asn)
        self.assertEqual(rep.windows, want.windows)
        rep = self.run_on(path, "--type", "!rib", asn=w.asn)
        want = self.run_on(self.paths(folder, "updates"), asn=w.asn)
        self.assertEqual(rep.windows, want.windows)

    def test_damage_of_the_other_class(self):
        """It is told, and hides nothing of what is wanted."""
        w, _ = one_collector(hours=8)
        w.outage("03:50:00", "04:30:00")
        a = w.build()
        a.cut_at(a.updates("03:45:00"), "03:47:00")
        a.insert(a.updates("04:15:00"), "04:17:00", b"\x00" * 40)
        folder = self.put(w)
        rep = self.run_on(folder, "--type", "rib", asn=w.asn)
        self.assertEqual(rep.status, 1)
        self.assertEqual(len(rep.damage), 2)
        rep.json["damage"] = []
        self.same(rep, self.run_on(self.paths(folder, "rib"), asn=w.asn))


class Files(ScenarioCase):

    def test_lists_in_files(self):
        w, _ = one_collector()
        detour(w)
        folder = self.put(w)
        self.world = w
        name = os.path.join(self.folder, "paths")
        with open(name, "w") as out:
            out.write("# ways\n_4837_131279$ # the usual one\n_3 5_\n")
        rep = self.run_on(folder, "-a", "@" + name, asn=w.asn)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.json["query"]["as_paths"],
                         ["_4837_131279$", "_3 5_"])
        self.assert_none(self.run_on(folder, "-a", "@" + name, "-a", "_9930_",
                                     asn=w.asn))


if __name__ == "__main__":
    unittest.main()
