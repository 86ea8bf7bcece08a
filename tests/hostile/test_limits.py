"""What has a limit, what is held in constant memory, and files that are not
what they were."""

import bz2
import gzip
import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import table
from table import defects
from defects import (announce, bgp4mp, entry, many, mrt, rib, ONE, T0, TWO,
                     THREE)

RECORD_MAX = 16 << 20  # MRT_RECORD_MAX
DEPTH_MAX = 32  # ARCHIVE_DEPTH_MAX
SANITIZED = "asan" in table.BINARY or "tsan" in table.BINARY
# A tenth of it is enough where each step is dear; LIMITS_SCALE=20 is all.
SCALE = float(os.environ.get("LIMITS_SCALE") or (0.2 if SANITIZED else 1))
OUTAGES = ["outages", "--format", "json", "--asn", "15169", "--min-peers",
           "1"]


class Done:
    """A run that has ended, and how much memory it had at most."""

    def __init__(self, process, out, err, rss):
        self.status = process.returncode
        self.out, self.err, self.rss = out, err, rss
        self.rows = out.splitlines()


def limit_files(n):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
    return limit


def blackout(*argv, stdin=subprocess.DEVNULL, timeout=240, before=None,
             cwd=None):
    """Runs it by a helper, whose only child it is, for its peak memory."""
    helper = ("import resource, subprocess, sys\n"
              "r = subprocess.run(sys.argv[1:]).returncode\n"
              "k = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
              "sys.stderr.write('\\n%d' % k)\n"
              "sys.exit(r if r >= 0 else 128 - r)")
    p = subprocess.Popen(
        [sys.executable, "-S", "-c", helper, table.BINARY, *map(str, argv)],
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=before, cwd=cwd)
    out, err = p.communicate(timeout=timeout)
    err, _, rss = err.decode("utf-8", "replace").rpartition("\n")
    return Done(p, out.decode("utf-8", "replace"), err, int(rss) * 1024)


@unittest.skipUnless(os.path.exists(table.BINARY), "no " + table.BINARY)
class LimitCase(unittest.TestCase):

    def setUp(self):
        self.temp = tempfile.TemporaryDirectory()
        self.addCleanup(self.temp.cleanup)
        self.dir = pathlib.Path(self.temp.name) / "rrc00"
        self.dir.mkdir()

    def write(self, name, data):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def assert_memory(self, run, limit):
        if not SANITIZED:
            self.assertLess(run.rss, limit)


class Sizes(LimitCase):

    def record_of(self, length):
        """A RIB record with so long a body, in few entries."""
        head = len(rib(entries=[])) - 12
        padding, entries = length - head, []
        while padding > 0:
            n = min(padding, 60000)
            if 0 < padding - n < 100:
                n -= 200
            attrs = mrt.path_attributes(defects.PATH, "192.0.2.1")
            attrs += mrt.attribute(99, bytes(n - 8 - len(attrs) - 4), 0xc0)
            entries.append(entry(attrs=attrs))
            padding -= n
        record = rib(entries=entries)
        self.assertEqual(len(record) - 12, length)
        return record, len(entries)

    def test_longest_record(self):
        record, n = self.record_of(RECORD_MAX)
        path = self.write("rib.20231114.2200", defects.table() + record +
                          rib() * 3)
        run = blackout("dump", path)
        self.assertEqual((run.status, len(run.rows)), (0, n + 3), run.err)
        self.assert_memory(run, 64 << 20)
        self.assertEqual(blackout(*OUTAGES, path).status, 0)

    def test_longer_record(self):
        record, _ = self.record_of(RECORD_MAX + 1)
        path = self.write("rib.20231114.2200", defects.table() + record +
                          rib() * 3)
        run = blackout("dump", path)
        self.assertEqual((run.status, len(run.rows)), (1, 3), run.err)
        self.assertRegex(run.err, "offset %d: " % len(defects.table()))
        self.assert_memory(run, 64 << 20)

    def test_most_peers_of_a_table(self):
        peers = [("10.%d.%d.1" % (i >> 8, i & 255), 1 + i, True)
                 for i in range(65535)]
        data = defects.table(peers=peers) + rib(
            entries=[entry(peer=65534), entry(peer=0)])
        path = self.write("rib.20231114.2200", data)
        run = blackout("dump", path)
        self.assertEqual((run.status, len(run.rows)), (0, 2), run.err)
        self.assertIn("|10.255.254.1|65535|", run.rows[0])
        self.assert_memory(run, 64 << 20)
        self.assertEqual(blackout("info", path).status, 0)
        beyond = data + rib(entries=[entry(peer=65535)])
        path.write_bytes(beyond)
        self.assertEqual(blackout("dump", path).status, 1)

    def test_paths_of_a_prefix(self):
        """More paths than are kept: the latest count, and memory stays."""
        n = 3000
        data = b"".join(announce(T0 + i, defects.NET, addpath=True,
                                 path_id=i + 1) for i in range(n))
        data += b"".join(bgp4mp(
            T0 + n + i, mrt.withdraw([defects.NET], i + 1), addpath=True)
            for i in range(n))
        data += announce(T0 + 2 * n + 600, defects.NET2, [64500, 1])
        path = self.write("updates.20231114.2213", data)
        run = blackout(*OUTAGES, path)
        self.assertEqual(run.status, 0, run.err)
        windows = json.loads(run.out)["outages"]
        self.assertEqual([w["duration"] for w in windows], [602], windows)
        self.assert_memory(run, 32 << 20)

    def test_most_prefixes_of_a_message(self):
        """The 64 KiB of a message, in prefixes of 2 bytes."""
        nlri = b"".join(bytes([8, i % 224]) for i in range(32600))
        data = bgp4mp(T0, defects.update(attrs=defects.attributes(),
                                         nlri=nlri))
        path = self.write("updates.20231114.2213", data)
        run = blackout("dump", path)
        self.assertEqual((run.status, len(run.rows)), (0, 32600), run.err)
        self.assertEqual(blackout(*OUTAGES, path).status, 0)


