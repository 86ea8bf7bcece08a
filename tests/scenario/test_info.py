"""What `blackout info` says of files written as intent: kinds, compression,
copies, and damage where it was done.  The truth is what was written."""

import bz2
import gzip
import importlib.util
import json
import os
import subprocess
import tempfile
import unittest
import zlib

from common import mrt
from mrtwalk import headers
from outagescase import BINARY, ROOT
from scenario import rfc3339

T0 = 1419120000  # 2014-12-21 00:00:00
QUARTER = 900
PEERS = (("192.0.2.11", 64511), ("192.0.2.12", 64512), ("192.0.2.13", 64513))


def name(kind, when, suffix=""):
    text = rfc3339(when)
    return "%s.%s%s%s.%s%s%s" % (kind, text[:4], text[5:7], text[8:10],
                                 text[11:13], text[14:16], suffix)


def updates(when, seconds=QUARTER, step=20):
    """Words of three peers, one every step seconds."""
    out = []
    for i, at in enumerate(range(when + 7, when + seconds, step)):
        ip, asn = PEERS[i % 3]
        out.append(mrt.bgp4mp(at, asn, ip, 64500, "192.0.2.1", mrt.announce(
            ["10.%d.%d.0/24" % (i % 200, i % 7)], [asn, 64600], ip)))
    return b"".join(out)


