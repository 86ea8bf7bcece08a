#!/usr/bin/env python3
"""Seeds for the fuzz targets: small files, in a folder for each target; those
of mrt are for all targets that take a file of records.

    seeds.py OUT            those that are made here, which are kept in
                            testdata/fuzz
    seeds.py OUT --cut      also pieces of testdata and of $BLACKOUT_DATA

The same bytes each time.
"""

import argparse
import bz2
import gzip
import os
import pathlib
import random
import struct
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import mrtwrite as mrt  # noqa: E402

DATA = pathlib.Path(os.environ.get("BLACKOUT_DATA")
                    or ROOT.parent / "shared" / "data")
T0 = 1419264000  # 2014-12-22 16:00
LOCAL = (64999, "198.51.100.1")
LOCAL6 = (64999, "2001:db8:ffff::1")
PEERS = [(64501, "192.0.2.1"), (64502, "192.0.2.2"), (64503, "192.0.2.3"),
         (4200000004, "192.0.2.4")]
PEER6 = (64505, "2001:db8::5")
NETS = ["175.45.176.0/24", "175.45.177.0/24", "8.8.8.0/24", "10.0.0.0/8"]
NET6 = "2001:db8:100::/40"


# --- MRT --------------------------------------------------------------------

def path_of(peer, origin=131279):
    return [peer[0], 4837, origin]


def update(when, peer, message, **how):
    local = LOCAL6 if ":" in peer[1] else LOCAL
    return mrt.bgp4mp(when, peer[0], peer[1], local[0], local[1], message,
                      **how)


def announce(when, peer, nets, origin=131279, **how):
    as4 = how.get("as4", True)
    return update(when, peer, mrt.announce(
        nets, path_of(peer, origin), peer[1], as4=as4,
        path_id=how.pop("path_id", None)), **how)


def state(when, peer, old, new, **how):
    return mrt.state_change(when, peer[0], peer[1], LOCAL[0], LOCAL[1], old,
                            new, **how)


def table(when, peers=None):
    peers = PEERS + [PEER6] if peers is None else peers
    return mrt.peer_index_table(
        when, "198.51.100.1", [(ip, asn, True) for asn, ip in peers], b"view")


def rib(when, nets=None, peers=None, **how):
    out = [table(when)]
    for i, net in enumerate(nets or NETS + [NET6]):
        origin = 131279 if net.startswith("175") else 15169
        hop = PEER6[1] if ":" in net else PEERS[0][1]
        out.append(mrt.rib_record(when, i, net, [
            (k, when - 90000, mrt.rib_attributes(
                net, tuple(path_of(p, origin)), hop), k + 1)
            for k, p in enumerate(PEERS) if peers is None or k in peers],
            **how))
    return b"".join(out)


def td1(when, net="175.45.176.0/24", peer=1, more=b"", age=100):
    attrs = mrt.path_attributes([64500, 15169], "192.0.2.1", as4=False)
    body = struct.pack("!HH", 0, 1) + mrt.packed(net.split("/")[0])
    body += struct.pack("!BBI", 24, 1, when - age)
    body += mrt.packed("192.0.2.%d" % peer)
    body += struct.pack("!HH", 64500 + peer, len(attrs)) + attrs
    return mrt.record(when, 12, 1, body + more)


def legacy(when):
    body = struct.pack("!H4sH4s", 64501, mrt.packed("192.0.2.1"), 64999,
                       mrt.packed("198.51.100.1"))
    message = mrt.announce(["8.8.8.0/24"], [64501, 15169], "192.0.2.1",
                           as4=False)[19:]
    return mrt.record(when, 5, 1, body + message) + mrt.record(
        when + 1, 5, 3, struct.pack("!H4sHH", 64501, mrt.packed("192.0.2.1"),
                                    6, 1)) + mrt.record(when + 2, 5, 0, b"")


