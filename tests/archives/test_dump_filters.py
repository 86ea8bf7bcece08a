"""`blackout dump` with filters against bgpdump's lines, filtered here by a
reader of its own: the same lines, in the same order.
"""

import functools
import ipaddress
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from common import BINARY, ROOT, data

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import mrtwrite as mrt  # noqa: E402

BGPDUMP = shutil.which("bgpdump")

RRC06 = ("real", "rrc06-2021-01-02")
ONE = RRC06 + ("ris.rrc06.updates.1609564500.300.gz",)
STATES = ("real", "variety", "bgpdump", "updates.20160811.1600.gz")
BVIEW = ("real", "variety", "other", "bview.20190417.0800.gz")
LARGE = ("real", "variety", "daemons", "quagga_bgp_large_communities")
SETS = ("real", "variety", "bgpdump", "updates.20070211.0141.gz")
WELL_KNOWN = ("real", "variety", "bgpdump", "updates.20100722.2015.gz")
JINX = ("real", "jinx-2014-05-01")
LATER = ("real", "jinx-2014-05-30")


class Row:
    """A line of bgpdump -m, of a type without path identifiers."""

    def __init__(self, line):
        self.line = line
        f = line.split("|")
        self.time, self.kind, self.ip, self.asn = f[1], f[2], f[3], f[4]
        self.prefix = f[5] if self.kind != "STATE" else None
        self.path = f[6] if self.kind in "AB" else None
        self.communities = f[11].split() if self.kind in "AB" else None
        self.key = (self.ip, self.asn, self.prefix)

    @property
    def net(self):
        return ipaddress.ip_network(self.prefix, strict=False)

    @property
    def origins(self):
        """The members of the last hop, as a set of text."""
        last = self.path.split(" ")[-1] if self.path else ""
        return set(last.strip("{}").split(",")) - {""}