def rib(when, sizes):
    """sizes: {peer index: prefixes it has}."""
    out = [mrt.peer_index_table(when, "192.0.2.1", [
        (ip, asn, True) for ip, asn in PEERS])]
    for i in range(max(sizes.values())):
        prefix = "10.%d.%d.0/24" % (i // 200, i % 200)
        entries = [(p, when - 9, mrt.rib_attributes(
            prefix, (PEERS[p][1], 64600), PEERS[p][0]), 0)
            for p in sorted(sizes) if sizes[p] > i]
        out.append(mrt.rib_record(when, i, prefix, entries))
    return b"".join(out)


def schema_problems():
    """tests/cli/validate.py, where jsonschema is there."""
    path = os.path.join(ROOT, "tests", "cli", "validate.py")
    spec = importlib.util.spec_from_file_location("validate", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError:
        return lambda docs, lines: ()
    return module.problems


PROBLEMS = schema_problems()


@unittest.skipUnless(os.path.exists(BINARY), "no " + BINARY)
class InfoCase(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(prefix="info-")
        self.addCleanup(self.dir.cleanup)

    def write(self, file, data, folder="rrc00"):
        path = os.path.join(self.dir.name, folder, file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def run_info(self, *argv, stdin=None):
        return subprocess.run([BINARY, "info", *argv], input=stdin,
                              capture_output=True, check=False)

    def info(self, *argv, status=0, stdin=None):
        run = self.run_info("--format", "json", *(argv or [self.dir.name]),
                            stdin=stdin)
        self.assertEqual(run.returncode, status, run.stderr)
        report = json.loads(run.stdout)
        self.assertEqual(list(PROBLEMS([report], False)), [])
        return report

    def file(self, report, file):
        found = [f for f in report["files"]
                 if os.path.basename(f["file"]) == file]
        self.assertEqual(len(found), 1, file)
        return found[0]


class Files(InfoCase):
    def test_compression_is_told_by_the_bytes(self):
        data = [updates(T0 + i * QUARTER) for i in range(6)]
        half = len(data[4]) // 2
        packed = [data[0], gzip.compress(data[1]), bz2.compress(data[2]),
                  gzip.compress(data[3]),
                  bz2.compress(data[4][:half]) + bz2.compress(data[4][half:]),
                  gzip.compress(data[5][:half]) + gzip.compress(
                      data[5][half:])]
        suffixes = [".bz2", ".gz", ".bz2", "", ".bz2", ".gz"]
        for i in range(6):
            self.write(name("updates", T0 + i * QUARTER, suffixes[i]),
                       packed[i])
        report = self.info()
        self.assertTrue(report["whole"])
        self.assertEqual([f["compression"] for f in report["files"]], [
            "plain", "gzip", "bzip2", "gzip", "bzip2", "gzip"])
        self.assertEqual([f["size"] for f in report["files"]],
                         [len(p) for p in packed])
        self.assertEqual([f["plain_size"] for f in report["files"]],
                         [len(d) for d in data])
        self.assertEqual(report["collectors"][0]["cadence"], QUARTER)

    def test_kinds_are_told_by_the_records(self):
        self.write(name("updates", T0), rib(T0, {0: 5}))
        self.write("mixed", updates(T0 + 10, 50) + rib(T0 + 60, {0: 6}))
        self.write("ospf", mrt.record(T0 + 400, 48, 0, bytes(20)))
        self.write(name("rib", T0 + QUARTER, ".gz"), gzip.compress(b""))
        report = self.info()
        self.assertEqual(
            {os.path.basename(f["file"]): (f["name_kind"], f["kind"],
                                           f["ribs"])
             for f in report["files"]},
            {name("updates", T0): ("updates", "rib", 1),
             "mixed": (None, "both", 1), "ospf": (None, "other", 0),
             name("rib", T0 + QUARTER, ".gz"): ("rib", None, 0)})
        self.assertEqual(self.file(report, "ospf")["skipped"], 1)
        self.assertEqual([(k["type"], k["subtype"], k["records"]) for k in
                          self.file(report, "mixed")["records_by_type"]],
                         [("TABLE_DUMP_V2", "PEER_INDEX_TABLE", 1),
                          ("TABLE_DUMP_V2", "RIB_IPV4_UNICAST", 6),
                          ("BGP4MP", "MESSAGE_AS4", 3)])
        table = self.run_info(self.dir.name).stdout.decode()
        self.assertEqual(table.count("misnamed"), 1)
        self.assertIn("Skipped: 1 record of no use here\n", table)

    def test_first_and_last_are_those_that_stand_there(self):
        late, early = updates(T0 + 1, 21), updates(T0, 20)
        self.write("f", late + early)
        found = self.info()["files"][0]
        self.assertEqual((found["first"], found["last"]),
                         (rfc3339(T0 + 8), rfc3339(T0 + 7)))

    def test_copies_and_repeats(self):
        a, b = updates(T0), updates(T0 + QUARTER)
        self.write(name("updates", T0), a)
        self.write(name("updates", T0 + QUARTER), b)
        self.write(name("updates", T0 + QUARTER, ".gz"), gzip.compress(b))
        self.write("other/" + name("updates", T0), a)
        report = self.info()
        count = len(list(headers(b)))
        self.assertEqual(report["duplicates"], 1)
        self.assertEqual(report["collectors"][0]["files"], 2)
        self.assertEqual(report["collectors"][0]["records"], 2 * count)
        self.assertEqual(report["collectors"][0]["repeats"], count)
        self.assertEqual(sum(p["messages"] for p in report["peers"]),
                         2 * count)
        table = self.run_info(self.dir.name).stdout.decode()
        self.assertIn("Left out: %d records that stand in another file too\n"
                      "Left out: 1 file, copy of others\n" % count, table)
        self.assertIn("  copy  ", table)

    def test_standard_input(self):
        data = gzip.compress(rib(T0, {0: 9, 1: 8, 2: 3}))
        report = self.info("-", stdin=data)
        found = report["files"][0]
        self.assertEqual((found["file"], found["collector"]), ("-", "stdin"))
        self.assertEqual(found["size"], len(data))
        self.assertEqual(report["ribs"][0]["time"], rfc3339(T0))
        self.assertEqual([p["table_ipv4"] for p in report["peers"]],
                         [9, 8, 3])
        self.assertEqual([p["full_feed_ipv4"] for p in report["peers"]],
                         [True, True, False])

    def test_strange_names(self):
        """A name may hold anything but must not break a line, or JSON."""
        self.write("up\ndates\033.mrt", updates(T0), "rrc\n00")
        os.makedirs(os.path.join(os.fsencode(self.dir.name), b"b\xff"))
        with open(os.path.join(os.fsencode(self.dir.name), b"b\xff",
                               b"\xff.mrt"), "wb") as f:
            f.write(updates(T0, 300))
        report = self.info()
        self.assertEqual([c["name"] for c in report["collectors"]],
                         ["b\ufffd", "rrc\n00"])
        table = self.run_info(self.dir.name).stdout
        self.assertIn(b"Whole: b\\xff, ", table)
        self.assertIn(b"Whole: rrc\\n00, ", table)
        self.assertIn(b" up\\ndates\\x1b.mrt\n", table)
        self.assertIn(b" \\xff.mrt\n", table)

    def test_files_that_are_alike_share_a_row(self):
        """But not beyond a missing one, nor with others than their like."""
        for i in range(16):
            for folder in ("rrc00", "rrc06"):
                if i == (5 if folder == "rrc00" else 9):
                    continue
                data = updates(T0 + i * QUARTER, QUARTER - len(folder) - i)
                if folder == "rrc06":
                    data += updates(T0 + i * QUARTER + 890, 10)
                if folder == "rrc06" and i >= 12:
                    data = gzip.compress(data)
                self.write(name("updates", T0 + i * QUARTER), data, folder)
            if i % 5 == 0:
                self.write(name("rib", T0 + i * QUARTER),
                           rib(T0 + i * QUARTER, {0: 5 + i}))
        text = self.run_info(self.dir.name).stdout.decode()
        rows = [r.split() for r in text.splitlines()
                if r.startswith(("rrc00", "rrc06"))]
        rows = [(r[0], r[1], r[2], r[8], r[9]) for r in rows
                if r[2] in ("RIB", "updates")]
        first = [name("updates", T0 + i * QUARTER) for i in (0, 6, 0, 10, 12)]
        self.assertEqual(rows, [
            ("rrc00", "4", "RIB", "plain", name("rib", T0)),
            ("rrc00", "5", "updates", "plain", first[0]),
            ("rrc00", "10", "updates", "plain", first[1]),
            ("rrc06", "9", "updates", "plain", first[2]),
            ("rrc06", "2", "updates", "plain", first[3]),
            ("rrc06", "4", "updates", "gzip", first[4])])
        self.assertIn("; plain and gzip, ", text)

    def test_ribs_alone(self):
        for i in range(3):
            self.write(name("rib", T0 + i * 7200),
                       rib(T0 + i * 7200, {0: 5 + i}))
        report = self.info()
        self.assertEqual(report["collectors"][0]["rib_cadence"], 7200)
        self.assertEqual([g["reason"] for g in
                          report["collectors"][0]["gaps"]], ["no_updates"] * 2)
        text = self.run_info(self.dir.name).stdout.decode()
        self.assertIn(" UTC; nothing between its RIBs\n"
                      "  3 RIBs (one every 2h00m); 21 records; ", text)

    def test_rows_have_a_limit(self):
        """Torn files cannot share a row with sound ones."""
        for i in range(60):
            data = updates(T0 + i * QUARTER, 60)
            self.write(name("updates", T0 + i * QUARTER),
                       data[:-3] if i % 2 else data)
        table = self.run_info(self.dir.name)
        self.assertEqual(table.returncode, 1)
        text = table.stdout.decode()
        self.assertEqual(text.count("\nupdates "), 40)
        self.assertIn("\n... and 20 more files (--files)\n", text)
        self.assertEqual(text.count("\nDamage: "), 21)
        self.assertIn("\nDamage: and 10 more (--format json)\n", text)
        self.assertEqual(text.count("\nGap: "), 21)
        text = self.run_info("--files", self.dir.name).stdout.decode()
        self.assertEqual(text.count("\nupdates "), 60)
        self.assertEqual(text.count("  cut  "), 30)

    def test_peers_have_a_limit(self):
        sizes = {0: 9, 1: 20, 2: 15}
        self.write("rib", rib(T0, sizes) + b"".join(
            mrt.bgp4mp(T0 + 60 + i, 65000 + i, "192.0.2.%d" % (100 + i),
                       64500, "192.0.2.1", mrt.keepalive())
            for i in range(6) for _ in range(i + 1)))

        def asns(*argv):
            text = self.run_info(*argv, self.dir.name).stdout.decode()
            return [row.split()[1] for row in text.splitlines()
                    if row.startswith("192.0.2.")], text
        few, text = asns()
        self.assertEqual(few, ["AS64512", "AS64513", "AS64511", "AS65005",
                               "AS65004"])
        self.assertIn("\n... and 4 more peers (--peers)\n", text)
        everyone, text = asns("--peers")
        self.assertEqual(everyone[5:], ["AS65003", "AS65002", "AS65001",
                                        "AS65000"])
        self.assertNotIn("--peers", text)

    def test_collectors_asked_for(self):
        for i, folder in enumerate(("rrc00", "rrc06", "route-views2")):
            self.write(name("updates", T0), updates(T0, 60 + 60 * i), folder)
        report = self.info("-c", "rrc06,rrc00", self.dir.name)
        self.assertEqual([c["name"] for c in report["collectors"]],
                         ["rrc00", "rrc06"])
        self.assertEqual(report["query"]["collectors"], ["rrc06", "rrc00"])
        self.assertEqual((report["start"], report["end"]),
                         (rfc3339(T0 + 7), rfc3339(T0 + 108)))
        report = self.info("--collector", "!rrc06", self.dir.name)
        self.assertEqual([c["name"] for c in report["collectors"]],
                         ["route-views2", "rrc00"])

    def test_the_order_of_the_records_decides(self):
        """Names that lie are found out in the midst of it: all begins anew."""
        for i in range(8):
            self.write(name("updates", T0 + (7 - i) * QUARTER),
                       updates(T0 + i * QUARTER))
        report = self.info()
        self.assertEqual(report["collectors"][0]["gaps"], [])
        self.assertEqual([f["first"] for f in report["files"]],
                         [rfc3339(T0 + i * QUARTER + 7) for i in range(8)])
        self.assertEqual(sum(p["messages"] for p in report["peers"]),
                         8 * len(list(headers(updates(T0)))))


class Peers(InfoCase):
    def test_words(self):
        ip, asn = PEERS[0]
        here = (64500, "192.0.2.1")
        self.write("f", b"".join((
            mrt.bgp4mp(T0, asn, ip, *here, mrt.announce(
                ["10.0.0.0/8", "11.0.0.0/8"], [asn], ip)),
            mrt.bgp4mp(T0 + 1, asn, ip, *here, mrt.withdraw(["10.0.0.0/8"])),
            mrt.bgp4mp(T0 + 2, asn, ip, *here, mrt.announce(
                ["2001:db8::/32"], [asn], "2001:db8::1")),
            mrt.bgp4mp(T0 + 3, asn, ip, *here, mrt.keepalive()),
            mrt.state_change(T0 + 4, asn, ip, *here, mrt.ESTABLISHED,
                             mrt.CLEARING),
            mrt.state_change(T0 + 5, asn, ip, *here, mrt.CLEARING, mrt.IDLE),
            mrt.state_change(T0 + 9, asn, ip, *here, mrt.OPENCONFIRM,
                             mrt.ESTABLISHED),
            mrt.state_change_headless(T0 + 10, mrt.IDLE, mrt.CONNECT))))
        report = self.info()
        peer, = report["peers"]
        self.assertEqual(
            {k: peer[k] for k in peer if peer[k] not in (0, None)},
            {"collector": "rrc00", "peer_ip": ip, "peer_asn": asn,
             "first": rfc3339(T0), "last": rfc3339(T0 + 9), "messages": 4,
             "announced_ipv4": 2, "announced_ipv6": 1, "withdrawn_ipv4": 1,
             "state_changes": 3, "ups": 1, "downs": 1})
        # that of no peer is a record all the same
        self.assertEqual(report["files"][0]["records"], 8)
        self.assertEqual(report["collectors"][0]["largest_ipv4"], None)
        self.assertEqual(peer["table_ipv4"], None)
        self.assertEqual(report["files"][0]["skipped"], 1)

    def test_the_last_whole_table_counts(self):
        self.write(name("rib", T0), rib(T0, {0: 40, 1: 30, 2: 29}))
        self.write(name("rib", T0 + 7200),
                   rib(T0 + 7200, {0: 20, 1: 19})[:-4])
        report = self.info(status=1)
        self.assertEqual([p["table_ipv4"] for p in report["peers"]],
                         [40, 30, 29])
        self.assertEqual([p["full_feed_ipv4"] for p in report["peers"]],
                         [True, True, False])
        self.assertEqual([r["whole"] for r in report["ribs"]], [True, False])

    def test_where_no_table_is_whole(self):
        self.write(name("rib", T0), rib(T0, {0: 40, 1: 30})[:-4])
        report = self.info(status=1)
        self.assertEqual(report["collectors"][0]["full_feed_ipv4"], None)
        self.assertEqual(report["collectors"][0]["largest_ipv4"], 39)
        self.assertEqual([p["full_feed_ipv4"] for p in report["peers"]],
                         [None, None])
        self.assertIn("full feeds unknown (no whole RIB); largest table: "
                      "39 IPv4\n",
                      self.run_info(self.dir.name).stdout.decode())


class Damage(InfoCase):
    def archive(self, spoilt, suffix=""):
        """Eight files of which the fourth is spoilt."""
        for i in range(8):
            data = updates(T0 + i * QUARTER)
            file = name("updates", T0 + i * QUARTER, suffix if i == 3 else "")
            self.write(file, spoilt(data) if i == 3 else data)
        return name("updates", T0 + 3 * QUARTER, suffix)

    def check_cut(self, spoilt, kept, suffix):
        """kept: bytes that can still be read."""
        file = self.archive(spoilt, suffix)
        report = self.info(status=1)
        plain = updates(T0 + 3 * QUARTER)
        records = [h for h in headers(plain)]
        sound = sum(1 for a, b in zip(records, records[1:])
                    if b[0] <= kept)
        found = self.file(report, file)
        self.assertEqual(found["state"], "cut")
        self.assertEqual(found["damage"], 1)
        self.assertEqual(found["records"], sound)
        self.assertEqual(found["plain_size"], kept)
        self.assertEqual(found["last"], rfc3339(records[sound - 1][1]))
        damage, = report["damage"]
        self.assertEqual(os.path.basename(damage["file"]), file)
        self.assertEqual(damage["offset"], kept)
        self.assertEqual(damage["records_kept"], sound)
        self.assertEqual(report["collectors"][0]["damaged_files"], 1)
        self.assertFalse(report["whole"])
        gap, = report["collectors"][0]["gaps"]
        self.assertEqual(gap, {"start": rfc3339(records[sound - 1][1]),
                               "end": rfc3339(T0 + 4 * QUARTER),
                               "reason": "damaged_file"})

    def test_plain_cut(self):
        self.check_cut(lambda d: d[:2000], 2000, "")

    def test_gzip_cut(self):
        def spoilt(data):
            return gzip.compress(data, mtime=0)[:-200]
        packer = zlib.decompressobj(31)
        kept = len(packer.decompress(spoilt(updates(T0 + 3 * QUARTER))))
        self.check_cut(spoilt, kept, ".gz")

    def test_bzip2_cut(self):
        self.check_cut(lambda d: mrt.compress_cut(d[:1000], "bz2"), 1000,
                       ".bz2")

    def test_zeroed(self):
        plain = updates(T0 + 3 * QUARTER)
        records = [h for h in headers(plain)]
        start, end = records[10][0], records[14][0]
        file = self.archive(lambda d: d[:start + 30] + bytes(
            end - start - 30) + d[end:])
        report = self.info(status=1)
        found = self.file(report, file)
        self.assertEqual(found["state"], "whole")
        self.assertEqual(found["records"], len(records) - 4)
        damage, = report["damage"]
        self.assertEqual(damage["offset"], start)
        self.assertEqual(damage["records_kept"], 10)
        self.assertEqual((damage["lost_from"], damage["lost_until"]),
                         (rfc3339(records[9][1]), rfc3339(records[14][1])))
        table = self.run_info(self.dir.name).stdout.decode()
        self.assertRegex(table, "updates  damaged  .*  %s\n" % file)
        self.assertIn("/%s, offset %d: " % (file, start), table)
        self.assertIn("; 1 gap (1m40s), 1 file damaged\n", table)
        self.assertIn("; plain, %.1f kB\n" % (
            sum(f["size"] for f in report["files"]) / 1000), table)
        # few files, and so a row for each
        self.assertEqual(table.count("\nupdates "), 8)

    def test_files_of_no_use(self):
        for i in range(3):
            self.write(name("updates", T0 + i * QUARTER),
                       updates(T0 + i * QUARTER))
        self.write(name("updates", T0 + 3 * QUARTER), b"")
        self.write(name("updates", T0 + 4 * QUARTER, ".xz"),
                   b"\xfd7zXZ\0" + bytes(50))
        self.write("notes.mrt", b"to whom it may concern\n" * 9)
        report = self.info(status=1)
        self.assertEqual(
            {os.path.basename(f["file"]): (f["state"], f["compression"],
                                           f["damage"], f["kind"])
             for f in report["files"] if f["kind"] is None},
            {name("updates", T0 + 3 * QUARTER): ("cut", "plain", 1, None),
             name("updates", T0 + 4 * QUARTER, ".xz"):
             ("unreadable", "xz", 1, None),
             "notes.mrt": ("unreadable", "plain", 1, None)})
        self.assertEqual(report["collectors"][0]["files"], 3)
        table = self.run_info(self.dir.name).stdout.decode()
        self.assertIn("no bytes", table)
        self.assertIn("unreadable", table)

    def test_a_collector_of_no_use(self):
        self.write(name("updates", T0), updates(T0))
        self.write(name("updates", T0), b"\xfd7zXZ\0" + bytes(50), "rrc06")
        report = self.info(status=1)
        self.assertEqual([(c["whole"], c["files"], c["start"] is None)
                          for c in report["collectors"]],
                         [(True, 1, False), (False, 0, True)])
        self.assertIn(
            "\nNot whole: rrc06, no record of use; 1 file damaged\n",
            self.run_info(self.dir.name).stdout.decode())

    def test_a_path_of_no_use(self):
        self.write(name("updates", T0), updates(T0))
        report = self.info("/dev/null", self.dir.name, status=1)
        self.assertTrue(report["collectors"][0]["whole"])
        self.assertFalse(report["whole"])
        self.assertEqual([d["file"] for d in report["damage"]], ["/dev/null"])

    def test_a_pipe_of_no_use(self):
        """What it was compressed with cannot be looked at again."""
        self.write(name("updates", T0), updates(T0))
        report = self.info("-", self.dir.name, status=1,
                           stdin=b"\xfd7zXZ\0" + bytes(50))
        self.assertEqual([(f["file"] == "-", f["compression"])
                          for f in report["files"]],
                         [(False, "plain"), (True, None)])

    def test_exit_statuses(self):
        self.assertEqual(self.run_info("nosuch").returncode, 2)
        self.assertEqual(self.run_info().returncode, 2)
        path = self.write("empty", b"")
        run = self.run_info(path)
        self.assertEqual((run.returncode, run.stdout), (3, b""))

    def test_empty_intervals_are_whole(self):
        for i in range(20):
            data = b"" if i in (4, 9, 14, 19) else updates(T0 + i * QUARTER)
            self.write(name("updates", T0 + i * QUARTER, ".bz2"),
                       bz2.compress(data))
        report = self.info()
        self.assertTrue(report["whole"])
        self.assertEqual([f["records"] for f in report["files"]].count(0), 4)
        rows = self.run_info(self.dir.name).stdout.decode().splitlines()
        row, = [r for r in rows if "4 empty" in r]
        self.assertEqual(row.split()[0], "20")
        self.assertIn(report["files"][18]["last"][11:19], row)


if __name__ == "__main__":
    unittest.main()
