"""Files of rrc00 that are misframed in the middle, against a count of their
records that searches in its own way: of all chains of headers, wherever they
may begin, the one that holds most records."""

import struct
import subprocess
import unittest

import common
import mrtwalk

FOLDER = ("real", "variety", "rrc00-1999")


def header(data, at, first, last):
    """(type, subtype, length), or None: there is no header at that place."""
    if at + 12 > len(data):
        return None
    when, kind, subtype, length = struct.unpack_from("!IHHI", data, at)
    if not first <= when <= last or length > 10000:
        return None
    if (kind == 5 and subtype <= 7) or (kind == 12 and subtype == 1):
        return kind, subtype, length
    return None


def most_records(data, first, last, slip=0):
    """Places of as many headers as may stand behind each other, where each
    record is `slip` bytes longer than it says."""
    n = len(data)
    best = [0] * (n + 1)
    take = bytearray(n + 1)
    for at in range(n - 12, -1, -1):
        best[at] = best[at + 1]
        head = header(data, at, first, last)
        if head is None:
            continue
        end = at + 12 + head[2] + slip
        if end <= n and best[end] + 1 > best[at]:
            best[at] = best[end] + 1
            take[at] = 1
    at = 0
    while at < n - 11:
        if take[at]:
            yield at
            at += 12 + header(data, at, first, last)[2] + slip
        else:
            at += 1


def prefixes(block):
    n = at = 0
    while at < len(block):
        at += 1 + (block[at] + 7) // 8
        n += 1
    return n


def rows_of(kind, subtype, body):
    """How many elements a record of type 5 has."""
    if subtype == 3:
        return 1
    if subtype != 1:
        return 0
    message = body[12:]
    withdrawn = struct.unpack_from("!H", message)[0]
    attrs = struct.unpack_from("!H", message, 2 + withdrawn)[0]
    return prefixes(message[2:2 + withdrawn]) + prefixes(
        message[4 + withdrawn + attrs:])


def td1_entries(body):
    n, at = 0, 4
    while at < len(body):
        at += 18 + struct.unpack_from("!H", body, at + 16)[0]
        n += 1
    return n


class Misframed(common.ArchiveCase):

    def info(self, path, status):
        return common.report("info", path, status=status)

    def rows(self, path):
        run = subprocess.run([common.BINARY, "dump", path],
                             capture_output=True)
        return run.stdout.count(b"\n")

    def test_updates(self):
        path = common.data(*FOLDER, "updates.20000325.0345.gz")
        data = mrtwalk.plain(path)
        first = struct.unpack_from("!I", data)[0]
        records = rows = lost = end = 0
        for at in most_records(data, first, first + 1000):
            lost += at - end
            kind, subtype, length = header(data, at, first, first + 1000)
            end = at + 12 + length
            records += 1
            rows += rows_of(kind, subtype, data[at + 12:end])
        self.assertGreater(records, 2500)
        self.assertLess(lost, 100)
        report = self.info(path, 1)
        self.assertEqual(report["collectors"][0]["records"],
                         records)
        self.assertEqual(len(report["damage"]), 2, report["damage"])
        self.assertEqual(self.rows(path), rows)

    def test_rib(self):
        path = common.data(*FOLDER, "bview.20000111.0032.gz")
        data = mrtwalk.plain(path)
        first = struct.unpack_from("!I", data)[0]
        records = entries = at = 0
        while at < len(data):
            kind, subtype, length = header(data, at, first, first + 10)
            end = at + 12 + length + 4  # the length is 4 short
            if end < len(data) and header(data, end, first,
                                          first + 10) is None:
                end -= 4
            entries += td1_entries(data[at + 12:end])
            records += 1
            at = end
        report = self.info(path, 0)
        self.assertEqual(report["collectors"][0]["records"], records)
        self.assertEqual(self.rows(path), entries)


if __name__ == "__main__":
    unittest.main()