def outage():
    """A RIB, a loss at every peer, and its end."""
    out = [rib(T0)]
    for i in range(4):
        for k, p in enumerate(PEERS):
            out.append(announce(T0 + 30 + 90 * i + k, p, NETS[2:], 15169))
    for k, p in enumerate(PEERS):
        out.append(update(T0 + 600 + k, p, mrt.withdraw(NETS[:2])))
    for i in range(6):
        for k, p in enumerate(PEERS):
            out.append(announce(T0 + 660 + 90 * i + k, p, NETS[2:], 15169))
    for k, p in enumerate(PEERS):
        out.append(announce(T0 + 1800 + k, p, NETS[:2]))
    out.append(announce(T0 + 3700, PEERS[0], NETS[2:], 15169))
    return b"".join(out)


def resets():
    out = [rib(T0), state(T0 + 10, PEERS[0], 6, 1),
           state(T0 + 20, PEERS[0], 5, 6),
           announce(T0 + 21, PEERS[0], NETS),
           update(T0 + 22, PEERS[0], mrt.end_of_rib()),
           update(T0 + 23, PEER6, mrt.end_of_rib(6)),
           update(T0 + 24, PEERS[1], mrt.keepalive()),
           mrt.state_change_headless(T0 + 25, 6, 1),
           # OpenBGPD names the two ends the wrong way round
           mrt.state_change(T0 + 26, LOCAL[0], LOCAL[1], PEERS[1][0],
                            PEERS[1][1], 6, 1),
           update(T0 + 900, PEERS[2], mrt.withdraw(NETS)),
           rib(T0 + 7200, peers=[0, 1, 3])]
    return b"".join(out)


def disorder():
    times = [0, 1, 2, 3, 4, 5, 2, 6, 5, 7, 86000, 8, 9, 4000, 10, 11, 3, 40,
             41, 42, 43, 44, 45, 700, 701, 702, 703, 704, 705, 10, 706]
    return b"".join(announce(T0 + t, PEERS[i % 4], [NETS[i % 4]], 64600 + i)
                    for i, t in enumerate(times))


def pick(data):
    """As fuzz_pick() of fuzz.h: where a target cuts this input, modulo size."""
    h = 0xcbf29ce484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 & (1 << 64) - 1
    return h ^ h >> 29


def td1_cut(where, when=T0):
    """Two records such that the target cuts their file at `where`."""
    for age in range(100000):
        data = td1(when, age=age) + td1(when, peer=2)
        if pick(data) % len(data) == where:
            return data
    raise ValueError("no input is cut there")


def padded(records, more):
    """With more bytes in the last record than its contents take."""
    last = list(ends(records))[-2]
    return (records[:last + 8] +
            struct.pack("!I", len(records) - last - 12 + len(more)) +
            records[last + 12:] + more)


def flipped(data, where):
    """A bit is wrong, at that part of it."""
    at = int(len(data) * where)
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]


