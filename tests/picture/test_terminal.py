"""What a person at a terminal sees besides the table: the bands, and how far
the reading is.  And that nobody else does."""

import os
import re
import signal
import subprocess
import time
import unittest

import pictures
import terminal

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ["BLACKOUT"]
ARCHIVE = os.path.join(HERE, "../../testdata/north-korea-2014")
OUTAGES = [PROGRAM, "outages", "--asn", "131279", ARCHIVE]

ARCHIVES = pictures.Archives()

RED = "\x1b[31m"

# The archive lasts from 21 Dec 16:00:07 to 27 Dec 14:06:37; its README has
# the times at which its routers fell silent, in hours since the beginning.
HOURS = 142.11
OUT = [(7.2, 7.2), (15.7, 15.8), (20.3, 20.4), (23.5, 23.6), (24.3, 33.8),
       (47.7, 48.2), (126.5, 129.0), (138.5, 140.5)]
GAP = (86.3, 89.7)
HALF = 1    # of OUT, that in which two of four prefixes stay


def tearDownModule():
    ARCHIVES.cleanup()


def cells(text):
    """The band of AS131279 as [(cell, is red)]."""
    line = [l for l in text.splitlines()
            if re.match("AS131279  (?!20)", l)]
    assert len(line) == 1, text
    found, red = [], False
    for part in re.split("(%s)" % terminal.ESCAPES, line[0]):
        if re.fullmatch(terminal.ESCAPES, part):
            red = part == RED or (red and part != "\x1b[0m")
        else:
            found += [(c, red) for c in part]
    return found[len("AS131279  "):]


