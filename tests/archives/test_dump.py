"""Every line of `blackout dump` against Debian's `bgpdump -m`, byte for byte,
on every archive there is.

Files for which bgpdump is wrong, or stops early, are named below with what it
does; what can still be compared of them is.  Files without extensions are
plain here, so bgpdump reads all of them itself.
"""

import concurrent.futures
import gzip
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

from common import BINARY, data

BGPDUMP = shutil.which("bgpdump")

# Exit status and why, of all files that are not sound.
UNSOUND = {
    "rib.20141221.1600.bz2": (3, "no record: a daemon that had just started"),
    "rib.20141225.0940.bz2": (3, "no record: a daemon that had just started"),
    "updates.nlri_mask_trailing_bits.gz": (1, "its last prefix is torn"),
    "bview.20140112.1600_3samples.bz2": (1, "no PEER_INDEX_TABLE"),
    "rib.20140523.0600_firstMB.bz2": (1, "cut off"),
    "updates.20000325.0345.gz": (1, "misframed in the middle"),
}

# Path identifiers in subtypes that deny them: bgpdump prints 0.0.0.0/0 and
# other rubbish.  Where it is told by the subtype, it reads them.
UNDECLARED_ADDPATH = {
    "bird6_bgp", "bird6_bgp.7204e0e", "bird_bgp", "bird_bgp.4dcc227",
    "bird_bgp.985f1e4", "route-views.eqix.2022.sample.mrt",
}

# Type 5: bgpdump prints the peer's address as the prefix withdrawn, and
# forgets the bar before the communities.
LEGACY = {
    "updates.19990903.1041.gz", "updates.19991214.1621.gz",
    "updates.20000102.2014.gz", "updates.20000325.0345.gz",
}

# Bytes that are missing or too many, behind which bgpdump stops, or prints
# rubbish: our lines, and how many of bgpdump's are right.  bgpkit-parser also
# counts 452,018.
MISFRAMED = {
    "bview.20000111.0032.gz": (452018, 1),
    "updates.20000325.0345.gz": (5685, 4),
}

# Bits of a prefix beyond its mask, and an AGGREGATOR as wide as RFC 6793 has
# it in a TABLE_DUMP record: theirs, ours.
LINES = {
    "updates.nlri_mask_trailing_bits.gz": [
        (b"|11.13.0.0/13|", b"|11.8.0.0/13|")],
    "openbgpd_rib_table": [
        (b"|NAG|0 253.232.192.168|", b"|NAG|65000 192.168.0.15|")],
}


def archives():
    for folder, _, names in sorted(os.walk(data())):
        for name in sorted(names):
            if not name.endswith(".json") and not name.startswith("README"):
                yield os.path.join(folder, name)