@functools.lru_cache(maxsize=4)
def rows(*argv):
    run = subprocess.run(list(argv), check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    return [Row(line) for line in run.stdout.decode().splitlines()]


def by_prefix(test):
    return lambda r: r.prefix is not None and test(r)


class Routes:
    """A condition on what an announcement or a RIB says; a withdrawal passes
    if the route that it takes away did.  again: for another set of rows."""

    def __init__(self, test):
        self.test, self.passed = test, set()

    def __call__(self, r):
        if r.kind == "STATE":
            return False
        if r.kind == "W":
            if r.key not in self.passed:
                return False
            self.passed.remove(r.key)
            return True
        if self.test(r):
            self.passed.add(r.key)
            return True
        self.passed.discard(r.key)
        return False


def path(expression, negated=False):
    e = re.compile(expression.replace("_", r"(?:^|$|[][ ,{}()])"))
    return lambda r: (e.search(r.path) is not None) != negated


@unittest.skipUnless(BGPDUMP, "no bgpdump")
class DumpFilters(unittest.TestCase):
    maxDiff = 2000

    def check(self, where, options, *conditions, least=1, paths=None,
              all_rows=None):
        """Some but not all rows, and just those that conditions let pass.
        Conditions on routes see only what all others before them let pass."""
        files = paths or [data(*where)]
        if all_rows is None:
            all_rows = rows(BGPDUMP, "-m", files[0])
        want = [r.line for r in all_rows
                if all(test(r) for test in conditions)]
        run = subprocess.run([BINARY, "dump", *options, *files],
                             capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""), options)
        got = run.stdout.splitlines()
        self.assertGreaterEqual(len(want), least, options)
        self.assertLess(len(want), len(all_rows), options)
        for i, (a, b) in enumerate(zip(got + [""], want + [""])):
            self.assertEqual(a, b, "%s: line %d; %d, and wanted %d" % (
                options, i + 1, len(got), len(want)))
        return got

    def test_origin(self):
        self.check(ONE, ["-o", "132199"],
                   Routes(lambda r: "132199" in r.origins), least=1000)
        self.check(ONE, ["--asn", "AS132199,4775", "-o", "0.18881"],
                   Routes(lambda r: r.origins & {"132199", "4775", "18881"}))
        self.check(ONE, ["-o", "!132199,!18881"],
                   Routes(lambda r: not r.origins & {"132199", "18881"}))
        self.check(ONE, ["-o", "132199,!132199"], Routes(lambda r: False),
                   least=0)

    def test_prefix(self):
        self.check(ONE, ["-p", "67.211.53.0/24,2a0f:9400:8027::/48"],
                   by_prefix(lambda r: r.prefix in (
                       "67.211.53.0/24", "2a0f:9400:8027::/48")))
        self.check(ONE, ["-p", "!67.211.53.0/24"],
                   by_prefix(lambda r: r.prefix != "67.211.53.0/24"))

    def test_more_and_less_specific(self):
        nets = [ipaddress.ip_network(n) for n in
                ("2000::/8", "128.0.0.0/2", "67.211.53.128/25")]

        def inside(r):
            return any(n.version == r.net.version and r.net.subnet_of(n)
                       for n in nets)

        def around(r):
            return any(n.version == r.net.version and r.net.supernet_of(n)
                       for n in nets)
        words = ",".join(map(str, nets))
        self.check(ONE, ["-p", words, "--more-specific"], by_prefix(inside))
        self.check(ONE, ["-p", words, "--less-specific"], by_prefix(around))
        self.check(ONE, ["-p", words, "--more-specific", "--less-specific"],
                   by_prefix(lambda r: inside(r) or around(r)))
        self.check(ONE, ["-p", "!128.0.0.0/2", "--more-specific"],
                   by_prefix(lambda r: r.net.version == 6 or
                             not r.net.subnet_of(nets[1])))

    def test_thousands_of_prefixes(self):
        every = sorted({r.prefix for r in rows(BGPDUMP, "-m", data(*STATES))
                        if r.prefix})
        some = set(every[::3])
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("# every third\n" + "\n".join(sorted(some)) + "\n")
            f.flush()
            self.check(STATES, ["-p", "@" + f.name],
                       by_prefix(lambda r: r.prefix in some), least=5000)
            self.check(STATES, ["-p", "!@" + f.name],
                       by_prefix(lambda r: r.prefix not in some), least=5000)

    def test_peers(self):
        self.check(ONE, ["-J", "2497,17697"],
                   lambda r: r.asn in ("2497", "17697"))
        self.check(ONE, ["-J", "!25152", "-J", "!4777"],
                   lambda r: r.asn not in ("25152", "4777"))
        self.check(ONE, ["-j", "202.249.2.169,2001:200:0:fe00::9c1:0"],
                   lambda r: r.ip in ("202.249.2.169",
                                      "2001:200:0:fe00::9c1:0"))
        self.check(ONE, ["-j", "!202.249.2.185", "-J", "25152"],
                   lambda r: r.ip != "202.249.2.185", lambda r:
                   r.asn == "25152")

    def test_families(self):
        self.check(ONE, ["-4"], by_prefix(lambda r: ":" not in r.prefix))
        self.check(ONE, ["-6"], by_prefix(lambda r: ":" in r.prefix))

    def test_time(self):
        self.check(ONE, ["-t", "1609564600", "-T", "2021-01-02T05:18:20Z"],
                   lambda r: 1609564600 <= int(r.time) < 1609564700)
        self.check(ONE, ["-T", "1609564600"],
                   lambda r: int(r.time) < 1609564600)

    def test_types(self):
        for words, kinds in (("announce", "A"), ("W", "W"), ("S", ["STATE"]),
                             ("a,state", ["A", "STATE"]),
                             ("!A", ["W", "STATE"]),
                             ("!withdraw,!S,!R", "A")):
            self.check(STATES, ["--type", words],
                       lambda r, kinds=kinds: r.kind in kinds)
        self.check(BVIEW, ["--type", "rib", "-6"],
                   lambda r: ":" in r.prefix)

    def test_as_path(self):
        for e in ("_2914_", "_2914_3356_", "^25152_", "^4777_2497_", "_4775$",
                  "^4777 2497 2914 [0-9]+$", "_(174|3356)_", "_2914_.*_1[0-9]+$",
                  "^[0-9]+_[0-9]+$", "_([0-9]+)_\\1_\\1_", "3356"):
            self.check(ONE, ["-a", e], Routes(path(e)))
            self.check(ONE, ["--as-path", "!" + e],
                       Routes(path(e, negated=True)))
        self.check(ONE, ["-a", "_174_", "-a", "_3356_", "-a", "!_4775$"],
                   Routes(lambda r: (path("_174_")(r) or path("_3356_")(r)) and
                          path("_4775$", True)(r)))
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("_174_ # one\n^4777 2497_\n")
            f.flush()
            self.check(ONE, ["-a", "@" + f.name], Routes(
                lambda r: path("_174_")(r) or path("^4777 2497_")(r)))

    def test_as_sets(self):
        self.check(SETS, ["-a", "\\{"], Routes(path("\\{")), least=30)
        sets = [r for r in rows(BGPDUMP, "-m", data(*SETS))
                if r.kind == "A" and len(r.origins) > 1]
        member = sorted(sets[0].origins)[-1]
        for origin in (member, "!" + member):
            self.check(SETS, ["-o", origin], Routes(
                lambda r, out=origin[0] == "!":
                (member in r.origins) != out))
        for e in ("_%s_" % member, "[{,]%s[,}]" % member):
            self.check(SETS, ["-a", e], Routes(path(e)))

    def test_communities(self):
        def has(test):
            return Routes(lambda r: any(test(c) for c in r.communities))
        self.check(ONE, ["--community", "2914:3400"],
                   has(lambda c: c == "2914:3400"), least=1000)
        self.check(ONE, ["--community", "4777:*,2914:410"],
                   has(lambda c: c.startswith("4777:") or c == "2914:410"))
        self.check(ONE, ["--community", "*:666,*:3400"],
                   has(lambda c: c.endswith(":666") or c.endswith(":3400")))
        self.check(ONE, ["--community", "!2914:3400"],
                   Routes(lambda r: "2914:3400" not in r.communities))
        self.check(ONE, ["--community", "*:*,!2914:410"],
                   Routes(lambda r: r.communities and
                          "2914:410" not in r.communities))

    def test_well_known_communities(self):
        names = {c for r in rows(BGPDUMP, "-m", data(*WELL_KNOWN))
                 for c in r.communities or () if not c[0].isdigit()}
        self.assertTrue(names)
        for name in names:
            self.check(WELL_KNOWN, ["--community", name],
                       Routes(lambda r, name=name: name in r.communities))

    def test_large_communities(self):
        """bgpdump shows them with -l only: its lines in the same places."""
        plain = rows(BGPDUMP, "-m", data(*LARGE))
        large = [r.line.split("|") for r in
                 rows(BGPDUMP, "-m", "-l", data(*LARGE))]
        for r, f in zip(plain, large):
            r.communities = f[12].split()
        for value, test in (
                ("65536:1:2", lambda c: c == "65536:1:2"),
                ("*:1:3,65536:0:*", lambda c: c.endswith(":1:3") or
                 c.startswith("65536:0:")),
                ("4294967295:*:4294967295",
                 lambda c: re.match("4294967295:.*:4294967295$", c))):
            self.check(LARGE, ["--community", value], Routes(
                lambda r, test=test: any(map(test, r.communities))),
                all_rows=plain)

    def test_all_at_once(self):
        self.check(ONE, ["-J", "25152,4777", "-6", "-a", "_2914_",
                         "--type", "A,W", "-o", "!4775",
                         "-p", "2000::/3", "--more-specific"],
                   lambda r: r.asn in ("25152", "4777"),
                   by_prefix(lambda r: ":" in r.prefix and r.net.subnet_of(
                       ipaddress.ip_network("2000::/3"))),
                   Routes(lambda r: path("_2914_")(r) and
                          "4775" not in r.origins))

    def test_a_rib_and_other_types_are_remembered(self):
        """Withdrawals of what another file, or a type that is not printed,
        has announced."""
        every = [r for n in sorted(os.listdir(data(*LATER)))
                 for r in rows(BGPDUMP, "-m", data(*LATER, n))]
        ases = {"33785", "28294", "8151"}
        got = self.check(None, ["-o", ",".join(ases)],
                         Routes(lambda r: r.origins & ases),
                         paths=[data(*LATER)], all_rows=every)
        gone = [g for g in got if g.split("|")[2] == "W"]
        self.assertGreater(len(gone), 10)
        self.check(None, ["-a", "_30844_", "--type", "W"],
                   Routes(path("_30844_")), lambda r: r.kind == "W",
                   paths=[data(*LATER)], all_rows=every, least=10)

    def test_sorted(self):
        """As the lines of all files, sorted first and then filtered."""
        paths = [os.path.join(data(*RRC06), n)
                 for n in sorted(os.listdir(data(*RRC06)))[:6]]
        every = rows(BINARY, "dump", "--sorted", *paths)
        for e in ("_2914_", "_4775$"):
            self.check(None, ["--sorted", "-a", e], Routes(path(e)),
                       paths=paths, all_rows=every)
        self.check(None, ["--sorted", "-6"],
                   by_prefix(lambda r: ":" in r.prefix), paths=paths,
                   all_rows=every)
        folder = [data(*JINX)]
        every = rows(BINARY, "dump", "--sorted", *folder)
        self.check(None, ["--sorted", "-o", "58332"],
                   Routes(lambda r: "58332" in r.origins), paths=folder,
                   all_rows=every)



