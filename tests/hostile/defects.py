"""One small file for every defect of archives that is known, and what must
come of it.

What must come of it is said here from the nature of the defect, the RFCs and
what was put into the file: never from what the program prints.
"""

import bz2
import gzip
import random
import struct
import zlib

import mrtwrite as mrt

T0 = 1700000000
PEER = (64500, "192.0.2.1")
PEER6 = (64506, "2001:db8::1")
LOCAL = (65000, "192.0.2.254")
LOCAL6 = (65000, "2001:db8::fe")
NET, NET2, NET3 = "8.8.8.0/24", "9.9.9.0/24", "10.10.0.0/16"
NET6 = "2001:db8:100::/40"
PATH = [64500, 3356, 15169]
WORDS = "64500 3356 15169"

SOUND, DAMAGED, USAGE, NOTHING = 0, 1, 2, 3


class Defect:
    """A file, or several, and the right outcome.

    rows: what `dump` prints, as (type, prefix, path) or (type, prefix), in
    order; or a number of rows; or a pair, at least and at most so many.
    told: a pattern that the messages match; "": there must be none.
    """

    def __init__(self, name, right, data, rows, status=SOUND, told="",
                 file="updates.20231114.2213", stdin=False, windows=0):
        self.name, self.right = name, right
        self.files = data if isinstance(data, list) else [(file, data)]
        rows = list(rows) if rows and isinstance(rows, tuple) and \
            isinstance(rows[0], tuple) else rows
        self.rows, self.status, self.told = rows, status, told
        self.stdin, self.windows = stdin, windows


# --- parts of files ---------------------------------------------------------

def bgp4mp(when, message, peer=PEER, **how):
    local = LOCAL6 if ":" in peer[1] else LOCAL
    return mrt.bgp4mp(when, peer[0], peer[1], local[0], local[1], message,
                      **how)


def announce(when, nets, path=None, peer=PEER, **how):
    nets = [nets] if isinstance(nets, str) else nets
    message = mrt.announce(nets, path or PATH, peer[1],
                           as4=how.get("as4", True),
                           path_id=how.pop("path_id", None))
    return bgp4mp(when, message, peer, **how)


def withdraw(when, nets, peer=PEER):
    nets = [nets] if isinstance(nets, str) else nets
    return bgp4mp(when, mrt.withdraw(nets), peer)


def update(withdrawn=b"", attrs=b"", nlri=b""):
    return mrt.bgp_message(2, struct.pack("!H", len(withdrawn)) + withdrawn +
                           struct.pack("!H", len(attrs)) + attrs + nlri)


def attributes(path=None, as4=True, more=b"", **how):
    return mrt.path_attributes(path or PATH, PEER[1], as4, **how) + more


def many(n, first=0):
    """So many announcements of /24s, which do not compress to nothing."""
    dice = random.Random(first)
    return [announce(T0 + i // 10, "11.%d.%d.0/24" % (i >> 8 & 255, i & 255),
                     [64500, dice.randrange(1, 1 << 32),
                      dice.randrange(1, 1 << 32), 15169])
            for i in range(first, first + n)]


def whole(data):
    """How many records data holds whole."""
    n = at = 0
    while at + 12 <= len(data):
        at += 12 + struct.unpack_from("!I", data, at + 8)[0]
        n += at <= len(data)
    return n


def gz(data):
    return gzip.compress(data, 6, mtime=0)


def gz_plain(data):
    """What can be inflated of a broken file."""
    unpack = zlib.decompressobj(31)
    out = b""
    for i in range(len(data)):
        try:
            out += unpack.decompress(data[i:i + 1])
        except zlib.error:
            break
    return out


def bz2_plain(data):
    """What whole blocks at the start of a broken file hold."""
    unpack = bz2.BZ2Decompressor()
    out = b""
    for i in range(0, len(data), 64):
        try:
            out += unpack.decompress(data[i:i + 64])
        except OSError:
            break
    return out


PEERS = [(PEER[1], PEER[0], True), ("192.0.2.2", 64502, True),
         (PEER6[1], PEER6[0], True)]


def table(when=T0, peers=None, view=b""):
    return mrt.peer_index_table(when, "192.0.2.254",
                                PEERS if peers is None else peers, view)