class Band(unittest.TestCase):
    def expected(self, n):
        """Cells as a set of what each may show: out, gap or up."""
        want = ["up"] * n
        width = HOURS / n
        for i in range(n):
            from_, to = i * width, (i + 1) * width
            inside = min(to, GAP[1]) - max(from_, GAP[0])
            if inside > 0.6 * width:
                want[i] = "gap"
            elif inside > 0.4 * width:
                want[i] = None
            for start, end in OUT:
                if from_ < end - 0.05 and to > start + 0.05:
                    want[i] = "out"
                elif from_ < end + 0.15 and to > start - 0.15:
                    want[i] = None      # too close to say
        return want

    def check(self, text, columns, low, half, gap):
        found = cells(text)
        self.assertEqual(len(found), columns - len("AS131279  "))
        for i, want in enumerate(self.expected(len(found))):
            cell, _ = found[i]
            if want == "out":
                self.assertIn(cell, low + half, (i, found))
            elif want == "gap":
                self.assertEqual(cell, gap, (i, found))
            elif want == "up":
                self.assertNotIn(cell, low + gap, (i, found))
        runs = "".join("x" if c in low + half else " " for c, _ in found)
        return found, len(runs.split())

    def test_outages_and_the_gap_are_where_they_were(self):
        for columns in (80, 133, 500):
            text = terminal.run(OUTAGES, columns)
            found, runs = self.check(text, columns, "▁", "▄", "░")
            self.assertIn("▄", [c for c, _ in found])
            if columns == 500:
                self.assertEqual(runs, len(OUT))

    def test_ascii_where_the_locale_is_not_utf8(self):
        text = terminal.run(OUTAGES, 100, LC_ALL="C")
        self.check(text, 100, "_", ":", "?")
        self.assertTrue(text.isascii())

    def test_colour_marks_outages_alone(self):
        text = terminal.run(OUTAGES, 100)
        for cell, red in cells(text):
            self.assertEqual(red, cell in "▁▄", cells(text))
        for changes in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            plain = terminal.run(OUTAGES, 100, **changes)
            self.assertNotIn("\x1b", plain)
            self.assertEqual([c for c, _ in cells(plain)],
                             [c for c, _ in cells(text)])

    def test_days_stand_at_midnight(self):
        text = terminal.run(OUTAGES, 152, NO_COLOR="1")
        lines = text.splitlines()
        band = [i for i, l in enumerate(lines) if "░░" in l][0]
        for day, hours in ((22, 8), (24, 56), (27, 128)):
            at = lines[band + 1].index("%d Dec" % day) - len("AS131279  ")
            self.assertAlmostEqual(at, hours / HOURS * 142, delta=1)

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (27, 60, 81):
            text = terminal.run(OUTAGES, columns, NO_COLOR="1")
            lines = text.splitlines()
            band = [i for i, l in enumerate(lines) if re.match(
                "AS131279  [▁-█░]", l)][0]
            self.assertEqual(len(lines[band]), columns)
            self.assertLessEqual(len(lines[band + 1]), columns)
            if columns >= 60:
                self.assertLessEqual(len(lines[band + 2]), columns)

    def test_nothing_where_there_is_no_room(self):
        text = terminal.run(OUTAGES, 20, NO_COLOR="1")
        self.assertNotIn("▁", text)
        self.assertIn("Gap: route-views.lab", text)

    def test_the_time_asked_for_alone(self):
        text = terminal.run(OUTAGES + ["--start", "2014-12-22T16:30Z", "--end",
                                       "2014-12-22T20:00Z"], 90)
        self.assertEqual({c for c, _ in cells(text)}, {"▁"})

    def test_a_prefix_has_a_band_as_well(self):
        text = terminal.run([PROGRAM, "outages", "--prefix",
                             "175.45.178.0/24", ARCHIVE], 90, NO_COLOR="1")
        self.assertRegex(text, "\n175.45.178.0/24  [▁-█░]{73}\r\n")

    def levels(self, name, *args, columns=90):
        """The band of AS131279, by which share of the span it is at."""
        text = terminal.run([PROGRAM, "outages", "--asn", "131279", *args,
                             ARCHIVES.get(name)], columns, NO_COLOR="1")
        found = [c for c, _ in cells(text)]
        return lambda hours, all_hours: found[
            int(hours / all_hours * len(found))]

    def test_a_part_is_seen_outside_of_outages(self):
        """One of four prefixes, on 24 December from 08:20 to 09:05."""
        found = cells(terminal.run(OUTAGES, 500))
        at = [found[int(h / HOURS * len(found))] for h in (64.0, 64.7, 65.5)]
        self.assertEqual(at, [("█", False), ("▆", False), ("█", False)])

    def test_what_moved_or_is_covered_is_not_gone(self):
        """Of three that are not held as before, one is."""
        level = self.levels("shades", "--loss", "10%")
        self.assertEqual([level(h, 3) for h in (0.5, 1.5, 2.8)],
                         ["█", "▆", "█"])

    def test_a_prefix_gone_during_two_outages_is_counted_once(self):
        level = self.levels("dragging")
        self.assertEqual(
            [level(h, 4) for h in (0.5, 1.1, 1.5, 2, 2.5, 2.9, 3.5)],
            ["█", "▆", "▁", "▆", "▁", "▆", "█"])

    def test_an_outage_never_looks_whole(self):
        """Joined ones, between which everything was there."""
        found = cells(terminal.run(OUTAGES + ["--merge-gap", "30h"], 500))
        self.assertEqual(found[int(40 / HOURS * len(found))], ("▇", True))

    def test_little_never_looks_like_nothing(self):
        """All 300 are gone for 35 minutes, and 40 are left ten before."""
        text = terminal.run([PROGRAM, "outages", "--asn", "64500",
                             ARCHIVES.get("many")], 509, NO_COLOR="1")
        band = [l for l in text.splitlines() if re.match(
            "AS64500  (?!20)", l)][0][len("AS64500  "):]
        middle = int(52950 / 108000 * len(band))
        around = band[middle - 12:middle + 12].strip("▂")
        self.assertIn("▁" * 9, around)
        self.assertLessEqual(around.count("▁"), 12)
        self.assertIn("▂▂", band[middle - 12:middle])

    def test_the_key(self):
        text = terminal.run(OUTAGES, 152, NO_COLOR="1")
        self.assertIn("  █ all there  ▄ half  ▁ gone  ░ not known; "
                      "the worst of 1h00m in a column\r\n", text)
        text = terminal.run(OUTAGES, 152, NO_COLOR="1", LC_ALL="C")
        self.assertIn("  # all there  : half  _ gone  ? not known;", text)

    def test_an_outage_that_goes_on(self):
        """It reaches to the end, and what follows is not red."""
        text = terminal.run([PROGRAM, "outages", "--asn", "64500",
                             ARCHIVES.get("many")], 90)
        line = [l for l in text.splitlines() if l.startswith("AS64500  ") and
                "2020" not in l][0]
        self.assertRegex(line, "\x1b\\[31m▁+\x1b\\[0m$")

    def test_networks_come_as_the_table_tells_them(self):
        argv = [PROGRAM, "outages", "--all", ARCHIVES.get("crowd")]
        for sort in ("asn", "size", "start", "duration"):
            text = terminal.run(argv + ["--sort", sort], 100, NO_COLOR="1")
            rows = re.findall(r"^AS(\d+) +\d{4}-", text, re.M)
            bands = re.findall(r"^AS(\d+) +[▁-█░]", text, re.M)
            self.assertEqual(bands, list(dict.fromkeys(rows))[:20])
            self.assertIn("... and 20 more", text)
        text = terminal.run(argv + ["--limit", "3"], 100, NO_COLOR="1")
        rows = re.findall(r"^AS(\d+) +\d{4}-", text, re.M)
        self.assertEqual(len(rows), 3)
        self.assertEqual(re.findall(r"^AS(\d+) +[▁-█░]", text, re.M),
                         list(dict.fromkeys(rows)))

    def test_none_in_a_pipe(self):
        text = subprocess.run(OUTAGES, stdout=subprocess.PIPE, check=True,
                              env=terminal.environment()).stdout.decode()
        self.assertNotIn("▁", text)
        self.assertNotIn("\x1b", text)


