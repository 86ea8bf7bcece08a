"""Pictures and the page in a real browser; skipped where there is none.

Set PICTURE_SHOTS to a folder to keep what was looked at.
"""

import json
import os
import re
import shutil
import struct
import tempfile
import time
import unittest
import zlib

import browser
import pictures
from pictures import FLAPS, KOREA, findings, report

ARCHIVES = pictures.Archives()
WORK = tempfile.mkdtemp()
SHOTS = os.environ.get("PICTURE_SHOTS", WORK)

# Where every text of the page lies, of all that can be seen.
TEXTS = """
[...document.querySelectorAll("svg text")].filter(function (t) {
    return t.getClientRects().length && t.textContent;
}).map(function (t) {
    var b = t.getBoundingClientRect(), s = t.ownerSVGElement
        .getBoundingClientRect();
    return [t.textContent, b.left - s.left, b.top - s.top,
        b.right - s.left, b.bottom - s.top, s.width, s.height];
})"""

# What a page does to be wider than its window.
OVERFLOW = """
[document.documentElement.scrollWidth, window.innerWidth]"""


def tearDownModule():
    ARCHIVES.cleanup()
    shutil.rmtree(WORK)


class Png:
    """The pixels of a screenshot: 8 bits, RGB or RGBA, not interlaced."""

    def __init__(self, path):
        with open(path, "rb") as f:
            data = f.read()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        at, packed = 8, b""
        while at < len(data):
            size, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            if kind == b"IHDR":
                self.width, self.height, depth, colour, _, _, lace = \
                    struct.unpack(">IIBBBBB", body)
                assert depth == 8 and colour in (2, 6) and lace == 0
                self.bytes = 3 if colour == 2 else 4
            elif kind == b"IDAT":
                packed += body
            at += 12 + size
        self.rows = []
        raw, step = zlib.decompress(packed), self.width * self.bytes
        last = bytearray(step)
        for y in range(self.height):
            start = y * (step + 1)
            last = self.unfilter(raw[start], bytearray(
                raw[start + 1:start + 1 + step]), last)
            self.rows.append(last)

    def unfilter(self, kind, row, above):
        n = self.bytes
        for i in range(len(row) if kind else 0):
            left = row[i - n] if i >= n else 0
            up, corner = above[i], above[i - n] if i >= n else 0
            if kind == 1:
                row[i] = (row[i] + left) & 255
            elif kind == 2:
                row[i] = (row[i] + up) & 255
            elif kind == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            else:
                p = left + up - corner
                best = min((abs(p - left), 0, left), (abs(p - up), 1, up),
                           (abs(p - corner), 2, corner))[2]
                row[i] = (row[i] + best) & 255
        return row

    def at(self, x, y):
        i = round(x) * self.bytes
        return tuple(self.rows[round(y)][i:i + 3])


def light(colour):
    """Relative luminance, as WCAG has it."""
    parts = [c / 255 for c in colour]
    parts = [c / 12.92 if c <= .04045 else ((c + .055) / 1.055) ** 2.4
             for c in parts]
    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2]


def contrast(a, b):
    a, b = sorted((light(a), light(b)))
    return (b + .05) / (a + .05)


@unittest.skipUnless(browser.CHROMIUM, "no Chromium")
class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = browser.Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()

    def put(self, name, path, *args):
        out = os.path.join(WORK, name)
        with open(out, "wb") as f:
            f.write(report([path], *args, "--format", name.split(".")[-1]))
        return out

    def open(self, path, width=1000, height=800, **how):
        page = self.browser.page(path, width, height, **how)
        self.addCleanup(page.close)
        return page

    def shoot(self, page, name):
        path = os.path.join(SHOTS, name + ".png")
        page.screenshot(path)
        return path

    def check_texts(self, page):
        """None is cut off, and none lies on another."""
        texts = page.js(TEXTS)
        self.assertGreater(len(texts), 8)
        for text, left, top, right, bottom, width, height in texts:
            self.assertGreaterEqual(left, -.5, text)
            self.assertLessEqual(right, width + .5, text)
            self.assertGreaterEqual(top, -2, text)
            self.assertLessEqual(bottom, height + 2, text)
        for i, a in enumerate(texts):
            for b in texts[:i]:
                across = min(a[3], b[3]) - max(a[1], b[1])
                down = min(a[4], b[4]) - max(a[2], b[2])
                high = min(a[4] - a[2], b[4] - b[2])
                self.assertFalse(across > .5 and down > .35 * high, (a, b))

    def check_sound(self, page, path):
        self.assertEqual(page.complaints(), [])
        self.assertEqual(page.requests(), ["file://" + path])
        wide, window = page.js(OVERFLOW)
        self.assertLessEqual(wide, window)


