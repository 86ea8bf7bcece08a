"""Walks over the records of sound MRT files by their headers (RFC 6396, 2):
what counts of records are held against.  Knows nothing of what is in them."""

import bz2
import gzip
import struct


def plain(path):
    """The bytes of a file, whatever it is compressed with."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:3] == b"BZh":
        return bz2.decompress(data)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def headers(data):
    """(offset, time, type, subtype) of each record."""
    at = 0
    while at < len(data):
        when, kind, subtype, length = struct.unpack_from("!IHHI", data, at)
        yield at, when, kind, subtype
        at += 12 + length
    if at != len(data):
        raise ValueError("%d bytes more than there are" % (at - len(data)))
