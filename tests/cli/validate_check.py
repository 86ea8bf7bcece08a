#!/usr/bin/env python3
"""Hold files of reports, and output of "blackout check --format json", against
their schemas, and against what a schema cannot say.

    validate_check.py FILE [FILE...]      "-" is standard input

Prints one line for each thing that is wrong; exit status 1 if there is any.
"""

import collections
import json
import pathlib
import sys

import jsonschema

SCHEMAS = (pathlib.Path(__file__).resolve().parents[2] / "testdata" /
           "schema")
OF = {"blackout/reports/1": "reports", "blackout/check/1": "check"}


def load(name):
    """A schema with those it refers to inside it, so that nothing is looked
    up elsewhere."""
    text = (SCHEMAS / (name + ".schema.json")).read_text()
    schema = json.loads(text.replace("outages.schema.json#/",
                                     "#/$defs/outages/"))
    if "outages.schema.json#/" in text:
        other = (SCHEMAS / "outages.schema.json").read_text()
        schema["$defs"]["outages"] = json.loads(
            other.replace('"#/$defs/', '"#/$defs/outages/$defs/'))
    return jsonschema.Draft202012Validator(schema)


def network_problems(network, where):
    for key in ("start", "end", "duration"):
        bound = network[key]
        if (bound is not None and bound["verdict"] != "confirmed" and
                network["verdict"] == "confirmed"):
            yield where + ": confirmed, but its " + key + " is not"
    if network["outages"] > len(network["observed"]):
        yield where + ": outages that are not shown"
    if network["known_seconds"] > network["claimed_seconds"]:
        yield where + ": more is known than was claimed"
    if network["observed"] and network["nearest"] is not None:
        yield where + ": observed, and a nearest one"
    if network["reason"] == "up" and network["observed"]:
        yield where + ": there, and out"


def claim_problems(claim):
    where = claim["id"]
    verdicts = {n["verdict"] for n in claim["networks"]}
    if verdicts == {"confirmed"} and claim["verdict"] != "confirmed":
        yield where + ": all networks are confirmed, and it is not"
    if claim["verdict"] == "confirmed" and verdicts != {"confirmed"}:
        yield where + ": confirmed, and not all networks are"
    if claim["verdict"] in ("differs", "contradicted") and not (
            verdicts & {"differs", "contradicted"}):
        yield where + ": no network says so"
    country = claim["claimed"]["country"]
    if country is not None and [(n["asn"], n["cc"]) for n in
                                claim["networks"]] not in ([], [(None,
                                                                 country)]):
        yield where + ": judged by something else than its country"
    if country is None and any(n["asn"] is None for n in claim["networks"]):
        yield where + ": judged by a country it does not name"
    if (claim["reason"] == "country") != (not claim["networks"]):
        yield where + ": a country that is not known, and yet judged"
    for network in claim["networks"]:
        yield from network_problems(network, "%s, AS%s" % (
            where, network["asn"]))


def check_problems(doc):
    for claim in doc["claims"]:
        yield from claim_problems(claim)
    counts = collections.Counter(c["verdict"] for c in doc["claims"])
    summary = dict(doc["summary"])
    if summary.pop("claims") != len(doc["claims"]):
        yield "the summary counts other claims"
    if any(counts[verdict] != n for verdict, n in summary.items()):
        yield "the summary does not add up: %s" % summary


def problems(doc):
    name = OF.get(doc.get("schema"))
    if name is None:
        yield "unknown schema %s" % doc.get("schema")
        return
    for error in load(name).iter_errors(doc):
        best = jsonschema.exceptions.best_match([error])
        yield "schema: %s: %s" % (best.json_path, best.message[:300])
    if name == "check":
        yield from check_problems(doc)


def main(paths):
    wrong = 0
    for path in paths:
        text = (sys.stdin.read() if path == "-" else
                pathlib.Path(path).read_text(encoding="utf-8"))
        for problem in problems(json.loads(text)):
            print("%s: %s" % (path, problem))
            wrong += 1
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
