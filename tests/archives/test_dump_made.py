"""`blackout dump` against bgpdump on records made for the purpose: every type
that bgpdump knows, with attributes drawn at random; and the JSON lines against
the schema and against bgpdump's columns.

The records are sound.  What bgpdump is known to print wrongly is not drawn:
see test_dump.py and tests/unit/test_rows.c for that.
"""

import ipaddress
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from common import BINARY, ROOT, data

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import mrtwrite as mrt  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

BGPDUMP = shutil.which("bgpdump")
SCHEMA = pathlib.Path(ROOT, "testdata", "schema", "dump.schema.json")
KOREA = os.path.join(ROOT, "testdata", "north-korea-2014")
SEEDS = range(12)
RECORDS = 150


def bgpdump(path):
    return subprocess.run([BGPDUMP, "-m", path], check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def dump(*argv):
    return subprocess.run([BINARY, "dump", *argv], check=True,
                          stdout=subprocess.PIPE).stdout


class Made:
    """Random records, the same for the same seed."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.time = 1400000000

    def number(self, bits):
        """Of any size, not only large ones."""
        return self.r.getrandbits(self.r.randint(0, bits))

    def prefix(self, fam):
        bits = 32 if fam == 4 else 128
        size = self.r.choice((0, 1, 7, 8, 9, 16, 20, 24, bits - 1, bits))
        value = self.r.getrandbits(bits) if self.r.random() < .7 else \
            self.r.getrandbits(16) << self.r.randrange(bits - 16)
        value = value >> (bits - size) << (bits - size)
        net = ipaddress.IPv4Network if fam == 4 else ipaddress.IPv6Network
        return str(net((value, size)))

    def prefixes(self, fam):
        return list(dict.fromkeys(self.prefix(fam)
                                  for _ in range(self.r.randint(1, 5))))

    def address(self, fam):
        return self.prefix(fam).split("/")[0]

    def path(self, as4, confed=True):
        """AS_PATH of some segments, empty ones among them."""
        value = b""
        for _ in range(self.r.choice((0, 1, 1, 1, 2, 3))):
            kind = self.r.choice((2, 2, 2, 1, 3, 4) if confed else (2, 2, 1))
            asns = [self.number(32 if as4 else 16)
                    for _ in range(self.r.choice((0, 1, 2, 3, 5, 12)))]
            value += bytes([kind, len(asns)])
            value += struct.pack("!%d%s" % (len(asns), "I" if as4 else "H"),
                                 *asns)
        return value

    def merged_path(self):
        """A 2-byte AS_PATH of one segment, and an AS4_PATH of its end."""
        asns = [self.number(32) for _ in range(self.r.randint(1, 9))]
        old = [a if a < 65536 else mrt.AS_TRANS for a in asns]
        new = asns[self.r.randrange(len(asns)):]
        return (bytes([2, len(old)]) + struct.pack("!%dH" % len(old), *old),
                bytes([2, len(new)]) + struct.pack("!%dI" % len(new), *new))

    def attributes(self, as4, classic=True):
        some = self.r.random
        out = b""
        if some() < .9:
            out += mrt.attribute(1, bytes([self.r.randrange(3)]))
        if not as4 and some() < .4:
            old, new = self.merged_path()
            out += mrt.attribute(2, old) + mrt.attribute(17, new, 0xC0)
        elif some() < .9:
            out += mrt.attribute(2, self.path(as4))
        if classic and some() < .9:
            out += mrt.attribute(3, mrt.packed(self.address(4)))
        for code in (4, 5):
            if some() < .5:
                # bgpdump prints a larger MED of MP_REACH as negative
                out += mrt.attribute(code, struct.pack("!I", self.number(31)))
        if some() < .3:
            out += mrt.attribute(6, b"")
        if some() < .4:
            asn = self.number(32 if as4 else 16)
            out += mrt.attribute(7, struct.pack("!I" if as4 else "!H", asn) +
                                 mrt.packed("192.0.2.%d" % self.number(8)))
        if some() < .5:
            values = [self.r.choice((0xFFFFFF01, 0xFFFFFF02, 0xFFFFFF03,
                                     0xFFFFFF04, self.number(32)))
                      for _ in range(self.r.choice((1, 2, 3, 30)))]
            out += mrt.attribute(8, struct.pack("!%dI" % len(values), *values))
        if some() < .2:
            out += mrt.attribute(32, struct.pack("!3I", 1, 2, self.number(32)))
        return out

    def reach(self, fam, prefixes, path_id):
        hop = mrt.packed(self.address(fam))
        if fam == 6 and self.r.random() < .3:
            hop += mrt.packed("fe80::1")
        return mrt.attribute(
            14, struct.pack("!HBB", 2 if fam == 6 else 1,
                            self.r.choice((1, 1, 1, 2, 3)), len(hop)) + hop +
            b"\0" + mrt.nlri_block(prefixes, path_id), 0x80)

    def update(self, as4, path_id):
        some = self.r.random
        withdrawn = announced = attrs = b""
        if some() < .4:
            withdrawn = mrt.nlri_block(self.prefixes(4), path_id)
        if some() < .7:
            attrs = self.attributes(as4)
            if some() < .7:
                announced = mrt.nlri_block(self.prefixes(4), path_id)
            if some() < .4:
                fam = self.r.choice((6, 6, 4))
                attrs += self.reach(fam, self.prefixes(fam), path_id)
        if some() < .3:
            fam = self.r.choice((6, 6, 4))
            attrs += mrt.mp_unreach(2 if fam == 6 else 1, self.prefixes(fam),
                                    path_id)
        return mrt._update(withdrawn, attrs, announced)

    def message(self):
        as4, et, addpath, local = (self.r.random() < p
                                   for p in (.6, .3, .2, .1))
        fam = self.r.choice((4, 4, 6))
        if local:
            # of LOCAL_ADDPATH bgpdump takes the collector for the peer, and
            # of IPv6 by an IPv4 peer it prints the address as IPv6
            addpath, fam = False, 6
        peer = self.address(fam)
        subtype = {(False, False): 1, (True, False): 4,
                   (False, True): 8, (True, True): 9}[as4, addpath]
        if local:
            subtype = 7 if as4 else 6
        body = mrt._session(self.number(32), 64501, peer, self.address(fam),
                            as4)
        body += self.update(as4, self.number(32) if addpath else None)
        when = self.time + (self.r.randrange(10**6) / 1e6 if et else 0)
        return mrt.record(when, 17 if et else 16, subtype, body)

    def state(self):
        fam = self.r.choice((4, 6))
        return mrt.state_change(
            self.time + self.r.choice((0, .5)), self.number(32),
            self.address(fam), 64501, self.address(fam),
            self.r.randint(1, 8), self.r.randint(1, 8),
            as4=self.r.random() < .5, et=self.r.random() < .5)

    def table(self):
        peers = [(self.address(self.r.choice((4, 6))), self.number(16),
                  self.r.random() < .5) for _ in range(5)]
        out = mrt.peer_index_table(self.time, "192.0.2.1", peers)
        for sequence in range(20):
            fam = self.r.choice((4, 6))
            prefix = self.prefix(fam)
            entries = []
            for _ in range(self.r.randint(0, 6)):
                attrs = self.attributes(True, fam == 4 or self.r.random() < .2)
                if fam == 6 and self.r.random() < .9:
                    hop = mrt.packed(self.address(6))
                    short = self.r.random() < .5
                    attrs += mrt.attribute(14, bytes([16]) + hop, 0x80) \
                        if short else mrt.mp_reach([prefix], self.address(6))
                entries.append((self.r.randrange(5), self.time - 100, attrs,
                                self.number(32)))
            out += mrt.rib_record(self.time, sequence, prefix, entries,
                                  self.r.random() < .3)
        return out

    def old_table(self):
        fam = self.r.choice((4, 6))
        net, size = self.prefix(fam).split("/")
        attrs = self.attributes(False, fam == 4)
        if fam == 6:
            attrs += mrt.mp_reach([self.prefix(6)], self.address(6))
        body = struct.pack("!HH", 0, self.number(16)) + mrt.packed(net)
        body += struct.pack("!BBI", int(size), 1, self.time - 9)
        body += mrt.packed(self.address(fam))
        body += struct.pack("!HH", self.number(16), len(attrs)) + attrs
        return mrt.record(self.time, 12, 1 if fam == 4 else 2, body)

    def file(self):
        out = b""
        for _ in range(RECORDS):
            self.time += self.r.choice((0, 0, 1, 5))
            out += self.r.choices(
                (self.message, self.state, self.old_table, self.table),
                (20, 2, 2, 1))[0]()
        return out


def columns(line):
    """bgpdump's columns of a JSON line, numbers as they are written."""
    o = json.loads(line, parse_int=str, parse_float=str)
    head = [o["timestamp"], {"ANNOUNCE": "A", "WITHDRAW": "W", "RIB": "B",
                             "STATE": "STATE"}[o["type"]],
            o["peer_ip"] or "0.0.0.0", o["peer_asn"]]
    if o["type"] == "STATE":
        return head + [o["old_state"], o["new_state"]]
    head.append(o["prefix"])
    if o["path_id"] is not None:
        head.append(o["path_id"])
    if o["type"] == "WITHDRAW":
        return head
    small = [c.replace("no-export-sub-confed", "local-AS")
             for c in o["communities"] or () if c.count(":") < 2]
    aggregator = "" if o["aggr_asn"] is None else \
        o["aggr_asn"] + " " + o["aggr_ip"]
    return head + [
        o["as_path"] or "", o["origin"] or "INCOMPLETE",
        o["next_hop"] or "255.255.255.255", o["local_pref"] or "0",
        o["med"] or "0", " ".join(small), "AG" if o["atomic"] else "NAG",
        aggregator, ""]


def same_ipv6(fields):
    """Addresses as RFC 5952 has them, bgpdump having its own way."""
    for i, field in enumerate(fields):
        if field.count(":") > 1 and " " not in field:
            address, _, size = field.partition("/")
            try:
                new = ipaddress.IPv6Address(address).compressed
            except ValueError:
                continue
            fields[i] = new + ("/" + size if size else "")
    return fields


class Case(unittest.TestCase):
    def assert_same_lines(self, ours, theirs, what):
        for a, b in zip(ours.split(b"\n"), theirs.split(b"\n")):
            self.assertEqual(a, b, what)
        self.assertTrue(ours == theirs, what)

    def assert_json(self, path, every=1):
        """Each line as bgpdump has it; every so many by the schema."""
        theirs = bgpdump(path).decode().splitlines()
        ours = dump("--format", "jsonl", path).decode().splitlines()
        self.assertEqual(len(ours), len(theirs), path)
        for mine, their in zip(ours, theirs):
            self.assertEqual(same_ipv6(columns(mine)),
                             same_ipv6(their.split("|")[1:]), mine)
        if jsonschema is None:
            return
        check = jsonschema.Draft202012Validator(
            json.loads(SCHEMA.read_text()))
        for line in ours[::every]:
            check.validate(json.loads(line))


@unittest.skipUnless(BGPDUMP, "needs bgpdump")
class Records(Case):
    def test_made_records(self):
        for seed in SEEDS:
            with tempfile.NamedTemporaryFile() as f:
                f.write(Made(seed).file())
                f.flush()
                theirs = bgpdump(f.name)
                self.assertGreater(theirs.count(b"\n"), RECORDS)
                self.assert_same_lines(dump(f.name), theirs,
                                       "seed %d" % seed)

    def test_json_of_made_records(self):
        with tempfile.NamedTemporaryFile() as f:
            f.write(Made(1000).file())
            f.flush()
            self.assert_json(f.name)

    def test_committed_archive(self):
        theirs = ours = b""
        for folder, _, names in sorted(os.walk(KOREA)):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if ".bz2" in name and "RIBS" in folder:
                    theirs += bgpdump(path)
                    ours += dump(path)
        self.assert_same_lines(ours, theirs, KOREA)
        self.assertGreater(ours.count(b"\n"), 1000)

    def test_json_of_real_archives(self):
        for name in ("variety/bgpdump/bview.ipv4_unicast_add_path.gz",
                     "variety/bgpdump/updates.20071015.1505.gz",
                     "variety/daemons/quagga_bgp_large_communities",
                     "variety/other/ris.rrc06.updates.1427846400.gz",
                     "variety/other/rrc15.updates.20100227.1610.gz",
                     "variety/other/table_dump_v1_ipv6.rib.20030503.1429.bz2",
                     "rrc06-2021-01-02/ris.rrc06.updates.1609563900.300.gz"):
            self.assert_json(data("real", *name.split("/")), every=97)


class Sorted(unittest.TestCase):
    """Files that overlap in time, of several collectors."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def merged(self, paths):
        """Lines of paths by time, equal ones in the order of paths."""
        lines = [line for p in paths for line in dump(p).splitlines()]
        return sorted(lines, key=lambda line: float(line.split(b"|")[1]))

    def test_merge(self):
        paths = [self.write("%s/updates" % c, Made(seed).file())
                 for seed, c in enumerate(("rrc00", "rrc01", "route-views2"))]
        paths.sort()
        for argv in ((self.folder,), paths, paths[::-1]):
            ours = dump("--sorted", "--threads", "3", *argv).splitlines()
            self.assertEqual(ours, self.merged(paths))

    def test_files_of_a_day(self):
        """One that lasts, and many that begin with a record too late."""
        last = Made(100)
        whole = b""
        for _ in range(8000):
            last.time += 11
            whole += last.state()
        paths = [self.write("aaa/all", whole)]
        for hour in range(48):
            made = Made(hour)
            made.time += 1800 * hour
            early = made.file()
            made.time = 1400000000 + 1800 * hour + 500
            paths.append(self.write("rrc%02d/f" % (hour % 7) + "%02d" % hour,
                                    made.state() + early))
        order = sorted(paths, key=lambda p: (os.path.dirname(p), p))
        ours = dump("--sorted", self.folder).splitlines()
        self.assertEqual(ours, self.merged(order))


HOP = mrt.attribute(3, mrt.packed("192.0.2.9"))
ORIGIN = mrt.attribute(1, b"\0")
PATH = mrt.attribute(2, mrt.as_path([64500, 3356], True))
NET = mrt.nlri("10.0.0.0/8")
NET6 = mrt.nlri("2001:db8::/32")


def record(attrs=ORIGIN + PATH + HOP, announced=NET, subtype=4,
           marker=b"\xff"):
    as4 = subtype in (4, 5, 7, 9, 11)
    session = mrt._session(64500, 64501, "192.0.2.1", "192.0.2.2", as4)
    message = marker * 16 + mrt._update(b"", attrs, announced)[16:]
    return mrt.record(1000000000, 16, subtype, session + message)


def reach(afi, hop, block):
    return mrt.attribute(14, struct.pack("!HBB", afi, 1, len(hop)) + hop +
                         b"\0" + block, 0x80)


def segments(*parts, as4):
    return b"".join(bytes([kind, len(asns)]) + struct.pack(
        "!%d%s" % (len(asns), "I" if as4 else "H"), *asns)
        for kind, asns in parts)


def merged(old, new):
    return mrt.attribute(2, segments(*old, as4=False)) + \
        mrt.attribute(17, segments(*new, as4=True), 0xC0)


A = "|1000000000|A|192.0.2.1|64500|"
TAIL = "10.0.0.0/8|64500 3356|IGP|192.0.2.9|0|0|"

# What the README lists: a record, and the right line.
WRONG = {
    "path of 2-byte numbers in AS4": (
        record(ORIGIN + mrt.attribute(2, mrt.as_path([1, 2, 3], False)) + HOP),
        "BGP4MP" + A + "10.0.0.0/8|1 2 3|IGP|192.0.2.9|0|0||NAG||"),
    "AGGREGATOR of 2-byte numbers in AS4": (
        record(ORIGIN + PATH + HOP + mrt.attribute(
            7, b"\xfc\0" + mrt.packed("192.0.2.7"))),
        "BGP4MP" + A + TAIL + "|NAG|64512 192.0.2.7|"),
    "AS4_PATH behind several segments": (
        record(ORIGIN + HOP + merged([(2, [100]), (2, [23456, 200])],
                                     [(2, [200])]), subtype=1),
        "BGP4MP" + A + "10.0.0.0/8|100 23456 200|IGP|192.0.2.9|0|0||NAG||"),
    "AS4_PATH behind a confederation": (
        record(ORIGIN + HOP + merged([(3, [65001]), (2, [100, 23456])],
                                     [(2, [70000])]), subtype=1),
        "BGP4MP" + A + "10.0.0.0/8|(65001) 100 70000|IGP|192.0.2.9|0|0||NAG||"),
    "next hop of no bytes": (
        record(ORIGIN + PATH + reach(2, b"", NET6), b""),
        "BGP4MP" + A + "2001:db8::/32|64500 3356|IGP|255.255.255.255|0|0||"
        "NAG||"),
    "next hop with a route distinguisher": (
        record(ORIGIN + PATH + reach(2, bytes(8) + mrt.packed("2001:db8::7"),
                                     NET6), b""),
        "BGP4MP" + A + "2001:db8::/32|64500 3356|IGP|2001:db8::7|0|0||NAG||"),
    "ADD-PATH of the collector": (
        record(announced=mrt.nlri_block(["10.0.0.0/8"], 7), subtype=11),
        "BGP4MP_LOCAL_AP" + A + TAIL.replace("|", "|7|", 1) + "|NAG||"),
    "IPv6 of the collector to an IPv4 peer": (
        record(mrt.mp_unreach(2, ["2001:db8::/32"]), b"", subtype=7),
        "BGP4MP_LOCAL|1000000000|W|192.0.2.1|64500|2001:db8::/32"),
    "MED above 2^31 in MP_REACH_NLRI": (
        record(ORIGIN + PATH + mrt.attribute(4, b"\xff" * 4) +
               reach(1, mrt.packed("192.0.2.9"), NET), b""),
        "BGP4MP" + A + TAIL.replace("|0|0|", "|0|4294967295|") + "|NAG||"),
    "empty COMMUNITIES": (
        record(ORIGIN + PATH + HOP + mrt.attribute(8, b"")),
        "BGP4MP" + A + TAIL + "|NAG||"),
    "many communities": (
        record(ORIGIN + PATH + HOP + mrt.attribute(8, b"\0\1\0\1" * 4000)),
        "BGP4MP" + A + TAIL + " ".join(["1:1"] * 4000) + "|NAG||"),
    "a marker that is not all ones": (
        record(marker=b"\x11"), "BGP4MP" + A + TAIL + "|NAG||"),
    "ORIGIN twice": (
        record(ORIGIN + mrt.attribute(1, b"\1") + PATH + HOP),
        "BGP4MP" + A + TAIL + "|NAG||"),
    "bits beyond the mask": (
        record(announced=b"\x14\x0a\0\xff"),
        "BGP4MP" + A + TAIL.replace("10.0.0.0/8", "10.0.240.0/20") + "|NAG||"),
    "path identifiers that are not declared": (
        record(announced=mrt.nlri_block(["10.0.0.0/8"], 7)),
        "BGP4MP_AP" + A + TAIL.replace("|", "|7|", 1) + "|NAG||"),
}


class Wrong(unittest.TestCase):
    """Records that bgpdump prints wrongly, or not at all."""

    def test_right_lines(self):
        for what, (made, line) in WRONG.items():
            with self.subTest(what), tempfile.NamedTemporaryFile() as f:
                f.write(made)
                f.flush()
                self.assertEqual(dump(f.name).decode(), line + "\n")
                if BGPDUMP:
                    run = subprocess.run([BGPDUMP, "-m", f.name],
                                         capture_output=True)
                    self.assertNotEqual(run.stdout.decode("latin-1"),
                                        line + "\n")

    def test_many_prefixes(self):
        made = record(announced=b"".join(
            mrt.nlri("10.%d.%d.0/24" % (i >> 8, i & 255))
            for i in range(9000)))
        with tempfile.NamedTemporaryFile() as f:
            f.write(made)
            f.flush()
            self.assertEqual(dump(f.name).count(b"\n"), 9000)


if __name__ == "__main__":
    unittest.main()