def bgpdump(path):
    return subprocess.run([BGPDUMP, "-m", path], check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def dump(*argv):
    run = subprocess.run([BINARY, "dump", *argv], capture_output=True)
    return run.returncode, run.stdout, run.stderr


def as_legacy(text):
    """Our lines of type 5 with bgpdump's two mistakes."""
    out = []
    for line in text.split(b"\n"):
        f = line.split(b"|")
        if len(f) > 2 and f[2] == b"W":
            f[5] = f[3] + b"/" + f[5].split(b"/")[1]
        elif len(f) > 2 and f[2] == b"A":
            f[10:12] = [f[10] + f[11]]
        out.append(b"|".join(f))
    return b"\n".join(out)


# --- records, for files whose subtypes lie ---------------------------------

def nlri_ends(block, bits, addpath):
    """Whether the block holds whole prefixes, and no default route twice."""
    defaults, i = 0, 0
    while i < len(block):
        i += 4 if addpath else 0
        if i >= len(block) or block[i] > bits:
            return False
        defaults += block[i] == 0
        i += 1 + (block[i] + 7) // 8
    return i == len(block) and (addpath or defaults < 2)


def nlri_blocks(update):
    """[(bits, block)] of the body of an UPDATE."""
    n = struct.unpack_from("!H", update)[0]
    yield 32, update[2:2 + n]
    m = struct.unpack_from("!H", update, 2 + n)[0]
    attrs = update[4 + n:4 + n + m]
    yield 32, update[4 + n + m:]
    while attrs:
        long = attrs[0] & 0x10
        size = struct.unpack_from("!H" if long else "!B", attrs, 2)[0]
        head = 4 if long else 3
        value = attrs[head:head + size]
        if attrs[1] == 14:
            yield (128 if value[1] == 2 else 32), value[5 + value[3]:]
        elif attrs[1] == 15:
            yield (128 if value[1] == 2 else 32), value[3:]
        attrs = attrs[head + size:]


def has_path_identifiers(subtype, body):
    asn = 4 if subtype == 4 else 2
    afi = struct.unpack_from("!H", body, 2 * asn + 2)[0]
    message = body[2 * asn + 4 + (8 if afi == 1 else 32):]
    if message[18] != 2:
        return False
    return any(not nlri_ends(block, bits, False) and
               nlri_ends(block, bits, True)
               for bits, block in nlri_blocks(message[19:]))


def with_true_subtypes(path):
    """The bytes of path, with the subtypes of RFC 8050 where they belong."""
    with open(path, "rb") as f:
        old = f.read()
    new, i = b"", 0
    while i < len(old):
        sec, kind, subtype, size = struct.unpack_from("!IHHI", old, i)
        body = old[i + 12:i + 12 + size]
        message = body[4:] if kind == 17 else body
        if subtype in (1, 4) and has_path_identifiers(subtype, message):
            subtype = {1: 8, 4: 9}[subtype]
        new += struct.pack("!IHHI", sec, kind, subtype, size) + body
        i += 12 + size
    return new


def expected(path, name):
    """bgpdump's lines, of a file that it can read."""
    if name not in UNDECLARED_ADDPATH:
        return bgpdump(path)
    with tempfile.NamedTemporaryFile() as f:
        f.write(with_true_subtypes(path))
        f.flush()
        return bgpdump(f.name)


def first(text, n):
    return b"\n".join(text.split(b"\n", n)[:n])


def problem(path):
    """What is wrong with our lines, or None."""
    name = os.path.basename(path)
    status, ours, errors = dump(path)
    if status != UNSOUND.get(name, (0,))[0]:
        return "%s: exit status %d: %s" % (path, status, errors[:200])
    if (status == 0) != (errors == b""):
        return "%s: exit status %d, and says: %s" % (path, status, errors)
    theirs = expected(path, name)
    if name in LEGACY:
        ours = as_legacy(ours)
    for their, our in LINES.get(name, ()):
        if their not in theirs:
            return "%s: bgpdump does not print %s" % (path, their)
        theirs = theirs.replace(their, our)
    if name in MISFRAMED:
        lines, right = MISFRAMED[name]
        if ours.count(b"\n") != lines:
            return "%s: %d lines" % (path, ours.count(b"\n"))
        ours, theirs = first(ours, right), first(theirs, right)
    if ours == theirs:
        return None
    for a, b in zip(ours.split(b"\n"), theirs.split(b"\n")):
        if a != b:
            return "%s:\nours   %s\ntheirs %s" % (path, a, b)
    return "%s: %d lines of ours, %d of theirs" % (
        path, ours.count(b"\n"), theirs.count(b"\n"))


@unittest.skipUnless(BGPDUMP, "needs bgpdump")
class Dump(unittest.TestCase):
    def test_every_file_as_bgpdump_prints_it(self):
        paths = list(archives())
        names = {os.path.basename(p) for p in paths}
        self.assertGreater(len(paths), 700)
        self.assertLessEqual(UNDECLARED_ADDPATH | LEGACY | set(UNSOUND) |
                             set(LINES) | set(MISFRAMED), names)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            wrong = [p for p in pool.map(problem, paths) if p is not None]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_one_run_over_a_folder(self):
        folder = data("real", "rrc06-2021-01-02")
        paths = sorted(os.path.join(folder, n) for n in os.listdir(folder))
        theirs = b"".join(bgpdump(p) for p in paths)
        for threads in ("1", "4"):
            status, ours, errors = dump("--threads", threads, folder)
            self.assertEqual((status, errors), (0, b""))
            self.assertTrue(ours == theirs)

    def test_streams_that_are_joined(self):
        """bgpdump loses what follows the first bzip2 stream."""
        folder = data("real", "route-views2-2008-02-24")
        paths = [os.path.join(folder, "updates.20080224." + t + ".bz2")
                 for t in ("1807", "1824")]
        theirs = b"".join(bgpdump(p) for p in paths)
        with tempfile.NamedTemporaryFile(suffix=".bz2") as f:
            for p in paths:
                with open(p, "rb") as part:
                    shutil.copyfileobj(part, f)
            f.flush()
            self.assertTrue(dump(f.name)[1] == theirs)
            self.assertNotEqual(bgpdump(f.name), theirs)

    def test_what_is_readable_of_a_file_cut_off(self):
        path = data("real", "variety", "bgpdump", "updates.et-header.2015.gz")
        with gzip.open(path) as f:
            whole = f.read(1 << 20)
        with tempfile.NamedTemporaryFile() as f:
            f.write(whole)
            f.flush()
            status, ours, errors = dump(f.name)
            self.assertEqual(status, 1)
            self.assertIn(b"the file ends inside a record", errors)
            self.assertTrue(ours == bgpdump(f.name))


if __name__ == "__main__":
    unittest.main()
