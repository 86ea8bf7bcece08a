"""The recipes for many machines, run by the engines themselves.

One part is killed in its middle at its first try: the engine must try it
again, and nothing of the first try may be seen.  Engines that are not here, or
do not start, are skipped.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "support"))

from outagescase import BINARY, ROOT  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
KOREA = os.path.join(ROOT, "testdata", "north-korea-2014")
DATA = os.environ.get("BLACKOUT_DATA", "")
RRC06 = os.path.join(DATA, "real", "rrc06-2021-01-02")

# Stands before the real program on the PATH: one part's first try is killed
# while it works, when its temporary file is there.
KILLER = """#!/bin/sh
case "$*" in
*000001.part*)
	if mkdir '{mark}' 2>/dev/null; then
		'{real}' "$@" &
		pid=$!
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			set -- '{parts}'/*.tmp
			[ ! -e "$1" ] || break
			sleep 0.005
		done
		kill -9 $pid && : >'{mark}/killed'
		wait $pid
		exit 137
	fi ;;
esac
exec '{real}' "$@"
"""


class Engines(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.parts = os.path.join(self.folder, "parts")
        self.mark = os.path.join(self.folder, "mark")
        os.mkdir(self.parts)
        bin_ = os.path.join(self.folder, "bin")
        os.mkdir(bin_)
        with open(os.path.join(bin_, "blackout"), "w") as f:
            f.write(KILLER.format(mark=self.mark, parts=self.parts,
                                  real=os.path.abspath(BINARY)))
        os.chmod(f.name, 0o755)
        self.env = dict(os.environ, PATH=bin_ + ":" + os.environ["PATH"])

    def call(self, *argv, **kw):
        run = subprocess.run([str(a) for a in argv], env=self.env,
                             cwd=self.folder, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **kw)
        self.assertIn(run.returncode, (0, 1), run.stderr.decode())
        return run

    def plan(self, archive, asn, slice_):
        self.call(BINARY, "plan", "--asn", asn, "--slice", slice_,
                  "--output", "jobs", archive)
        with open(os.path.join(self.folder, "jobs")) as f:
            return len(f.readlines())

    def finish(self, archive, asn, n, killed=True):
        """What the parts make is what was never split."""
        parts = sorted(os.listdir(self.parts))
        whole = [p for p in parts if p.endswith(".part")]
        self.assertEqual(len(whole), n, parts)
        self.assertEqual(os.path.exists(
            os.path.join(self.mark, "killed")), killed)
        for form in ("json", "table"):
            merged = self.call(BINARY, "merge", "--format", form,
                               *[os.path.join(self.parts, p) for p in whole])
            alone = self.call(BINARY, "outages", "--format", form, "--asn",
                              asn, archive)
            self.assertEqual(merged.stdout, alone.stdout, merged.stderr)
        self.assertGreater(len(alone.stdout), 300)

    @unittest.skipUnless(shutil.which("parallel"), "no GNU parallel here")
    def test_parallel(self):
        n = self.plan(KOREA, "131279", "1d")
        self.assertEqual(n, 6)
        self.env["HOME"] = self.folder
        self.call(os.path.join(HERE, "parallel.sh"), "jobs")
        self.finish(KOREA, "131279", n)

    @unittest.skipUnless(shutil.which("parallel") and os.path.isdir(RRC06),
                         "no GNU parallel, or no archive")
    def test_parallel_on_a_real_archive(self):
        n = self.plan(RRC06, "268323", "1h")
        self.env["HOME"] = self.folder
        self.call(os.path.join(HERE, "parallel.sh"), "jobs")
        self.finish(RRC06, "268323", n, killed=False)

    @unittest.skipUnless(shutil.which("slurmd") and shutil.which("munged") and
                         os.geteuid() == 0, "no Slurm here, or not root")
    def test_slurm(self):
        here = os.path.join(HERE, "slurm_here.sh")
        slurm = os.path.join(self.folder, "slurm")
        os.mkdir(slurm)
        os.chmod(self.folder, 0o755)
        self.addCleanup(subprocess.run, [here, "stop", slurm])
        try:
            start = subprocess.run([here, "start", slurm], timeout=40,
                                   stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            self.skipTest("Slurm did not start in time")
        if start.returncode != 0:
            self.skipTest("Slurm did not start")
        self.env["SLURM_CONF"] = os.path.join(slurm, "slurm.conf")
        n = self.plan(KOREA, "131279", "1d")
        job = self.call("sbatch", "--parsable", "--array=1-%d" % n,
                        os.path.join(HERE, "slurm.sh"),
                        "jobs").stdout.decode().strip()
        self.await_job(job)
        self.finish(KOREA, "131279", n)

    def await_job(self, job):
        """Wait for an array.  What is put back into the queue would rest
        there for two minutes, as Slurm has it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            left = self.call("squeue", "-h", "-r", "-j", job, "-o",
                             "%A %r").stdout.decode()
            if not left:
                return
            for line in left.splitlines():
                if line.endswith("BeginTime"):
                    self.call("scontrol", "update", "JobId=" + line.split()[0],
                              "StartTime=now")
            time.sleep(0.2)
        self.fail("not done in time: " + left)


if __name__ == "__main__":
    unittest.main()