class Bombs(LimitCase):
    """What expands a thousandfold, or a millionfold, is only passed by."""

    MEGABYTES = int(70 * SCALE)

    def pack(self, name, pieces):
        path = self.dir / name
        if name.endswith("bz2"):
            packer = bz2.BZ2Compressor(9)
            with open(path, "wb") as f:
                for piece in pieces:
                    f.write(packer.compress(piece))
                f.write(packer.flush())
        else:
            with gzip.GzipFile(path, "wb", 9, mtime=0) as f:
                for piece in pieces:
                    f.write(piece)
        return path

    @staticmethod
    def memory(threads):
        """At ordinary scale far less than the bomb.  What waits for another
        thread fills up only in a larger one: beside the 12 MB of the program
        12 MB of batches, and for each thread and one more libbz2's 4 MB, two
        blocks of 2 MB and 2 MB of the file."""
        if SCALE <= 1:
            return (20 if threads == 1 else 60) << 20
        return (24 if threads == 1 else 24 + 10 * (threads + 1)) << 20

    def check(self, path, status, records):
        for threads, argv in ((1, ["dump"]), (8, ["dump"]), (1, ["info"]),
                              (1, OUTAGES)):
            run = blackout(*argv, "--threads", threads, path)
            self.assertEqual(run.status, status, run.err)
            self.assertLess(len(run.err), 10000)
            self.assert_memory(run, self.memory(threads))
            if argv == ["dump"]:
                self.assertEqual(len(run.rows), records)

    def test_zeros(self):
        for name in ("updates.20231114.2213.gz", "updates.20231114.2213.bz2"):
            with self.subTest(name):
                path = self.pack(name, [ONE + TWO] +
                                 [bytes(1 << 20)] * self.MEGABYTES)
                self.check(path, 1, 2)

    def test_records(self):
        n = 1000
        for name in ("updates.20231114.2213.gz", "updates.20231114.2213.bz2"):
            with self.subTest(name):
                path = self.pack(name, [ONE * n] * self.MEGABYTES)
                self.check(path, 0, n * self.MEGABYTES)

    def test_runs_in_one_block(self):
        """45 MB of zeros are one block of bzip2, of 40 bytes."""
        path = self.write("updates.20231114.2213.bz2",
                          bz2.compress(bytes(45 << 20), 9) * 20)
        run = blackout("dump", "--threads", 8, path)
        self.assertEqual(run.status, 3, run.err)
        self.assert_memory(run, 90 << 20)


