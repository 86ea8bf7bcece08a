"""Who runs against whom, and what must come of it."""

import os
import statistics
import subprocess
import tempfile

import measure

MB = 1e6
MEMORY_BASE, MEMORY_PER_THREAD = 64 * MB, 24 * MB
# With --all, by prefixes and peers of the table.
MEMORY_ALL = ((500000, 40, 600 * MB), (1200000, 60, 1500 * MB))
# Times below that say more of starting a program than of its work.
SHORT = 0.2
CALLGRIND_SAMPLE = 24 << 20

# A route is of the AS if it is the last of its path; a withdrawal, if the
# prefix ever was.
AWK = ("""awk -F'|' -v asn="$0" '$3=="W"{if($6 in p)print;next}"""
       """{n=split($7,a," ");if(a[n]==asn){p[$6];print}}'""")
BGPDUMP = 'for f in "$@"; do bgpdump -m "$f"; done | ' + AWK.replace(
    '"$0"', '"$asn"')


# Plain MB a second of one core, roughly: only to guess how long it takes.
SPEED = {"cat": 3000, "gzip -dc": 180, "igzip -dc": 700, "bzip2 -dc": 30,
         "lbzip2 -dc": 60, "bgpdump | awk": 8, "bgpgrep": 28,
         "lbzip2 | bgpgrep": 50, "bgpscanner": 30, "bgpreader": 5}
OUR_SPEED = {"plain": 400, "gzip": 250, "bzip2": 28}


class Contestant:
    def __init__(self, argv, slow=False, threads=0, question="--asn"):
        self.argv = argv
        self.slow = slow  # runs in the first rounds only
        self.threads = threads  # of blackout; 0: somebody else
        self.question = question  # that blackout is asked
        self.runs = []  # one for each round it took part in

    def median(self, what):
        return statistics.median(getattr(r, what) for r in self.runs)

    def peak(self):
        return max(r.rss for r in self.runs)

    def failed(self):
        # blackout says 1 of damage, which real archives may have
        return any(r.status not in ((0, 1) if self.threads else (0,))
                   for r in self.runs)


def seconds(group, codec, plain_bytes, rounds, slow_rounds):
    """How long that will take, as a guess."""
    total = 0
    for name, c in group.items():
        speed = OUR_SPEED[codec] * c.threads if c.threads else \
            SPEED.get(name, 30)
        total += plain_bytes / MB / speed * \
            (min(rounds, slow_rounds) if c.slow else rounds)
    return total


def blackout(program, threads, files, *question):
    return Contestant([program, "outages", *question, "--threads",
                       str(threads), "--format", "json", *files],
                      threads=threads, question=question[0])


def everything(program, asn, files):
    """All ASes against one of them."""
    cores = measure.CORES
    return {"blackout": blackout(program, cores, files, "--asn", str(asn)),
            "blackout --all": blackout(program, cores, files, "--all")}


def contestants(program, asn, codec, files):
    """Everybody who can take part on these files, by name."""
    out = {}
    asn = str(asn)
    for name, threads in (("blackout", measure.CORES), ("blackout 1", 1),
                          ("blackout 2", 2)):
        if threads == measure.CORES and name != "blackout":
            continue
        if threads <= measure.CORES:
            out[name] = blackout(program, threads, files, "--asn", asn)
    decoders = {"plain": [("cat", ["cat"])],
                "gzip": [("gzip -dc", ["gzip", "-dc"]),
                         ("igzip -dc", ["igzip", "-dc"])],
                "bzip2": [("bzip2 -dc", ["bzip2", "-dc"]),
                          ("lbzip2 -dc", ["lbzip2", "-n", str(measure.CORES),
                                          "-dc"])]}
    for name, argv in decoders[codec]:
        if measure.found(argv[0]):
            out[name] = Contestant([*argv, *files])
    if measure.found("bgpdump"):
        out["bgpdump | awk"] = Contestant(
            measure.shell("asn=%s; %s" % (asn, BGPDUMP), *files), slow=True)
    origin = asn + " $"
    if measure.found("bgpgrep"):
        out["bgpgrep"] = Contestant(["bgpgrep", *files, "-aspath", origin])
        if codec == "bzip2" and measure.found("lbzip2"):
            out["lbzip2 | bgpgrep"] = Contestant(measure.shell(
                'lbzip2 -n %d -dc "$@" | bgpgrep - -aspath "%s"' % (
                    measure.CORES, origin), *files))
    if measure.found("bgpscanner"):
        out["bgpscanner"] = Contestant(["bgpscanner", "-p", origin, *files])
    if measure.found("bgpreader"):
        out["bgpreader"] = Contestant(measure.shell(
            'for f in "$@"; do bgpreader -d singlefile -o "upd-file=$f" '
            '-w 0 -f \'aspath "_%s$"\'; done' % asn, *files), slow=True)
    return out