def entry(net=NET, peer=0, path_id=0, attrs=None, path=None):
    hop = PEER6[1] if ":" in net else PEER[1]
    if attrs is None:
        attrs = mrt.rib_attributes(net, tuple(path or PATH), hop)
    return (peer, T0 - 90000, attrs, path_id)


def rib(net=NET, entries=None, sequence=0, when=T0, **how):
    return mrt.rib_record(when, sequence, net, [entry(net)]
                          if entries is None else entries, **how)


def td1_entry(net=NET, peer=PEER, as4_bytes=False):
    fam = mrt.family(net)
    body = mrt.packed(net.split("/")[0])
    body += struct.pack("!BBI", int(net.split("/")[1]), 1, T0 - 90000)
    attrs = mrt.path_attributes([64500, 15169], peer[1], as4=False,
                                classic=fam == 4)
    return body + mrt.packed(peer[1]) + struct.pack(
        "!HH", peer[0], len(attrs)) + attrs


def td1(entries, afi=1, short=0, when=T0):
    body = struct.pack("!HH", 0, 1) + b"".join(entries)
    return struct.pack("!IHHI", when, 12, afi, len(body) - short) + body


def mp6(value):
    """An announcement by an MP_REACH_NLRI of any form."""
    attrs = attributes(classic=False) + mrt.attribute(14, value, 0x80)
    return bgp4mp(T0, update(attrs=attrs), PEER6)


def headless(subtype, tail, asn=PEER[0]):
    return mrt.record(T0, 16, subtype, struct.pack("!HHHH", asn, LOCAL[0], 0,
                                                   0xffff) + tail)


A = ("A", NET, WORDS)
A2 = ("A", NET2, WORDS)
A3 = ("A", NET3, WORDS)
B = ("B", NET, WORDS)
ONE = announce(T0, NET)
TWO = announce(T0 + 1, NET2)
THREE = announce(T0 + 2, NET3)
AROUND = ("A", NET), ("A", NET2)


def between(record):
    """A record that says nothing here, between two that do."""
    return ONE + record + TWO


# --- files ------------------------------------------------------------------

