"""Every known defect has its right outcome, and the table tells of today."""

import json
import os
import re
import unittest

import table

BINARY_GIVEN = os.environ.get("BLACKOUT")


@unittest.skipUnless(BINARY_GIVEN or os.path.exists(table.BINARY),
                     "no " + table.BINARY)
class Defects(unittest.TestCase):

    def check_status(self, defect, runs):
        """A number for all commands, or the one of `dump` for it alone."""
        for name, run in runs.items():
            want = defect.status
            if isinstance(want, dict):
                want = want.get(name, 0)
            self.assertEqual(run.status, want, (name, run.err))

    def check_messages(self, defect, runs):
        for name, run in runs.items():
            if defect.told == "":
                self.assertEqual(run.err, "", name)
            elif run.status != 0:
                self.assertRegex(run.err, defect.told, name)

    def check_reports(self, defect, runs):
        reports = {name: json.loads(runs[name].out)
                   for name in ("info", "outages") if runs[name].out}
        for name, report in reports.items():
            self.assertEqual(bool(report["damage"]), runs[name].status == 1,
                             report["damage"])
        if "info" in reports:
            self.assertEqual(reports["info"]["whole"],
                             runs["info"].status == 0)
        if "outages" in reports:
            self.assertEqual(len(reports["outages"]["outages"]),
                             defect.windows, reports["outages"]["outages"])

    def check_table_format(self, defect):
        """No time that is none."""
        for command in ("outages", "info"):
            argv = [a for a in table.COMMANDS[command]
                    if a not in ("--format", "json")]
            run = table.run_on(defect,
                               lambda path: [table.BINARY, *argv, path])
            for year in re.findall(r"(-?\d+)-\d\d-\d\d \d\d:", run.out):
                self.assertIn(int(year), range(1999, 2024), run.out)

    def test_outcomes(self):
        names = set()
        for defect in table.defects.all_defects():
            with self.subTest(defect.name):
                self.assertNotIn(defect.name, names)
                names.add(defect.name)
                runs = table.run_blackout(defect)
                self.check_status(defect, runs)
                self.assertTrue(
                    table.rows_fit(defect, runs["dump"]),
                    "%s\nnot %s" % (runs["dump"].elements()[:20],
                                    defect.rows))
                self.check_messages(defect, runs)
                self.check_reports(defect, runs)
                self.check_table_format(defect)

    def test_table_is_of_today(self):
        """Make it anew by tests/hostile/table.py --write."""
        inside = table.split_readme()[1]
        names = [c.strip() for c in inside.split("\n")[0].split("|")[4:-1]]
        if not set(names) <= set(table.peers()):
            self.skipTest("not all of %s are here" % ", ".join(names))
        self.maxDiff = None
        self.assertEqual(table.like(inside.splitlines()),
                         table.like(table.table(names)))

    @unittest.skipUnless("bgpdump" in table.peers(), "no bgpdump")
    def test_counts_of_the_readme(self):
        """What table.py --count prints."""
        text = (table.ROOT / "README.md").read_text()
        inside = text.split("<!-- counts: begin -->\n")[1]
        told = inside.split("<!-- counts: end -->")[0].splitlines()
        for line, today in zip(told, table.counts(), strict=True):
            *ours, bgpdump = line.split("|")[1:-1]
            *ours_today, bgpdump_today = today.split("|")[1:-1]
            self.assertEqual(ours, ours_today)
            if bgpdump.strip().isdigit():   # of one it is not sure
                self.assertAlmostEqual(int(bgpdump), int(bgpdump_today),
                                       delta=1)


if __name__ == "__main__":
    unittest.main()
