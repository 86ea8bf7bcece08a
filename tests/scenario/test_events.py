"""Networks that go down at once: what --all says of what they share."""

import json
import os
import subprocess
import unittest

from common import ScenarioCase, one_collector, rfc3339
from outagescase import BINARY

PROVIDER = 64777
ASNS = list(range(64801, 64807))
OTHERS = [64901, 64902]


class Events(ScenarioCase):

    def setUp(self):
        """Six networks behind one provider, two behind others; the provider
        fails at 02:00 and comes back at 02:30.  Six peers tell, a second
        apart: with the fourth a prefix is down, with the third it is up."""
        super().setUp()
        self.world, _ = one_collector(peers=6)
        for i, asn in enumerate(ASNS + OTHERS):
            where = {"prefixes": ["10.%d.0.0/16" % i], "origin": asn,
                     "via": PROVIDER if asn in ASNS else 64700 + i}
            self.world.announce("00:00:30", **where)
            if asn in ASNS:
                self.world.withdraw("02:00:%02d" % (5 * i),
                                    prefixes=where["prefixes"])
                self.world.announce("02:30:%02d" % (5 * i), **where)
        self.world.withdraw("03:00:00", prefixes=["10.7.0.0/16"])
        self.world.announce("03:10:00", **where)
        self.archive = self.put(self.world)

    def time(self, when):
        return rfc3339(self.world.t(when))

    def expect(self, upstream):
        return {"id": 1, "start": self.time("02:00:03"),
                "last_start": self.time("02:00:28"),
                "end": self.time("02:30:12"), "duration": 1809,
                "upstream": upstream, "prefixes_lost": 6,
                "prefixes_total": 6, "asns": ASNS}

    def test_of_all(self):
        rep = self.run_on(self.archive, "--all")
        self.assertEqual(rep.json["events"], [self.expect(PROVIDER)])
        self.assertEqual({o["asn"] for o in rep.outages if "event" in o},
                         set(ASNS))
        self.assertEqual([o["asn"] for o in rep.outages if "event" not in o],
                         [64902])

    def test_of_some(self):
        few = self.run_on(self.archive, asn=",".join(map(str, ASNS[:4])))
        self.assertEqual(few.json["events"], [])
        some = self.run_on(self.archive, asn=",".join(map(str, ASNS)))
        self.assertEqual(some.json["events"], [self.expect(PROVIDER)])

    def test_other_formats(self):
        names = os.path.join(self.folder, "names")
        with open(names, "w") as f:
            f.write("%d|Provider of many\n" % PROVIDER)

        def run(form):
            return subprocess.run(
                [BINARY, "outages", "--all", "--names", names, "--format",
                 form, self.archive], capture_output=True, text=True,
                check=True).stdout.splitlines()
        lines = [json.loads(line) for line in run("jsonl")]
        events = [x for x in lines if x["type"] == "event"]
        self.assertEqual([x["type"] for x in lines[-2:]],
                         ["event", "summary"])
        self.assertEqual(events, [dict(
            self.expect(PROVIDER), type="event",
            upstream_name="Provider of many")])
        if self.schema is not None:
            self.schema.validate(events[0])
        row = run("table")[1].split()
        self.assertEqual(row[:2], ["6", "ASes"])
        self.assertEqual(" ".join(row[2:]),
                         "2020-03-01 02:00:03 2020-03-01 02:30:12 30m09s 6/6 "
                         "at once, behind AS64777 Provider of many")


if __name__ == "__main__":
    unittest.main()
