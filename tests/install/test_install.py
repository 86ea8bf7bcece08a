"""What `cmake --install` puts where, and that others can build with it.

$BLACKOUT_BUILD: the build folder that is installed, into a folder of its own.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BLACKOUT_BUILD") or
                     ROOT / "build" / "release").resolve()
EXAMPLE = ROOT / "tests" / "examples"
ARCHIVE = ROOT / "testdata" / "north-korea-2014"
PREFIX = "opt/blackout"


def cached(name):
    text = (BUILD / "CMakeCache.txt").read_text()
    return re.search("^%s:[A-Z]+=(.*)$" % name, text, re.M)[1]


def declared():
    """Functions that the public headers declare, as a compiler sees them."""
    headers = sorted((ROOT / "include" / "blackout").glob("*.h"))
    code = "".join("#include <blackout/%s>\n" % h.name for h in headers)
    text = subprocess.run(
        [cached("CMAKE_C_COMPILER"), "-E", "-I", ROOT / "include",
         "-D_POSIX_C_SOURCE=200809L", "-x", "c", "-"], input=code, check=True,
        capture_output=True, text=True).stdout
    own, keep = [], False
    for line in text.splitlines():
        if line.startswith("# "):
            keep = "/include/blackout/" in line
        elif keep:
            own.append(line)
    text = "\n".join(own)
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", text, flags=re.S)
    while True:
        text, n = re.subn(r"\{[^{}]*\}", " @ ", text)
        if n == 0:
            break
    names = set()
    for part in re.split(r"[;@]", text):
        part = re.sub(r"\[[^\]]*\]", "", part).strip()
        m = re.match(r"(?!static|typedef)[\w\s*]*?\b(\w+)\s*\(", part)
        if m:
            names.add(m[1])
    return names


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="blackout-install-"))
        cls.stage = cls.folder / "stage"
        subprocess.run(
            ["cmake", "--install", BUILD, "--prefix", "/" + PREFIX],
            env={**os.environ, "DESTDIR": str(cls.stage)}, check=True,
            stdout=subprocess.DEVNULL)
        cls.root = cls.stage / PREFIX

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def lib(self):
        return self.root / cached("CMAKE_INSTALL_LIBDIR") \
            if "CMAKE_INSTALL_LIBDIR:" in \
            (BUILD / "CMakeCache.txt").read_text() else self.root / "lib"

    def names(self, path, *how):
        text = subprocess.run(["nm", *how, "--defined-only", path], check=True,
                              capture_output=True, text=True).stdout
        found = [line.split() for line in text.splitlines()]
        return {words[2].split("@")[0] for words in found
                if len(words) == 3 and words[1] != "A"}

    def test_layout(self):
        for path in ["bin/blackout", "share/man/man1/blackout.1",
                     "share/bash-completion/completions/blackout",
                     "share/zsh/site-functions/_blackout",
                     "share/fish/vendor_completions.d/blackout.fish",
                     "share/doc/blackout/README.md",
                     "share/blackout/schema/outages.schema.json",
                     "include/blackout/outage.h"]:
            self.assertTrue((self.root / path).is_file(), path)

    def test_nothing_beside_the_prefix(self):
        self.assertEqual([p.name for p in self.stage.iterdir()], ["opt"])

    def test_the_program_runs(self):
        run = subprocess.run([self.root / "bin" / "blackout", "--version"],
                             capture_output=True, text=True, check=True)
        self.assertRegex(run.stdout, r"^blackout \d+\.\d+\.\d+\n")

    def test_libraries_offer_what_headers_declare(self):
        wanted = declared()
        self.assertGreater(len(wanted), 150)
        self.assertEqual(
            self.names(self.lib() / "libblackout.so", "-D"), wanted)
        self.assertEqual(
            self.names(self.lib() / "libblackout.a", "-g"), wanted)

    def test_symbols_have_a_version(self):
        text = subprocess.run(["nm", "-D", self.lib() / "libblackout.so"],
                              capture_output=True, text=True).stdout
        self.assertRegex(text, r" feed_new@@BLACKOUT_\d+\.\d+\n")

    def run_example(self, program):
        run = subprocess.run(
            [program, ARCHIVE / "route-views.lab"], capture_output=True,
            text=True, env={**os.environ, "LD_LIBRARY_PATH": str(self.lib())})
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        lines = run.stdout.splitlines()
        self.assertEqual(sorted(line[:20] for line in lines),
                         [line[:20] for line in lines])
        # as many as dump tells of unicast, whose lines are bgpdump's
        dump = subprocess.run(
            [self.root / "bin" / "blackout", "dump", "--type", "A,W", ARCHIVE],
            capture_output=True, text=True, check=True).stdout.splitlines()
        for letter, word in ("A", "announce"), ("W", "withdraw"):
            self.assertEqual(sum(" %s " % word in line for line in lines),
                             sum("|%s|" % letter in line for line in dump))

    def pkg_config(self, *flags):
        env = {**os.environ, "PKG_CONFIG_PATH": str(self.lib() / "pkgconfig")}
        return subprocess.run(
            ["pkg-config", *flags, "blackout"], env=env, check=True,
            capture_output=True, text=True).stdout.split()

    def test_pkg_config(self):
        for static in False, True:
            flags = self.pkg_config("--cflags", "--libs", *["--static"][:static])
            if static:
                flags = [str(self.lib() / "libblackout.a")
                         if flag == "-lblackout" else flag for flag in flags]
            program = self.folder / ("events-%d" % static)
            subprocess.run([cached("CMAKE_C_COMPILER"), "-std=c11", "-Wall",
                            "-Wextra", "-Werror", "-o", program,
                            EXAMPLE / "events.c", *flags], check=True)
            self.run_example(program)

    def test_cmake_package(self):
        build = self.folder / "example"
        for argv in (
                ["-S", EXAMPLE, "-B", build, "-G", "Ninja",
                 "-DCMAKE_C_COMPILER=" + cached("CMAKE_C_COMPILER"),
                 "-DCMAKE_PREFIX_PATH=%s" % self.root], ["--build", build]):
            subprocess.run(["cmake", *argv], check=True,
                           stdout=subprocess.DEVNULL)
        self.run_example(build / "events")
        self.run_example(build / "events_static")


if __name__ == "__main__":
    unittest.main()