T = 1400000000
P, Q = "10.1.0.0/16", "10.2.0.0/16"
GOOD, BAD = (64500, 3356, 15169), (64500, 174, 15169)
WANTED = ["-a", "_3356_"]


def update(when, message, peer=1, **kw):
    return mrt.bgp4mp(T + when, 64500, "192.0.2.%d" % peer, 64999,
                      "192.0.2.250", message, **kw)


def announce(when, path, prefix=P, peer=1, path_id=None):
    return update(when, mrt.announce([prefix], path, "192.0.2.1",
                                     path_id=path_id), peer,
                  addpath=path_id is not None)


def withdraw(when, prefix=P, peer=1, path_id=None):
    return update(when, mrt.withdraw([prefix], path_id), peer,
                  addpath=path_id is not None)


def rib(when, *entries):
    """Entries of P: (peer, path)."""
    return mrt.peer_index_table(
        T + when, "192.0.2.250",
        [("192.0.2.%d" % i, 64500, True) for i in range(4)]) + \
        mrt.rib_record(T + when, 0, P, [
            (peer, T, mrt.rib_attributes(P, path, "192.0.2.1"), 0)
            for peer, path in entries])


class Withdrawals(unittest.TestCase):
    """They carry no path: what they take away must have passed."""

    def lines(self, options, **files):
        """(type, second, last number of the peer) of each line."""
        with tempfile.TemporaryDirectory() as folder:
            for name, records in files.items():
                where = os.path.join(folder, *name.split("__"))
                os.makedirs(os.path.dirname(where), exist_ok=True)
                with open(where, "wb") as f:
                    f.write(b"".join(records))
            run = subprocess.run([BINARY, "dump", *options, folder],
                                 capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return [(f[2], int(f[1]) - T, int(f[3].split(".")[-1])) for f in
                (line.split("|") for line in run.stdout.splitlines())]

    def test_what_they_take_away(self):
        self.assertEqual(self.lines(WANTED, updates=[
            withdraw(0),                      # of what nobody knows
            announce(1, GOOD), withdraw(2),
            withdraw(3),                      # again
            announce(4, BAD), withdraw(5),
            announce(6, GOOD), announce(7, BAD), withdraw(8),
            announce(9, BAD), announce(10, GOOD), withdraw(11),
        ]), [("A", 1, 1), ("W", 2, 1), ("A", 6, 1), ("A", 10, 1),
             ("W", 11, 1)])

    def test_negated(self):
        self.assertEqual(self.lines(["-a", "!_174_"], updates=[
            announce(1, GOOD), withdraw(2), announce(4, BAD), withdraw(5),
            withdraw(6, Q)]), [("A", 1, 1), ("W", 2, 1)])

    def test_by_origin_and_community(self):
        for options in (["-o", "15169"], ["--community", "!1:1"]):
            self.assertEqual(self.lines(options, updates=[
                announce(1, GOOD), withdraw(2), withdraw(3)]),
                [("A", 1, 1), ("W", 2, 1)])

    def test_without_a_path_they_all_pass(self):
        self.assertEqual(self.lines(["-p", P], updates=[
            withdraw(0), withdraw(1, Q), announce(2, BAD)]),
            [("W", 0, 1), ("A", 2, 1)])

    def test_routes_are_told_apart(self):
        self.assertEqual(self.lines(WANTED, updates=[
            announce(0, GOOD, peer=1), announce(1, BAD, peer=2),
            announce(2, GOOD, Q, peer=2),
            withdraw(3, peer=2), withdraw(4, Q, peer=2),
            withdraw(5, peer=1)]),
            [("A", 0, 1), ("A", 2, 2), ("W", 4, 2), ("W", 5, 1)])
        self.assertEqual(self.lines(WANTED, updates=[
            announce(0, GOOD, path_id=1), announce(1, BAD, path_id=2),
            withdraw(2, path_id=2), withdraw(3, path_id=1)]),
            [("A", 0, 1), ("W", 3, 1)])

    def test_multicast_is_told_apart(self):
        attrs = mrt.attribute(15, struct.pack("!HB", 1, 2) + mrt.nlri(P), 0x80)
        multicast = mrt.bgp_message(2, struct.pack("!HH", 0, len(attrs)) +
                                    attrs)
        self.assertEqual(self.lines([], updates=[update(1, multicast)]),
                         [("W", 1, 1)])
        self.assertEqual(self.lines(WANTED, updates=[
            announce(0, GOOD), update(1, multicast), withdraw(2)]),
            [("A", 0, 1), ("W", 2, 1)])

    def test_collectors_are_told_apart(self):
        self.assertEqual(self.lines(
            WANTED, rrc00__a=[announce(0, GOOD)],
            rrc01__a=[withdraw(1), announce(2, GOOD)]),
            [("A", 0, 1), ("A", 2, 1)])

    def test_what_is_not_printed_is_known(self):
        records = [announce(0, GOOD), announce(1, GOOD, peer=2),
                   announce(8, BAD, peer=2), withdraw(10),
                   withdraw(10, peer=2), withdraw(20, peer=3)]
        for options in (["--type", "W"], ["-t", str(T + 9)]):
            self.assertEqual(self.lines(WANTED + options, updates=records),
                             [("W", 10, 1)])
        self.assertEqual(self.lines(WANTED + ["--type", "A"],
                                    updates=records),
                         [("A", 0, 1), ("A", 1, 2)])
        self.assertEqual(self.lines(WANTED + ["-T", str(T + 10)],
                                    updates=records),
                         [("A", 0, 1), ("A", 1, 2)])

    def test_ribs_tell_too(self):
        self.assertEqual(self.lines(
            WANTED, a_rib=[rib(0, (1, GOOD), (2, BAD), (3, GOOD))],
            b_updates=[withdraw(5, peer=1), withdraw(6, peer=2),
                       announce(7, BAD, peer=3), withdraw(8, peer=3)],
            c_rib=[rib(10, (2, GOOD))], d_updates=[withdraw(11, peer=2)]),
            [("B", 0, 1), ("B", 0, 3), ("W", 5, 1), ("B", 10, 2),
             ("W", 11, 2)])

    def test_in_the_order_of_time(self):
        """The second file speaks in the midst of the first."""
        files = {"a": [announce(0, GOOD), announce(1, GOOD, Q),
                       withdraw(20), withdraw(21, Q)],
                 "b": [announce(10, BAD), announce(30, GOOD), withdraw(31)]}
        self.assertEqual(self.lines(WANTED + ["--sorted"], **files),
                         [("A", 0, 1), ("A", 1, 1), ("W", 21, 1),
                          ("A", 30, 1), ("W", 31, 1)])
        self.assertEqual(self.lines(WANTED + ["--sorted", "--type", "W"],
                                    **files), [("W", 21, 1), ("W", 31, 1)])

    def test_states_have_no_route(self):
        state = mrt.state_change(T, 64500, "192.0.2.1", 64999, "192.0.2.250",
                                 6, 1)
        self.assertEqual(self.lines([], updates=[state]), [("STATE", 0, 1)])
        self.assertEqual(self.lines(["-J", "64500"], updates=[state]),
                         [("STATE", 0, 1)])
        for options in (WANTED, ["-4"], ["-p", P], ["-J", "1"],
                        ["--type", "!S"], ["-t", str(T + 1)]):
            self.assertEqual(self.lines(options, updates=[
                state, announce(1, BAD)][:1]), [])


if __name__ == "__main__":
    unittest.main()
