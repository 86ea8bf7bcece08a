#!/usr/bin/python3
"""A naive replay, for comparison: what the scenarios are there to refute.

    BLACKOUT=tests/support/naive.py tests/scenario/run.py NAME

Reads an archive with the arguments of `blackout outages` and says what a
plain replay of bgpdump's rows says.  Files in the order of their names; RIB
entries and announcements put a route in, withdrawals, leaving ESTABLISHED for
IDLE, and absence from a RIB take it out; every session that ever spoke has a
vote; a prefix is down below half of them; every prefix the AS ever originated
is its own; reading a file stops at the first thing that is not understood.
"""

import bz2
import ipaddress
import json
import os
import re
import struct
import sys
import time
import zlib

ASN = 131279


def content(path):
    with open(path, "rb") as f:
        data = f.read()
    out = b""
    try:
        if data[:2] == b"\x1f\x8b":
            return zlib.decompressobj(31).decompress(data)
        if data[:3] == b"BZh":
            return bz2.BZ2Decompressor().decompress(data)
    except (OSError, zlib.error):
        return out
    return data


def prefixes(block, fam):
    size, i, out = (4 if fam == 1 else 16), 0, []
    while i < len(block):
        bits = block[i]
        n = (bits + 7) // 8
        if bits > size * 8:
            raise ValueError("prefix length")
        raw = block[i + 1:i + 1 + n] + bytes(size - n)
        out.append("%s/%d" % (ipaddress.ip_address(raw), bits))
        i += 1 + n
    return out


def last_as(value, as4):
    width, i, last = (4 if as4 else 2), 0, None
    while i < len(value):
        n = value[i + 1]
        part = value[i + 2:i + 2 + n * width]
        last = int.from_bytes(part[-width:], "big")
        i += 2 + n * width
    return last


def attributes(block):
    i, out = 0, {}
    while i < len(block):
        flags, code = block[i], block[i + 1]
        if flags & 0x10:
            n, i = struct.unpack("!H", block[i + 2:i + 4])[0], i + 4
        else:
            n, i = block[i + 2], i + 3
        out[code] = block[i:i + n]
        i += n
    return out