class Pipes(LimitCase):

    def write_in_turns(self, pipes, parts):
        """To each pipe a part, then to each the next one."""
        # so that it waits for no reader: the parts are longer than a pipe
        ends = [os.open(pipe, os.O_RDWR) for pipe in pipes]
        for turn in zip(*parts):
            for end, records in zip(ends, turn):
                left = b"".join(records)
                while left:
                    left = left[os.write(end, left[:65536]):]
        for end in ends:
            os.close(end)

    def test_one_writer_of_two(self):
        """Whoever fills them waits for both to be read."""
        records = many(12000)
        parts = ([records[:3000], records[3000:]],
                 [records[:6000], records[6000:]])
        for threads in ("2", "3"):
            with self.subTest(threads):
                pipes = []
                for collector in ("rrc00", "rrc01"):
                    pipes.append(self.dir / threads / collector / "2023.11" /
                                 "updates.20231114.2213")
                    pipes[-1].parent.mkdir(parents=True)
                    os.mkfifo(pipes[-1])
                threading.Thread(target=self.write_in_turns,
                                 args=(pipes, parts), daemon=True).start()
                with subprocess.Popen(
                        [table.BINARY, *OUTAGES, "--threads", threads, *pipes],
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.PIPE) as p:
                    try:
                        _, err = p.communicate(timeout=120)
                    except subprocess.TimeoutExpired:
                        p.kill()
                        self.fail("it waits for ever")
                self.assertEqual(p.returncode, 0, err)


