"""The benchmark runs, on archives far too small to mean anything."""

import bz2
import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bench  # noqa: E402
import inputs  # noqa: E402

GENERATE = os.environ.get("BENCH_GENERATE") or os.path.join(
    os.path.dirname(os.path.abspath(bench.PROGRAM)), "tests",
    "bench_generate")


SIZE = inputs.Size(1000, 40, 4, 60)  # --scale 0.002 --files 4


def run(*argv):
    """What the benchmark prints, and what it writes as JSON."""
    out = io.StringIO()
    with tempfile.NamedTemporaryFile(suffix=".json") as f:
        with contextlib.redirect_stdout(out):
            bench.main(["--generator", GENERATE, "--rounds", "1",
                        "--json", f.name, *argv])
        return out.getvalue(), json.load(f)


class BenchCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for path in (bench.PROGRAM, GENERATE):
            if not os.access(path, os.X_OK):
                raise unittest.SkipTest("no " + path)
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = cls.folder.name
        cls.text, cls.json = run("--scale", "0.002", "--files", "4",
                                 "--work", cls.work)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def ours(self, found):
        return [r for r in found["runs"] if r["threads"] > 0]

    def test_every_kind_and_codec_is_run(self):
        seen = {(r["kind"], r["codec"]) for r in self.ours(self.json)}
        self.assertEqual(seen, {(k, c) for k in inputs.KINDS
                                for c in inputs.CODECS} | {("all", "plain")})

    def test_all_runs_succeed_and_report_the_same(self):
        self.assertEqual({s for r in self.json["runs"]
                          for s in r["status"]}, {0})
        for note in self.json["notes"]:
            self.assertNotIn("NOT the same", note)
            self.assertNotIn("FAILED", note)

    def test_lines_have_a_target_and_a_spread(self):
        self.assertTrue(self.json["lines"])
        for line in self.json["lines"]:
            self.assertLessEqual(line["min"], line["median"])
            self.assertLessEqual(line["median"], line["max"])
            if line["limit"] is not None:
                self.assertEqual(line["met"], (line["median"] <= line["limit"])
                                 == line["at_most"])

    def test_the_machine_is_described(self):
        for what in ("processor", "compiler", "libbz2", "zlib", "ISA-L"):
            self.assertTrue(self.json["machine"][what])
            self.assertIn(self.json["machine"][what], self.text)

    def test_markdown(self):
        text, _ = run("--scale", "0.002", "--files", "4", "--work", self.work,
                      "--markdown", "--only", "updates,plain",
                      "--slow-rounds", "0")
        self.assertIn("| work | against | ratio |", text)

    def test_slow_tools_are_given_less(self):
        """The first files, or the head of one, in every codec."""
        given = inputs.generated(self.work, GENERATE, SIZE, inputs.CODECS)
        plain = given.files["updates", "plain"]
        limit = os.path.getsize(plain[0]) + os.path.getsize(plain[1]) + 5
        inputs.take_sample(given, self.work, limit)
        for codec in inputs.CODECS:
            self.assertEqual(given.sample["updates", codec],
                             given.files["updates", codec][:2])
        with open(given.files["rib", "plain"][0], "rb") as f:
            head = f.read(given.sample_bytes["rib"])
        self.assertTrue(0 < len(head) <= limit)
        for codec, unpack in (("plain", bytes), ("gzip", gzip.decompress),
                              ("bzip2", bz2.decompress)):
            path, = given.sample["rib", codec]
            with open(path, "rb") as f:
                self.assertEqual(unpack(f.read()), head)
        path, = given.sample["rib", "plain"]
        self.assertEqual(sum(12 + len(r[2]) for r in inputs.records_of(path)),
                         len(head))

    def test_a_folder_of_archives(self):
        """One codec is there; the others are made, and an AS is chosen."""
        folder = os.path.join(self.work, SIZE.name(), "bzip2")
        text, found = run(folder, "--work", os.path.join(self.work, "other"),
                          "--slow-rounds", "0")
        self.assertEqual({(r["kind"], r["codec"]) for r in self.ours(found)},
                         {(k, c) for k in inputs.KINDS
                          for c in inputs.CODECS} | {("all", "plain")})
        self.assertEqual({s for r in self.ours(found) for s in r["status"]},
                         {0})
        self.assertRegex(text, r"Input: files of bzip2; AS[1-9]")


class GenerateCase(unittest.TestCase):
    """The generator says the same twice, and what is known of AS65550."""

    def setUp(self):
        if not os.access(GENERATE, os.X_OK):
            self.skipTest("no " + GENERATE)

    def generate(self, *options):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        subprocess.run([GENERATE, "-n", "800", "-m", "60", *options,
                        folder.name], check=True)
        return folder.name

    def contents(self, folder):
        out = {}
        for where, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(where, name), "rb") as f:
                    out[name] = f.read()
        return out

    def test_a_seed_is_an_archive(self):
        first = self.contents(self.generate("-f", "3"))
        self.assertEqual(first, self.contents(self.generate("-f", "3")))
        other = self.contents(self.generate("-f", "3", "-s", "2"))
        self.assertEqual(set(first), set(other))
        self.assertNotEqual(first, other)

    def test_the_scripted_outages(self):
        """19 of 36 peers are gone in the eleventh second, and 18 back in the ninth."""
        if not os.access(bench.PROGRAM, os.X_OK):
            self.skipTest("no " + bench.PROGRAM)
        folder = self.generate("-f", "96")
        out = subprocess.run(
            [bench.PROGRAM, "outages", "--asn", "65550", "--format", "json",
             folder], capture_output=True, check=True).stdout
        windows = [(o["start"], o["end"], o["prefixes_lost"])
                   for o in json.loads(out)["outages"]]
        self.assertEqual(windows, [
            ("2014-12-22T03:12:15Z", "2014-12-22T03:20:13Z", 4),
            ("2014-12-22T16:15:13Z", "2014-12-22T20:46:17Z", 4)])


if __name__ == "__main__":
    unittest.main()
