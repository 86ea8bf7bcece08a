"""Pictures of outages: everything that was found is in them, at its place."""

import calendar
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import pictures
from pictures import (Drawing, KOREA, FLAPS, SVG, findings, length,
                      report)

ARCHIVES = pictures.Archives()


def tearDownModule():
    ARCHIVES.cleanup()


def unix(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def told(text):
    """"22 Dec 16:15:18", as the list has it."""
    when = time.gmtime(unix(text))
    return "%d %s" % (when.tm_mday, time.strftime("%b %H:%M:%S", when))


class Case(unittest.TestCase):
    def draw(self, paths, *args):
        return Drawing(report(paths, *args, "--format", "svg"))

    def order(self, found, drawing):
        """The outages in the order of their numbers."""
        titles = [g.find(SVG + "title").text
                  for g in drawing.by_class("g", "window")]
        numbers = {}
        for title in titles:
            number, name, start = re.match(
                r"(\d+): (\S+), (\S+ \S+) to ", title).groups()
            numbers[name, start.replace(" ", "T") + "Z"] = int(number)
        return sorted(
            ((numbers[w.get("prefix", "AS%d" % w["asn"]), w["start"]], w)
             for w in found["outages"]), key=lambda pair: pair[0])

    def check_windows(self, found, drawing):
        spans, entries = drawing.spans(), drawing.entries()
        pairs = self.order(found, drawing)
        self.assertEqual([n for n, _ in pairs],
                         list(range(1, len(found["outages"]) + 1)))
        self.assertEqual(set(spans), {n for n, _ in pairs})
        self.assertEqual(drawing.tags(), {n for n, _ in pairs})
        self.assertEqual(set(entries), {n for n, _ in pairs})
        for n, w in pairs:
            left, right = spans[n]
            end = unix(w["end"]) if w["end"] else drawing.times[1]
            self.assertAlmostEqual(left, drawing.x(unix(w["start"])),
                                   delta=1.1)
            self.assertAlmostEqual(right, drawing.x(end), delta=1.1)
            self.assertGreaterEqual(right - left, 1.99)
            words = entries[n]
            self.assertIn(told(w["start"]), words)
            self.assertIn(told(w["end"]) if w["end"] else "ongoing", words)
            self.assertIn(length(w["duration"]), words)
            self.assertIn("%d/%d" % (w["prefixes_lost"],
                                     w["prefixes_total"]), words)

    def check_gaps(self, found, drawing):
        gaps = [(c["name"], g) for c in found["coverage"]["collectors"]
                for g in c["gaps"]]
        drawn = [g.find(SVG + "title").text
                 for g in drawing.by_class("g", "gap")]
        boxes = [g.find(SVG + "rect") for g in drawing.by_class("g", "gap")]
        self.assertEqual(len(gaps), len(drawn))
        for (name, gap), title, box in zip(gaps, drawn, boxes):
            self.assertEqual(title, "%s: no data from %s to %s (%s, %s)" % (
                name, gap["start"].replace("T", " ")[:-1],
                gap["end"].replace("T", " ")[:-1],
                length(unix(gap["end"]) - unix(gap["start"])),
                gap["reason"]))
            self.assertAlmostEqual(float(box.get("x")),
                                   drawing.x(unix(gap["start"])), delta=.2)
            self.assertAlmostEqual(
                float(box.get("x")) + float(box.get("width")),
                drawing.x(unix(gap["end"])), delta=.2)
            self.assertIn("hatch", box.get("fill"))
        return gaps

    def check_prefixes(self, found, drawing, left_out=0):
        shown = set()
        for title, _ in drawing.rows():
            shown.update(title.rsplit(": ", 1)[0].split(", "))
        wanted = {p for a in found["ases"] for p in a["prefixes"]}
        self.assertLessEqual(shown, wanted)
        self.assertEqual(len(wanted - shown), left_out)

    def check_foot(self, found, drawing):
        foot = " ".join("".join(t.itertext())
                        for t in drawing.by_class("text", "foot"))
        for c in found["coverage"]["collectors"]:
            self.assertIn(c["name"], foot)
            for g in c["gaps"]:
                self.assertIn(g["start"].replace("T", " ")[:-1], foot)
        for d in found["damage"][:5]:
            self.assertIn(os.path.basename(d["file"]), foot.replace(" ", ""))
        self.assertIn("%d peers" % sum(
            c["peers"] for c in found["coverage"]["collectors"]), foot)

    def check_bounds(self, drawing):
        for e in drawing.root.iter():
            x = e.get("x")
            if x is None:
                continue
            right = float(x) + float(e.get("width") or 0)
            self.assertGreaterEqual(float(x), 0)
            self.assertLessEqual(right, drawing.width + .01)
            self.assertLessEqual(float(e.get("y")) +
                                 float(e.get("height") or 0),
                                 drawing.height + .01)

    def check_axis(self, drawing):
        ticks = [g for g in drawing.by_class("g", "ticks")]
        self.assertEqual(len(ticks), 1)
        self.assertGreaterEqual(len(list(ticks[0])), 3)


class Korea(Case):
    @classmethod
    def setUpClass(cls):
        cls.found = findings([KOREA], "--asn", "131279")
        cls.drawing = Drawing(report([KOREA], "--asn", "131279",
                                     "--format", "svg"))

    def test_everything_found_is_drawn(self):
        for width in ("960", "400", "2000"):
            d = self.draw([KOREA], "--asn", "131279", "--width", width)
            self.assertEqual(d.width, int(width))
            self.check_windows(self.found, d)
            self.assertEqual(len(self.check_gaps(self.found, d)), 1)
            self.check_prefixes(self.found, d)
            self.check_foot(self.found, d)
            self.check_bounds(d)
            self.check_axis(d)

    def test_bars_stop_where_the_network_was_gone(self):
        """Times as they were played, hours after 21 December 16:00:07."""
        played = [(7.2, 7.2), (10.1, 10.1), (15.7, 15.8), (20.3, 20.4),
                  (23.5, 23.6), (24.3, 33.8), (47.7, 48.2), (126.5, 129),
                  (138.5, 140.5)]
        rows = self.drawing.rows()
        self.assertEqual(len(rows), 4)
        for title, shapes in rows:
            gone = sorted(shapes["g"])
            wanted = [w for w in played if w[0] != 15.7 or
                      re.match("175.45.17[67]", title)]
            if title.startswith("175.45.178"):
                wanted.insert(-2, (64.3, 65.1))
            self.assertEqual(len(gone), len(wanted), title)
            for (left, right), (start, end) in zip(gone, wanted):
                for x, hours in ((left, start), (right, end)):
                    at = self.drawing.x(self.drawing.times[0] + hours * 3600)
                    self.assertAlmostEqual(x, at, delta=.7, msg=title)
            for bar in shapes["a"]:
                for hole in gone:
                    self.assertFalse(bar[0] < hole[1] - .01 and
                                     hole[0] < bar[1] - .01, (bar, hole))

    def test_short_ones_are_cut_wide_enough_to_be_seen(self):
        for _, shapes in self.drawing.rows():
            short = [(a + b) / 2 for a, b in shapes["g"] if b - a < 2]
            self.assertGreater(len(short), 2)
            self.assertEqual(len(shapes["slit"]), len(short))
            for (slit, _), at in zip(shapes["slit"], short):
                self.assertAlmostEqual(slit, at, delta=.02)

    def test_unknown_is_hatched(self):
        gap = self.found["coverage"]["collectors"][0]["gaps"][0]
        for _, shapes in self.drawing.rows():
            wide = [r for r in shapes["hatched"] if r[1] - r[0] > 2]
            self.assertEqual(len(wide), 1)
            for got, want in zip(wide[0], (gap["start"], gap["end"])):
                self.assertAlmostEqual(got, self.drawing.x(unix(want)),
                                       delta=1)

    def test_days_are_at_their_place(self):
        labels = {}
        for t in self.drawing.by_class("g", "ticks")[0].iter(SVG + "text"):
            labels.setdefault(t.text, float(t.get("x")))
        for day in range(22, 28):
            self.assertAlmostEqual(
                labels["%d Dec" % day],
                self.drawing.x(unix("2014-12-%dT00:00:00Z" % day)), delta=.1)
        self.assertIn("2014", labels)

    def test_title_and_what_screen_readers_tell(self):
        self.assertEqual(self.drawing.root.find(SVG + "title").text,
                         "AS131279: 8 outages")
        self.assertEqual(self.drawing.root.get("role"), "img")
        self.assertIn("AS131279: 8 outages", self.drawing.texts())
        self.assertIn("21 Dec 2014, 16:00 to 27 Dec 2014, 14:06 UTC",
                      self.drawing.root.find(SVG + "desc").text)

    def test_nothing_from_elsewhere(self):
        text = self.drawing.text.replace("http://www.w3.org/2000/svg", "")
        self.assertNotRegex(text, r"https?:|<script|<image|@import|@font")
        self.assertEqual(set(re.findall(r"url\(([^)]*)\)", text)),
                         {"#b-hatch", "#b-key", "#b-clip"})

    def test_the_time_asked_for_alone(self):
        d = self.draw([KOREA], "--asn", "131279", "--start",
                      "2014-12-22T16:00Z", "--end", "2014-12-23T00:00Z")
        self.assertEqual(d.times, (unix("2014-12-22T16:00:00Z"),
                                   unix("2014-12-23T00:00:00Z")))
        self.assertEqual(list(d.spans()), [1])
        self.assertAlmostEqual(d.spans()[1][1], sum(d.plot), delta=.1)
        self.check_bounds(d)

    def test_a_prefix_by_itself(self):
        d = self.draw([KOREA], "--prefix", "175.45.178.0/24")
        self.assertEqual([title.split(":")[0] for title, _ in d.rows()],
                         ["175.45.178.0/24"])
        self.assertIn("175.45.178.0/24: 8 outages", d.texts())

    def test_no_outage(self):
        d = self.draw([KOREA], "--asn", "131279", "--start", "2014-12-24",
                      "--end", "2014-12-24T06:00Z")
        self.assertIn("AS131279: no outage", d.texts())
        self.assertEqual(d.spans(), {})
        self.assertEqual(len(d.rows()), 4)

    def test_never_seen(self):
        d = self.draw([KOREA], "--asn", "64999")
        self.assertIn("AS64999: no outage", d.texts())
        self.assertEqual(d.rows(), [])

    def test_the_picture_of_the_readme(self):
        """It is what the program draws: see the README for how."""
        with open(os.path.join(KOREA, "../north-korea-2014.svg"), "rb") as f:
            self.assertEqual(f.read().decode(), self.drawing.text)

    def test_the_curves_have_the_same_picture(self):
        for name in ("svg", "html"):
            drawn = [subprocess.run(
                [pictures.PROGRAM, command, "--asn", "131279", "--format",
                 name, "--width", "700", KOREA], stdout=subprocess.PIPE,
                check=True).stdout for command in ("outages", "timeline")]
            self.assertIn(b"8 outages", drawn[0])
            self.assertEqual(*drawn)

    def test_it_is_the_same_with_threads(self):
        for threads in ("1", "3"):
            d = self.draw([KOREA], "--asn", "131279", "--threads", threads)
            self.assertEqual(d.text, self.drawing.text)


@unittest.skipUnless(os.path.isdir(FLAPS), "no such archive")
class Flaps(Case):
    def test_nineteen_within_four_hours(self):
        found = findings([FLAPS], "--asn", "19834")
        self.assertEqual(len(found["outages"]), 19)
        for width in ("960", "400"):
            d = self.draw([FLAPS], "--asn", "19834", "--width", width)
            self.check_windows(found, d)
            self.check_prefixes(found, d)
            self.check_bounds(d)


class Several(Case):
    def test_networks_by_how_long_they_were_gone(self):
        path = ARCHIVES.get("several")
        args = ["--asn", ARCHIVES.SEVERAL]
        found = findings([path], *args)
        for width in ("960", "400"):
            d = self.draw([path], *args, "--width", width)
            self.check_windows(found, d)
            self.assertEqual(len(self.check_gaps(found, d)), 1)
            self.check_prefixes(found, d)
            self.check_foot(found, d)
            self.check_bounds(d)
            gone = {}
            for w in found["outages"]:
                gone[w["asn"]] = gone.get(w["asn"], 0) + w["duration"]
            heads = [int(t[2:]) for t in ["".join(e.itertext()) for e in
                     d.by_class("text", "bold")] if t.startswith("AS")]
            self.assertEqual(len(heads), 21)
            spans = [gone.get(n, 0) for n in heads]
            for a, b in zip(spans, spans[1:]):
                self.assertGreaterEqual(a, b - 2)
        self.assertIn("%d outages of %d networks" % (
            len(found["outages"]), len(gone)), d.texts())


    def test_only_so_many(self):
        path, args = ARCHIVES.get("several"), ["--asn", ARCHIVES.SEVERAL,
                                               "--limit", "5"]
        found = findings([path], *args)
        self.assertEqual(len(found["outages"]), 5)
        d = self.draw([path], *args, "--sort", "size")
        self.assertEqual(len(d.entries()), 5)
        self.check_windows(findings([path], *args, "--sort", "size"), d)
        self.assertIn("5 of 34 outages are shown.", d.texts())

    def test_all_networks(self):
        path = ARCHIVES.get("several")
        found = findings([path], "--all")
        d = self.draw([path], "--all")
        self.check_windows(found, d)
        self.assertEqual(len(found["outages"]), 34)


class AsNames(Case):
    NAMES = "1221|T\n131279 STAR-KP Ryugyong-dong, KP\n64017|%s\n64022|X\n"

    def names(self, of_the_first):
        path = os.path.join(ARCHIVES.folder.name, "names.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(self.NAMES % of_the_first)
        return ("--names", path)

    def test_in_the_title(self):
        d = self.draw([KOREA], "--asn", "131279", *self.names("Y"))
        self.assertIn("AS131279 STAR-KP Ryugyong-dong: 8 outages",
                      "".join(d.texts()))
        self.assertIn("1: AS131279 STAR-KP Ryugyong-dong, 2014-12-21",
                      "".join(g.find(SVG + "title").text
                              for g in d.by_class("g", "window")))

    def test_beside_the_number(self):
        """Cut where there is no room, between characters."""
        for name in ("Y<&", "\u00e9" * 200):
            for width in ("400", "960"):
                d = self.draw([ARCHIVES.get("crowd")], "--asn", "64017,64022",
                              *self.names(name), "--width", width)
                heads = ["".join(t.itertext())
                         for t in d.by_class("text", "bold")]
                self.assertIn("AS64022 X", heads)
                first = [h for h in heads if h.startswith("AS64017 ")][0]
                if len(name) < 9:
                    self.assertEqual(first, "AS64017 " + name)
                else:
                    self.assertRegex(first, "^AS64017 \u00e9+\u2026$")
                    self.assertLess(len(first), 64)


class Order(Case):
    """Forty networks, of which 24 are drawn."""

    def heads(self, *args):
        d = self.draw([ARCHIVES.get("crowd")], *args)
        heads = ["".join(t.itertext()) for t in d.by_class("text", "bold")]
        return [int(t[2:]) for t in heads if re.fullmatch("AS[0-9]+", t)]

    def test_as_it_is_asked_for(self):
        for which in (("--asn", ARCHIVES.CROWD), ("--all",)):
            for args in (("--sort", "asn"), ("--sort", "size"),
                         ("--sort", "start"), ("--sort", "duration")):
                found = findings([ARCHIVES.get("crowd")], *which, *args)
                self.assertEqual(
                    self.heads(*which, *args),
                    pictures.networks(found)[:24], args)

    def test_else_the_longest_gone_first(self):
        found = findings([ARCHIVES.get("crowd")], "--asn", ARCHIVES.CROWD)
        gone = {}
        for w in found["outages"]:
            gone[w["asn"]] = gone.get(w["asn"], 0) + w["duration"]
        heads = self.heads("--asn", ARCHIVES.CROWD)
        spans = [gone[n] for n in heads]
        self.assertEqual(len(set(heads)), 24)
        self.assertGreaterEqual(min(spans), sorted(gone.values())[-24] - 2)
        for a, b in zip(spans, spans[1:]):
            self.assertGreaterEqual(a, b - 2)

    def test_the_largest_of_all_first(self):
        found = findings([ARCHIVES.get("crowd")], "--all")
        self.assertEqual(self.heads("--all"), pictures.networks(found)[:24])

    def test_networks_of_the_first_outages_alone(self):
        args = ("--all", "--sort", "duration", "--limit", "9")
        found = findings([ARCHIVES.get("crowd")], *args)
        wanted = pictures.networks(found)
        self.assertEqual(self.heads(*args), wanted)
        d = self.draw([ARCHIVES.get("crowd")], *args)
        self.assertNotIn("no outage", d.texts())
        quiet = findings([ARCHIVES.get("crowd")], "--all")["quiet"]["ases"]
        self.assertIn("Not drawn: %d more networks with outages, %d without."
                      % (40 - len(wanted), quiet), d.texts())


class Many(Case):
    def test_300_prefixes_in_few_rows(self):
        path = ARCHIVES.get("many")
        found = findings([path], "--asn", "64500")
        for width in ("960", "400", "2000"):
            text = report([path], "--asn", "64500", "--format", "svg",
                          "--width", width)
            self.assertLess(len(text), 150000)
            d = Drawing(text)
            self.assertLessEqual(len(d.rows()), 48)
            self.check_windows(found, d)
            left = [re.match(r"and (\d+) more prefixes", t)
                    for t in d.texts()]
            left = [int(m.group(1)) for m in left if m]
            self.check_prefixes(found, d, left_out=sum(left))
            self.assertLess(sum(left), 60)
            self.check_bounds(d)
            labels = ["".join(t.itertext())
                      for t in d.by_class("text", "label")]
            more = sum(int(m) for m in re.findall(r" \+(\d+)",
                                                  " ".join(labels)))
            self.assertEqual(len(d.rows()) + more + sum(left), 300)

    def test_folded_rows_differ(self):
        d = self.draw([ARCHIVES.get("many")], "--asn", "64500")
        rows = [str(shapes) for _, shapes in d.rows()]
        self.assertEqual(len(rows), len(set(rows)))


class Shades(Case):
    """Four prefixes: all peers have one; one is with 3 of 8 for an hour; one
    moves to another network, twice; one is replaced by its halves."""

    HOUR = 1583020800 + 3600    # 2020-03-01T01:00:00Z

    def look(self, *args):
        d = self.draw([ARCHIVES.get("shades")], "--asn", "131279", *args)
        found = {}
        for title, shapes in d.rows():
            found[title.split(":")[0].split(",")[0]] = {
                key: [r for r in runs if r[1] - r[0] > 2]
                for key, runs in shapes.items()}
        return d, found

    def check(self, d, runs, start, end):
        self.assertEqual(len(runs), 1, runs)
        self.assertAlmostEqual(runs[0][0], d.x(self.HOUR + start), delta=1.5)
        self.assertAlmostEqual(runs[0][1], d.x(self.HOUR + end), delta=1.5)

    def test_each_looks_as_it_is(self):
        d, found = self.look()
        self.check(d, found["175.45.176.0/24"]["a"], -3600, 7200)
        self.check(d, found["175.45.177.0/24"]["g"], 0, 3600)
        self.check(d, found["175.45.178.0/24"]["e"][:1], 0, 3600)
        self.check(d, found["175.45.178.0/24"]["e"][1:], 5400, 5450)
        self.check(d, found["175.45.179.0/24"]["e"], 0, 3600)
        for prefix in ("175.45.176.0/24", "175.45.178.0/24",
                       "175.45.179.0/24"):
            self.assertFalse(found[prefix].get("g"))
        self.assertIn("moved, or replaced by other prefixes", d.texts())
        self.assertIn("gone: by less than 50 %", d.texts())
        self.assertNotIn("by 20 %", d.texts())

    def test_a_lower_quorum(self):
        d, found = self.look("--visibility", "20%")
        self.check(d, found["175.45.177.0/24"]["f"], 0, 3600)
        self.assertIn("by 20 %", d.texts())
        self.assertIn("gone: by less than 20 %", d.texts())

    def test_six_of_eight(self):
        d, found = self.look("--peer-asn", "!" + str(
            pictures.PEERS[7]))      # 3 of 7 are left, and then 5
        self.check(d, found["175.45.177.0/24"]["h"], 3600, 5400)


class Names(Case):
    def test_names_from_outside_stay_text(self):
        with tempfile.TemporaryDirectory() as folder:
            strange = os.path.join(os.fsencode(folder),
                                   b"x<b>&\"'\x1b[31m\xff\xef\xbf\xbe]]>")
            updates = os.path.join(
                KOREA, "route-views.lab/bgpdata/2014.12")
            os.mkdir(strange)
            for kind in ("RIBS", "UPDATES"):
                for name in sorted(os.listdir(os.path.join(
                        updates, kind)))[:3]:
                    shutil.copy(os.path.join(updates, kind, name),
                                os.path.join(strange, os.fsencode(name)))
            broken = os.path.join(strange, b"updates.<&>.bz2")
            with open(broken, "wb") as f:
                f.write(b"BZh9" + bytes(100))
            run = subprocess.run(
                [pictures.PROGRAM, "outages", "--asn", "131279", "--format",
                 "svg", strange], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, check=False)
            self.assertEqual(run.returncode, 1)
            d = Drawing(run.stdout)
            foot = "".join("".join(t.itertext())
                           for t in d.by_class("text", "foot"))
            self.assertIn("x<b>&\"'", foot)
            self.assertIn("updates.<&>.bz2", foot.replace(" ", ""))
            self.assertNotIn("\x1b", run.stdout.decode())


class Usage(unittest.TestCase):
    def test_widths(self):
        for width in ("399", "4001", "0", "x", "960px"):
            run = subprocess.run(
                [pictures.PROGRAM, "outages", "--asn", "131279", "--format",
                 "svg", "--width", width, KOREA], stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, check=False)
            self.assertEqual(run.returncode, 2)
            self.assertIn(b"a number from 400 to 4000", run.stderr)


if __name__ == "__main__":
    unittest.main()
