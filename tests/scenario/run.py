#!/usr/bin/python3
"""Run single scenarios and keep what they wrote.

    run.py                        list them
    run.py NAME... [--keep DIR]   run those whose name holds NAME; under
                                  DIR/<Class.test>: 1/archive, 1/truth.json, and
                                  run-1.cmd, run-1.json for every run
"""

import argparse
import glob
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def all_tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from all_tests(item)
        else:
            yield item


def main():
    parser = argparse.ArgumentParser(
        description="run single scenarios, keep their archives")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--keep", metavar="DIR", default="/tmp/scenario")
    args = parser.parse_args()
    os.environ["SCENARIO_KEEP"] = args.keep
    tests = list(all_tests(unittest.defaultTestLoader.discover(
        HERE, "test_*.py")))
    if not args.names:
        for test in tests:
            print("%-70s %s" % (test.id(), (test.shortDescription() or "")))
        return 0
    chosen = [t for t in tests if any(n in t.id() for n in args.names)]
    if not chosen:
        print("no scenario of that name", file=sys.stderr)
        return 2
    result = unittest.TextTestRunner(verbosity=2).run(
        unittest.TestSuite(chosen))
    for test in chosen:
        name = ".".join(test.id().split(".")[-2:])
        for path in sorted(glob.glob(os.path.join(args.keep, name, "*",
                                                  "truth.json"))):
            print("\n" + path)
            with open(path) as f:
                text = f.read()
            print(text if len(text) < 6000 else text[:6000] + "...")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
