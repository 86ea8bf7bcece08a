#!/usr/bin/env python3
"""Holds every #include of the project against the order of its layers.

A file may include headers of its own layer and of lower ones; mrt/ and bgp/
stand beside each other and never include each other.  src/README.md has the
same order in words.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

LAYERS = {"base": 0, "io": 1, "urls": 1, "delegated": 2, "mrt": 2, "bgp": 2,
          "filter": 3, "feed": 4, "elem": 5, "state": 5, "info": 5, "outage": 6,
          "part": 6, "claims": 7, "report": 8, "cli": 9}

# Public headers, by the layer that implements them.
PUBLIC = {
    "base": ["cursor", "event", "prefix", "status", "timefmt"],
    "io": ["source"],
    "urls": ["urls"],
    "delegated": ["delegated", "asnames"],
    "mrt": ["mrt"],
    "bgp": ["bgp"],
    "filter": ["filter"],
    "feed": ["archive", "feed"],
    "elem": ["elem"],
    "state": ["state", "timeline"],
    "info": ["info"],
    "outage": ["curve", "outage"],
    "part": ["part"],
    "claims": ["claims", "check"],
    "report": ["report", "rows"],
}
LAYER_OF_HEADER = {"blackout/%s.h" % name: layer
                   for layer, names in PUBLIC.items() for name in names}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def layer_of_include(name):
    if name in LAYER_OF_HEADER:
        return LAYER_OF_HEADER[name]
    first = name.split("/")[0]
    return first if first in LAYERS and "/" in name else None


def problems(path, layer):
    for name in INCLUDE.findall(path.read_text()):
        target = layer_of_include(name)
        if (path.parent / name).exists():
            continue
        if target is None:
            yield "%s includes %s, which is of no known layer" % (path, name)
        elif target != layer and LAYERS[target] >= LAYERS[layer]:
            yield "%s (%s) includes %s (%s)" % (path, layer, name, target)


def sources():
    for path in sorted((ROOT / "src").glob("*/*.[ch]")):
        yield path, path.parent.name
    for path in sorted((ROOT / "include" / "blackout").glob("*.h")):
        yield path, LAYER_OF_HEADER.get("blackout/" + path.name)


def main():
    wrong, seen = 0, {}
    for path, layer in sources():
        name = path.relative_to(ROOT)
        if layer not in LAYERS:
            print("%s is of no known layer" % name)
            wrong += 1
            continue
        for problem in problems(path, layer):
            print(problem)
            wrong += 1
        if path.suffix == ".c" and seen.setdefault(path.name, name) != name:
            print("%s and %s share a name" % (seen[path.name], name))
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