def compete(group, rounds, slow_rounds, tell):
    """All of a group in turn, round after round."""
    for i in range(rounds):
        for name, c in group.items():
            if c.slow and i >= slow_rounds:
                continue
            tell("round %d of %d: %s" % (i + 1, rounds, name))
            c.runs.append(measure.run(c.argv, digested=c.threads > 0))
        # whoever cannot do it need not try again
        for name in [n for n, c in group.items()
                     if c.failed() and not c.threads]:
            del group[name]


# --- lines -----------------------------------------------------------------

class Line:
    """One ratio, from pairs of runs of the same round."""

    def __init__(self, work, against, values, limit, at_most, unit=""):
        self.work, self.against = work, against
        self.values = values
        self.limit, self.at_most, self.unit = limit, at_most, unit
        self.ratio = statistics.median(values)

    @property
    def met(self):
        if self.limit is None:
            return None
        return self.ratio <= self.limit if self.at_most \
            else self.ratio >= self.limit

    def words(self):
        digits = 0 if self.unit else 2
        limit = "-" if self.limit is None else "at %s %g%s" % (
            "most" if self.at_most else "least", self.limit, self.unit)
        return (self.work, self.against,
                "%.*f%s" % (digits, self.ratio, self.unit),
                "%.*f..%.*f" % (digits, min(self.values), digits,
                                max(self.values)),
                limit, {True: "yes", False: "NO", None: "-"}[self.met])

    def as_dict(self):
        return {"work": self.work, "against": self.against,
                "median": self.ratio, "min": min(self.values),
                "max": max(self.values), "runs": len(self.values),
                "limit": self.limit, "unit": self.unit,
                "at_most": self.at_most, "met": self.met}


def _pairs(group, a, b, ratio):
    """ratio(run of a, run of b), round by round; None: one is not there."""
    if a not in group or b not in group:
        return None
    return [ratio(x, y) for x, y in zip(group[a].runs, group[b].runs)] or None


def _limit(of, unpacker):
    """wall time against CPU time of unpacking, shared by the cores."""
    return of.wall / max(1e-6, unpacker.cpu / measure.CORES)


def _slower(of, other):
    return of.wall / max(1e-6, other.wall)


def _faster(of, other):
    return other.wall / max(1e-6, of.wall)