class Changes(LimitCase):
    """Files that are not what they were when they were found."""

    def while_waiting(self, argv, act):
        """Runs with a pipe as first file; act() once all files are found."""
        pipe = self.dir / "updates.20231114.2200"
        os.mkfifo(pipe)
        done = []
        thread = threading.Thread(target=lambda: done.append(blackout(
            *argv, pipe, *sorted(p for p in self.dir.iterdir()
                                 if p != pipe))))
        thread.start()
        with open(pipe, "wb") as f:  # it waits for a reader
            act()
            f.write(announce(T0 - 60, defects.NET))
        thread.join()
        return done[0]

    def test_vanishes(self):
        for argv in (["dump"], ["info", "--format", "json"], OUTAGES):
            with self.subTest(argv[0]):
                path = self.write("updates.20231114.2213", ONE + TWO)
                run = self.while_waiting(argv, path.unlink)
                self.assertEqual(run.status, 1, run.err)
                self.assertRegex(run.err, "2213: .*[Nn]o such file")
                (self.dir / "updates.20231114.2200").unlink()

    def test_is_cut_short(self):
        for argv in (["dump"], ["info", "--format", "json"], OUTAGES):
            with self.subTest(argv[0]):
                path = self.write("updates.20231114.2213", ONE + TWO + THREE)
                run = self.while_waiting(
                    argv, lambda: os.truncate(path, len(ONE + TWO) - 5))
                self.assertEqual(run.status, 1, run.err)
                self.assertIn("ends inside a record", run.err)
                (self.dir / "updates.20231114.2200").unlink()

    def test_is_another(self):
        path = self.write("updates.20231114.2213", ONE + TWO)
        run = self.while_waiting(
            ["dump"], lambda: path.write_bytes(b"now it is a text\n" * 99))
        self.assertEqual((run.status, len(run.rows)), (1, 1), run.err)
        self.assertIn("not an MRT file", run.err)

    def test_is_cut_while_it_is_read(self):
        records = many(60000)
        path = self.write("updates.20231114.2213", b"".join(records))
        size = path.stat().st_size
        p = subprocess.Popen([table.BINARY, "dump", path],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        rows = [p.stdout.readline()]  # the rest waits for room in the pipe
        os.truncate(path, size // 2 - 5)
        rows += p.stdout.readlines()
        err = p.stderr.read().decode()
        self.assertEqual(p.wait(), 1, err)
        self.assertIn("ends inside a record", err)
        self.assertEqual(len(rows), defects.whole(
            b"".join(records)[:size // 2 - 5]))
        p.stdout.close()
        p.stderr.close()

    def test_cannot_be_read(self):
        """A file that opens and fails (EIO)."""
        if not os.path.exists("/proc/self/mem"):
            self.skipTest("no /proc")
        path = self.write("updates.20231114.2213", ONE)
        for argv in (["dump"], ["info"], OUTAGES):
            run = blackout(*argv, "/proc/self/mem", path)
            self.assertEqual(run.status, 1, run.err)
            self.assertIn("nput/output error", run.err)


class Folders(LimitCase):

    def test_links(self):
        self.write("a/b/updates.20231114.2213", ONE)
        os.symlink("..", self.dir / "a" / "b" / "up")
        os.symlink("/", self.dir / "a" / "b" / "updates.20231114.2230")
        os.unlink(self.dir / "a" / "b" / "updates.20231114.2230")
        os.symlink("self", self.dir / "a" / "self")
        os.symlink("nothing", self.dir / "a" / "dangling")
        os.symlink("b/updates.20231114.2213", self.dir / "a" / "again")
        run = blackout("dump", self.dir)
        self.assertEqual((run.status, len(run.rows)), (1, 1), run.err)
        self.assertRegex(run.err, "self: Too many levels of symbolic links")
        self.assertRegex(run.err, "dangling: No such file")

    def test_links_to_each_other(self):
        """Two to the power of forty ways lead through them."""
        for i in range(40):
            here = self.dir / str(i)
            here.mkdir()
            for name in ("x", "y"):
                os.symlink("../%d" % ((i + 1) % 40), here / name)
        (self.dir / "39" / "updates.20231114.2213").write_bytes(ONE)
        run = blackout("dump", self.dir / "0", timeout=60)
        self.assertIn(run.status, (1, 3), run.err)

    def test_depth(self):
        deep = "/".join("d%d" % i for i in range(DEPTH_MAX + 8))
        self.write(deep + "/updates.20231114.2213", ONE)
        self.write("d0/updates.20231114.2214", TWO)
        run = blackout("dump", self.dir)
        self.assertEqual((run.status, len(run.rows)), (1, 1), run.err)
        self.assertIn("Too many levels", run.err)

    def test_permissions(self):
        """Root may read everything: be somebody else."""
        secret = self.write("updates.20231114.2213", ONE)
        other = self.write("updates.20231114.2214", TWO)
        folder = self.dir / "closed"
        folder.mkdir()
        secret.chmod(0)
        folder.chmod(0)
        self.addCleanup(folder.chmod, 0o700)
        before = None
        if os.geteuid() == 0:
            for place in (self.dir, self.dir.parent):
                place.chmod(0o755)
            other.chmod(0o644)

            def before():
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            if subprocess.run([table.BINARY, "--version"], preexec_fn=before,
                              capture_output=True).returncode != 0:
                self.skipTest("the program is not for everybody")
        def run(*argv):
            return subprocess.run([table.BINARY, "dump", *argv], text=True,
                                  preexec_fn=before, capture_output=True)
        done = run(self.dir)
        self.assertEqual((done.returncode, done.stdout.count("\n")), (1, 1),
                         done.stderr)
        self.assertRegex(done.stderr, "2213: .*[Pp]ermission denied")
        self.assertRegex(done.stderr, "closed: Permission denied")
        done = run("--output", self.dir / "rows", other)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "Permission denied")

    def test_names_with_newlines(self):
        path = self.write("up\ndates\x1b[31m.20231114.2213", ONE + TWO[:-5])
        for argv in (["dump", path], [*OUTAGES, self.dir],
                     ["outages", "-o", "15169", self.dir],
                     ["info", self.dir], ["info", "--format", "json", path]):
            run = blackout(*argv)
            self.assertEqual(run.status, 1, run.err)
            self.assertNotIn("\x1b", run.out + run.err)
            for line in (run.out + run.err).splitlines():
                self.assertFalse(line.startswith("dates"), line)

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        path = self.write("updates.20231114.2213", b"".join(many(20000)))
        for argv in (["dump"], ["dump", "--format", "jsonl"], ["info"], OUTAGES,
                     ["outages", "-o", "15169"]):
            with self.subTest(argv):
                with open("/dev/full", "wb") as full:
                    run = subprocess.run([table.BINARY, *argv, path],
                                         stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(run.returncode, 1, run.stderr)
                self.assertIn(b"No space left", run.stderr)

    def test_many_files(self):
        """5,000 of them (LIMITS_SCALE=20: 100,000), in seconds."""
        n = int(5000 * SCALE)
        for i in range(n):
            when = T0 + 60 * i
            name = time.strftime("updates.%Y%m%d.%H%M", time.gmtime(when))
            (self.dir / name).write_bytes(announce(
                when, "10.%d.%d.0/24" % (i >> 8 & 255, i & 255)))
        for argv in (["dump"], OUTAGES, ["info", "--format", "json"]):
            began = time.monotonic()
            run = blackout(*argv, self.dir, before=limit_files(64))
            self.assertEqual(run.status, 0, run.err)
            self.assertLess(time.monotonic() - began, 30 * max(SCALE, 1))
            self.assert_memory(run, (50 << 20) + n * 1000)

    def test_many_files_of_one_time(self):
        """All of which must be open at once."""
        n = int(400 * SCALE)
        for i in range(n):
            self.write("updates.%d" % i, b"".join(
                announce(T0 + 60 * k, "10.%d.%d.0/24" % (i >> 8, i & 255))
                for k in range(20)))
        run = blackout("info", "--format", "json", self.dir,
                       before=limit_files(64))
        self.assertEqual(run.status, 0, run.err)
        records = json.loads(run.out)["collectors"][0]["records"]
        self.assertEqual(records, 20 * n)
        self.assert_memory(run, (20 << 20) + n * 60000)


if __name__ == "__main__":
    unittest.main()
