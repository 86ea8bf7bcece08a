"""Archives to be drawn, and what their pictures hold."""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from scenario import PEER_ASNS as PEERS, WATCHED, World, filler  # noqa: E402

PROGRAM = os.environ["BLACKOUT"]
KOREA = os.path.join(HERE, "../../testdata/north-korea-2014")
FLAPS = os.path.join(os.environ.get("BLACKOUT_DATA", "/nowhere"),
                     "real/route-views2-2008-02-24")
SVG = "{http://www.w3.org/2000/svg}"


def report(paths, *args):
    """What blackout outages prints."""
    argv = [PROGRAM, "outages", *args, *paths]
    run = subprocess.run(argv, stdout=subprocess.PIPE, check=False)
    assert run.returncode in (0, 1), argv
    return run.stdout


def findings(paths, *args):
    return json.loads(report(paths, *args, "--format", "json"))


def networks(found):
    """Those of the outages, each once, in the order in which they are told."""
    return list(dict.fromkeys(w["asn"] for w in found["outages"]))


def length(seconds):
    """"9h30m", as the program writes it."""
    for unit, size, name, part in ((86400, 3600, "d", "h"),
                                   (3600, 60, "h", "m"), (60, 1, "m", "s")):
        if seconds >= unit:
            return "%d%s%02d%s" % (seconds // unit, name,
                                   seconds % unit // size, part)
    return "%ds" % seconds


class Archives:
    """Written once, when they are asked for."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.made = set()

    def get(self, name):
        path = os.path.join(self.folder.name, name)
        if name not in self.made:
            self.made.add(name)
            os.mkdir(path)
            getattr(self, name)().write(path)
        return path

    @staticmethod
    def many():
        """One network of 300 prefixes, of which few do as all others."""
        prefixes = ["100.%d.%d.0/24" % (64 + i // 200, i % 200)
                    for i in range(280)]
        prefixes += ["2001:db8:%x::/48" % (i + 1) for i in range(20)]
        w = World(hours=30, prefixes=prefixes, asn=64500, fillers=400)
        w.collector("route-views2").peers(4)
        w.collector("rrc00", "ris").peers(4)
        dice = random.Random(5)
        w.outage("04:00", "06:10")
        w.outage("09:00", "09:45", prefixes[:200])
        for i in range(0, 300, 10):
            w.outage(43200 + i * 30, 54000 + i * 20, prefixes[i:i + 10])
        for _ in range(60):
            start = dice.randrange(17 * 3600, 28 * 3600)
            pair = dice.randrange(150) * 2
            w.outage(start, start + dice.randrange(60, 3000),
                     prefixes[pair:pair + 2])
        w.outage("29:30", None)
        return w.build()

    @staticmethod
    def several():
        """Networks with outages, and one collector with a gap."""
        w = World(hours=8, fillers=400)
        one = w.collector("route-views2")
        one.peers(6)
        w.collector("rrc00", "ris").peers(6)
        dice = random.Random(3)
        held = {}
        for prefix, origin in filler(4, 400):
            held.setdefault(origin, []).append(prefix)
        for origin, prefixes in sorted(held.items()):
            for _ in range(dice.randrange(0, 4)):
                start = dice.randrange(1800, 7 * 3600)
                w.withdraw(start, prefixes)
                w.announce(start + dice.randrange(90, 4000), prefixes,
                           origin=origin)
        w.outage("01:00", "02:00")
        a = w.build()
        a.drop(a.updates("03:00", one), a.updates("03:15", one))
        return a

    @staticmethod
    def crowd():
        """Forty networks of one to five prefixes, each gone once or twice."""
        w = World(hours=6, fillers=400)
        w.collector("route-views2").peers(6)
        dice = random.Random(8)
        for i in range(40):
            prefixes = ["198.%d.%d.0/24" % (18 + k, i)
                        for k in range(1 + i * 7 % 5)]
            w.announce("00:01", prefixes, origin=64000 + i)
            for hour in range(2, 3 + i % 2 * 2, 2):
                start = hour * 3600 + dice.randrange(3000)
                w.withdraw(start, prefixes)
                w.announce(start + dice.randrange(90, 4000), prefixes,
                           origin=64000 + i)
        return w.build()

    CROWD = ",".join(str(64000 + i) for i in range(40))

    @staticmethod
    def dragging():
        """One prefix is gone for long, and the others with it, twice."""
        w = World(hours=4, fillers=400)
        w.collector("route-views2").peers(6)
        w.outage("01:00", "03:00", WATCHED[:1])
        w.outage("01:20", "01:40", WATCHED[1:])
        w.outage("02:20", "02:40", WATCHED[1:])
        return w.build()

    @staticmethod
    def shades():
        w = World(hours=3, fillers=400)
        w.collector("route-views2").peers(8)
        peers = w.all_peers()
        _, few, moved, halved = WATCHED
        w.withdraw("01:00", [few], peers[3:])
        w.announce("02:00", [few], peers[3:5])
        w.announce("02:30", [few], peers[5:])
        w.announce("01:00", [moved], origin=64666)
        w.announce("02:00", [moved])
        w.announce("02:30", [moved], origin=64666)   # too short to be told
        w.announce("02:30:45", [moved])
        halves = [halved.replace("/24", "/25"),
                  halved.replace("0/24", "128/25")]
        w.announce("00:59:30", halves)
        w.withdraw("01:00", [halved])
        w.announce("02:00", [halved])
        w.withdraw("02:00:30", halves)
        return w.build()

    @staticmethod
    def wide():
        """Prefixes of many letters, one of which ends in a gap."""
        prefixes = ["2001:db8:%x:4567:89ab:cdef:1234:%x/128" % (
            0xabc0 + i, 0x5670 + i) for i in range(6)]
        w = World(hours=4, prefixes=prefixes, fillers=100)
        one = w.collector("route-views2")
        one.peers(5)
        for i, prefix in enumerate(prefixes):
            w.outage(2000 + 1300 * i, 4000 + 1500 * i, [prefix])
        w.outage("01:20", None, prefixes[5:])
        a = w.build()
        a.drop(a.updates("03:00", one))
        return a

    SEVERAL = ",".join(["131279"] + [str(n) for n in range(3800, 3820)])

    def cleanup(self):
        self.folder.cleanup()


class Drawing:
    """A picture, as it can be looked at without a browser."""

    def __init__(self, text):
        self.text = text.decode("utf-8")
        self.root = ET.fromstring(text)
        self.width, self.height = map(
            float, self.root.get("viewBox").split()[2:])
        self.plot = list(map(float, self.root.get("data-plot").split()))
        self.times = (float(self.root.get("data-from")),
                      float(self.root.get("data-to")))

    def x(self, when):
        """Where a moment in Unix seconds lies."""
        share = (when - self.times[0]) / (self.times[1] - self.times[0])
        return self.plot[0] + min(max(share, 0), 1) * self.plot[1]

    def by_class(self, tag, name):
        return [e for e in self.root.iter(SVG + tag)
                if name in (e.get("class") or "").split()]

    def texts(self):
        return ["".join(t.itertext()) for t in self.root.iter(SVG + "text")]

    def spans(self):
        """Number: (left, right) of each outage that is marked."""
        return {int(r.get("data-n")):
                (float(r.get("x")), float(r.get("x")) + float(r.get("width")))
                for r in self.by_class("rect", "span")}

    def entries(self):
        """The list below the chart: its words, by number."""
        rows = [["".join(t.itertext()) for t in g.iter(SVG + "text")]
                for g in self.by_class("g", "entry")]
        return {int(row[0]): row[1:] for row in rows}

    def tags(self):
        """Numbers that stand over the rows, those in between too."""
        found = set()
        for t in self.by_class("text", "tag"):
            number = "".join(next(iter(t)).itertext())
            ends = [int(n) for n in number.split("\u2013")]
            found.update(range(ends[0], ends[-1] + 1))
        return found

    def rows(self):
        """[(title, {class: [(left, right)]})] of all rows."""
        found = []
        for g in self.by_class("g", "row"):
            shapes = {}
            for path in g.iter(SVG + "path"):
                runs = [(float(a), float(a) + float(b)) for a, b in
                        re.findall(r"M([0-9.]+) [0-9.]+h([0-9.]+)v",
                                   path.get("d"))]
                runs += [(float(a), float(a)) for a in
                         re.findall(r"M([0-9.]+) [0-9.]+v", path.get("d"))]
                shapes.setdefault(path.get("class").split()[0], []) \
                    .extend(runs)
            found.append((g.find(SVG + "title").text, shapes))
        return found
