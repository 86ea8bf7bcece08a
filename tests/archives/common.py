"""Runs `blackout` on archives outside the project, where present.

Data: $BLACKOUT_DATA, or ../shared/data beside this tree; without it the tests
are skipped.  Binary: $BLACKOUT, or build/release/blackout.
"""

import calendar
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "support"))

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BINARY = os.environ.get("BLACKOUT") or \
    os.path.join(ROOT, "build", "release", "blackout")
DATA = os.environ.get("BLACKOUT_DATA") or \
    os.path.join(ROOT, "..", "shared", "data")


def unix(text):
    """Unix seconds of RFC 3339 UTC, a fraction being cut off."""
    if text is None:
        return None
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def data(*parts):
    path = os.path.join(DATA, *parts)
    if not os.path.exists(path):
        raise unittest.SkipTest("no " + path)
    return path


def report(command, *argv, status=0):
    """A report as an object; the exit status must be as said (None: any)."""
    run = subprocess.run([BINARY, command, "--format", "json", *argv],
                         capture_output=True, text=True)
    if status is not None and run.returncode != status:
        raise AssertionError("exit status %d, not %d\n%s" % (
            run.returncode, status, run.stderr))
    return json.loads(run.stdout)


def outages(*argv, status=0):
    return report("outages", *argv, status=status)


def windows(report, asn=None):
    return [(unix(o["start"]), unix(o["end"])) for o in report["outages"]
            if asn in (None, o["asn"])]


def day(date):
    """Turns "HH:MM:SS" of one day into Unix seconds."""
    base = unix(date + "T00:00:00")

    def at(text):
        h, m, s = (int(x) for x in text.split(":"))
        return base + h * 3600 + m * 60 + s
    return at


class ArchiveCase(unittest.TestCase):
    def assert_windows(self, found, expected, tolerance=0):
        """Each (start, end) within tolerance seconds; end None: ongoing."""
        self.assertEqual(len(found), len(expected), "%s, not %s" % (
            found, expected))
        for got, want in zip(found, expected):
            for g, w in zip(got, want):
                if w is None or g is None:
                    self.assertEqual(g, w, (got, want))
                else:
                    self.assertLessEqual(abs(g - w), tolerance, (got, want))

    def assert_no_overlap(self, report, start, end):
        for s, e in windows(report):
            self.assertFalse(s < end and start < (e or end + 1), (s, e))
