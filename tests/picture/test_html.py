"""The page, as it is written: complete without scripts, and alone."""

import html
import html.parser
import json
import os
import re
import unittest
import urllib.parse

import pictures
from pictures import Drawing, KOREA, SVG, findings, length, report

ARCHIVES = pictures.Archives()


def tearDownModule():
    ARCHIVES.cleanup()


class Reader(html.parser.HTMLParser):
    """Tables as lists of rows of text, links, and tags that are not closed."""

    VOID = {"meta", "br", "input", "link", "img"}
    EMPTY = {"rect", "path"}

    def __init__(self, text):
        super().__init__()
        self.tables, self.links, self.open, self.wrong = {}, [], [], []
        self.ids, self.tags, self.row, self.cell = [], set(), None, None
        self.table = None
        self.feed(text)
        self.close()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.add(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = self.tables.setdefault(attrs["class"], [])
        elif tag == "tr":
            self.row = []
            self.table.append(self.row)
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "a":
            self.links.append(attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))
        if tag in ("td", "th"):
            self.row.append(self.cell)
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def page(*args):
    text = report(args[:1], *args[1:], "--format", "html").decode()
    return text, Reader(text)


class Html(unittest.TestCase):
    def check_alone(self, text):
        """Nothing is fetched: no address but those of the JSON and of SVG."""
        scarce = re.sub(r"href='data:application/json,[^']*'", "", text)
        for wanted in ("http://www.w3.org/2000/svg",):
            scarce = scarce.replace(wanted, "")
        self.assertNotRegex(scarce, r"(?i)https?:|//[a-z]|\bsrc=|<link|@import")
        self.assertIn("default-src 'none'", text)

    def check_words(self, rows, found):
        """How long each lasted, and what is uncertain of it."""
        told = {tuple(r[:2]): (r[3], r[6]) for r in rows}
        for w in found["outages"]:
            name = w.get("prefix", "AS%d" % w["asn"])
            span, note = told[name, w["start"].replace("T", " ")[:-1]]
            self.assertEqual(span, length(w["duration"]))
            self.assertEqual("ongoing" in note, w["ongoing"])
            self.assertEqual("before the data" in note, not w["start_known"])
            if w["unknown"] > 5:
                self.assertIn("unknown for " + length(w["unknown"]), note)

    def check(self, path, *args, limit=400000):
        text, read = page(path, *args)
        found = findings([path], *args)
        self.assertLess(len(text), limit)
        self.assertEqual((read.wrong, read.open), ([], []))
        self.assertEqual(len(read.ids), len(set(read.ids)))
        self.check_alone(text)
        rows = [r[1:] for r in read.tables.get("outages", [])[1:]]
        wanted = [[
            w.get("prefix", "AS%d" % w["asn"]),
            w["start"].replace("T", " ")[:-1],
            w["end"].replace("T", " ")[:-1] if w["end"] else "ongoing",
            "%d/%d" % (w["prefixes_lost"], w["prefixes_total"]),
            "%d/%d" % (w["peers"]["still_carrying"], w["peers"]["voting"])]
            for w in found["outages"]]
        self.check_words(rows, found)
        rest = html.unescape(" ".join(re.findall("<p>(.*?)</p>", text)))
        for c in found["coverage"]["collectors"]:
            self.assertIn(c["name"], rest)
        self.assertIn("%d peers" % sum(
            c["peers"] for c in found["coverage"]["collectors"]), rest)
        got = [r[:3] + r[4:6] for r in rows]
        self.assertEqual(sorted(got), sorted(wanted))
        if "--sort" in args or "--all" in args:
            self.assertEqual(got, wanted)
        for c in found["coverage"]["collectors"]:
            row = [r for r in read.tables["collectors"] if r[0] == c["name"]]
            self.assertEqual(row, [[c["name"]] + [str(c[key]) for key in (
                "files", "ribs", "records", "peers", "full_feed_ipv4",
                "full_feed_ipv6", "session_resets", "rib_mismatches")] +
                [str(len(c["gaps"]))]])
        gaps = [[c["name"], g["start"].replace("T", " ")[:-1],
                 g["end"].replace("T", " ")[:-1], g["reason"]]
                for c in found["coverage"]["collectors"] for g in c["gaps"]]
        self.assertEqual([r[:3] + r[4:] for r in
                          read.tables.get("gaps", [])[1:]], gaps)
        self.assertEqual([[r[0], r[1]] for r in
                          read.tables.get("damage", [])[1:]],
                         [[d["file"], str(d["offset"])]
                          for d in found["damage"]])
        for key, value in read.tables["query"]:
            self.assertEqual(json.loads(value), found["query"][key])
        for key, value in found["query"].items():
            if value not in (None, False, []):
                self.assertIn(key, [row[0] for row in read.tables["query"]])
        links = [a for a in read.links if "download" in a]
        self.assertEqual(len(links), 1)
        address, data = links[0]["href"].split(",", 1)
        self.assertEqual(address, "data:application/json")
        self.assertNotRegex(data, r"[\s<>&#]")
        self.assertEqual(json.loads(urllib.parse.unquote(data)), found)

    def test_korea(self):
        self.check(KOREA, "--asn", "131279", limit=70000)

    def test_several_networks(self):
        self.check(ARCHIVES.get("several"), "--asn", ARCHIVES.SEVERAL)

    def test_300_prefixes(self):
        self.check(ARCHIVES.get("many"), "--asn", "64500")

    def test_outages_are_listed_as_asked_for(self):
        """All of them, also of networks that are not drawn."""
        for args in (("--all",), ("--asn", ARCHIVES.CROWD),
                     ("--asn", ARCHIVES.CROWD, "--sort", "start"),
                     ("--all", "--sort", "duration", "--limit", "50")):
            self.check(ARCHIVES.get("crowd"), *args)
        text, read = page(ARCHIVES.get("crowd"), "--all")
        chart = Drawing(re.search(r"<svg .*?</svg>", text, re.S)[0].encode())
        numbers = {r[0]: r for r in read.tables["outages"][1:]}
        titles = [g.find(SVG + "title").text
                  for g in chart.by_class("g", "window")]
        self.assertEqual({t.split(":")[0] for t in titles},
                         set(numbers) - {""})
        for title in titles:
            number, name, start = re.match(
                r"(\d+): (\S+), (\S+ \S+) to ", title).groups()
            self.assertEqual(numbers[number][1:3], [name, start])

    def test_damage_is_listed(self):
        folder = os.path.join(ARCHIVES.folder.name, "damaged <&> rrc00")
        month = os.path.join(KOREA, "route-views.lab/bgpdata/2014.12")
        os.mkdir(folder)
        for kind, cut in (("RIBS", 1), ("UPDATES", 0.5)):
            for name in sorted(os.listdir(os.path.join(month, kind)))[:2]:
                with open(os.path.join(month, kind, name), "rb") as f:
                    data = f.read()
                with open(os.path.join(folder, name), "wb") as f:
                    f.write(data[:int(cut * len(data))])
        self.assertEqual(len(findings([folder], "--asn", "131279")["damage"]),
                         2)
        self.check(folder, "--asn", "131279")

    def test_names_stand_in_the_table(self):
        names = os.path.join(KOREA, "../asnames.txt")
        text, read = page(KOREA, "--asn", "131279", "--names", names)
        self.assertEqual({r[1] for r in read.tables["outages"][1:]},
                         {"AS131279 STAR-KP Ryugyong-dong"})
        self.assertIn("<h1>AS131279 STAR-KP Ryugyong-dong: 8 outages</h1>",
                      text)

    def test_nothing_found(self):
        self.check(KOREA, "--asn", "64999")
        text, read = page(KOREA, "--asn", "64999")
        for tag in ("h1", "title"):
            self.assertIn("<%s>AS64999: no outage</%s>" % (tag, tag), text)

    def test_filters_are_told(self):
        self.check(KOREA, "--asn", "131279", "--collector", "!<b>'&\"",
                   "--as-path", "!_'</script>_")

    def test_the_chart_is_that_of_the_picture(self):
        """Wide and narrow, each with all windows, gaps and prefixes."""
        text, _ = page(KOREA, "--asn", "131279")
        charts = re.findall(r"<svg .*?</svg>", text, re.S)
        self.assertEqual(len(charts), 2)
        for chart in charts:
            d = Drawing(chart.encode())
            self.assertEqual(sorted(d.spans()), list(range(1, 9)))
            self.assertEqual(d.tags(), set(range(1, 9)))
            self.assertEqual(len(d.by_class("g", "gap")), 1)
            self.assertEqual(len(d.rows()), 4)
        self.assertNotEqual(*[Drawing(c.encode()).width
                              for c in charts])


if __name__ == "__main__":
    unittest.main()
