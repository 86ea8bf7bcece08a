"""Writes MRT (RFC 6396, RFC 8050) as intent: one function for each thing that
can be said, bytes out.  Knows the wire and nothing of scenarios.

A path is a sequence of hops; a hop is an AS number, or a tuple / frozenset of
them for an AS_SET.  A prefix is text ("175.45.176.0/24"); its family tells
whether it goes into the classic fields or into MP_REACH / MP_UNREACH.
"""

import bz2
import functools
import gzip
import ipaddress
import struct
import zlib

TABLE_DUMP_V2 = 13
BGP4MP = 16
BGP4MP_ET = 17

PEER_INDEX_TABLE = 1
RIB_IPV4_UNICAST = 2
RIB_IPV6_UNICAST = 4
RIB_IPV4_UNICAST_ADDPATH = 8
RIB_IPV6_UNICAST_ADDPATH = 10

STATE_CHANGE = 0
MESSAGE = 1
MESSAGE_AS4 = 4
STATE_CHANGE_AS4 = 5
MESSAGE_ADDPATH = 8
MESSAGE_AS4_ADDPATH = 9

AS_TRANS = 23456

(IDLE, CONNECT, ACTIVE, OPENSENT, OPENCONFIRM, ESTABLISHED, CLEARING,
 DELETED) = range(1, 9)


# --- small parts -----------------------------------------------------------

@functools.lru_cache(maxsize=None)
def family(prefix_or_ip):
    """4 or 6."""
    return 6 if ":" in prefix_or_ip else 4


@functools.lru_cache(maxsize=None)
def nlri(prefix):
    net = ipaddress.ip_network(prefix)
    octets = (net.prefixlen + 7) // 8
    return bytes([net.prefixlen]) + net.network_address.packed[:octets]


@functools.lru_cache(maxsize=None)
def packed(ip):
    return ipaddress.ip_address(ip).packed


def nlri_block(prefixes, path_id=None):
    if path_id is None:
        return b"".join(nlri(p) for p in prefixes)
    return b"".join(struct.pack("!I", path_id) + nlri(p) for p in prefixes)


def attribute(code, value, flags=0x40):
    if len(value) > 255:
        return struct.pack("!BBH", flags | 0x10, code, len(value)) + value
    return struct.pack("!BBB", flags, code, len(value)) + value


def _segments(path):
    """[(type, [asn...])]: runs of plain hops, and the AS_SETs among them."""
    out = []
    for hop in path:
        if isinstance(hop, (tuple, list, set, frozenset)):
            out.append((1, sorted(hop)))
        elif out and out[-1][0] == 2:
            out[-1][1].append(hop)
        else:
            out.append((2, [hop]))
    return out


def as_path(path, as4):
    value = b""
    for kind, asns in _segments(path):
        value += bytes([kind, len(asns)])
        for asn in asns:
            if as4:
                value += struct.pack("!I", asn)
            else:
                value += struct.pack("!H", asn if asn < 65536 else AS_TRANS)
    return value


def _needs_as4(path):
    return any(asn > 65535 for _, asns in _segments(path) for asn in asns)


@functools.lru_cache(maxsize=None)
def _path_parts(path, next_hop, as4, classic):
    """What stands before MED, and after it."""
    head = attribute(1, b"\0") + attribute(2, as_path(path, as4))
    if classic:
        head += attribute(3, packed(next_hop))
    if not as4 and _needs_as4(path):
        return head, attribute(17, as_path(path, True), 0xC0)
    return head, b""


def path_attributes(path, next_hop, as4=True, med=None, classic=True,
                    communities=()):
    """ORIGIN, AS_PATH, NEXT_HOP (if classic), MED, COMMUNITIES, AS4_PATH (if
    needed).  communities: ["65000:1", "65000:1:2"], the latter large ones."""
    head, tail = _path_parts(tuple(path), next_hop, as4, classic)
    if med is not None:
        head += attribute(4, struct.pack("!I", med), 0x80)
    for parts, code, form in ((2, 8, "!HH"), (3, 32, "!III")):
        value = b"".join(struct.pack(form, *map(int, c.split(":")))
                         for c in communities if c.count(":") + 1 == parts)
        if value:
            head += attribute(code, value, 0xC0)
    return head + tail


def mp_reach(prefixes, next_hop, path_id=None):
    hop = packed(next_hop)
    afi = 2 if family(prefixes[0]) == 6 else 1
    value = struct.pack("!HBB", afi, 1, len(hop)) + hop + b"\0"
    return attribute(14, value + nlri_block(prefixes, path_id), 0x80)


def mp_unreach(afi, prefixes, path_id=None):
    value = struct.pack("!HB", afi, 1) + nlri_block(prefixes, path_id)
    return attribute(15, value, 0x80)


# --- BGP messages ----------------------------------------------------------

def bgp_message(kind, body):
    return b"\xff" * 16 + struct.pack("!HB", 19 + len(body), kind) + body


def _update(withdrawn=b"", attrs=b"", announced=b""):
    return bgp_message(2, struct.pack("!H", len(withdrawn)) + withdrawn +
                       struct.pack("!H", len(attrs)) + attrs + announced)


def announce(prefixes, path, next_hop, as4=True, med=None, path_id=None,
             mp=False, communities=()):
    """An UPDATE announcing prefixes of one family."""
    if family(prefixes[0]) == 6 or mp:
        attrs = path_attributes(path, next_hop, as4, med, classic=False,
                                communities=communities)
        return _update(attrs=attrs + mp_reach(prefixes, next_hop, path_id))
    attrs = path_attributes(path, next_hop, as4, med, communities=communities)
    return _update(attrs=attrs, announced=nlri_block(prefixes, path_id))


