"""What the tests of the recipes share: a plan, its parts, and their merge."""

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
NO_PARALLEL = not shutil.which("parallel") and "no GNU parallel here"
NO_SLURM = not (shutil.which("slurmd") and shutil.which("munged") and
                os.geteuid() == 0) and "no Slurm here, or not root"

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


class EngineCase(unittest.TestCase):

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

    def call(self, *argv, fine=(0, 1), **kw):
        run = subprocess.run([str(a) for a in argv], env=self.env,
                             cwd=self.folder, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **kw)
        self.assertIn(run.returncode, fine, run.stderr.decode())
        return run

    def plan(self, archive, watch, slice_, jobs="jobs"):
        """Write the lines of a plan; how many there are."""
        self.call(BINARY, "plan", *watch, "--slice", slice_, "--parts",
                  self.parts, "--output", jobs, archive)
        with open(os.path.join(self.folder, jobs)) as f:
            return len(f.readlines())

    def merge(self, *args, may_lack=False):
        parts = [os.path.join(self.parts, p)
                 for p in sorted(os.listdir(self.parts))
                 if p.endswith(".part")]
        return self.call(BINARY, "merge", *args, *parts,
                         fine=(0, 1, 2) if may_lack else (0, 1))

    def lines_again(self):
        """What the README says to do where parts lack prefixes."""
        with open(os.path.join(self.folder, "also.txt"), "wb") as f:
            f.write(self.merge("--watched").stdout)
        self.call("sh", "-c", "sed 's/--format part/& --also @also.txt/' "
                  "jobs >again")
        return "again"

    def finish(self, archive, watch, n):
        """What the parts make is what was never split."""
        parts = sorted(os.listdir(self.parts))
        self.assertEqual(len([p for p in parts if p.endswith(".part")]), n,
                         parts)
        for form in ("json", "table"):
            merged = self.merge("--format", form)
            alone = self.call(BINARY, "outages", "--format", form, *watch,
                              archive)
            self.assertEqual(merged.stdout, alone.stdout, merged.stderr)
            self.assertEqual(merged.returncode, alone.returncode)
        self.assertGreater(len(alone.stdout), 200)

    def assert_killed(self):
        self.assertTrue(os.path.exists(os.path.join(self.mark, "killed")))

    def parallel(self, jobs="jobs"):
        self.env["HOME"] = self.folder
        self.call(os.path.join(HERE, "parallel.sh"), jobs)

    def start_slurm(self):
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

    def slurm(self, n, jobs="jobs"):
        """Run n lines as an array, and wait for it.  What is put back into
        the queue would rest there for two minutes, as Slurm has it."""
        job = self.call("sbatch", "--parsable", "--array=1-%d" % n,
                        os.path.join(HERE, "slurm.sh"),
                        jobs).stdout.decode().strip()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            run = self.call("squeue", "-h", "-r", "-j", job, "-o", "%A %r")
            left = run.stdout.decode()
            # where it fails for another reason, nothing is known
            if not left and (run.returncode == 0 or
                             b"Invalid job id" in run.stderr):
                return
            for line in left.splitlines():
                if line.endswith("BeginTime"):
                    self.call("scontrol", "update", "JobId=" + line.split()[0],
                              "StartTime=now")
            time.sleep(0.2)
        self.fail("not done in time: " + left)

