#!/usr/bin/env python3
"""Hold output of "blackout outages" or "blackout info", as json or jsonl,
against its schema, and against what a schema cannot say.

    validate.py FILE [FILE...]      "-" is standard input

Prints one line for each thing that is wrong; exit status 1 if there is any.
"""

import calendar
import json
import pathlib
import sys
import time

import jsonschema

import validate_check


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


def words_problems(items, whole, where):
    """What peers or files said must add up to what their collector did."""
    for key in ("messages", "announced_ipv4", "announced_ipv6",
                "withdrawn_ipv4", "withdrawn_ipv6", "state_changes", "ups",
                "downs"):
        if sum(i[key] for i in items) != whole[key]:
            yield "%s do not add up: %s" % (where, key)


def collector_problems(report, c):
    files = [f for f in report["files"] if f["collector"] == c["name"]]
    peers = [p for p in report["peers"] if p["collector"] == c["name"]]
    where = "collector " + c["name"]
    yield from words_problems(files, c, where + ": files")
    yield from words_problems(peers, c, where + ": peers")
    if len(peers) != c["peers"]:
        yield where + ": peers do not count up"
    for family in ("ipv4", "ipv6"):
        full = sum(p["full_feed_" + family] or 0 for p in peers)
        if full != (c["full_feed_" + family] or 0):
            yield where + ": full feeds do not count up"
    if sum(f["records"] for f in files) != c["records"] + c["repeats"]:
        yield where + ": records do not add up"
    if sum(f["ribs"] for f in files) != len(
            [r for r in report["ribs"] if r["collector"] == c["name"]]):
        yield where + ": RIBs do not add up"
    damaged = [f["file"] for f in files if f["damage"]]
    if len(damaged) != c["damaged_files"]:
        yield where + ": damaged files do not add up"
    if c["whole"] != (not c["gaps"] and not damaged):
        yield where + ": whole or not?"
    for gap in c["gaps"]:
        if gap["end"] <= gap["start"]:
            yield where + ": a gap ends before it begins"


def info_problems(report):
    if [c["name"] for c in report["collectors"]] != sorted(
            c["name"] for c in report["collectors"]):
        yield "collectors are not in order"
    for c in report["collectors"]:
        yield from collector_problems(report, c)
    for f in report["files"]:
        if sum(k["records"] for k in f["records_by_type"]) != f["records"]:
            yield f["file"] + ": records do not add up"
        told = [d for d in report["damage"] if d["file"] == f["file"]]
        if len(told) != f["damage"]:
            yield f["file"] + ": damage does not add up"
    if report["whole"] and not all(c["whole"] for c in report["collectors"]):
        yield "whole, but a collector is not"


def schema_problems(docs):
    name = docs[-1]["schema"].split("/")[1]
    validator = validate_check.load(name)
    for doc in docs:
        for error in validator.iter_errors(doc):
            best = jsonschema.exceptions.best_match([error])
            yield "schema: %s: %s" % (best.json_path, best.message[:300])


def problems(docs, lines):
    yield from schema_problems(docs)
    if docs[-1]["schema"].startswith("blackout/timeline/"):
        yield from timeline_problems(docs[-1])
    elif docs[-1]["schema"].startswith("blackout/info/"):
        yield from info_problems(docs[-1])
    else:
        yield from outages_problems(docs, lines)


def timeline_problems(report):
    for curve in report["curves"]:
        for p in curve["prefixes"]:
            times = [s["time"] for s in p["steps"]]
            if any(a >= b for a, b in zip(times, times[1:])):
                yield "steps of %s are not in order" % p["prefix"]
            for s in p["steps"]:
                if s["carrying"] > s["voting"]:
                    yield "more carry %s than vote: %s" % (p["prefix"], s)
            for a, b in zip(p["steps"], p["steps"][1:]):
                if dict(a, time=0) == dict(b, time=0):
                    yield "a step of %s is none: %s" % (p["prefix"], b)


def outages_problems(docs, lines):
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
