"""What `blackout info` says of real and recorded archives, held against
others: a walk over the headers of the records, and the rows of bgpdump."""

import collections
import glob
import ipaddress
import os
import shutil
import subprocess
import unittest

from common import ROOT, ArchiveCase, data, outages, report, unix
import mrtwalk

BGPDUMP = shutil.which("bgpdump")

# Torn or misframed as they are; bgpdump has other faults with the last two.
UNSOUND = {"updates.20000325.0345.gz", "bview.20000111.0032.gz",
           "rib.20140523.0600_firstMB.bz2", "bview.20140112.1600_3samples.bz2"}


def info(*argv, status=0):
    return report("info", *argv, status=status)


# Part of the project: always there.
DEMO = os.path.join(ROOT, "testdata", "north-korea-2014")


def files_of(root):
    """Sound archive files."""
    if os.path.isfile(root):
        yield root
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            if not name.endswith(".md") and name not in UNSOUND:
                yield os.path.join(folder, name)


def rows(*paths):
    """Rows of bgpdump -m, split.  It knows a compression by its name."""
    for path in paths:
        run = subprocess.run([BGPDUMP, "-m", "-v", path], text=True,
                             stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        for line in run.stdout.splitlines():
            yield line.split("|")


def peer_key(ip, asn):
    return str(ipaddress.ip_address(ip)), int(asn)


class Records(ArchiveCase):
    """Every sound file, record by record."""

    def test_each_file(self):
        for path in files_of(data("real")):
            with self.subTest(path=path):
                # damage inside messages, as in 2008, is not of the framing
                found = info(path, status=None)["files"][0]
                self.check(found, path)

    def test_all_of_the_demo(self):
        report = info(DEMO)
        self.assertEqual(sorted(f["file"] for f in report["files"]),
                         sorted(files_of(DEMO)))
        for found in report["files"]:
            self.check(found, found["file"])

    def check(self, found, path):
        bytes_ = mrtwalk.plain(path)
        walked = list(mrtwalk.headers(bytes_))
        counts = collections.Counter(w[2:] for w in walked)
        self.assertEqual(
            {(k["type_code"], k["subtype_code"]): k["records"]
             for k in found["records_by_type"]}, counts)
        self.assertEqual(found["records"], len(walked))
        self.assertEqual(unix(found["first"]), walked[0][1])
        self.assertEqual(unix(found["last"]), walked[-1][1])
        self.assertEqual(found["size"], os.path.getsize(path))
        self.assertEqual(found["plain_size"], len(bytes_))
        self.assertEqual(found["state"], "whole")
        with open(path, "rb") as f:
            magic = f.read(2)
        self.assertEqual(found["compression"], {
            b"BZ": "bzip2", b"\x1f\x8b": "gzip"}.get(magic, "plain"))


@unittest.skipUnless(BGPDUMP, "needs bgpdump")
class Words(ArchiveCase):
    """Announcements, withdrawals and state changes, peer by peer.  RouteViews'
    archives from before 2014 would not do: bgpdump does not mark multicast
    routes, which do not count here, and they have many."""

    def check(self, archive):
        files = [path for path in files_of(archive)
                 if "rib" not in os.path.basename(path)]
        want = collections.defaultdict(collections.Counter)
        for row in rows(*files):
            kind = row[2]
            self.assertIn(kind, ("A", "W", "STATE"))
            count = want[peer_key(row[3], row[4])]
            if kind == "STATE":
                count["state_changes"] += 1
                count["ups"] += row[6] == "6" and row[5] != "6"
                count["downs"] += row[5] == "6" and row[6] != "6"
            else:
                count["%s_ipv%d" % ("announced" if kind == "A" else
                                    "withdrawn",
                                    6 if ":" in row[5] else 4)] += 1
        self.assertTrue(want)
        got = info(archive, status=None)
        for peer in got["peers"]:
            key = (peer["peer_ip"], peer["peer_asn"])
            for word in ("announced_ipv4", "announced_ipv6", "withdrawn_ipv4",
                         "withdrawn_ipv6", "state_changes", "ups", "downs"):
                self.assertEqual(peer[word], want[key][word], (key, word))
        self.assertLessEqual(set(want), {(p["peer_ip"], p["peer_asn"])
                                         for p in got["peers"]})
        return got

    def test_rrc06(self):
        got = self.check(data("real", "rrc06-2021-01-02"))
        self.assertEqual(got["collectors"][0]["state_changes"], 221)
        self.assertEqual({p["peer_asn"] for p in got["peers"]
                          if p["state_changes"]}, {17697})
        self.assertEqual(len(got["peers"]), 9)
        self.assertTrue(got["whole"])
        self.assertEqual(got["collectors"][0]["cadence"], 300)

    def test_rrc00(self):
        got = self.check(data("real", "variety", "other",
                         "rrc00.updates.20190101.0000.gz"))
        self.assertIsNone(got["collectors"][0]["full_feed_ipv4"])
        self.assertIsNone(got["peers"][0]["table_ipv4"])

    def test_rrc15(self):
        self.check(data("real", "variety", "other",
                        "rrc15.updates.20100227.1600.gz"))

    def test_jinx(self):
        self.check(data("real", "jinx-2014-05-30"))

    def test_microseconds(self):
        self.check(data("real", "variety", "bgpdump",
                        "updates.et-header.2015.gz"))

    def test_lab(self):
        self.check(data("lab", "route-views.lab"))

    def test_demo(self):
        self.check(DEMO)


@unittest.skipUnless(BGPDUMP, "needs bgpdump")
class Tables(ArchiveCase):
    """Prefixes of each peer in a RIB."""

    def check(self, rib, *archive):
        """The archive's last RIB is rib."""
        want = collections.defaultdict(lambda: (set(), set()))
        for row in rows(rib):
            want[peer_key(row[3], row[4])][":" in row[5]].add(row[5])
        got = info(*archive, status=None)
        seen = {}
        for peer in got["peers"]:
            key = (peer["peer_ip"], peer["peer_asn"])
            sizes = (peer["table_ipv4"] or 0, peer["table_ipv6"] or 0)
            if sizes != (0, 0):
                seen[key] = sizes
        self.assertEqual(seen, {k: (len(v[0]), len(v[1]))
                                for k, v in want.items()})
        for f, family in enumerate(("ipv4", "ipv6")):
            largest = max(len(v[f]) for v in want.values())
            full = {k for k, v in want.items()
                    if v[f] and len(v[f]) >= 0.75 * largest}
            if largest == 0:
                continue
            self.assertEqual({(p["peer_ip"], p["peer_asn"])
                              for p in got["peers"]
                              if p["full_feed_" + family]}, full)
            self.assertEqual(got["collectors"][0]["full_feed_" + family],
                             len(full))
            self.assertEqual(got["collectors"][0]["largest_" + family],
                             largest)
        prefixes = [set().union(*(v[f] for v in want.values()))
                    for f in (0, 1)]
        self.assertEqual((got["ribs"][-1]["prefixes_ipv4"],
                          got["ribs"][-1]["prefixes_ipv6"]),
                         tuple(len(p) for p in prefixes))
        self.assertEqual(got["ribs"][-1]["peers"], len(want))
        return got

    def test_jinx(self):
        folder = data("real", "jinx-2014-05-01")
        rib = os.path.join(folder, "rib.20140501.0000.bz2")
        self.check(rib, folder)

    def test_table_dump(self):
        rib = data("real", "variety", "bgpdump", "bview.20020722.2337.gz")
        got = self.check(rib, rib)
        self.assertEqual([k["type"] for k in
                          got["files"][0]["records_by_type"]], ["TABLE_DUMP"])

    def test_ris(self):
        rib = data("real", "variety", "other", "bview.20190417.0800.gz")
        self.check(rib, rib)

    def test_lab(self):
        archive = data("lab", "route-views.lab")
        ribs = sorted(glob.glob(os.path.join(archive, "**", "rib.*"),
                                recursive=True))
        self.check(ribs[-1], archive)

    def test_demo(self):
        ribs = [path for path in files_of(DEMO) if "rib." in path]
        self.check(ribs[-1], DEMO)


class Lab(ArchiveCase):
    """The recorded week: what was done to its collector is known."""

    @classmethod
    def setUpClass(cls):
        cls.archive = data("lab", "route-views.lab")
        cls.report = info(cls.archive)
        cls.collector = cls.report["collectors"][0]

    def test_verdict(self):
        c = self.collector
        self.assertFalse(self.report["whole"])
        self.assertFalse(c["whole"])
        self.assertEqual(c["damaged_files"], 0)
        self.assertEqual(c["updates"], 557)
        self.assertEqual(len(self.report["files"]), 557 + 72)
        self.assertEqual((c["cadence"], c["rib_cadence"]), (900, 7200))
        self.assertEqual(c["state_changes"], 0)

    def test_the_gap_is_the_stopped_collector(self):
        gaps = self.collector["gaps"]
        self.assertEqual([g["reason"] for g in gaps], ["missing_file"])
        # 06:20 to 09:40, as played; the last word before it was at 06:16
        self.assertEqual(gaps[0]["end"], "2014-12-25T09:40:00Z")
        self.assertEqual(gaps[0]["start"][:15], "2014-12-25T06:1")

    def test_the_same_as_the_coverage_of_outages(self):
        coverage = outages("--asn", "131279", self.archive)["coverage"]
        theirs = coverage["collectors"][0]
        for key in ("name", "files", "ribs", "updates", "records", "skipped",
                    "peers", "full_feed_ipv4", "full_feed_ipv6", "gaps"):
            self.assertEqual(self.collector[key], theirs[key], key)
        self.assertEqual((self.report["start"], self.report["end"]),
                         (coverage["start"], coverage["end"]))

    def test_ribs_without_a_route(self):
        """FRR leaves such where it starts."""
        empty = [f["file"] for f in self.report["files"]
                 if f["name_kind"] == "rib" and f["ribs"] == 0]
        self.assertEqual(len(empty), 2)
        self.assertEqual(len(self.report["ribs"]), 70)


class Everything(ArchiveCase):
    def test_coverage_agrees(self):
        """Of collectors of all kinds, with and without RIBs, with damage."""
        real = data("real")
        mine = info(real, status=1)
        theirs = outages("--asn", "131279", real, status=1)
        by_name = {c["name"]: c for c in mine["collectors"]}
        for c in theirs["coverage"]["collectors"]:
            for key in ("files", "ribs", "updates", "records", "skipped",
                        "peers", "gaps"):
                self.assertEqual(by_name[c["name"]][key], c[key],
                                 (c["name"], key))
            for key in ("full_feed_ipv4", "full_feed_ipv6"):
                self.assertEqual(by_name[c["name"]][key] or 0, c[key],
                                 (c["name"], key))
        self.assertEqual(mine["damage"], theirs["damage"])

    def test_threads_change_nothing(self):
        path = data("real", "variety")
        self.assertEqual(info("--threads", "1", path, status=1),
                         info("--threads", "3", path, status=1))


if __name__ == "__main__":
    unittest.main()
