"""However the data come in, the same bytes go out."""

import bz2
import gzip
import os
import random
import shutil
import unittest

from common import ScenarioCase, World, unix


def busy_world(**options):
    w = World(seed=3)
    rv = w.collector("route-views2", **options)
    ris = w.collector("rrc00", "ris")
    rv.peers(5)
    ris.peers(5)
    w.outage("01:30:00", "02:10:00")
    w.outage("02:40:00", "02:55:00")
    w.reset("03:10:00", ris.peer_list[:2])
    return w, rv, ris


def files_under(folder):
    return sorted(os.path.join(base, f) for base, _, names in os.walk(folder)
                  for f in names)


class Order(ScenarioCase):

    def setUp(self):
        super().setUp()
        self.world, self.rv, self.ris = busy_world()

    def test_arguments(self):
        folder = self.put(self.world)
        paths = files_under(folder)
        first = self.run_on(folder, asn=self.world.asn)
        self.assert_truth(first)
        for seed in (1, 2, 3):
            random.Random(seed).shuffle(paths)
            self.assertEqual(self.run_on(paths, asn=self.world.asn).stdout,
                             first.stdout)
        self.assertEqual(self.run_on(paths[::-1], asn=self.world.asn).stdout,
                         first.stdout)

    def test_same_path_twice(self):
        folder = self.put(self.world)
        first = self.run_on(folder, asn=self.world.asn)
        again = self.run_on([folder] + files_under(folder) + [folder + "/."],
                            asn=self.world.asn)
        self.assertEqual(again.stdout, first.stdout)

    def test_copy_under_another_name(self):
        folder = self.put(self.world)
        first = self.run_on(folder, asn=self.world.asn)
        for path in files_under(folder):
            if ".0130." in path or "rib." in path:
                shutil.copy(path, path.replace(".2020", ".copy.2020"))
        again = self.run_on(folder, asn=self.world.asn)
        self.assert_truth(again)
        self.assertEqual(again.verdict(), first.verdict())
        self.assertEqual(again.stdout, first.stdout)

    def test_overlapping_files(self):
        """A half-hour file beside the two quarter hours it is made of, and
        the whole day beside all."""
        first = self.run_on(self.put(self.world), asn=self.world.asn)
        a = self.world.build()
        for start, parts in (("01:30", ("01:30", "01:45")),
                             ("02:00", ("02:00", "02:15", "02:30"))):
            f = a.updates(parts[0], self.rv)
            long = type(f)(self.rv, "updates", self.world.t(start),
                           [r for p in parts
                            for r in a.updates(p, self.rv).recs])
            long.path = long.path.replace("updates.", "updates.long.")
            a.files.append(long)
        again = self.run_on(self.put(self.world), asn=self.world.asn)
        self.assert_truth(again)
        self.assertEqual(again.verdict(), first.verdict())

    def test_small_clock_disorder(self):
        first = self.run_on(self.put(self.world), asn=self.world.asn)
        self.assert_truth(first)
        self.world.build().disorder(3)
        again = self.run_on(self.put(self.world), asn=self.world.asn)
        self.assertEqual(again.verdict(), first.verdict())

    def test_threads(self):
        folder = self.put(self.world)
        first = self.run_on(folder, "--threads", "1", asn=self.world.asn)
        self.assert_truth(first)
        for n in (2, 3, 8):
            again = self.run_on(folder, "--threads", n, asn=self.world.asn)
            self.assertEqual(again.stdout, first.stdout)

    def test_compression(self):
        """Plain, gzip, bzip2, several members and streams, names that lie."""
        first = self.run_on(self.put(self.world), asn=self.world.asn)
        a = self.world.build()
        for i, f in enumerate(a.files):
            data = f.plain()
            half = len(data) // 2
            f.blob = (data, gzip.compress(data), bz2.compress(data),
                      gzip.compress(data[:half]) + gzip.compress(data[half:]),
                      bz2.compress(data[:half]) + bz2.compress(data[half:])
                      )[i % 5]
        again = self.run_on(self.put(self.world), asn=self.world.asn)
        self.assert_truth(again)
        self.assertEqual(again.verdict(), first.verdict())

    def test_standard_input(self):
        """One collector's archive as one stream."""
        w = World()
        c = w.collector("route-views2", codec="plain")
        c.peers(6)
        w.outage("01:30:00", "02:10:00")
        self.world = w
        w.build()
        stream = b"".join(f.data() for f in sorted(
            w.build().files, key=lambda f: (f.time, f.kind)))
        rep = self.run_on(["-"], asn=w.asn, stdin=stream)
        self.assert_truth(rep)
        rep = self.run_on(["-"], asn=w.asn, stdin=bz2.compress(stream))
        self.assert_truth(rep)

    def test_run_twice(self):
        """Nothing of the machine, the clock or the working folder is in the
        report."""
        folder = self.put(self.world)
        first = self.run_on(folder, asn=self.world.asn)
        here = os.getcwd()
        try:
            os.chdir(folder)
            again = self.run_on(["."], asn=self.world.asn)
        finally:
            os.chdir(here)
        self.assertEqual(again.verdict(), first.verdict())
        self.assertEqual(again.json["coverage"], first.json["coverage"])
        self.assertEqual([unix(o["start"]) for o in again.outages],
                         [s for s, _ in self.world.windows()])


if __name__ == "__main__":
    unittest.main()
