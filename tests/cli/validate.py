#!/usr/bin/env python3
"""Hold output of "blackout outages --format json" or "jsonl" against the
schema, and against what a schema cannot say.

    validate.py FILE [FILE...]      "-" is standard input

Prints one line for each thing that is wrong; exit status 1 if there is any.
"""

import calendar
import json
import pathlib
import sys
import time

import jsonschema

SCHEMA = (pathlib.Path(__file__).resolve().parents[2] / "testdata" / "schema" /
          "outages.schema.json")


def documents(text):
    """The objects of a report: one, or one a line."""
    try:
        return [json.loads(text)], False
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()], True


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def span_problems(span, what):
    if span["end"] is not None:
        if span["end"] <= span["start"]:
            yield "%s ends before it begins: %s" % (what, span)
        elif seconds(span["end"]) - seconds(span["start"]) != span["duration"]:
            yield "duration of %s is wrong: %s" % (what, span)


def outage_problems(outage):
    where = "outage of AS%d at %s" % (outage["asn"], outage["start"])
    yield from span_problems(outage, where)
    if outage["ongoing"] != (outage["end"] is None):
        yield where + ": ongoing and end disagree"
    if outage["start_known"] != (outage["start_earliest"] is not None):
        yield where + ": start_known and start_earliest disagree"
    if outage["prefixes_lost"] > outage["prefixes_total"]:
        yield where + ": more prefixes lost than there are"
    if outage["peers"]["still_carrying"] > outage["peers"]["voting"]:
        yield where + ": more peers carry it than vote"
    for span in outage["blackouts"]:
        yield from span_problems(span, where + ", blackout")
        if span["start"] < outage["start"]:
            yield where + ": a blackout begins before it"
    starts = [(p["start"], p["prefix"]) for p in outage["prefixes"]]
    if [s[0] for s in starts] != sorted(s[0] for s in starts):
        yield where + ": prefixes are not in order"


def problems(docs, lines):
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for doc in docs:
        for error in validator.iter_errors(doc):
            best = jsonschema.exceptions.best_match([error])
            yield "schema: %s: %s" % (best.json_path, best.message[:300])
    if lines:
        kinds = [doc.get("type") for doc in docs]
        if kinds != ["outage"] * (len(docs) - 1) + ["summary"]:
            yield "lines are not outages and then one summary"
        outages = docs[:-1]
    else:
        outages = docs[0].get("outages", [])
    for outage in outages:
        yield from outage_problems(outage)
    coverage = docs[-1]["coverage"]
    names = [c["name"] for c in coverage["collectors"]]
    if names != sorted(names):
        yield "collectors are not in order"
    if coverage["end"] < coverage["start"]:
        yield "coverage ends before it begins"


def main(paths):
    wrong = 0
    for path in paths:
        text = (sys.stdin.read() if path == "-" else
                pathlib.Path(path).read_text(encoding="utf-8"))
        for problem in problems(*documents(text)):
            print("%s: %s" % (path, problem))
            wrong += 1
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