def withdraw(prefixes, path_id=None, mp=False):
    """An UPDATE withdrawing prefixes of one family."""
    if family(prefixes[0]) == 6:
        return _update(attrs=mp_unreach(2, prefixes, path_id))
    if mp:
        return _update(attrs=mp_unreach(1, prefixes, path_id))
    return _update(withdrawn=nlri_block(prefixes, path_id))


def withdraw_block(nlri):
    """The same of IPv4 prefixes that are bytes already."""
    return _update(withdrawn=nlri)


def end_of_rib(fam=4, mp=False):
    """End-of-RIB (RFC 4724): the empty UPDATE, or an empty MP_UNREACH."""
    if fam == 6:
        return _update(attrs=mp_unreach(2, []))
    return _update(attrs=mp_unreach(1, [])) if mp else _update()


def keepalive():
    return bgp_message(4, b"")


# --- MRT records -----------------------------------------------------------

def record(when, mrt_type, subtype, body):
    """when: seconds, or a float for the types with microseconds."""
    sec = int(when)
    if mrt_type == BGP4MP_ET:
        body = struct.pack("!I", round((when - sec) * 1e6)) + body
    return struct.pack("!IHHI", sec, mrt_type, subtype, len(body)) + body


def _session(peer_asn, local_asn, peer_ip, local_ip, as4):
    width = "!IIHH" if as4 else "!HHHH"
    if not as4:
        peer_asn = peer_asn if peer_asn < 65536 else AS_TRANS
        local_asn = local_asn if local_asn < 65536 else AS_TRANS
    afi = 2 if family(peer_ip) == 6 else 1
    return (struct.pack(width, peer_asn, local_asn, 0, afi) +
            packed(peer_ip) + packed(local_ip))


def bgp4mp(when, peer_asn, peer_ip, local_asn, local_ip, message, as4=True,
           addpath=False, et=False):
    if addpath:
        subtype = MESSAGE_AS4_ADDPATH if as4 else MESSAGE_ADDPATH
    else:
        subtype = MESSAGE_AS4 if as4 else MESSAGE
    return record(when, BGP4MP_ET if et else BGP4MP, subtype,
                  _session(peer_asn, local_asn, peer_ip, local_ip, as4) +
                  message)


def state_change(when, peer_asn, peer_ip, local_asn, local_ip, old, new,
                 as4=True, et=False):
    return record(when, BGP4MP_ET if et else BGP4MP,
                  STATE_CHANGE_AS4 if as4 else STATE_CHANGE,
                  _session(peer_asn, local_asn, peer_ip, local_ip, as4) +
                  struct.pack("!HH", old, new))


def state_change_headless(when, old, new, as4=True):
    """What a stopping FRR writes: AS 0 / 0 and the states, no addresses."""
    head = struct.pack("!II" if as4 else "!HH", 0, 0)
    return record(when, BGP4MP, STATE_CHANGE_AS4 if as4 else STATE_CHANGE,
                  head + struct.pack("!HH", old, new))


def peer_index_table(when, collector_id, peers, view=b""):
    """peers: [(ip, asn, as4)] in index order."""
    body = packed(collector_id) + struct.pack("!H", len(view)) + view
    body += struct.pack("!H", len(peers))
    for ip, asn, as4 in peers:
        kind = (1 if family(ip) == 6 else 0) | (2 if as4 else 0)
        body += bytes([kind]) + packed("10.255.0.1") + packed(ip)
        body += struct.pack("!I" if as4 else "!H", asn)
    return record(when, TABLE_DUMP_V2, PEER_INDEX_TABLE, body)


@functools.lru_cache(maxsize=4096)
def rib_attributes(prefix, path, next_hop, full_mp=False, communities=()):
    """Of a RIB entry; IPv6 with the abbreviated or the full MP_REACH."""
    if family(prefix) == 4:
        return path_attributes(path, next_hop, communities=communities)
    out = path_attributes(path, next_hop, classic=False,
                          communities=communities)
    if full_mp:
        return out + mp_reach([prefix], next_hop)
    hop = packed(next_hop)
    return out + attribute(14, bytes([len(hop)]) + hop, 0x80)


def rib_record(when, sequence, prefix, entries, addpath=False):
    """entries: [(peer index, originated, attributes, path id)]."""
    if family(prefix) == 4:
        subtype = RIB_IPV4_UNICAST_ADDPATH if addpath else RIB_IPV4_UNICAST
    else:
        subtype = RIB_IPV6_UNICAST_ADDPATH if addpath else RIB_IPV6_UNICAST
    body = [struct.pack("!I", sequence), nlri(prefix),
            struct.pack("!H", len(entries))]
    for index, originated, attrs, path_id in entries:
        body.append(struct.pack("!HI", index, int(originated)))
        if addpath:
            body.append(struct.pack("!I", path_id))
        body.append(struct.pack("!H", len(attrs)))
        body.append(attrs)
    return record(when, TABLE_DUMP_V2, subtype, b"".join(body))


# --- files -----------------------------------------------------------------

def compress(data, codec):
    """codec: "gz", "bz2" or "plain".  The bytes depend on data alone."""
    if codec == "gz":
        return gzip.compress(data, 6, mtime=0)
    if codec == "bz2":
        return bz2.compress(data)
    return data


def compress_cut(data, codec):
    """A file whose download broke off: exactly data can still be read."""
    if codec == "gz":
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
    if codec == "bz2":
        # bzip2 has no flush: one whole stream, then the head of another.
        return bz2.compress(data) + bz2.compress(b"lost" * 1000)[:30]
    return data


def suffix(codec):
    return "" if codec == "plain" else "." + codec