class Pictures(Case):
    def look_at(self, name, path, *args):
        for width in (400, 960, 2000):
            svg = self.put("%s-%d.svg" % (name, width), path, *args,
                           "--width", str(width))
            for scheme in ("light", "dark"):
                page = self.open(svg, width, 700, scheme=scheme)
                self.check_sound(page, svg)
                if scheme == "light":
                    self.check_texts(page)
                if width in (400, 960):
                    self.shoot(page, "%s-%d-%s" % (name, width, scheme))

    def test_korea(self):
        self.look_at("korea", KOREA, "--asn", "131279")

    def test_several_networks_and_a_gap(self):
        self.look_at("several", ARCHIVES.get("several"), "--asn",
                     ARCHIVES.SEVERAL)

    def test_300_prefixes(self):
        self.look_at("many", ARCHIVES.get("many"), "--asn", "64500")

    @unittest.skipUnless(os.path.isdir(FLAPS), "no such archive")
    def test_flaps(self):
        self.look_at("flaps", FLAPS, "--asn", "19834")

    def test_long_names(self):
        """Of a collector, and of prefixes watched by themselves."""
        folder = os.path.join(WORK, "W" * 120)
        os.mkdir(folder)
        for path, _, names in os.walk(ARCHIVES.get("wide")):
            for name in names:
                if name.endswith(".bz2"):
                    shutil.copy(os.path.join(path, name), folder)
        self.look_at("long", folder, "--prefix", "2001:db8::/32",
                     "--more-specific")

    def test_what_is_seen_differs(self):
        """Carried, gone and unknown: in colour, and without."""
        svg = self.put("seen.svg", KOREA, "--asn", "131279")
        drawing = pictures.Drawing(report(
            [KOREA], "--asn", "131279", "--format", "svg"))
        start = drawing.times[0]
        row = drawing.by_class("g", "row")[1]
        y = min(float(t.get("y")) for t in row.iter(pictures.SVG + "text"))
        for scheme in ("light", "dark"):
            page = self.open(svg, 960, 500, scheme=scheme)
            png = Png(self.shoot(page, "seen-" + scheme))
            there = png.at(drawing.x(start + 60 * 3600), y - 2)
            gone = png.at(drawing.x(start + 28.3 * 3600), y - 4)
            paper = png.at(2, 2)
            self.assertGreater(contrast(there, gone), 4)
            self.assertGreater(contrast(there, paper), 4)
            self.assertLess(contrast(gone, paper), 1.5)
            # At 28 hours its foot is red, and lighter than the bar.
            feet = [png.at(drawing.x(start + 28 * 3600), y + dy)
                    for dy in range(2, 12)]
            self.assertTrue(any(c[0] > 1.5 * max(c[1], c[2])
                                for c in feet), feet)
            hatch = {png.at(drawing.x(start + 88 * 3600) + dx, y - 4)
                     for dx in range(-5, 6)}
            self.assertGreater(len(hatch), 2)
            for colour in hatch:
                self.assertGreater(contrast(there, colour), 1.4)
                self.assertLess(max(colour) - min(colour), 24)


