"""What every scenario needs."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "support"))

import mrtwrite as mrt  # noqa: E402,F401
from outagescase import (ScenarioCase, clock, run_outages,  # noqa: E402,F401
                         unix)
from scenario import (WATCHED, WATCHED_V6, Route, World,  # noqa: E402,F401
                      rfc3339)


def one_collector(peers=10, hours=4, style="routeviews", ribs=None,
                  peer_options=None, world_options=None, **options):
    """A world of one collector with so many full feeds."""
    world = World(hours=hours, **(world_options or {}))
    name = "rrc00" if style == "ris" else "route-views2"
    col = world.collector(name, style, ribs=ribs, **options)
    col.peers(peers, **(peer_options or {}))
    return world, col


def ips(peers):
    return [p.ip for p in peers]