def compressions():
    def gzip_of(name, right, data, rows, status=SOUND, told=""):
        return Defect(name, right, data, rows, status, told,
                      file="updates.20231114.2213.gz")

    def bzip2_of(name, right, data, rows, status=SOUND, told=""):
        return Defect(name, right, data, rows, status, told,
                      file="updates.20231114.2213.bz2")
    plain = b"".join(many(1000))
    packed = gz(plain)
    three = [A, A2, A3]
    cut = packed[:len(packed) * 2 // 3]
    yield gzip_of("gzip cut at 2/3", "all whole records, told", cut,
                  whole(gz_plain(cut)), DAMAGED, "gzip data ends early")
    at = len(packed) // 2
    torn = packed[:at] + bytes(64) + packed[at + 64:]
    good = whole(gz_plain(torn[:at]))
    yield gzip_of("64 zero bytes inside gzip", "what is before at least, told",
                  torn, (good, 999), DAMAGED, "gzip")
    yield gzip_of("two gzip members", "3 rows", gz(ONE + TWO) + gz(THREE),
                  three)
    yield gzip_of("100 zero bytes behind a gzip member", "all rows",
                  gz(ONE + TWO) + bytes(100), [A, A2])
    yield gzip_of("gzip member with a wrong CRC", "rows, told",
                  packed[:-8] + b"\1\2\3\4" + packed[-4:], (999, 1000),
                  DAMAGED, "gzip checksum")
    yield Defect("gzip on standard input", "all rows", gz(ONE + TWO),
                 [A, A2], stdin=True)
    yield from bzip2s(bzip2_of, bz2.compress(plain, 9), three)
    for name, data in (("gzip", gz(ONE)), ("bzip2", bz2.compress(ONE))):
        yield Defect(name + " by a name that says nothing", "1 row", data, [A])
    yield bzip2_of("plain by the name of a bzip2 file", "1 row", ONE, [A])


def bzip2s(of, one, three):
    early = "bzip2 stream ends early"
    yield of("bzip2 of one block, cut", "no row, told", one[:-100], 0,
             NOTHING, early)
    blocks = bz2.compress(b"".join(many(4000)), 1)
    cut = blocks[:len(blocks) // 2]
    yield of("bzip2 of many blocks, cut in half", "all whole blocks, told",
             cut, whole(bz2_plain(cut)), DAMAGED, early)
    at = len(blocks) // 2
    torn = blocks[:at] + bytes(64) + blocks[at + 64:]
    yield of("64 zero bytes inside bzip2", "what is before at least, told",
             torn, (whole(bz2_plain(torn)), 3999), DAMAGED, "bzip2")
    yield of("two bzip2 streams", "3 rows",
             bz2.compress(ONE + TWO) + bz2.compress(THREE), three)
    yield of("bzip2 of many streams, as pbzip2 writes", "all rows",
             b"".join(bz2.compress(r) for r in many(200)), 200)
    yield of("bzip2, level 9", "all rows", one, 1000)
    yield of("bzip2 of no bytes", "no record, told", bz2.compress(b""), 0,
             NOTHING, "no MRT record")
    yield of("no byte by the name of a bzip2 file", "no record, told", b"", 0,
             NOTHING, "no record")


def files():
    yield Defect("no such file", "status 2", [], 0, USAGE, "No such file")
    yield Defect("empty file", "warn: no record", b"", 0, NOTHING, "no record")
    yield Defect("folder without files", "told", [("folder/", b"")], 0,
                 NOTHING, "no file")
    yield Defect("text file", "not MRT", b"this is no archive\n" * 40, 0,
                 NOTHING, "not an MRT file")
    cisco = ("BGP table version is 0, local router ID is 198.32.162.100\n"
             "Status codes: s suppressed, d damped, h history, * valid\n"
             "   Network          Next Hop            Metric LocPrf Weight\n"
             "*> 3.0.0.0          205.238.48.3         0 2914 1239 80 i\n")
    yield Defect("`show ip bgp` of a Cisco router", "not MRT",
                 cisco.encode() * 9, 0, NOTHING, "not an MRT file")
    yield Defect("RIB of a peer table alone", "no route, no empty table",
                 table(), 0, file="bview.20231114.2200")


def framing():
    zero = ONE[:8] + bytes(4)
    yield Defect("record of length 0 in the middle", "skip, tell, go on",
                 ONE + zero + TWO, [A, A2], DAMAGED, "empty record")
    yield Defect("last record short", "1 row, told", ONE + TWO[:-5], [A],
                 DAMAGED, "ends inside a record")
    yield Defect("header at the end torn", "1 row, told", ONE + TWO[:7], [A],
                 DAMAGED, "ends inside a record")
    huge = TWO[:8] + b"\x7f\xff\xff\xff" + TWO[12:]
    rest = b"".join(many(4))
    yield Defect("length 0x7fffffff", "cap, find the next, tell",
                 ONE + huge + rest, 5, DAMAGED, "length does not fit|header")
    lies = TWO[:8] + struct.pack("!I", len(TWO) + 9) + TWO[12:]
    yield Defect("length that runs into the next record",
                 "find the next, tell", ONE + lies + rest, 5, DAMAGED,
                 "length does not fit|header")
    short = TWO[:8] + struct.pack("!I", len(TWO) - 12 - 9) + TWO[12:]
    yield Defect("length that is too short", "find the next, tell",
                 ONE + short + rest, (5, 6), DAMAGED,
                 "length does not fit|header")
    yield Defect("torn writes: 10 bytes of a header, 14 of nothing",
                 "find the next twice, tell",
                 ONE + TWO[:10] + rest + TWO[-14:] + b"".join(many(4, 9)), 9,
                 DAMAGED, "header|length")
    yield Defect("rubbish between records", "find the next, tell",
                 ONE + b"\xa5" * 300 + rest, 5, DAMAGED, "header")
    nets = ["12.%d.%d.0/24" % (i >> 8, i & 255) for i in range(4500)]
    long = bgp4mp(T0, update(withdrawn=b"".join(map(mrt.nlri, nets))))
    yield Defect("message of 18 KB (RFC 8654)", "all 4500 withdrawals",
                 ONE + long, 4501)


def types():
    old = struct.pack("!H4sH4s", PEER[0], mrt.packed(PEER[1]), LOCAL[0],
                      mrt.packed(LOCAL[1]))
    body = mrt.announce([NET], PATH, PEER[1], as4=False)[19:]
    gone = mrt.withdraw([NET])[19:]
    states = struct.pack("!H4sHH", PEER[0], mrt.packed(PEER[1]), 6, 1)
    legacy = mrt.record(T0, 5, 1, old + body) + \
        mrt.record(T0 + 1, 5, 7, old) + mrt.record(T0 + 2, 5, 5, old) + \
        mrt.record(T0 + 3, 5, 1, old + gone) + mrt.record(T0 + 4, 5, 3, states)
    yield Defect("type 5 (1999): updates and a state", "decoded", legacy,
                 [A, ("W", NET), ("STATE", "6")], windows=1)
    peers = [PEER, (64502, "192.0.2.2"), (64503, "192.0.2.3")]
    batch = [td1_entry(peer=p) for p in peers]
    words = "64500 15169"
    yield Defect("TABLE_DUMP, several entries, length 4 short (2000)",
                 "all entries", td1(batch, short=4) * 3,
                 [("B", NET, words)] * 9, file="bview.20000111.0032")
    yield Defect("TABLE_DUMP of IPv6 with an IPv4 peer", "1 row",
                 td1([td1_entry(NET6)], 2), [("B", NET6, words)],
                 file="bview.20031114.2200")
    eight = mrt.record(T0, 16, 0, struct.pack("!HHHH", PEER[0], LOCAL[0], 6,
                                              1))
    yield Defect("STATE_CHANGE of 8 bytes (Zebra)",
                 "state of an unknown peer, nothing told", between(eight),
                 (2, 3))
    opened = headless(1, mrt.bgp_message(1, b"\4\xfb\xf4\0\xb4\1\1\1\1\0"), 0)
    yield Defect("OPEN of AFI 0xFFFF and peer 0 (Zebra)", "skipped",
                 between(opened), AROUND)
    yield Defect("states 7 and 8, peer AS 0 (Quagga)", "states", between(
        mrt.state_change(T0, PEER[0], PEER[1], *LOCAL, 6, 7) +
        mrt.state_change(T0, 0, PEER[1], *LOCAL, 7, 8)),
        [A, ("STATE", "6"), ("STATE", "7"), A2])
    yield Defect("state of a stopping FRR: AS 0, no addresses", "skipped",
                 between(mrt.state_change_headless(T0, 6, 1)), AROUND)
    yield Defect("BGP4MP_ET", "microseconds",
                 announce(T0 + .123456, NET, et=True), [A])
    yield Defect("BGP4MP_ET of 2 bytes", "invalid, told", between(
        struct.pack("!IHHI", T0, 17, 4, 2) + b"\0\1"), AROUND, DAMAGED,
        "microseconds|length|header")
    local = b"".join(mrt.record(
        T0, 16, k, announce(T0, NET3, as4=k in (7, 11), path_id=None if k < 8
                            else 5)[12:]) for k in (6, 7, 10, 11))
    yield Defect("LOCAL subtypes 6, 7, 10, 11", "no route of a peer",
                 between(local), (2, 6))
    talk = b"".join(bgp4mp(T0, mrt.bgp_message(k, v)) for k, v in (
        (1, b"\4\xfb\xf4\0\xb4\1\1\1\1\0"), (3, b"\6\2"), (4, b""),
        (5, b"\0\1\0\1")))
    yield Defect("OPEN, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH",
                 "skipped, nothing told", between(talk), AROUND)
    rare = mrt.record(T0, 16, 2, bytes(40)) + mrt.record(
        T0, 16, 3, b"\0\1\0\1name\0") + mrt.record(T0, 13, 6, bytes(40)) + \
        mrt.record(T0, 13, 7, bytes(40)) + mrt.record(T0, 11, 0, bytes(40)) + \
        mrt.record(T0, 32, 0, bytes(40)) + mrt.record(T0, 48, 0, bytes(40))
    yield Defect("ENTRY, SNAPSHOT, RIB_GENERIC, GEO_PEER_TABLE, OSPF, IS-IS",
                 "skipped", between(rare), AROUND)
    other = b"".join(bgp4mp(T0, update(attrs=attributes(classic=False) +
                                       mrt.attribute(14, v, 0x80)))
                     for v in (
        struct.pack("!HBB", 1, 128, 12) + bytes(8) + mrt.packed(PEER[1]) +
        b"\0" + b"\x70\0\0\x11" + bytes(8) + b"\x08\x08\x08",
        struct.pack("!HBB", 1, 4, 4) + mrt.packed(PEER[1]) + b"\0" +
        b"\x30\0\0\x11\x08\x08\x08",
        struct.pack("!HBB", 1, 133, 0) + b"\0" + b"\5\1\x18\x08\x08\x08",
        struct.pack("!HBB", 25, 70, 4) + mrt.packed(PEER[1]) + b"\0" +
        b"\3\x11" + bytes(17)))
    yield Defect("VPN, labelled, flow and EVPN routes", "never unicast",
                 between(other), AROUND)
    multicast = bgp4mp(T0, update(attrs=attributes(classic=False) +
                                  mrt.attribute(14, struct.pack(
                                      "!HBB", 1, 2, 4) + mrt.packed(PEER[1]) +
                                      b"\0" + mrt.nlri(NET3), 0x80)))
    yield Defect("multicast routes", "never unicast", between(multicast),
                 (2, 3))
    yield Defect("IPv6 routes over an IPv4 session", "family of the route",
                 bgp4mp(T0, mrt.announce([NET6], PATH, PEER6[1])),
                 [("A", NET6, WORDS)])


# --- RIBs -------------------------------------------------------------------

def ribs():
    def of(name, right, data, rows, status=SOUND, told="", **how):
        return Defect(name, right, data, rows, status, told,
                      file="rib.20231114.2200", **how)
    yield of("RIB without PEER_INDEX_TABLE", "skip, count, tell", rib(), 0,
             DAMAGED, "without a PEER_INDEX_TABLE")
    yield of("peer index beyond the table", "skip the entry, tell",
             table() + rib(entries=[entry(peer=7), entry()]), [B], DAMAGED,
             "not in the PEER_INDEX_TABLE")
    other = [("192.0.2.9", 64509, True)]
    yield of("two RIBs in one stream", "the later table counts",
             table() + rib() + table(peers=other) + rib(), [B, B])
    yield of("RIB record of 0 entries", "no route, no error",
             table() + rib(NET2, []) + rib(), [B])
    lots = [("10.1.%d.%d" % (i >> 8, i & 255), 100 + i, True)
            for i in range(2000)]
    yield of("RIB record of 2000 entries, above 64 KiB", "2000 rows",
             table(peers=lots) + rib(entries=[entry(peer=i) for i in
                                              range(2000)]), 2000)
    yield of("one prefix split over two records (FRR)", "all entries",
             table() + rib() + rib(entries=[entry(peer=1)], sequence=1),
             [B, B])
    yield of("one peer twice in a plain record", "both",
             table() + rib(entries=[entry(), entry()]), [B, B])
    yield of("peer 0 is 0.0.0.0, AS0 (FRR)", "printed, has no vote",
             table(peers=[("0.0.0.0", 0, True)] + PEERS) +
             rib(entries=[entry(), entry(peer=1)]), [B, B])
    attrs = mrt.path_attributes(PATH, PEER6[1], classic=False)
    both = attrs + mrt.mp_reach([NET6], PEER6[1]) + mrt.mp_unreach(2, [
        "2001:db8:200::/40"])
    b6 = [("B", NET6, WORDS)]
    yield of("RIB entry with MP_REACH and MP_UNREACH (RIS)",
             "the record's prefix alone",
             table() + rib(NET6, [entry(NET6, 2, attrs=both)]), b6)
    yield of("MP_REACH abbreviated (RouteViews)", "1 row",
             table() + rib(NET6), b6)
    full = mrt.rib_attributes(NET6, tuple(PATH), PEER6[1], True)
    yield of("MP_REACH in full (RIS)", "1 row",
             table() + rib(NET6, [entry(NET6, 2, attrs=full)]), b6)
    hop = mrt.packed(PEER6[1])
    for name, value in (
            ("no reserved octet, no NLRI",
             struct.pack("!HBB", 2, 1, 16) + hop),
            ("AFI 4096", struct.pack("!HBB", 4096, 1, 16) + hop + b"\0" +
             mrt.nlri(NET6)),
            ("AFI and SAFI swapped", struct.pack("!BHB", 1, 2, 16) + hop +
             b"\0" + mrt.nlri(NET6)),
            ("3 octets too many", struct.pack("!HBB", 2, 1, 16) + hop +
             b"\0" * 4)):
        yield of("MP_REACH of GoBGP: " + name, "1 row",
                 table() + rib(NET6, [entry(
                     NET6, 2, attrs=attrs + mrt.attribute(14, value, 0x80))]),
                 b6)
    yield of("TABLE_DUMP_V2 subtypes 8 and 10 (ADD-PATH)",
             "path identifiers", table() + rib(
                 entries=[entry(path_id=7)], addpath=True) + rib(
                     NET6, [entry(NET6, 2, 8)], addpath=True),
             [("B", NET), ("B", NET6)])
    yield of("RIB record cut inside an entry", "what is before, tell",
             table() + mrt.record(T0, 13, 2, rib(entries=[
                 entry(), entry(peer=1)])[12:-9]) + rib(NET2), (2, 2),
             DAMAGED, "RIB record|record length|header")


# --- messages ---------------------------------------------------------------

def messages():
    def of(name, right, data, rows, status=SOUND, told="", **how):
        return Defect(name, right, data, rows, status, told, **how)
    nlri = mrt.nlri(NET)
    twice = attributes() + mrt.attribute(1, b"\2")
    yield of("ORIGIN twice", "the first",
             bgp4mp(T0, update(attrs=twice, nlri=nlri)), [A])
    path2 = attributes() + mrt.attribute(2, mrt.as_path([1, 2, 3], True))
    yield of("AS_PATH twice", "the first",
             bgp4mp(T0, update(attrs=path2, nlri=nlri)), [A])
    beyond = attributes() + b"\xc0\x08\xc8\0\1"
    yield of("attribute longer than the block",
             "prefix visible, flagged", bgp4mp(
                 T0, update(attrs=beyond, nlri=nlri)) + TWO,
             [("A", NET), A2], DAMAGED, "attributes cannot be read whole")
    bad = mrt.bgp_message(2, struct.pack("!H", 999) + bytes(20))
    yield of("withdrawn routes longer than the message", "told",
             between(bgp4mp(T0, bad)), AROUND, DAMAGED,
             "message cannot be read")
    yield of("IPv4 prefix of length 40", "drop, tell", bgp4mp(T0, update(
        attrs=attributes(), nlri=b"\x28\x08\x08\x08\x01\x02")) + TWO,
        [A2], DAMAGED, "prefixes of a message cannot be read")
    six = struct.pack("!HBB", 2, 1, 16) + mrt.packed(PEER6[1]) + b"\0"
    yield of("IPv6 prefix of length 129", "drop, tell",
             mp6(six + b"\x81" + bytes(17)) + TWO, [A2], DAMAGED,
             "prefixes of a message cannot be read")
    yield of("bits beyond the mask", "masked", bgp4mp(T0, update(
        attrs=attributes(), nlri=b"\x14\x08\x08\xff")),
        [("A", "8.8.240.0/20", WORDS)])
    hidden = [announce(T0 + i, [NET, NET2, NET3], path_id=1 + i)
              for i in range(4)]
    yield of("path identifiers in a plain subtype",
             "told apart, never 0.0.0.0/0", b"".join(hidden),
             [A, A2, A3] * 4)
    mixed = b"".join(hidden[:3]) + announce(T0 + 9, NET, path_id=0x18080808)
    yield of("... one of them as a prefix would be", "the peer's habit",
             mixed, 10)
    yield of("BGP4MP subtype 9 (ADD-PATH)", "path identifier",
             announce(T0, NET, addpath=True, path_id=7), [("A", NET)])
    yield of("2-byte AS_PATH in an AS4 message", "2 bytes wide", bgp4mp(
        T0, update(attrs=attributes(as4=False), nlri=nlri)), [A])
    wide = [64500, 131279, 262144]
    yield of("AS4_PATH", "merged", announce(T0, NET, wide, as4=False),
             [("A", NET, "64500 131279 262144")])
    longer = mrt.attribute(17, mrt.as_path([1, 2, 3, 4, 5], True), 0xc0)
    yield of("AS4_PATH longer than AS_PATH", "ignored", bgp4mp(
        T0, update(attrs=attributes(as4=False, more=longer), nlri=nlri),
        as4=False), [A])
    yield of("AS_SET at the end", "all are origins",
             announce(T0, NET, [64500, (15169, 64511)]),
             [("A", NET, "64500 {15169,64511}")])
    yield of("no hop in AS_PATH", "row without a path", bgp4mp(T0, update(
        attrs=mrt.attribute(1, b"\0") + mrt.attribute(2, b"") +
        mrt.attribute(3, mrt.packed(PEER[1])), nlri=nlri)), [("A", NET, "")])
    yield of("no attribute at all", "row without a path", bgp4mp(
        T0, update(nlri=nlri)), [("A", NET, "")])
    odd = b"".join(mrt.attribute(c, v, 0xc0) for c, v in (
        (0, b"x"), (249, b"yz"), (8, b"\0\1\2")))
    yield of("attribute types 0 and 249, 3 bytes of communities",
             "route stands", bgp4mp(T0, update(
                 attrs=attributes(more=odd), nlri=nlri)), [A],
             {"dump": DAMAGED}, "attributes cannot be read whole")
    hops = struct.pack("!BB", 2, 255) + b"".join(
        struct.pack("!I", 1000 + i) for i in range(255))
    hops += struct.pack("!BBI", 2, 1, 15169)
    yield of("path of 256 hops", "all hops", bgp4mp(T0, update(
        attrs=mrt.attribute(1, b"\0") + mrt.attribute(2, hops) +
        mrt.attribute(3, mrt.packed(PEER[1])), nlri=nlri)),
        [("A", NET, " ".join(str(1000 + i) for i in range(255)) + " 15169")])
    confed = struct.pack("!BBII", 3, 2, 64512, 64513) + mrt.as_path(
        [3356, 15169], True)
    yield of("confederation in the path", "no origin of it", bgp4mp(
        T0, update(attrs=mrt.attribute(1, b"\0") + mrt.attribute(2, confed) +
                   mrt.attribute(3, mrt.packed(PEER[1])), nlri=nlri)),
        [("A", NET, "(64512 64513) 3356 15169")])
    yield of("first hop is not the peer (route server)", "kept",
             announce(T0, NET, [3356, 15169]), [("A", NET, "3356 15169")])
    yield of("no NEXT_HOP", "route stands", bgp4mp(T0, update(
        attrs=attributes(classic=False), nlri=nlri)), [A])
    net6 = mrt.nlri(NET6)
    hop = mrt.packed(PEER6[1])
    a6 = [("A", NET6, WORDS)]
    link = mrt.packed("fe80::1")
    for name, right, value in (
            ("of 32 bytes", "the global one", struct.pack("!HBB", 2, 1, 32) +
             hop + link + b"\0" + net6),
            ("of 0 bytes", "prefix visible", struct.pack("!HBB", 2, 1, 0) +
             b"\0" + net6),
            ("of 4 bytes", "prefix visible", struct.pack("!HBB", 2, 1, 4) +
             mrt.packed(PEER[1]) + b"\0" + net6)):
        yield of("IPv6 next hop " + name, right, mp6(value), a6)
    yield of("IPv4 routes in MP_REACH", "routes", bgp4mp(T0, update(
        attrs=attributes(classic=False) + mrt.mp_reach([NET], PEER[1]))), [A])
    yield of("IPv4 routes by an IPv6 next hop (RFC 8950)", "routes", bgp4mp(
        T0, update(attrs=attributes(classic=False) + mrt.attribute(
            14, struct.pack("!HBB", 1, 1, 16) + hop + b"\0" + nlri, 0x80))),
        [A])
    yield of("End-of-RIB", "no withdrawal", ONE + bgp4mp(
        T0 + 1, mrt.end_of_rib()) + bgp4mp(T0 + 2, mrt.end_of_rib(6), PEER6),
        [A])
    nets = ["12.%d.%d.0/24" % (i >> 8, i & 255) for i in range(1000)]
    body = bgp4mp(T0, update(withdrawn=b"".join(map(mrt.nlri, nets))))
    short = body[12:-20]
    yield of("message cut off inside its record, 20 bytes short",
             "what is whole, flagged", ONE + mrt.record(T0, 16, 4, short) +
             TWO, 2 + 995, DAMAGED, "cut off inside its record")
    yield of("withdrawal without a route; twice the same", "idempotent",
             withdraw(T0, NET3) + ONE + ONE + withdraw(T0 + 1, NET3),
             [("W", NET3), A, A, ("W", NET3)])


def times():
    late = announce(T0 + 300, NET2)
    yield Defect("a record 5 minutes ahead of the next", "both",
                 ONE + late + THREE, [A, A2, A3])
    back = announce(T0 - 3, NET2)
    yield Defect("a record 3 seconds behind the one before", "both",
                 ONE + back + THREE, [A, A2, A3])


def all_defects():
    for part in (compressions, files, framing, types, ribs, messages, times):
        yield from part()