def mrt_files():
    one = announce(T0, PEERS[0], NETS[:2])
    yield "announce", one
    yield "withdraw", one + update(T0 + 1, PEERS[0], mrt.withdraw(NETS))
    yield "ipv6", update(T0, PEER6, mrt.announce(
        [NET6], path_of(PEER6), PEER6[1])) + update(
            T0 + 1, PEER6, mrt.withdraw([NET6]))
    yield "as2", announce(T0, PEERS[3], NETS, as4=False)
    yield "set", update(T0, PEERS[0], mrt.announce(
        NETS, [64501, (3356, 15169, 131279)], PEERS[0][1]))
    yield "et", announce(T0 + .25, PEERS[0], NETS, et=True) + state(
        T0 + 1.5, PEERS[0], 6, 1, et=True)
    yield "addpath", announce(T0, PEERS[0], NETS, addpath=True, path_id=7)
    # routers have written path identifiers into records that deny them
    yield "addpath-denied", b"".join(
        announce(T0 + i, PEERS[0], [n], path_id=1 + i)
        for i, n in enumerate(NETS))
    yield "rib", rib(T0)
    yield "rib-addpath", rib(T0, addpath=True)
    yield "rib-no-table", rib(T0)[len(table(T0)):]
    yield "rib-cut", rib(T0)[:-20]
    yield "td1", td1(T0) + td1(T0, peer=2) + td1(T0, NETS[1])
    batch = td1(T0)[16:]
    yield "td1-batch", td1(T0, more=batch) + td1(T0, more=batch)
    yield "found-td1-cut-in-next-header", td1_cut(len(td1(T0)) + 4)
    # 2012-09-08 05:20:20 is "PK\3\4", which a ZIP file begins with
    yield "found-time-of-zip-cut", td1_cut(5, 0x504b0304)
    yield "td1-slip", td1(T0, more=b"\0\0\0\1") + td1(T0)
    yield "legacy", legacy(T0)
    yield "resets", resets()
    yield "disorder", disorder()
    yield "outage", outage()
    yield "ospf", mrt.record(T0, 11, 0, b"hello") + one
    yield "length-lies", one[:8] + struct.pack("!I", 9999) + one[12:] + \
        one * 4
    yield "length-0", one[:8] + bytes(4) + one[12:] + one * 4
    yield "header-torn", one * 3 + one[:9]
    yield "rubbish", one * 2 + b"\xff" * 50 + one * 4
    yield "cut", one * 2 + one[:-5]
    yield "message-cut", mrt.record(T0, 16, 4, one[12:-3]) + one
    yield "update-bad", update(T0, PEERS[0], mrt.bgp_message(
        2, b"\0\xff" + bytes(9))) + one * 2
    long_nlri = bytes([40, 1, 2, 3, 4, 5])
    yield "nlri-too-long", update(T0, PEERS[0], mrt.bgp_message(
        2, struct.pack("!H", 6) + long_nlri + bytes(2))) + one
    yield "rib-leftovers", padded(rib(T0, NETS[:1]), b"\0\0\0")
    yield "text", b"this is no MRT\n" * 3
    yield "empty", b""


BETWEEN = b"\xf1\x1e\xf1\x1e"  # of the files of one input: fuzz_files.c


def several_files():
    """What overlaps, repeats, contradicts."""
    one = b"".join(announce(T0 + i, PEERS[i % 4], NETS) for i in range(40))
    more = one + announce(T0 + 99, PEERS[0], NETS[:1])
    whole = dict(mrt_files())
    yield "two", [one, announce(T0 + 900, PEERS[1], NETS)]
    yield "twice", [one, one]
    yield "longer", [one, more]
    yield "rib-and-updates", [rib(T0), whole["outage"][len(rib(T0)):]]
    yield "ribs", [rib(T0), rib(T0 + 7200, peers=[0, 1]), rib(T0 + 14400)]
    yield "gap", [announce(T0 + 900 * i, PEERS[i], NETS) for i in (0, 1, 3)]
    yield "swapped", [whole["disorder"], one, whole["resets"]]
    yield "damaged", [whole["cut"], whole["text"], whole["length-lies"], b""]
    yield "compressed", [gzip.compress(one, mtime=0), bz2.compress(more)]
    # a whole batch of routes is a repeat
    long = update(T0, PEERS[0], mrt.withdraw(
        ["%d.0.0.0/8" % (1 + i % 200) for i in range(3200)]))
    yield "found-overlap-longer-than-a-batch", [
        long, long + update(T0 + 9, PEERS[0], mrt.keepalive())]


# --- compression ------------------------------------------------------------

def gzip_files(plain):
    one = gzip.compress(plain, 6, mtime=0)
    yield "one", one
    yield "members", one * 3
    yield "stored", gzip.compress(plain, 0, mtime=0)
    fixed = zlib.compressobj(6, zlib.DEFLATED, 31, 8, zlib.Z_FIXED)
    yield "fixed", fixed.compress(plain) + fixed.flush()
    flush = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = flush.compress(plain[:99]) + flush.flush(zlib.Z_FULL_FLUSH)
    body += flush.compress(plain[99:]) + flush.flush()
    head = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\3\0xyz" + b"name\0note\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xffff)
    tail = struct.pack("<II", zlib.crc32(plain), len(plain))
    yield "header", head + body + tail
    yield "padded", one + bytes(600)
    yield "rubbish", one + b"rubbish"
    yield "cut", one[:-9]
    yield "no-trailer", one[:-8]
    yield "bad-crc", one[:-8] + b"1234" + one[-4:]
    for i in range(1, 10):
        yield "flipped-%d" % i, flipped(one, i / 10)
        yield "flipped-members-%d" % i, one + flipped(one, i / 10) + one
    yield "empty", gzip.compress(b"", 6, mtime=0)
    yield "runs", gzip.compress(b"a" * 300000, 9, mtime=0)