# (codec, kind or None, whose, against, ratio, in words, limit, at most?)
RULES = [
    ("bzip2", "updates", "blackout", "bzip2 -dc", _limit,
     "CPU time / cores", 1.10, True),
    ("bzip2", "rib", "blackout", "bzip2 -dc", _limit,
     "CPU time / cores", 1.15, True),
    ("gzip", None, "blackout", "igzip -dc", _limit, "CPU time / cores",
     1.8, True),
    ("gzip", None, "blackout", "gzip -dc", _limit, "CPU time / cores",
     0.5, True),
    ("bzip2", None, "blackout", "lbzip2 -dc", _slower, "wall time", 1.2,
     True),
    ("bzip2", None, "blackout", "lbzip2 | bgpgrep", _slower, "wall time",
     1.2, True),
    ("bzip2", None, "blackout", "bgpdump | awk", _faster, "times faster", 9,
     False),
    ("plain", None, "blackout", "bgpdump | awk", _faster, "times faster", 60,
     False),
    ("gzip", None, "blackout", "bgpdump | awk", _faster, "times faster", 60,
     False),
    ("bzip2", None, "blackout", "bgpgrep", _faster, "times faster", 1.8,
     False),
    ("plain", None, "blackout", "bgpgrep", _faster, "times faster", 2.5,
     False),
    ("gzip", None, "blackout", "bgpgrep", _faster, "times faster", 7, False),
    ("bzip2", None, "blackout 2", "blackout 1", _faster, "times faster",
     1.85, False),
    ("gzip", None, "blackout 2", "blackout 1", _faster, "times faster", None,
     False),
    ("plain", "all", "blackout --all", "blackout", _slower, "wall time", None,
     True),
    (None, None, "blackout", "bgpscanner", _faster, "times faster", None,
     False),
    (None, None, "blackout", "bgpreader", _faster, "times faster", None,
     False),
]


def lines(work, kind, codec, group, plain_bytes):
    """work: what they did, in words."""
    out = []
    for rule_codec, rule_kind, of, other, ratio, words, limit, most in RULES:
        if rule_codec not in (None, codec) or rule_kind not in (None, kind):
            continue
        who = work
        if of == "blackout 2":
            who += ", 2 threads"
            # on two cores that is what "all cores" means
            of = of if of in group else "blackout"
            if measure.CORES < 2:
                continue
        if of == "blackout --all":
            who += ", --all"
        values = _pairs(group, of, other, ratio)
        against = {"blackout": "--asn", "blackout 1": "1 thread"}.get(
            other, other)
        if values:
            out.append(Line(who, "%s, %s" % (against, words), values, limit,
                            most))
    one = group.get("blackout 1")
    if codec == "plain" and one:
        out.append(Line(work + ", 1 thread", "plain bytes a second",
                        [plain_bytes / MB / r.wall for r in one.runs], 700,
                        False, " MB/s"))
    return out


def memory_limit(c, table):
    """table: (prefixes, peers) of the full table that was made, or None."""
    if c.question == "--asn":
        return (MEMORY_BASE + MEMORY_PER_THREAD * c.threads) / MB
    for prefixes, peers, limit in MEMORY_ALL:
        if table and table[0] <= prefixes and table[1] <= peers:
            return limit / MB
    return None


def memory_line(work, c, table):
    values = [r.rss / MB for r in c.runs]
    line = Line("%s, %s, %d thread%s" % (
        work, c.question, c.threads, "" if c.threads == 1 else "s"),
        "peak memory", values, memory_limit(c, table), True, " MB")
    line.ratio = max(values)
    return line


# --- instructions ----------------------------------------------------------

def _instructions(argv):
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--log-file=" + log,
             "--callgrind-out-file=/dev/null", *argv],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(log) as f:
            for text in f:
                if "Collected" in text:
                    return int(text.split(":")[1])
    return None


def callgrind(program, asn, path, records_of):
    """(instructions a record, a byte) of the head of a plain file."""
    sample = min(CALLGRIND_SAMPLE, os.path.getsize(path))
    with tempfile.TemporaryDirectory() as folder:
        sizes, counts = [], []
        # the difference of two samples is free of starting and ending
        for share in (4, 1):
            size = n = 0
            for _, _, body in records_of(path):
                if size + 12 + len(body) > sample // share:
                    break
                size += 12 + len(body)
                n += 1
            head = os.path.join(folder, "head%d" % share)
            with open(path, "rb") as i, open(head, "wb") as o:
                o.write(i.read(size))
            total = _instructions([program, "outages", "--asn", str(asn),
                                   "--threads", "1", head])
            if total is None:
                return None
            sizes.append(size)
            counts.append((total, n))
        n = counts[1][1] - counts[0][1]
        total = counts[1][0] - counts[0][0]
        if n <= 0:
            return None
        return total / n, total / (sizes[1] - sizes[0])