class Replay:
    def __init__(self):
        self.routes, self.peers = {}, set()   # (peer, prefix) -> origin
        self.log, self.span = [], []

    def put(self, when, peer, prefix, origin):
        old = self.routes.get((peer, prefix))
        self.routes[(peer, prefix)] = origin
        if (old == ASN) != (origin == ASN):
            self.log.append((when, prefix, peer, origin == ASN))

    def update(self, when, peer, body, as4):
        wlen = struct.unpack("!H", body[:2])[0]
        for p in prefixes(body[2:2 + wlen], 1):
            self.put(when, peer, p, None)
        at = 2 + wlen
        alen = struct.unpack("!H", body[at:at + 2])[0]
        attrs = attributes(body[at + 2:at + 2 + alen])
        origin = last_as(attrs.get(2, b""), as4)
        for p in prefixes(body[at + 2 + alen:], 1):
            self.put(when, peer, p, origin)
        if 15 in attrs:
            fam = struct.unpack("!H", attrs[15][:2])[0]
            for p in prefixes(attrs[15][3:], fam):
                self.put(when, peer, p, None)
        if 14 in attrs:
            fam, _, n = struct.unpack("!HBB", attrs[14][:4])
            for p in prefixes(attrs[14][5 + n:], fam):
                self.put(when, peer, p, origin)

    def message(self, when, collector, subtype, body):
        as4 = subtype in (4, 5, 9)
        width = 4 if as4 else 2
        asn = int.from_bytes(body[:width], "big")
        fam = struct.unpack("!H", body[2 * width + 2:2 * width + 4])[0]
        size, at = (4 if fam == 1 else 16), 2 * width + 4
        peer = (collector, str(ipaddress.ip_address(body[at:at + size])), asn)
        rest = body[at + 2 * size:]
        self.peers.add(peer)
        if subtype in (0, 5):
            old, new = struct.unpack("!HH", rest[:4])
            if old == 6 and new == 1:
                for key in [k for k in self.routes if k[0] == peer]:
                    self.put(when, peer, key[1], None)
        elif subtype in (1, 4) and rest[18] == 2:
            self.update(when, peer, rest[19:], as4)

    def rib(self, when, collector, subtype, body):
        if subtype == 1:
            n = struct.unpack("!H", body[4:6])[0]
            at = 6 + n
            count, at = struct.unpack("!H", body[at:at + 2])[0], at + 2
            self.index, self.listed = [], {}
            for _ in range(count):
                kind = body[at]
                size, width = (16 if kind & 1 else 4), (4 if kind & 2 else 2)
                ip = str(ipaddress.ip_address(body[at + 5:at + 5 + size]))
                asn = int.from_bytes(
                    body[at + 5 + size:at + 5 + size + width], "big")
                self.index.append((collector, ip, asn))
                at += 5 + size + width
            self.peers.update(self.index)
            return
        fam, at = (1 if subtype == 2 else 2), 5
        n = (body[4] + 7) // 8
        prefix = prefixes(body[4:5 + n], fam)[0]
        at = 5 + n
        count, at = struct.unpack("!H", body[at:at + 2])[0], at + 2
        now = {}
        for _ in range(count):
            who, _, alen = struct.unpack("!HIH", body[at:at + 8])
            now[self.index[who]] = last_as(
                attributes(body[at + 8:at + 8 + alen]).get(2, b""), True)
            at += 8 + alen
        self.listed[prefix] = now
        for peer in self.index:
            self.put(when, peer, prefix, now.get(peer))

    def rib_ends(self, when, collector):
        """What the RIB does not list is gone."""
        for peer, prefix in list(self.routes):
            if peer[0] == collector and prefix not in self.listed:
                self.put(when, peer, prefix, None)

    def file(self, path):
        data, at, when = content(path), 0, None
        collector, kind = path.split("/")[-3], None
        if "bgpdata" in path:
            collector = path.split("/")[-5]
        try:
            while at + 12 <= len(data):
                when, kind, subtype, n = struct.unpack("!IHHI",
                                                       data[at:at + 12])
                body, at = data[at + 12:at + 12 + n], at + 12 + n
                self.span.append(when)
                if kind == 13:
                    self.rib(when, collector, subtype, body)
                elif kind in (16, 17):
                    self.message(when, collector, subtype,
                                 body[4:] if kind == 17 else body)
        except (IndexError, ValueError, struct.error):
            pass
        if kind == 13 and hasattr(self, "listed"):
            self.rib_ends(when, collector)

    def windows(self):
        total = {}
        for _, prefix, _, up in self.log:
            if up:
                total.setdefault(prefix, set())
        out, since, seen = [], None, set()
        log = sorted((e for e in self.log if e[1] in total),
                     key=lambda e: e[0])
        for i, (when, prefix, peer, up) in enumerate(log):
            (total[prefix].add if up else total[prefix].discard)(peer)
            if len(total[prefix]) * 2 >= len(self.peers):
                seen.add(prefix)
            if i + 1 < len(log) and log[i + 1][0] == when:
                continue
            down = sum(len(total[p]) * 2 < len(self.peers) for p in seen)
            lost = bool(seen) and down * 2 >= len(seen)
            if lost and since is None:
                since = when
            elif not lost and since is not None:
                out.append((since, when))
                since = None
        if since is not None:
            out.append((since, None))
        return [(a, b) for a, b in out if b is None or b - a >= 60]


def stamp(path):
    """Names are its clock; the RIB of a time before the updates."""
    found = re.search(r"(\d{8})\.(\d{4})", os.path.basename(path))
    return (found.groups() if found else ("", ""),
            "updates" in os.path.basename(path), path)


def rfc3339(when):
    return when and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


def main():
    paths = []
    for arg in sys.argv[2:]:
        if os.path.isdir(arg):
            for base, _, names in os.walk(arg):
                paths += [os.path.join(base, n) for n in names]
        elif os.path.isfile(arg):
            paths.append(arg)
    replay = Replay()
    for path in sorted(paths, key=stamp):
        replay.file(path)
    end = max(replay.span or [0])
    print(json.dumps({
        "schema": "blackout/outages/1", "tool": "naive", "query": {},
        "outages": [{
            "asn": ASN, "start": rfc3339(a), "end": rfc3339(b),
            "start_earliest": rfc3339(a - 1),
            "end_earliest": rfc3339(b - 1 if b else end),
            "duration": (b or end) - a, "ongoing": b is None,
            "start_known": True, "unknown": 0, "loss": 1.0, "blackouts": [],
            "prefixes_lost": 1, "prefixes_total": 1, "prefixes": [],
            "peers": {"voting": len(replay.peers), "still_carrying": 0,
                      "stuck": []}, "collectors": []}
            for a, b in replay.windows()],
        "ases": [], "damage": [],
        "coverage": {"start": None, "end": None, "collectors": []}}))


if __name__ == "__main__":
    main()
