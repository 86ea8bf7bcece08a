#!/usr/bin/python3
"""Laws that hold for every archive, tried on random worlds.

    laws.py                 four worlds a law
    LAWS_SEED=7 laws.py     another series (each failure names its seed)
    LAWS_ROUNDS=100 laws.py more of them
    LAWS_ONE=1234 laws.py   the one world of that seed, in every law
"""

import contextlib
import os
import random
import shutil
import unittest

from common import ScenarioCase, World, clock, rfc3339

ROUNDS = int(os.environ.get("LAWS_ROUNDS", "4"))
SEED = int(os.environ.get("LAWS_SEED", "20141222"))


def seeds(law):
    if "LAWS_ONE" in os.environ:
        return [int(os.environ["LAWS_ONE"])]
    rng = random.Random("%s %d" % (law, SEED))
    return [rng.randrange(1, 10 ** 6) for _ in range(ROUNDS)]


def random_world(seed, silent_resets=True, codec=None):
    """One or two collectors, outages of the whole AS, and troubles that are
    none: resets, minorities, stuck peers, path changes.  Each collector has
    four RIBs, so that no single file is the only witness of a table."""
    rng = random.Random(seed)
    w = World(hours=6, seed=seed, fillers=60, prefixes=[
        "175.45.%d.0/24" % (176 + i) for i in range(rng.randrange(1, 6))])
    for i in range(rng.randrange(1, 3)):
        style = rng.choice(("routeviews", "ris"))
        c = w.collector("%s%d" % ("rrc0" if style == "ris" else
                                  "route-views", i + 2), style,
                        codec=codec or rng.choice(("gz", "bz2", "plain")),
                        ribs=["00:00", "02:00", "04:00", "06:00"],
                        et=rng.random() < 0.3,
                        split=rng.choice((None, None, 3)))
        c.peers(rng.randrange(5, 8), chatter=(20, 60))
        c.peers(rng.randrange(0, 3), feed={4: 0.3}, chatter=(60, 200))
        for p in c.peer_list:
            p.as4 = rng.random() < 0.8
    full = [p for p in w.all_peers() if p.full(4)]

    # What is really an outage: one to three, apart from each other.
    at = rng.randrange(600, 3600)
    busy = []
    while at < 5.4 * 3600 and len(busy) < 3:
        length = rng.randrange(180, 3000)
        stuck = rng.sample(full, rng.randrange(0, 1 + len(full) // 4))
        lose = [p for p in w.all_peers() if p not in stuck]
        rng.shuffle(lose)
        w.outage(at, at + length, peers=lose)
        busy.append((at - 120, at + length + 120))
        at += length + rng.randrange(900, 7200)

    def quiet_time(length):
        """A stretch clear of outages and RIBs."""
        for _ in range(200):
            t = rng.randrange(1800, 6 * 3600 - 900 - length)
            if all(t + length < a or b < t for a, b in busy +
                   [(h * 7200 - 300, h * 7200 + 300) for h in range(4)]):
                return t
        return None

    # What is none.
    for _ in range(rng.randrange(0, 4)):
        few = rng.sample(full, max(1, len(full) // 3))
        t = quiet_time(900)
        if t is not None:
            w.outage(t, t + rng.randrange(60, 600), peers=few)
            busy.append((t - 120, t + 900))
    for _ in range(rng.randrange(0, 4)):
        c = rng.choice(w.collectors)
        if not c.states and not silent_resets:
            continue
        few = rng.sample(c.peer_list, rng.randrange(1, 4))
        t = quiet_time(900)
        if t is not None:
            w.reset(t, few, down=rng.randrange(20, 200), transfer=40,
                    step=rng.randrange(0, 60), eor=rng.random() < 0.7)
            busy.append((t - 120, t + 900))
    for _ in range(rng.randrange(0, 3)):
        t = quiet_time(120)
        if t is not None:
            w.announce(t, via=rng.choice((1239, 9930)), peers=rng.sample(
                full, len(full) // 2))
    return w


def overlap(window, others, end):
    start, stop = window[0], window[1] or end
    return any(start < (b or end) and a < stop for a, b in others)


class Laws(ScenarioCase):

    @contextlib.contextmanager
    def world_of(self, law, seed, **options):
        print("law %s: seed %d" % (law, seed), flush=True)
        with self.subTest(law=law, seed=seed):
            self.world = random_world(seed, **options)
            yield self.world, random.Random(seed + 1)

    def full_run(self, w):
        """The windows of the undamaged data, however short."""
        folder = self.put(w)
        rep = self.run_on(folder, "--min-duration", "0", asn=w.asn)
        return folder, rep, rep.windows

    def changed(self, folder, old, data):
        """The archive's paths, with one file's bytes changed (None: gone)."""
        other = os.path.join(self.folder, "changed")
        shutil.rmtree(other, ignore_errors=True)
        paths = []
        for base, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(base, name)
                if os.path.relpath(path, folder) != old.path:
                    paths.append(path)
                elif data is not None:
                    moved = os.path.join(other, old.path)
                    os.makedirs(os.path.dirname(moved))
                    with open(moved, "wb") as f:
                        f.write(data)
                    paths.append(moved)
        return paths

    def no_new_window(self, rep, windows, w, what):
        new = [x for x in rep.windows if not overlap(x, windows, w.end)]
        self.assertEqual([(clock(a), clock(b)) for a, b in new], [],
                         "%s creates these; the full data have %s" % (
                             what, [(clock(a), clock(b))
                                    for a, b in windows]))

    def test_truth(self):
        """Whatever else goes on: the outages, all of them, and no more.  A
        peer that is away shifts an edge by as much as the peers differ."""
        for seed in seeds("truth"):
            with self.world_of("truth", seed) as (w, rng):
                folder = self.put(w)
                rep = self.run_on(folder, asn=w.asn)
                self.assert_windows(rep, [(a, b) for a, b in w.windows()
                                          if b is None or b - a >= 60], tol=20)

    def test_rib_plus_updates_is_the_next_rib(self):
        for seed in seeds("ribs"):
            with self.world_of("ribs", seed, silent_resets=False) as (w, rng):
                folder = self.put(w)
                rep = self.run_on(folder, asn=w.asn)
                for c in w.collectors:
                    row = rep.collector(c.name)
                    self.assertEqual(row["rib_mismatches"], 0, c.name)

    def test_splitting_a_file_changes_nothing(self):
        for seed in seeds("split"):
            with self.world_of("split", seed) as (w, rng):
                rep = self.run_on(self.put(w), asn=w.asn)
                a = w.build()
                for _ in range(3):
                    f = rng.choice([f for f in a.of(kind="updates")
                                    if len(f.recs) > 2])
                    index = rng.randrange(1, len(f.recs))
                    whole, recs = list(a.files), f.recs
                    a.split(f, index)
                    with self.subTest(file=f.path, record=index):
                        again = self.run_on(self.put(w), asn=w.asn)
                        self.assertEqual(again.verdict(), rep.verdict())
                    a.files, f.recs = whole, recs

    def test_order_changes_nothing(self):
        for seed in seeds("shuffle"):
            with self.world_of("shuffle", seed) as (w, rng):
                folder, rep, _ = self.full_run(w)
                for _ in range(3):
                    paths = self.changed(folder, w.build().files[0],
                                         w.build().files[0].data())
                    rng.shuffle(paths)
                    again = self.run_on(paths, "--min-duration", "0",
                                        asn=w.asn)
                    self.assertEqual(again.stdout, rep.stdout)

    def test_a_cut_creates_no_window(self):
        for seed in seeds("cut"):
            with self.world_of("cut", seed) as (w, rng):
                folder, _, windows = self.full_run(w)
                files = w.build().files
                ribs = [f for f in files if f.kind == "rib"]
                for f in rng.sample(ribs, 3) + rng.sample(files, 7):
                    data = f.data()
                    size = rng.randrange(len(data))
                    with self.subTest(file=f.path, size=size):
                        rep = self.run_on(self.changed(folder, f, data[:size]),
                                          asn=w.asn)
                        self.no_new_window(rep, windows, w, "the cut")

    def test_a_missing_file_creates_no_window(self):
        for seed in seeds("drop"):
            with self.world_of("drop", seed) as (w, rng):
                folder, _, windows = self.full_run(w)
                files = w.build().files
                ribs = [f for f in files if f.kind == "rib"]
                # Files in which something happens to the AS, then any.
                lively = [f for f in files if f.kind == "updates" and any(
                    s[5] in w.prefixes for r in f.recs for s in r.says or ()
                    if len(s) > 5)]
                some = ribs + rng.sample(lively, min(6, len(lively))) + \
                    rng.sample(files, 4)
                for f in some:
                    with self.subTest(file=f.path):
                        rep = self.run_on(self.changed(folder, f, None),
                                          asn=w.asn)
                        self.no_new_window(rep, windows, w, "the missing file")

    def test_a_slice_is_a_slice(self):
        """--start / --end only cut: the windows inside are the same."""
        for seed in seeds("slice"):
            with self.world_of("slice", seed) as (w, rng):
                folder, _, windows = self.full_run(w)
                a, b = sorted(rng.sample(range(w.start + 600, w.end - 600), 2))
                rep = self.run_on(folder, "--min-duration", "0", "--start",
                                  rfc3339(a), "--end", rfc3339(b), asn=w.asn)
                inside = [x for x in windows
                          if a < x[0] and x[1] is not None and x[1] < b]
                for x in inside:
                    self.assertIn(x, rep.windows, rep.text())
                self.no_new_window(rep, windows, w, "the slice")


if __name__ == "__main__":
    unittest.main()
