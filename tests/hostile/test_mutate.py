"""A few rounds of mutate.py; LAWS_ROUNDS more of them."""

import os
import random
import unittest

import mutate
import table

ROUNDS = int(os.environ.get("LAWS_ROUNDS") or 40)
SEED = int(os.environ.get("LAWS_SEED") or 20141222)


# Rounds that once found windows from nothing, all of them far from the damage:
# broken gzip data had made the archive a day, or decades, longer.
FOUND = (12000138, 12000808, 12001007, 21000016)


@unittest.skipUnless(os.path.exists(table.BINARY), "no " + table.BINARY)
class Mutate(unittest.TestCase):

    def test_found(self):
        rounds = mutate.Rounds()
        for seed in FOUND:
            rounds.one(seed)
        self.assertEqual(rounds.failed, [])

    def test_rounds(self):
        rounds = mutate.Rounds()
        for i in range(ROUNDS):
            rounds.one(SEED * 1000 + i)
        self.assertEqual(rounds.failed, [])

    def test_every_mutation_changes_something(self):
        dice = random.Random(1)
        files = [p.read_bytes() for p in rounds_files()]
        for how in mutate.MUTATIONS:
            changed = [how(dice, data, files[0]) != data for data in files]
            self.assertGreater(sum(changed), len(files) // 2, how.__name__)

    def test_windows_from_nothing_are_seen(self):
        """The law would see one."""
        def window(start, end):
            return {"asn": 1, "start": start, "end": end,
                    "end_earliest": end}
        day = "2014-12-22T%s:00Z"
        sound = {"outages": [window(day % "10:00", day % "11:00")]}
        found = {"outages": [window(day % "10:00", day % "11:00"),
                             window(day % "14:00", day % "14:30")],
                 "damage": [], "coverage": {"collectors": []}}
        self.assertEqual(len(mutate.unexplained(found, sound)), 1)
        found["damage"] = [{"lost_from": day % "13:00",
                            "lost_until": day % "14:10"}]
        self.assertEqual(mutate.unexplained(found, sound), [])


def rounds_files():
    return sorted(mutate.LAB.glob("UPDATES/updates.20141222.1*"))[:9]


if __name__ == "__main__":
    unittest.main()