class Progress(unittest.TestCase):
    PIECE = re.compile(r"\r\x1b\[K([0-9]+) of ([0-9]+) files, ([0-9.]+) of "
                       r"([0-9.]+) MB, ([0-9.]+) MB/s(, [0-9hms]+ left)?")

    def draw(self, **changes):
        return terminal.run(OUTAGES + ["--threads", "1"], out=False, err=True,
                            halting=True, **changes)

    def test_it_goes_from_nothing_to_all(self):
        begun = time.monotonic()
        text = self.draw()
        found = self.PIECE.findall(text)
        self.assertGreater(len(found), 2, repr(text))
        # at most five in a second
        self.assertLess(len(found), (time.monotonic() - begun) / 0.2 + 1)
        sizes = [os.path.getsize(os.path.join(folder, f))
                 for folder, _, files in os.walk(ARCHIVE) for f in files
                 if f.endswith(".bz2")]
        for before, after in zip(found, found[1:]):
            self.assertLessEqual(int(before[0]), int(after[0]))
            self.assertLessEqual(float(before[2]), float(after[2]))
        for done, files, mb, all_mb, _, _ in found:
            self.assertLessEqual(int(done), int(files))
            self.assertLessEqual(float(mb), float(all_mb))
            self.assertEqual(int(files), len(sizes))
            self.assertAlmostEqual(float(all_mb), sum(sizes) / 1e6, delta=.06)
        self.assertTrue(any(left for *_, left in found), repr(text))
        self.assertTrue(text.endswith("\r\x1b[K"), repr(text))

    def test_silent_in_ci_and_on_dumb_terminals(self):
        for changes in ({"CI": "true"}, {"TERM": "dumb"}):
            self.assertEqual(self.draw(**changes), "")

    def test_none_in_a_pipe(self):
        run = subprocess.Popen(OUTAGES + ["--threads", "1"],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE,
                               env=terminal.environment())
        for _ in range(4):  # so that it takes long
            time.sleep(0.05)
            run.send_signal(signal.SIGSTOP)
            time.sleep(0.21)
            run.send_signal(signal.SIGCONT)
        self.assertEqual(run.communicate()[1], b"")

    def test_narrow_terminals(self):
        text = self.draw(columns=30)
        lines = text.replace("\x1b[K", "").split("\r")
        self.assertGreater(len(lines), 2)
        self.assertLessEqual(max(map(len, lines)), 29)


if __name__ == "__main__":
    unittest.main()