def bzip2_files(plain):
    one = bz2.compress(plain, 1)
    noise = random.Random(1).randbytes(400)
    yield "one", one
    yield "streams", one * 3
    # blocks hold 100 kB, but runs of one letter are a few bytes of these
    blocks = bz2.compress((plain * (250000 // len(plain) + 1))[:250000], 1)
    yield "blocks", blocks
    yield "noise", bz2.compress(noise, 9)
    yield "runs", bz2.compress(b"a" * 3000000, 1)
    yield "levels", bz2.compress(plain, 9) + one
    yield "empty", bz2.compress(b"") + one
    yield "padded", one + bytes(600)
    yield "rubbish", one + b"rubbish"
    yield "cut", blocks[:-60]
    yield "head", one + b"BZh9"
    yield "bad-stream-crc", blocks[:-5] + b"\0" + blocks[-4:] + one
    yield "bad-block-crc", blocks[:11] + b"\0" + blocks[12:]
    for i in range(1, 10):
        yield "flipped-%d" % i, flipped(blocks, i / 10) + one
    # magic numbers where no block begins
    magic = bytes.fromhex("314159265359") + bytes.fromhex("177245385090")
    yield "magic", bz2.compress(magic * 20, 1)
    yield "magic-behind", one + b"BZh1" + magic
    yield "magic-inside", blocks[:500] + magic + blocks[500:]


# --- parts of records -------------------------------------------------------

def record_parts(data):
    """Type, subtype and body of each record."""
    at = 0
    while at + 12 <= len(data):
        kind, subtype, length = struct.unpack_from("!HHI", data, at + 4)
        body = data[at + 12:at + 12 + length]
        at += 12 + length
        if kind == mrt.BGP4MP_ET:
            body = body[4:]
        yield kind, subtype, body


def update_parts(data):
    """A byte of options, and the body of an UPDATE, of each message."""
    for kind, subtype, body in record_parts(data):
        mark = body.find(b"\xff" * 16)
        if kind not in (16, 17) or mark < 0 or body[mark + 18:mark + 19] != \
                b"\2":
            continue
        flags = (subtype in (4, 7, 9, 11)) | (subtype >= 8) << 1
        yield bytes([flags]) + body[mark + 19:]


def blocks():
    """Attributes alone."""
    as4 = mrt.path_attributes([64501, (1, 2), 15169], "192.0.2.1", med=9)
    yield "block", b"\x15" + as4
    yield "block-rib6", b"\x15" + mrt.rib_attributes(NET6, (1, 2), PEER6[1])
    yield "block-mp", b"\x11" + mrt.rib_attributes(NET6, (1, 2), PEER6[1],
                                                   True)
    values = b"".join(mrt.attribute(code, value, 0xc0) for code, value in (
        (5, struct.pack("!I", 100)), (6, b""),
        (7, struct.pack("!HI", 23456, 1)), (18, struct.pack("!II", 70000, 2)),
        (8, struct.pack("!HHI", 65000, 1, 0xffffff01)),
        (32, struct.pack("!III", 1, 2, 3)), (99, b"other")))
    yield "block-values", b"\x10" + mrt.path_attributes(
        [64501, 70000], "192.0.2.1", as4=False) + values
    cut = struct.pack("!H", 0) + struct.pack("!H", 999) + as4
    yield "cut", b"\x09" + cut


REGEXES = ["_15169_", "^64501_", "_4837_131279$", "^64501 4837 131279$", "_",
           "", "^$", "(1|2)+_3", "[^ ]+ 15169", "\\(1", "(_)\\1", "[[:digit:]]",
           "4837(_.*)?$", "[", "(", "{3,", "^[0-9]+_131279"]


def aspaths():
    paths = [mrt.as_path(p, True) for p in (
        [64501, 4837, 131279], [15169], [], [1, (2, 3), 4],
        [64501] * 5 + [15169], [1, 2, 3])]
    paths.append(b"\3\2" + struct.pack("!II", 64512, 64513) +
                 b"\4\1" + struct.pack("!I", 64514) + paths[0])
    for i, regex in enumerate(REGEXES):
        words = regex.encode()
        yield "path-%02d" % i, bytes([3, len(words)]) + words + \
            paths[i % len(paths)]
    old = mrt.path_attributes([64501, 23456, 70000], "192.0.2.1", as4=False)
    yield "as4-path", b"\0\7_70000_" + old
    # AS4_PATH with an AS_SET, and one longer than AS_PATH
    yield "as4-set", b"\0\1_" + mrt.attribute(
        2, b"\2\3" + bytes(6)) + mrt.attribute(
            17, b"\1\1" + struct.pack("!I", 70000))
    yield "as4-long", b"\0\1_" + mrt.attribute(
        2, b"\2\1\0\1") + mrt.attribute(17, mrt.as_path([1, 2], True))


CLAIM = """{"schema": "blackout/reports/1", "title": "t", "note": "n",
"claims": [{"id": "a", "kind": "outage", "asns": [131279, 64500],
"prefixes": ["175.45.176.0/24", "2001:db8::/32"],
"start": {"time": "2014-12-22T16:15Z", "precision": "1m", "or": "earlier"},
"end": {"time": "2014-12-23T10:46:30+09:00", "precision": "30s"},
"duration": {"length": "9h31m", "precision": "1m", "or": "longer"},
"utc_offset": "+09:00", "note": "x",
"source": {"title": "t", "publisher": "p", "date": "2014-12-23",
"url": "https://example.net/"}},
{"id": "b", "kind": "flapping", "country": "KP", "count": 3,
"start": {"time": "2014-12-22T16:15Z", "precision": "1m"},
"end": {"time": "2014-12-23T16:15Z", "precision": "1m", "or": "later"},
"source": {"title": "t", "publisher": "p", "date": "2014"}}]}
"""


def claims():
    yield "all-keys", CLAIM.encode()
    yield "twice", CLAIM.replace('"b"', '"a"').encode()
    yield "unknown", CLAIM.replace('"note": "x"', '"note": "x"').encode()
    yield "backwards", CLAIM.replace("2014-12-23T10", "2014-12-21T10").encode()
    yield "none", CLAIM.replace("flapping", "none").encode()
    yield "cut", CLAIM[:300].encode()
    yield "escapes", CLAIM.replace('"n"', '"\\u00e9\\n\\ud83d\\ude00"').encode()


# --- files of registries, names of ASes -------------------------------------

DELEGATED = """2|apnic|20141222|5|19850701|20141221|+1000
apnic|*|asn|*|2|summary
# comment
apnic|KP|asn|131279|1|20091221|allocated|A91A
apnic|JP|asn|2.7|300|20020801|assigned
apnic|KP|ipv4|175.45.176.0|1024|20091221|allocated
apnic|jp|ipv4|10.0.0.1|1000|20091221|allocated

apnic|JP|ipv6|2001:200::|35|19990813|allocated|A91B|e-stats
apnic||ipv4|175.45.180.0|1024||available
"""


def delegated():
    yield "extended", DELEGATED.encode()
    yield "crlf", DELEGATED.replace("\n", "\r\n").encode()
    yield "cut", DELEGATED[:-20].encode()
    yield "short", b"lacnic|BR|asn|1916|1\nlacnic|ZZ|asn|1917|2|\n"
    yield "several", (DELEGATED * 2 + DELEGATED.replace("KP", "US")).encode()
    yield "all", b"".join(b"a|%s|ipv4|%d.0.0.0|16777216||allocated\n" %
                          (b"AABB"[i % 2:i % 2 + 2], i) for i in range(256))
    yield "wrong", DELEGATED.replace("1024", "4294967296").encode()


def asnames():
    yield "bars", b"131279|STAR-KP|KP\r\nAS2.1 | a b\n\n# x\n1|\n2\n"
    yield "spaces", b"0 -Reserved AS-, ZZ\nAS1 LVLT-1 - Level 3, LLC, US\n"
    yield "bytes", ("1|T\u00e9l\u00e9com \u4e2d \U0001f30d\n2|\u202e\n"
                    .encode() + b"3|\xe9\xff\n")
    yield "control", b"1|a\n2|\x1b[2J\n"


# --- pieces of real files ---------------------------------------------------

def plain_of(path):
    data = path.read_bytes()
    try:
        if data[:2] == b"\x1f\x8b":
            return zlib.decompressobj(47).decompress(data, 1 << 20)
        if data[:3] == b"BZh":
            return bz2.BZ2Decompressor().decompress(data, 1 << 20)
    except (OSError, EOFError, zlib.error):
        return b""
    return data[:1 << 20]


def archives():
    """Files of every kind there is, a few of each folder."""
    recorded = ROOT / "testdata" / "north-korea-2014"
    folders = [p for top in (recorded, DATA / "real") if top.is_dir()
               for p in [top, *sorted(top.rglob("*"))] if p.is_dir()]
    for folder in folders:
        files = sorted(p for p in folder.iterdir()
                       if p.is_file() and p.suffix != ".md")
        if "variety" not in folder.parts:
            files = files[::max(1, len(files) // 4)][:4]
        yield from files


def cut_at(data, limit):
    """Whole records of the beginning, at least one."""
    end = 0
    for end in ends(data):
        if end > limit:
            break
    return data[:end]


def ends(data):
    at = 0
    while at + 12 <= len(data):
        at += 12 + struct.unpack_from("!I", data, at + 8)[0]
        if at <= len(data):
            yield at


def write(out, target, name, data):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def write_parts(out, name, data, most):
    seen = set()
    for i, (kind, subtype, body) in enumerate(record_parts(data)):
        if (kind, subtype) not in seen or i < most:
            write(out, "record", "%s-%d" % (name, i),
                  struct.pack("!HH", kind, subtype) + body)
        seen.add((kind, subtype))
    for i, part in enumerate(update_parts(data)):
        if i < most:
            write(out, "update", "%s-%d" % (name, i), part)


def write_made(out):
    for name, data in mrt_files():
        write(out, "mrt", name, data)
        if name not in ("disorder", "outage", "resets", "text") and \
                not name.startswith("found-"):
            write_parts(out, name, data, 2)
    plain = rib(T0) + announce(T0 + 9, PEERS[0], NETS)
    for target, files in (
            ("gzip", gzip_files(plain)), ("bzip2", bzip2_files(plain)),
            ("update", blocks()), ("aspath", aspaths()),
            ("claims", claims()), ("delegated", delegated()),
            ("asnames", asnames()),
            ("files", ((n, BETWEEN.join(f)) for n, f in several_files()))):
        for name, data in files:
            write(out, target, name, data)


def write_cut(out):
    for i, path in enumerate(archives()):
        name = "%03d-%s" % (i, path.name)
        data = plain_of(path)
        write(out, "mrt", name, cut_at(data, 3000))
        write(out, "mrt", name + "-more", cut_at(data, 12000)[:40000])
        write_parts(out, name, data[:200000], 3)
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            write(out, "gzip", name, raw[:6000])
        if raw[:3] == b"BZh" and len(raw) < 12000:
            write(out, "bzip2", name, raw)
    for path in sorted((ROOT / "testdata" / "reports").glob("*.json")):
        write(out, "claims", path.name, path.read_bytes()[:20000])


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("out", type=pathlib.Path)
    args.add_argument("--cut", action="store_true")
    args = args.parse_args()
    write_made(args.out)
    if args.cut:
        write_cut(args.out)


if __name__ == "__main__":
    main()
