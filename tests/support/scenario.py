"""A small world of collectors, peers and routes that plays a scenario and
writes what the collectors would have written, with the truth beside it.

    w = World(hours=4)
    rv = w.collector("route-views2")
    rv.peers(10)
    w.outage("01:30:00", "02:10:00")
    w.write(folder)                      # the archive, and folder/truth.json

Two tables exist for every session: what the peer really carries (peer.table)
and what the collector holds of it (peer.seen).  RIBs and updates are written
from the second, the truth from the first; a confounder is anything that makes
the two differ.  Everything is deterministic: same seed, same bytes.

Times are "HH:MM[:SS]" after the world's first midnight ("1d 03:00" for later
days), or seconds after it.  Inside, they are Unix seconds.
"""

import bisect
import calendar
import functools
import heapq
import itertools
import json
import os
import random
import time

import mrtwrite as mrt

WATCHED_ASN = 131279
WATCHED = ["175.45.176.0/24", "175.45.177.0/24", "175.45.178.0/24",
           "175.45.179.0/24"]
WATCHED_V6 = ["2001:db8:4500::/40", "2001:db8:4600::/40"]
TRANSIT = 4837
COLLECTOR_ASN = 6447
PEER_ASNS = [3356, 2914, 6939, 1299, 3257, 7018, 174, 6461, 3491, 2497, 7660,
             11686, 3561, 701, 5511, 6762, 3320, 6453, 8492, 20912, 22652,
             37100, 49788, 53767, 57866, 58511, 34224, 19214, 14907, 852]
MONTH = 30 * 86400