class Page(Case):
    def setUp(self):
        self.path = self.put("korea.html", KOREA, "--asn", "131279")
        self.found = findings([KOREA], "--asn", "131279")

    def view(self, page):
        return [float(t) for t in page.js(
            'document.querySelector("figure").dataset.view').split()]

    def numbers(self, page):
        return [int(n) for n in page.js(
            '[...document.querySelectorAll("table.outages tbody tr")]'
            '.filter(r => !r.hidden).map(r => r.cells[0].textContent)')]

    def drag(self, page, from_, to):
        """Drag across the chart between two shares of its plot."""
        left, width, y = page.js("""(function () {
            var s = [...document.querySelectorAll("svg.chart")].find(
                x => x.getClientRects().length);
            var b = s.getBoundingClientRect();
            var k = b.width / s.viewBox.baseVal.width;
            var p = s.dataset.plot.split(" ").map(Number);
            return [b.left + p[0] * k, p[1] * k, b.top + b.height / 2];
        }())""")
        page.drag(left + from_ * width, left + to * width, y)

    def test_it_loads_without_complaint(self):
        for name, path, args in (
                ("korea", KOREA, ("131279",)),
                ("several", ARCHIVES.get("several"), (ARCHIVES.SEVERAL,)),
                ("many", ARCHIVES.get("many"), ("64500",)),
                ("nothing", KOREA, ("64999",))):
            html = self.put(name + ".html", path, "--asn", *args)
            for width in (400, 1000, 2000):
                page = self.open(html, width, 800,
                                 scheme="dark" if width == 400 else "light")
                self.check_sound(page, html)
                if name != "nothing":
                    self.check_texts(page)
                self.shoot(page, "page-%s-%d" % (name, width))

    def test_dragging_zooms(self):
        for width in (400, 1000):
            page = self.open(self.path, width)
            whole = self.view(page)
            span = whole[1] - whole[0]
            self.check_drawn(page, *whole)
            self.drag(page, .1, .3)
            a, b = self.view(page)
            self.assertAlmostEqual(a, whole[0] + .1 * span, delta=.01 * span)
            self.assertAlmostEqual(b, whole[0] + .3 * span, delta=.01 * span)
            self.check_texts(page)
            self.check_drawn(page, a, b)
            self.shoot(page, "page-zoomed-%d" % width)
            self.drag(page, .5, .53)    # closer still
            c, d = self.view(page)
            self.assertTrue(a < c < d < b)
            self.assertLess(d - c, .06 * (b - a))
            self.check_texts(page)
            self.check_drawn(page, c, d)
            self.check_times(page, c, d)
            self.assertEqual(page.complaints(), [])

    def check_drawn(self, page, from_, to):
        """Bars and brackets lie where the times say, at the new scale."""
        got = page.js("""(function () {
            var s = [...document.querySelectorAll("svg.chart")].find(
                x => x.getClientRects().length);
            var b = s.getBoundingClientRect();
            var k = b.width / s.viewBox.baseVal.width;
            var p = s.dataset.plot.split(" ").map(Number);
            var box = e => [e.getBoundingClientRect().left,
                e.getBoundingClientRect().right];
            return [b.left + p[0] * k, p[1] * k,
                [...s.querySelectorAll("rect.span")].map(
                    e => [Number(e.dataset.n)].concat(box(e))),
                [...s.querySelectorAll(".tags text")].map(
                    t => t.textContent),
                [...s.querySelectorAll("g.row")].length,
                getComputedStyle(s.querySelector("g.time")).transform];
        }())""")
        left, width, spans, tags, rows, transform = got
        self.assertEqual((rows, len(spans)), (4, 8))
        scale = float(transform[len("matrix("):].split(",")[0])
        whole = pictures.Drawing(report(
            [KOREA], "--asn", "131279", "--format", "svg")).times
        self.assertAlmostEqual(scale, (whole[1] - whole[0]) / (to - from_),
                               delta=.01 * scale)
        seen = set()
        for n, a, b in spans:
            w = self.found["outages"][n - 1]
            start, end = (time.mktime(time.strptime(
                w[key], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
                for key in ("start", "end"))
            if start < to and end > from_:
                seen.add(n)
            for at, when in ((a, start), (b, end)):
                want = left + (when - from_) / (to - from_) * width
                if left <= want <= left + width:
                    self.assertAlmostEqual(at, want, delta=2)
        told = set()
        for tag in tags:
            ends = [int(x) for x in tag.split(" ")[0].split("\u2013")]
            told.update(range(ends[0], ends[-1] + 1))
        self.assertEqual(told, seen)

    def check_times(self, page, from_, to):
        """The words of the axis stand at the times they say."""
        left, width, words = page.js("""(function () {
            var s = [...document.querySelectorAll("svg.chart")].find(
                x => x.getClientRects().length);
            var p = s.dataset.plot.split(" ").map(Number);
            return [p[0], p[1], [...s.querySelectorAll(".ticks text")].map(
                t => [t.textContent, Number(t.getAttribute("x"))])];
        }())""")
        second, told, days = (to - from_) / width, 0, 0
        for word, x in words:
            at = from_ + (x - left) * second
            if re.match("[0-9]+ ", word):
                day = time.gmtime(at + second + .01)
                self.assertTrue(word.startswith(
                    time.strftime("%d %b", day).lstrip("0")), word)
                days += 1
            if x > left + width - 25 or not re.match("[0-9]+:", word):
                continue
            h, m, *s = [int(n) for n in word.split(":")]
            off = (at - 3600 * h - 60 * m - sum(s)) % 86400
            self.assertLess(min(off, 86400 - off), second + .01, word)
            told += 1
        self.assertGreater(told, 1, words)
        self.assertGreater(days, 0, words)

    def test_ways_back(self):
        page = self.open(self.path)
        whole = self.view(page)
        for back in ("button", "double click", "wider"):
            self.drag(page, .2, .4)
            self.assertNotEqual(self.view(page), whole)
            if back == "button":
                page.click(".tools button:nth-child(3)")
            elif back == "double click":
                x, y = page.js("""(function () { var b = document
                    .querySelector("figure svg").getBoundingClientRect();
                    return [b.left + b.width / 2, b.top + b.height / 2];
                    }())""")
                for clicks in (1, 2):
                    page.mouse("mousePressed", x, y, clickCount=clicks)
                    page.mouse("mouseReleased", x, y, clickCount=clicks)
            else:
                for _ in range(3):
                    page.click(".tools button:nth-child(2)")
            self.assertEqual(self.view(page), whole, back)
        page.click(".tools button:nth-child(1)")
        a, b = self.view(page)
        self.assertAlmostEqual(b - a, (whole[1] - whole[0]) / 2, delta=1)

    def test_a_click_shows_an_outage(self):
        page = self.open(self.path)
        page.click("table.outages tbody tr:nth-child(5) td button")
        a, b = self.view(page)
        self.assertAlmostEqual(b - a, 2 * 34251 + 60, delta=2)

    def test_columns_sort(self):
        page = self.open(self.path)
        head = "table.outages thead th:nth-child(%d) button"
        by_length = sorted(range(1, 9), key=lambda n: self.found["outages"][
            n - 1]["duration"])
        page.click(head % 5)
        self.assertEqual(self.numbers(page), by_length)
        page.click(head % 5)
        self.assertEqual(self.numbers(page), by_length[::-1])
        page.click(head % 3)
        self.assertEqual(self.numbers(page), list(range(1, 9)))
        self.assertEqual(page.js(
            '[...document.querySelectorAll("th[aria-sort]")]'
            '.map(t => t.textContent + t.getAttribute("aria-sort"))'),
            ["Start (UTC)ascending"])

    def test_rows_are_filtered(self):
        page = self.open(self.path)
        page.click("input")
        page.type("2014-12-27")
        self.assertEqual(self.numbers(page), [7, 8])
        page.type(" 10:30")
        self.assertEqual(self.numbers(page), [8])
        self.assertIn("1 of 8", page.js("document.body.textContent"))

    def test_the_json_can_be_downloaded(self):
        page = self.open(self.path)
        folder = tempfile.mkdtemp(dir=WORK)
        self.browser.call("Browser.setDownloadBehavior", behavior="allow",
                          downloadPath=folder)
        page.click("a.json")
        until = time.monotonic() + 20
        path = os.path.join(folder, "blackout.json")
        while not os.path.exists(path) and time.monotonic() < until:
            page.js("1")
            time.sleep(.1)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(json.load(f), self.found)

    def test_on_paper(self):
        """A sheet of A4 with its margins: nothing is cut off, what is for a
        mouse is not there, and a dark page is printed on white."""
        html = self.put("paper.html", ARCHIVES.get("several"), "--asn",
                        ARCHIVES.SEVERAL)
        page = self.open(html, 703, 1000, scheme="dark")
        page.call("Emulation.setEmulatedMedia", media="print", features=[
            {"name": "prefers-color-scheme", "value": "dark"}])
        sheet, tables, tools, charts, paper, notes = page.js("""(function () {
            var all = s => [...document.querySelectorAll(s)];
            var seen = e => e.getClientRects().length > 0;
            return [document.body.clientWidth,
                all("table").map(t => [t.getBoundingClientRect().right,
                    t.parentNode.scrollWidth, t.parentNode.clientWidth]),
                all(".tools, .download, .narrow").filter(seen).length,
                all("svg.chart").filter(seen).length,
                getComputedStyle(document.body).backgroundColor,
                all("td.note:not(:empty)").map(
                    t => t.getBoundingClientRect().height)];
        }())""")
        self.assertEqual(len(tables), 4)
        for right, inner, outer in tables:
            self.assertLessEqual(right, sheet)
            self.assertLessEqual(inner, outer)
        self.assertEqual((tools, charts), (0, 1))
        self.assertEqual(paper, "rgb(255, 255, 255)")
        self.assertEqual(len(notes), 2)
        self.assertLess(max(notes), 40)
        self.shoot(page, "page-paper")

    def test_notes_are_read_in_few_lines(self):
        html = self.put("notes.html", ARCHIVES.get("several"), "--asn",
                        ARCHIVES.SEVERAL)
        for width in (400, 1000):
            page = self.open(html, width)
            high = page.js("""[...document.querySelectorAll(
                "table.outages tbody tr")].map(
                t => t.getBoundingClientRect().height)""")
            self.assertLess(max(high), 3 * min(high))

    def test_without_scripts(self):
        page = self.open(self.path, scripts=False)
        path = self.shoot(page, "page-no-scripts")
        self.assertGreater(os.path.getsize(path), 10000)
        document = page.call("DOM.getDocument", depth=-1)["root"]["nodeId"]

        def count(selector):
            return len(page.call("DOM.querySelectorAll", nodeId=document,
                                 selector=selector)["nodeIds"])

        self.assertEqual(count("table.outages tbody tr"), 8)
        self.assertEqual(count("figure .wide .tags text"), 8)
        self.assertEqual(count("button, input"), 0)
        self.assertEqual(page.complaints(), [])


if __name__ == "__main__":
    unittest.main()
