"""The recipes for many machines, run by the engines themselves.

One part is killed in its middle at its first try: the engine must try it
again, and nothing of the first try may be seen.  Engines that are not here, or
do not start, are skipped.
"""

import os
import subprocess
import sys
import unittest

from enginecase import HERE, KOREA, NO_PARALLEL, NO_SLURM, EngineCase

WATCH = ("--asn", "131279")
TRIES = 4  # spark.task.maxFailures


class Engines(EngineCase):

    @unittest.skipIf(NO_PARALLEL, NO_PARALLEL)
    def test_parallel(self):
        n = self.plan(KOREA, WATCH, "1d")
        self.assertEqual(n, 6)
        self.parallel()
        self.assert_killed()
        self.finish(KOREA, WATCH, n)

    @unittest.skipIf(NO_SLURM, NO_SLURM)
    def test_slurm(self):
        self.start_slurm()
        n = self.plan(KOREA, WATCH, "1d")
        self.slurm(n)
        self.assert_killed()
        self.finish(KOREA, WATCH, n)

    def task(self, lines):
        """What Spark does with a task: its lines into a new process in a
        folder of its own, all of it anew if that fails."""
        folder = os.path.join(self.folder, "task")
        os.makedirs(folder, exist_ok=True)
        for _ in range(TRIES):
            run = subprocess.run([os.path.join(HERE, "pipe.sh")],
                                 input="".join(lines).encode(), cwd=folder,
                                 env=self.env, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
            if run.returncode == 0:
                self.assertEqual(run.stdout.decode(), "".join(lines))
                return
            self.failures += 1
        self.fail("the task failed %d times" % TRIES)

    def test_what_spark_would_run(self):
        """Spark itself is not here."""
        n = self.plan(KOREA, WATCH, "1d")
        self.failures = 0
        with open(os.path.join(self.folder, "jobs")) as f:
            lines = f.readlines()
        for i in range(0, n, 2):
            self.task(lines[i:i + 2])
        self.assertEqual(self.failures, 1)
        self.assert_killed()
        self.finish(KOREA, WATCH, n)

    def test_very_many_parts(self):
        """Five hundred; its words are for those who ask for more."""
        run = self.call(sys.executable, "-B",
                        os.path.join(HERE, "many_parts.py"), 500)
        self.assertIn(b"the same bytes, 2 outages", run.stdout)


if __name__ == "__main__":
    unittest.main()
