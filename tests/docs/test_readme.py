"""Every example of the README, and of the manual, is run.

What stands in a block of its own behind an example, or below it after `$`, is
what it must print; of the others it is asked that they run without a word of
complaint.  Names that stand for the reader's own files are made to be files.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("BLACKOUT") or
                         ROOT / "build" / "release" / "blackout")
DOCS = pathlib.Path(os.environ.get("BLACKOUT_DOCS") or
                    ROOT / "build" / "release" / "src" / "docs").resolve()
MONTH = "testdata/north-korea-2014/route-views.lab/bgpdata/2014.12"

# Run elsewhere: tests/install, and what the README says of other tests.
ELSEWHERE = ("apt-get ", "cmake ", "cc ", "parallel ", "sbatch ",
             "python3 tests/bench/")
# What an example may do besides.
BESIDES = ("jq ", "mkdir ", "sh jobs", "sed ")

# Functions and files that an example may expect.
BEFORE = """
blackout() { "$BLACKOUT" "$@"; }
wget() { cat >/dev/null; }
"""


def statements(text):
    """Each command of a block, with the lines that it goes on in."""
    text = re.sub(r"(\||\\)\n", r"\1 ", text).replace("\\ ", " ")
    return [line.strip() for line in text.splitlines()
            if line.strip() and not line.startswith("#")]


def shown_after(text, found, i):
    """The block that stands right behind block i, if it is output."""
    if i + 1 == len(found):
        return None
    kind, block = found[i + 1].groups()
    between = text[found[i].end():found[i + 1].start()]
    return block if kind == "" and between.strip() == "" and \
        not block.startswith("$ ") else None


def readme():
    """(command, what it prints or None) of each example."""
    text = (ROOT / "README.md").read_text()
    found = list(re.finditer(r"^```(\w*)\n(.*?)^```\n", text, re.M | re.S))
    blocks = [m.groups() for m in found]
    for i, (kind, block) in enumerate(blocks):
        if kind == "" and block.startswith("$ "):
            command, out = block[2:].split("\n", 1)
            yield command, out
        elif kind == "sh":
            *others, last = statements(block)
            for command in others:
                yield command, None
            yield last, shown_after(text, found, i)


def manual():
    text = subprocess.run(["mandoc", "-Tascii", DOCS / "blackout.1"],
                          capture_output=True, text=True, check=True).stdout
    text = re.sub(".\b", "", text)
    part = text.split("\nEXAMPLES\n")[1].split("\nSEE ALSO\n")[0]
    lines = [line[11:] for line in part.splitlines()
             if line.startswith(" " * 11)]
    for command in statements("\n".join(lines) + "\n"):
        yield command, None


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="blackout-readme-"))
        for name, target in [
                ("testdata", "testdata"), ("rrc00", MONTH),
                ("ARCHIVE", "testdata/north-korea-2014"),
                ("route-views2", MONTH),
                ("rib.20141222.0000.bz2",
                 MONTH + "/RIBS/rib.20141222.0000.bz2"),
                ("archive.routeviews.org", MONTH), ("data.ris.ripe.net/rrc00",
                                                    MONTH)]:
            (cls.folder / name).parent.mkdir(exist_ok=True)
            (cls.folder / name).symlink_to(ROOT / target)
        (cls.folder / "networks.txt").write_text("131279\nAS131999 # too\n")
        (cls.folder / "before.sh").write_text(BEFORE)
        (cls.folder / "bin").mkdir()
        (cls.folder / "bin" / "blackout").symlink_to(
            pathlib.Path(BINARY).resolve())

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def run_one(self, command, out):
        path = "data.ris.ripe.net" if "--collector rrc00" in command \
            else "testdata/north-korea-2014"
        command = re.sub(r"\bPATH\b(\.\.\.)?", path, command)
        run = subprocess.run(
            ["bash", "-c", ". ./before.sh\n" + command], cwd=self.folder,
            env={**os.environ, "BLACKOUT": BINARY, "LC_ALL": "C",
                 "PATH": "%s/bin:%s" % (self.folder, os.environ["PATH"])},
            capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertIn(run.returncode, (0, 1))
        if not command.startswith("blackout urls"):
            self.assertEqual(run.stderr, "")
        if out is not None:
            self.assertEqual(run.stdout, out)

    def run_all(self, examples, least):
        n = 0
        for command, out in examples:
            with self.subTest(command=command):
                if not command.startswith(ELSEWHERE):
                    self.assertTrue(
                        command.startswith(("blackout ",) + BESIDES), command)
                    self.run_one(command, out)
                    n += 1
        self.assertGreaterEqual(n, least)

    def test_readme(self):
        examples = list(readme())
        self.run_all(examples, 20)
        self.assertGreaterEqual(
            sum(out is not None for _, out in examples), 4)

    def test_manual(self):
        if shutil.which("mandoc") is None:
            raise unittest.SkipTest("no mandoc")
        self.run_all(manual(), 7)


if __name__ == "__main__":
    unittest.main()
