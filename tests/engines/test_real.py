"""All real archives through plan, the engines and merge, with the bytes of the
single run: a network that is known to have been out, and every network."""

import os
import shutil
import unittest

from enginecase import DATA, NO_PARALLEL, NO_SLURM, EngineCase

# Folder; what is asked of it; how long slices are; and how many.
KP = ("--asn", "131279")
ALL = ("--all",)
SETS = [
    ("real/jinx-2014-05-01", ("--asn", "58332"), "5m", 1),
    ("real/jinx-2014-05-01", ALL, "5m", 1),
    ("real/jinx-2014-05-30", KP, "5m", 2),
    ("real/route-views2-2008-02-24", ("--asn", "19834"), "1h", 6),
    ("real/route-views2-2008-02-24", ("--asn", "17557"), "1h", 6),
    ("real/route-views2-2008-02-24", ALL, "2h", 3),
    ("real/route-views2-2013-01-01", ("--asn", "29256"), "10m", 4),
    ("real/route-views2-2013-01-01", ALL, "10m", 4),
    ("real/rrc06-2021-01-02", ("--asn", "268323"), "10m", 25),
    ("real/rrc06-2021-01-02", ALL, "1h", 5),
    ("real/variety", KP, "1h", 26),
    ("real/variety", ("--prefix", "0.0.0.0/0", "--more-specific",
                      "--peer-asn", "25091"), "1h", 26),
    ("lab/route-views.lab", KP, "8h", 18),
    ("lab/route-views.lab", ALL, "1d", 6),
]


@unittest.skipUnless(os.path.isdir(os.path.join(DATA, "real")), "no archives")
class Real(EngineCase):

    def fresh(self):
        shutil.rmtree(self.parts)
        os.mkdir(self.parts)
        for log in ("jobs.log", "again.log"):
            if os.path.exists(os.path.join(self.folder, log)):
                os.unlink(os.path.join(self.folder, log))

    def through(self, engine):
        again = 0
        for name, watch, slice_, wanted in SETS:
            archive = os.path.join(DATA, name)
            with self.subTest(archive=name, watch=watch):
                self.fresh()
                n = self.plan(archive, watch, slice_)
                self.assertEqual(n, wanted)
                engine(n, "jobs")
                if self.merge(may_lack=True).returncode == 2:
                    self.assertNotEqual(watch, ALL)
                    engine(n, self.lines_again())
                    again += 1
                self.finish(archive, watch, n)
        self.assertEqual(again, 2)

    @unittest.skipIf(NO_PARALLEL, NO_PARALLEL)
    def test_parallel(self):
        self.through(lambda n, jobs: self.parallel(jobs))

    @unittest.skipIf(NO_SLURM, NO_SLURM)
    def test_slurm(self):
        self.start_slurm()
        self.through(self.slurm)


if __name__ == "__main__":
    unittest.main()