def filler(fam, count):
    """Prefixes of other networks, and who originates each."""
    if fam == 4:
        return [("20.%d.%d.0/24" % (i // 16, i % 16 * 8), 3800 + i % 20)
                for i in range(count)]
    return [("2001:500:%x::/48" % (i + 1), 3800 + i % 20)
            for i in range(count)]


def origins(path):
    last = path[-1] if path else None
    if isinstance(last, (tuple, frozenset)):
        return set(last)
    return {last} if path else set()


class Route:
    __slots__ = ("path", "since", "med", "communities")

    def __init__(self, path, since, med=None, communities=()):
        self.path, self.since, self.med = tuple(path), since, med
        self.communities = tuple(communities)

    def said(self):
        """What stands in one UPDATE for all its prefixes."""
        return self.path, self.med, self.communities


class Rec:
    """One record of a file: its time, whose it is, its bytes, and what it
    says as bgpdump -m would put it (None: bgpdump does not know it)."""
    __slots__ = ("time", "peer", "data", "says")

    def __init__(self, when, peer, data, says=()):
        self.time, self.peer, self.data, self.says = when, peer, data, says


class Peer:
    """One session of a collector.

    feed      share of the filler prefixes carried, per family: {4: 1.0}
    late      has no session yet when the data open
    chatter   (shortest, longest) seconds between two words about filler
              prefixes; None: speaks only when the scenario makes it
    """

    def __init__(self, col, asn, ip, feed, as4=True, addpath=False,
                 chatter=(15, 45), carries=None, late=False):
        self.col, self.asn, self.ip, self.feed = col, asn, ip, feed
        self.as4, self.addpath, self.chatter = as4, addpath, chatter
        self.table = {}
        self.seen = {}
        self.up = not late   # the collector holds the session
        self.muted = False   # the collector holds it, but hears nothing
        self.carries = carries
        self.age = MONTH     # of the watched routes when the data open
        self.rng = random.Random("%s %s" % (col.name, ip))

    @property
    def id(self):
        return "%s %s AS%d" % (self.col.name, self.ip, self.asn)

    def full(self, fam):
        return self.feed.get(fam, 0) >= 0.75

    def next_hop(self, fam):
        if mrt.family(self.ip) == fam:
            return self.ip
        return "2001:db8:ffff::1" if fam == 6 else "192.0.2.254"

    # What the collector hears.

    def _record(self, when, message, says):
        col = self.col
        if not (col.running and not col.hung and self.up and not self.muted):
            return
        data = mrt.bgp4mp(when, self.asn, self.ip, col.asn, col.local_ip(self),
                          message, self.as4, self.addpath, col.et)
        stamp = "%d" % when if not col.et else "%.6f" % when
        kind = "BGP4MP" + ("_ET" if col.et else "") + \
            ("_AP" if self.addpath else "")
        head = (kind, stamp)
        col.recs.append(Rec(when, self.id, data, [
            head + (s[0], self.ip, str(self.asn)) + s[1:] for s in says]))

    def _pid(self, pid):
        return (pid or 0) if self.addpath else None

    def say_announce(self, when, keys, route, mp=False):
        """keys: (prefix, path id), all of one family and one path id."""
        prefixes, pid = [k[0] for k in keys], self._pid(keys[0][1])
        fam = mrt.family(prefixes[0])
        text = path_text(route.path)
        self._record(when, mrt.announce(
            prefixes, route.path, self.next_hop(fam), self.as4, route.med,
            pid, mp, route.communities), [("A", p) + (() if pid is None else (str(pid),)) +
                       (text,) for p in prefixes])

    def say_withdraw(self, when, keys, mp=False):
        prefixes, pid = [k[0] for k in keys], self._pid(keys[0][1])
        self._record(when, mrt.withdraw(prefixes, pid, mp), [
            ("W", p) + (() if pid is None else (str(pid),))
            for p in prefixes])

    def say_eor(self, when, fam, mp=False):
        self._record(when, mrt.end_of_rib(fam, mp), [])

    def say_state(self, when, old, new):
        col = self.col
        if not col.running or col.hung:
            return
        data = mrt.state_change(when, self.asn, self.ip, col.asn,
                                col.local_ip(self), old, new, self.as4, col.et)
        stamp = "%d" % when if not col.et else "%.6f" % when
        col.recs.append(Rec(when, self.id, data, [
            ("BGP4MP" + ("_ET" if col.et else ""), stamp, "STATE", self.ip,
             str(self.asn), str(old), str(new))]))

    # What the peer really does.

    def set(self, when, keys, route, mp=False, recorded=True):
        for key in keys:
            self._note(when, key, route)
            self.table[key] = route
        if not self.up:
            return
        for key in keys:
            if not self.muted or not recorded:
                self.seen[key] = route
        if recorded:
            for group in by_message(keys):
                self.say_announce(when, group, route, mp)

    def unset(self, when, keys, mp=False, recorded=True):
        keys = [k for k in keys if k in self.table]
        for key in keys:
            del self.table[key]
            self._note(when, key, None)
        if not keys or not self.up:
            return
        for key in keys:
            if not self.muted or not recorded:
                self.seen.pop(key, None)
        if recorded:
            for group in by_message(keys):
                self.say_withdraw(when, group, mp)

    def _note(self, when, key, route):
        """Into the truth: does this peer carry the prefix from the AS?"""
        world = self.col.world
        carried = any(k[0] == key[0] and k != key and world.counts(r)
                      for k, r in self.table.items()) \
            if self.addpath else False
        if route is not None and world.counts(route):
            carried = True
        world.carried.append((when, key[0], self, carried))


@functools.lru_cache(maxsize=None)
def path_text(path):
    return " ".join("{%s}" % ",".join(str(a) for a in sorted(h))
                    if isinstance(h, (tuple, frozenset)) else str(h)
                    for h in path)


def by_message(keys):
    """Split keys into groups that fit one UPDATE: one family, one path id."""
    groups = {}
    for key in keys:
        groups.setdefault((mrt.family(key[0]), key[1]), []).append(key)
    for group in groups.values():
        for i in range(0, len(group), 200):
            yield group[i:i + 200]


class Collector:
    """style "routeviews" (no state messages, 15-minute files, RIBs every two
    hours) or "ris" (state messages, 5-minute files, bviews)."""

    def __init__(self, world, name, style, ribs, cadence, offset, codec, et,
                 split, mp_full, states):
        self.world, self.name, self.style = world, name, style
        ris = style == "ris"
        self.states = ris if states is None else states
        self.cadence = cadence or (300 if ris else 900)
        self.offset = offset
        self.codec = codec or ("gz" if ris else "bz2")
        self.et, self.split, self.mp_full = et, split, mp_full
        self.asn = 12654 if ris else COLLECTOR_ASN
        self.peer_list, self.recs, self.rib_files = [], [], []
        self.running, self.hung = True, False
        self.runs = [[world.start, world.end]]
        self.updates = True
        if ribs is None:
            ribs = range(world.start, world.end + 1, 7200)
        # Each a time, or (time, seconds the dump takes, seconds it lags).
        self.rib_times = list(ribs)
        self.fake_peer = not ris    # FRR's entry 0: 0.0.0.0, AS 0
        self.fake_routes = False
        # RIB records without path identifiers, as FRR writes them where the
        # first path is not of an ADD-PATH peer.
        self.plain_ribs = False

    def local_ip(self, peer):
        return "192.0.2.250" if mrt.family(peer.ip) == 4 else \
            "2001:db8:99::fffe"

    def peer(self, asn=None, ip=None, feed=None, **kw):
        n = self.world.next_peer()
        if asn is None:
            asn = PEER_ASNS[(n - 1) % len(PEER_ASNS)]
        if ip is None:
            ip = "192.0.2.%d" % n if n < 250 else "198.51.100.%d" % (n - 250)
        peer = Peer(self, asn, ip, feed or dict(self.world.feed), **kw)
        self.peer_list.append(peer)
        return peer

    def peers(self, count, **kw):
        return [self.peer(**kw) for _ in range(count)]

    # Confounders of the whole collector.

    def stop(self, when):
        """The collector dies: no records, no files, all sessions gone."""
        def act(now):
            self.running = False
            self.runs[-1][1] = now
            for p in self.peer_list:
                p.up, p.seen = False, {}
        self.world.at(when, act, "%s stops" % self.name)

    def start(self, when, transfer=40, eor=True):
        def act(now):
            self.running = True
            self.runs.append([now, self.world.end])
        self.world.at(when, act, "%s starts again" % self.name)
        for i, p in enumerate(self.peer_list):
            self.world.session_up(self.world.t(when) + 2 + i, p,
                                  transfer=transfer, eor=eor)

    def hang(self, when, until, transfer=40):
        """Files go on but hold nothing; the sessions are gone meanwhile."""
        def act(now):
            self.hung = True
            for p in self.peer_list:
                p.up, p.seen = False, {}

        def wake(now):
            self.hung = False
        self.world.at(when, act, "%s records nothing" % self.name)
        self.world.at(until, wake, "%s records again" % self.name)
        for i, p in enumerate(self.peer_list):
            self.world.session_up(self.world.t(until) + 2 + i, p,
                                  transfer=transfer)

    def raw(self, when, data, peer=None):
        """Put any record into the updates."""
        def act(now):
            self.recs.append(Rec(now, peer.id if peer else "raw", data, None))
        self.world.at(when, act, "%s: a raw record" % self.name)

    # RIBs.

    def dump_rib(self, now, seconds=0, lag=0):
        """Schedule one RIB: its records spread over seconds; lag: it shows
        the table of lag seconds before its stamp."""
        name = RibFile(self, now)
        self.rib_files.append(name)
        world = self.world

        def part(when, i, n):
            def act(_):
                if self.running:
                    name.write(when, i, n)
            world.at(when - lag, act, None)
        n = seconds + 1
        for i in range(n):
            part(now + i, i, n)


class RibFile:
    """One table dump being written, piece by piece."""

    def __init__(self, col, when):
        self.col, self.time = col, when
        self.recs, self.sequence = [], 0
        self.all = None

    def write(self, when, piece, pieces):
        col = self.col
        first = piece == 0
        if first:
            index = [("0.0.0.0", 0, True)] if col.fake_peer else []
            index += [(p.ip, p.asn, p.as4) for p in col.peer_list]
            self.recs.append(Rec(when, "index", mrt.peer_index_table(
                when, "192.0.2.250", index)))
        known = set()
        for p in col.peer_list:
            known.update(k[0] for k in p.seen)
        if col.fake_peer and col.fake_routes:
            known.update(col.world.prefixes)
        known = sorted(known, key=lambda q: (mrt.family(q), mrt.nlri(q)[1:],
                                             mrt.nlri(q)[:1]))
        # Pieces are cut by place in the address order, so that a prefix that
        # comes or goes during the dump does not shift the others.
        if self.all is None:
            self.all = known
        cuts = [self.all[len(self.all) * i // pieces]
                for i in range(1, pieces)] if self.all else []
        order = (lambda q: (mrt.family(q), mrt.nlri(q)[1:], mrt.nlri(q)[:1]))
        keys = [order(c) for c in cuts]
        for prefix in known:
            if bisect.bisect_right(keys, order(prefix)) == piece:
                self.prefix(when, prefix)

    def prefix(self, when, prefix):
        col = self.col
        base = 1 if col.fake_peer else 0
        entries, addpath, says = [], False, []
        if col.fake_peer and col.fake_routes and prefix in col.world.prefixes:
            attrs = mrt.rib_attributes(prefix, (col.world.asn,), "192.0.2.254"
                                       if mrt.family(prefix) == 4 else "::1")
            entries.append((0, self.time - MONTH, attrs, 0))
            says.append(("0.0.0.0", "0", prefix, str(col.world.asn)))
        for i, p in enumerate(col.peer_list):
            keys = [(prefix, None)] if not p.addpath else \
                sorted((k for k in p.seen if k[0] == prefix),
                       key=lambda k: k[1] or 0)
            for key in keys:
                route = p.seen.get(key)
                if route is None:
                    continue
                addpath = addpath or (p.addpath and not col.plain_ribs)
                attrs = mrt.rib_attributes(
                    prefix, route.path, p.next_hop(mrt.family(prefix)),
                    col.mp_full, route.communities)
                entries.append((base + i, route.since, attrs, key[1] or 0))
                says.append((p.ip, str(p.asn), prefix,
                             path_text(route.path)))
        step = col.split or len(entries) or 1
        for i in range(0, len(entries), step):
            self.recs.append(Rec(when, "rib", mrt.rib_record(
                when, self.sequence, prefix, entries[i:i + step], addpath),
                says[i:i + step]))
            self.sequence += 1


class World:
    """Everything there is.  feed: what a full-feed peer carries."""

    def __init__(self, hours=4, start="2020-03-01", seed=1, fillers=200,
                 fillers6=60, prefixes=WATCHED, asn=WATCHED_ASN, v6=False,
                 chatter=True):
        self.start = calendar.timegm(time.strptime(start, "%Y-%m-%d"))
        self.end = self.start + int(hours * 3600)
        self.rng = random.Random(seed)
        self.seed, self.asn, self.prefixes = seed, asn, list(prefixes)
        self.v6 = v6 or any(mrt.family(p) == 6 for p in prefixes)
        self.feed = {4: 1.0, 6: 1.0} if self.v6 else {4: 1.0}
        self.fillers = {4: filler(4, fillers), 6: filler(6, fillers6)}
        self.collectors, self.queue = [], []
        self.count = itertools.count()
        self.peer_count = 0
        self.chatter = chatter
        self.story, self.carried, self.notes = [], [], []
        self.built = None
        # Of the watched routes when the data open.
        self.communities = ()
        # What counts as carrying a prefix: of the AS, and perhaps more.
        self.counted = None

    def counts(self, route):
        return self.asn in origins(route.path) and \
            (self.counted is None or self.counted(route))

    # Time and plan.

    def t(self, when):
        """Unix seconds of "HH:MM[:SS]", "1d 03:00", seconds, or itself."""
        if not isinstance(when, str):
            return when if when >= self.start else self.start + when
        day = 0
        if "d" in when:
            day, when = when.split("d")
        part = [float(x) if "." in x else int(x)
                for x in when.strip().split(":")]
        part += [0] * (3 - len(part))
        return (self.start + int(day) * 86400 + part[0] * 3600 +
                part[1] * 60 + part[2])

    def at(self, when, act, label):
        when = self.t(when)
        if label:
            self.story.append((when, label))
        heapq.heappush(self.queue, (when, next(self.count), act))

    def next_peer(self):
        self.peer_count += 1
        return self.peer_count

    def collector(self, name, style="routeviews", ribs=None, cadence=None,
                  offset=0, codec=None, et=False, split=None, mp_full=False,
                  states=None):
        col = Collector(self, name, style, ribs, cadence, offset, codec, et,
                        split, mp_full, states)
        self.collectors.append(col)
        return col

    def all_peers(self):
        return [p for c in self.collectors for p in c.peer_list]

    # Intent.

    def path(self, peer, origin=None, via=TRANSIT):
        return (peer.asn, via, self.asn if origin is None else origin)

    def _who(self, peers, prefixes):
        peers = self.all_peers() if peers is None else peers
        return peers, self.prefixes if prefixes is None else list(prefixes)

    def withdraw(self, when, prefixes=None, peers=None, step=1, path_id=None,
                 mp=False, recorded=True):
        """Peers lose prefixes, one peer every step seconds."""
        peers, prefixes = self._who(peers, prefixes)
        when = self.t(when)
        self.story.append((when, "%d peers withdraw %s%s" % (
            len(peers), ",".join(prefixes[:6]),
            "" if recorded else " (not recorded)")))
        for i, p in enumerate(peers):
            keys = [(x, path_id) for x in prefixes]
            self.at(when + i * step, lambda now, p=p, keys=keys:
                    p.unset(now, keys, mp, recorded), None)

    def announce(self, when, prefixes=None, peers=None, step=1, origin=None,
                 path_id=None, via=TRANSIT, mp=False, recorded=True,
                 communities=None):
        peers, prefixes = self._who(peers, prefixes)
        when = self.t(when)
        self.story.append((when, "%d peers announce %s%s%s" % (
            len(peers), ",".join(prefixes[:6]),
            "" if origin is None else " from %s" % (origin,),
            "" if recorded else " (not recorded)")))
        if communities is None:
            communities = self.communities
        for i, p in enumerate(peers):
            keys = [(x, path_id) for x in prefixes]

            def act(now, p=p, keys=keys):
                p.set(now, keys, Route(self.path(p, origin, via), now,
                                       communities=communities), mp, recorded)
            self.at(when + i * step, act, None)

    def outage(self, down, up, prefixes=None, peers=None, step=1, **kw):
        self.withdraw(down, prefixes, peers, step, **kw)
        if up is not None:
            self.announce(up, prefixes, peers, step, **kw)

    # Sessions.

    def session_down(self, when, peer, new_state=mrt.IDLE, states=None):
        def act(now):
            if states if states is not None else peer.col.states:
                peer.say_state(now, mrt.ESTABLISHED, new_state)
            peer.up, peer.seen = False, {}
        self.at(when, act, "%s loses its session" % peer.id)

    def session_up(self, when, peer, transfer=30, eor=True, last=(),
                   states=None):
        """The session comes back: the whole table within transfer seconds,
        the prefixes in last at its end, then End-of-RIB."""
        def act(now):
            if not peer.col.running:
                return
            if states if states is not None else peer.col.states:
                for old, new in ((1, 4), (4, 5), (5, 6)):
                    peer.say_state(now, old, new)
            peer.up, peer.muted, peer.seen = True, False, {}
            groups = {}
            for key, route in peer.table.items():
                late = key[0] in last
                groups.setdefault((late, (route.path, route.communities),
                                   mrt.family(key[0]), key[1]),
                                  []).append(key)
            order = sorted(groups, key=lambda g: (g[0], g[2], str(g[1])))
            n = max(len(order) - 1, 1)
            for i, g in enumerate(order):
                self.at(now + transfer * i // n, lambda then, keys=groups[g]:
                        self._restate(then, peer, keys), None)
            if eor:
                for fam in (4, 6):
                    if peer.feed.get(fam):
                        self.at(now + transfer, lambda then, fam=fam:
                                peer.say_eor(then, fam), None)
        self.at(when, act, "%s has its session back%s" % (
            peer.id, "" if eor else " (no End-of-RIB)"))

    @staticmethod
    def _restate(when, peer, keys):
        if not peer.up:
            return
        same = {}
        for key in keys:
            route = peer.table.get(key)
            if route is not None:
                same.setdefault(route.said(), []).append(key)
        for group in same.values():
            route = peer.table[group[0]]
            for part in by_message(group):
                peer.say_announce(when, part, route)
            for key in group:
                peer.seen[key] = Route(route.path, when, route.med,
                                       route.communities)

    def reset(self, when, peers, down=60, step=0, **kw):
        for i, p in enumerate(peers):
            at = self.t(when) + i * step
            self.session_down(at, p, states=kw.get("states"))
            self.session_up(at + down, p, **kw)

    def die(self, when, peers):
        """Gone without a word; the collector's next RIB lists no table."""
        for p in peers:
            self.session_down(when, p, states=False)

    def mute(self, when, peers, until=None):
        """The session stands but nothing is heard; RIBs go on listing the
        table the collector last knew."""
        for p in peers:
            def act(now, p=p):
                p.muted = True

            def wake(now, p=p):
                p.muted = False
            self.at(when, act, "%s falls silent" % p.id)
            if until is not None:
                self.at(until, wake, "%s speaks again" % p.id)

    # Play.

    def _populate(self):
        for p in self.all_peers():
            for fam, share in p.feed.items():
                pool = self.fillers[fam]
                for prefix, origin in pool[:round(len(pool) * share)]:
                    key = (prefix, 1 if p.addpath else None)
                    since = self.start - MONTH + p.rng.randrange(86400)
                    p.table[key] = Route((p.asn, 1299 if p.asn != 1299
                                          else 3356, origin), since)
            mine = self.prefixes if p.carries is None else p.carries
            for prefix in mine:
                if not p.feed.get(mrt.family(prefix)):
                    continue
                for pid in ((1, 2) if p.addpath else (None,)):
                    via = TRANSIT if pid != 2 else 9930
                    route = Route(self.path(p, via=via), self.start - p.age,
                                  communities=self.communities)
                    p.table[(prefix, pid)] = route
                p._note(self.start, (prefix, pid), route)
            p.seen = dict(p.table) if p.up else {}
            p.filler_keys = [k for k in p.table if k[0] not in mine]
            if p.chatter and self.chatter and p.filler_keys:
                self._next_word(self.start, p)

    def _next_word(self, now, p):
        when = now + p.rng.randint(*p.chatter)
        if when < self.end:
            heapq.heappush(self.queue, (when, next(self.count),
                                        lambda t: self._word(t, p)))

    def _word(self, now, p):
        if p.up and not p.muted:
            key = p.rng.choice(p.filler_keys)
            old = p.table.get(key)
            if old is not None:
                route = Route(old.path, now, p.rng.randrange(1, 500))
                p.table[key] = p.seen[key] = route
                p.say_announce(now, [key], route)
        self._next_word(now, p)

    def build(self):
        """Play everything once; the Archive that comes of it."""
        if self.built is not None:
            return self.built
        # RIBs first, so that at equal times a RIB shows what was before.
        queue, self.queue = self.queue, []
        for col in self.collectors:
            for when in col.rib_times:
                how = when if isinstance(when, tuple) else (when,)
                col.dump_rib(self.t(how[0]), *how[1:])
        for item in queue:
            heapq.heappush(self.queue, (item[0], next(self.count), item[2]))
        self._populate()
        # A RIB that begins at the end still needs its own events.
        while self.queue and self.queue[0][0] <= self.end + 600:
            when, _, act = heapq.heappop(self.queue)
            act(when)
        self.built = Archive(self)
        return self.built

    # Truth.

    def dark(self, prefix, visibility=0.5):
        """When fewer than half of the full-feed ASNs carried the prefix from
        the AS: [(start, end or None)]."""
        fam = mrt.family(prefix)
        voters = {p for p in self.all_peers() if p.full(fam)}
        asns = {p.asn for p in voters}
        carry, out, since = {}, [], None
        notes = sorted((n for n in self.carried if n[1] == prefix and
                        n[0] < self.end),
                       key=lambda n: n[0])
        for when, group in itertools.groupby(notes, key=lambda n: n[0]):
            for _, _, peer, carried in group:
                if peer in voters:
                    carry[peer] = carried
            have = {p.asn for p, c in carry.items() if c}
            down = len(have) < visibility * len(asns)
            if down and since is None:
                since = when
            elif not down and since is not None:
                out.append((since, when))
                since = None
        if since is not None:
            out.append((since, None))
        return out

    def windows(self, loss=0.5, prefixes=None):
        """When at least that share of the watched prefixes was dark."""
        prefixes = self.prefixes if prefixes is None else prefixes
        edges = []
        for p in prefixes:
            for start, end in self.dark(p):
                edges.append((start, 1))
                if end is not None:
                    edges.append((end, -1))
        out, since, n = [], None, 0
        for when, group in itertools.groupby(sorted(edges),
                                             key=lambda e: e[0]):
            n += sum(e[1] for e in group)
            lost = n > 0 and n >= loss * len(prefixes)
            if lost and since is None:
                since = when
            elif not lost and since is not None:
                out.append((since, when))
                since = None
        if since is not None:
            out.append((since, None))
        return out

    def truth(self):
        archive = self.build()
        tracked = sorted({n[1] for n in self.carried})
        return {
            "seed": self.seed, "asn": self.asn, "prefixes": self.prefixes,
            "start": rfc3339(self.start), "end": rfc3339(self.end),
            "peers": [{"collector": p.col.name, "asn": p.asn, "ip": p.ip,
                       "feed": p.feed, "as4": p.as4, "addpath": p.addpath}
                      for p in self.all_peers()],
            "events": [{"time": rfc3339(when), "what": what}
                       for when, what in sorted(self.story)],
            "below_half": {p: [[rfc3339(a), b and rfc3339(b)]
                               for a, b in self.dark(p)] for p in tracked},
            "half_of_prefixes_below_half": [
                [rfc3339(a), b and rfc3339(b)] for a, b in self.windows()],
            "damage": archive.notes,
            "files": [f.path for f in archive.files],
        }

    def write(self, folder):
        return self.build().write(folder)


def rfc3339(when):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


class ArchiveFile:
    """One file to be: records, and what befell it."""

    def __init__(self, collector, kind, when, recs, stamp=None):
        self.collector, self.kind, self.time = collector, kind, when
        self.recs, self.codec = recs, collector.codec
        self.blob = None
        ris = collector.style == "ris"
        month = time.strftime("%Y.%m", time.gmtime(when))
        stamp = time.strftime("%Y%m%d.%H%M", time.gmtime(when))
        if ris:
            name = ("bview." if kind == "rib" else "updates.") + stamp
            folder = "%s/%s" % (collector.name, month)
        else:
            name = ("rib." if kind == "rib" else "updates.") + stamp
            folder = "%s/bgpdata/%s/%s" % (
                collector.name, month, "RIBS" if kind == "rib" else "UPDATES")
        self.path = "%s/%s%s" % (folder, name, mrt.suffix(self.codec))

    def plain(self):
        return b"".join(r.data for r in self.recs)

    def data(self):
        if self.blob is not None:
            return self.blob
        return mrt.compress(self.plain(), self.codec)


class Archive:
    """The files of all collectors, to be damaged and then written."""

    def __init__(self, world):
        self.world, self.notes, self.files = world, [], []
        for col in world.collectors:
            for rib in col.rib_files:
                if rib.recs:
                    self.files.append(ArchiveFile(col, "rib", rib.time,
                                                  rib.recs))
            if col.updates:
                for on, off in col.runs:
                    self._cut_into_files(col, on, off)

    def _cut_into_files(self, col, on, off):
        recs = [r for r in col.recs if on <= r.time < off]
        times = [r.time for r in recs]
        at = on
        while at < off:
            slot = (at - col.offset) // col.cadence * col.cadence + \
                col.offset + col.cadence
            until = min(slot, off)
            a, b = bisect.bisect_left(times, at), \
                bisect.bisect_left(times, until)
            self.files.append(ArchiveFile(col, "updates", at, recs[a:b]))
            at = until

    def find(self, kind, when, collector=None):
        """The file of that kind that begins at when."""
        when = self.world.t(when)
        hits = [f for f in self.files if f.kind == kind and f.time == when and
                (collector is None or f.collector is collector)]
        if len(hits) != 1:
            raise LookupError("%d %s files begin at %s" % (
                len(hits), kind, rfc3339(when)))
        return hits[0]

    def updates(self, when, collector=None):
        return self.find("updates", when, collector)

    def rib(self, when, collector=None):
        return self.find("rib", when, collector)

    def of(self, collector=None, kind=None):
        return [f for f in self.files
                if (collector is None or f.collector is collector) and
                (kind is None or f.kind == kind)]

    # Damage.

    def drop(self, *files):
        for f in files:
            self.notes.append("missing: " + f.path)
            self.files.remove(f)

    def empty(self, *files):
        for f in files:
            self.notes.append("empty: " + f.path)
            f.recs, f.blob = [], None

    def cut_at(self, f, when):
        """The download broke off: whole records before when are left, then
        half a record."""
        when = self.world.t(when)
        keep = [r for r in f.recs if r.time < when]
        lost = f.recs[len(keep)]
        data = b"".join(r.data for r in keep)
        if f.codec != "bz2":
            data += lost.data[:len(lost.data) // 2]
        f.blob = mrt.compress_cut(data, f.codec)
        self.notes.append("cut at %s: %s" % (rfc3339(when), f.path))

    def cut_after(self, f, count):
        """The same by number: count whole records and half of the next."""
        data = b"".join(r.data for r in f.recs[:count])
        if f.codec != "bz2":
            data += f.recs[count].data[:len(f.recs[count].data) // 2]
        f.blob = mrt.compress_cut(data, f.codec)
        self.notes.append("cut after %d records: %s" % (count, f.path))

    def cut_bytes(self, f, size):
        f.blob = f.data()[:size]
        self.notes.append("cut after %d bytes: %s" % (size, f.path))

    def insert(self, f, when, junk):
        """Bytes that are no record, before the first record from when on."""
        when = self.world.t(when)
        out, done = [], False
        for r in f.recs:
            if r.time >= when and not done:
                out.append(junk)
                done = True
            out.append(r.data)
        f.blob = mrt.compress(b"".join(out), f.codec)
        self.notes.append("%d stray bytes at %s: %s" % (
            len(junk), rfc3339(when), f.path))

    def replace(self, f, chosen, change):
        """Rewrite the bytes of the records that chosen(rec) accepts."""
        f.blob = mrt.compress(b"".join(
            change(r.data) if chosen(r) else r.data for r in f.recs), f.codec)
        self.notes.append("records damaged: " + f.path)

    def disorder(self, seconds, seed=7):
        """Records of different peers slip past each other by up to seconds,
        across file edges too; those of one peer keep their order."""
        rng = random.Random(seed)
        for col in self.world.collectors:
            files = sorted(self.of(col, "updates"), key=lambda f: f.time)
            last, order = {}, []
            for f in files:
                for r in f.recs:
                    key = max(last.get(r.peer, 0),
                              r.time + rng.uniform(0, seconds))
                    last[r.peer] = key
                    order.append((key, len(order), r))
            order.sort(key=lambda o: o[:2])
            edges = [f.time for f in files[1:]]
            for f in files:
                f.recs = []
            for key, _, r in order:
                files[bisect.bisect_right(edges, key)].recs.append(r)
        self.notes.append("clock disorder of %s s" % seconds)

    def split(self, f, index, tag="b"):
        """The same records in two files."""
        g = ArchiveFile(f.collector, f.kind, f.time, f.recs[index:])
        f.recs = f.recs[:index]
        base = "/".join(f.path.split("/")[:-1])
        stem = f.path.split("/")[-1]
        g.path = "%s/%s.%s%s" % (base, stem.split(mrt.suffix(f.codec) or
                                                  "\0")[0], tag,
                                 mrt.suffix(f.codec))
        if f.kind == "rib":
            # The second half needs the peer table: as cutting tools write it.
            g.recs = [f.recs[0]] + g.recs if index > 0 else g.recs
        self.files.append(g)
        return g

    def write(self, folder):
        """Write all files; returns their paths.  truth.json goes beside."""
        paths = []
        for f in sorted(self.files, key=lambda f: f.path):
            path = os.path.join(folder, "archive", f.path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(f.data())
            paths.append(path)
        with open(os.path.join(folder, "truth.json"), "w") as out:
            json.dump(self.world.truth(), out, indent=1)
            out.write("\n")
        return paths
