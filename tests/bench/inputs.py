"""What is measured: real archives of a folder, or generated ones.

Either way there are updates and RIBs, each plain, gzip and bzip2; what a folder
lacks of these is made from what it has, and lies in the folder for work.
"""

import concurrent.futures
import os
import shutil
import struct
import subprocess

import measure

CODECS = ("plain", "gzip", "bzip2")
KINDS = ("updates", "rib")
SUFFIX = {"plain": "", "gzip": ".gz", "bzip2": ".bz2"}
GENERATED_ASN = 65550
# Records looked into to find an AS to ask for.
SAMPLE = 40000


class Size:
    """Of archives that are made here."""

    def __init__(self, prefixes, peers, files, messages):
        self.prefixes, self.peers = prefixes, peers
        self.files, self.messages = files, messages  # in each file

    def name(self):
        return "%dx%d-%dx%d" % (self.prefixes, self.peers, self.files,
                                self.messages)


class Inputs:
    def __init__(self, origin, asn):
        self.origin = origin  # in words
        self.asn = asn
        self.files = {}  # (kind, codec): paths
        self.made = set()  # of these, which were made here
        self.left_out = []
        self.plain_bytes = {}  # by kind
        self.records = {}
        self.table = None  # (prefixes, peers), where it was made here
        self.sample = {}  # (kind, codec): paths; what slow tools are given
        self.sample_bytes = {}  # by kind


def codec_of(path):
    with open(path, "rb") as f:
        head = f.read(3)
    return ("gzip" if head[:2] == b"\x1f\x8b" else
            "bzip2" if head == b"BZh" else "plain")


def _pipe(argv, source, target):
    """argv with source as its input, to target; True if it is content."""
    with open(source, "rb") as i, open(target + ".part", "wb") as o:
        sound = subprocess.run(argv, stdin=i, stdout=o,
                               stderr=subprocess.DEVNULL).returncode == 0
    if sound:
        os.rename(target + ".part", target)
    else:
        os.unlink(target + ".part")
    return sound


def _packer(codec, size):
    if codec == "gzip":
        return ["gzip", "-6nc"]
    # one large file is packed by all cores
    if size > 64 << 20 and measure.found("lbzip2"):
        return ["lbzip2", "-c"]
    return ["bzip2", "-9c"]


def _unpack(path, target):
    codec = codec_of(path)
    if codec == "plain":
        if not os.path.exists(target):
            os.symlink(os.path.abspath(path), target)
        return True
    if os.path.exists(target):
        return True
    return _pipe(["gzip", "-dc"] if codec == "gzip" else ["bzip2", "-dc"],
                 path, target)


def _pack(path, codec, target):
    if os.path.exists(target):
        return True
    return _pipe(_packer(codec, os.path.getsize(path)), path, target)


def records_of(path):
    """(type, subtype, body) of each record of a plain file."""
    with open(path, "rb") as f:
        while True:
            head = f.read(12)
            if len(head) < 12:
                return
            _, kind, subtype, length = struct.unpack("!IHHI", head)
            body = f.read(length)
            if len(body) < length:
                return
            yield kind, subtype, body


def kind_of(path):
    for kind, _, _ in records_of(path):
        return {12: "rib", 13: "rib", 5: "updates", 16: "updates",
                17: "updates"}.get(kind)
    return None


def count_records(path):
    """By the lengths alone."""
    n, at, size = 0, 0, os.path.getsize(path)
    with open(path, "rb") as f:
        while at + 12 <= size:
            f.seek(at + 8)
            at += 12 + struct.unpack("!I", f.read(4))[0]
            n += 1
    return n


# --- an AS to ask for ------------------------------------------------------

def _path_origin(attrs, width):
    """The last AS of AS_PATH; None: there is none, or it is a set."""
    at = 0
    while at + 3 <= len(attrs):
        flags, code = attrs[at], attrs[at + 1]
        if flags & 0x10:
            length, at = struct.unpack_from("!H", attrs, at + 2)[0], at + 4
        else:
            length, at = attrs[at + 2], at + 3
        if code == 2:
            value = attrs[at:at + length]
            if len(value) < 2 + width:
                return None
            return int.from_bytes(value[-width:], "big")
        at += length
    return None


def _update_routes(kind, subtype, body):
    """(origin, prefix bytes) of a BGP4MP message, classic NLRI only."""
    if kind == 17:
        body = body[4:]
    if subtype not in (1, 4):
        return
    width = 4 if subtype == 4 else 2
    afi = struct.unpack_from("!H", body, 2 * width + 2)[0]
    message = body[2 * width + 4 + (32 if afi == 2 else 8):]
    if len(message) < 23 or message[18] != 2:
        return
    withdrawn = struct.unpack_from("!H", message, 19)[0]
    at = 21 + withdrawn
    attrs_len = struct.unpack_from("!H", message, at)[0]
    at += 2
    origin = _path_origin(message[at:at + attrs_len], width)
    at += attrs_len
    while origin and at < len(message):
        end = at + 1 + (message[at] + 7) // 8
        yield origin, message[at:end]
        at = end


def _rib_routes(kind, subtype, body):
    """The same of the first entry of a RIB record of IPv4."""
    if kind != 13 or subtype != 2:
        return
    end = 5 + (body[4] + 7) // 8
    if struct.unpack_from("!H", body, end)[0] == 0:
        return
    length = struct.unpack_from("!H", body, end + 8)[0]
    origin = _path_origin(body[end + 10:end + 10 + length], 4)
    if origin:
        yield origin, body[4:end]


def choose_asn(inputs):
    """An origin with a handful of prefixes, of which much is said."""
    prefixes, said = {}, {}
    for kind, routes in (("updates", _update_routes), ("rib", _rib_routes)):
        n = 0
        for path in inputs.files[kind, "plain"]:
            for record in records_of(path):
                n += 1
                if n > SAMPLE:
                    break
                try:
                    for origin, prefix in routes(*record):
                        prefixes.setdefault(origin, set()).add(prefix)
                        said[origin] = said.get(origin, 0) + 1
                except (struct.error, IndexError):
                    continue
    handful = [o for o, p in prefixes.items() if 3 <= len(p) <= 12]
    if not handful:
        handful = list(prefixes)
    return max(handful, key=lambda o: (said[o], -o)) if handful else 1


# --- both ------------------------------------------------------------------

def _in_parallel(jobs):
    """jobs: [(function, arguments)]; what they return, in order."""
    with concurrent.futures.ThreadPoolExecutor(measure.CORES) as pool:
        return [f.result() for f in
                [pool.submit(job[0], *job[1]) for job in jobs]]


def _complete(inputs, work, codecs):
    """Make those of the codecs that are missing, and count."""
    for kind in KINDS:
        plain = inputs.files.setdefault((kind, "plain"), [])
        inputs.plain_bytes[kind] = sum(os.path.getsize(p) for p in plain)
        inputs.records[kind] = sum(count_records(p) for p in plain)
        for codec in ("gzip", "bzip2"):
            if inputs.files.get((kind, codec)) or not plain or \
                    codec not in codecs:
                inputs.files.setdefault((kind, codec), [])
                continue
            folder = os.path.join(work, codec, kind)
            os.makedirs(folder, exist_ok=True)
            jobs = [(_pack, (p, codec, os.path.join(
                folder, os.path.basename(p) + SUFFIX[codec])))
                for p in plain]
            if not all(_in_parallel(jobs)):
                raise SystemExit("bench: %s cannot write to %s" % (
                    codec, folder))
            inputs.files[kind, codec] = [job[1][2] for job in jobs]
            inputs.made.add((kind, codec))


def _cut(path, target, limit):
    """The first records of a plain file, as many as fit."""
    if not os.path.exists(target):
        with open(path, "rb") as f:
            head = f.read(limit)
        at = 0
        while at + 12 <= len(head):
            end = at + 12 + struct.unpack_from("!I", head, at + 8)[0]
            if end > len(head):
                break
            at = end
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target + ".part", "wb") as f:
            f.write(head[:at])
        os.rename(target + ".part", target)
    return target


def take_sample(inputs, work, limit):
    """The first files, up to limit bytes of plain data; of a larger one, its
    head."""
    for kind in KINDS:
        plain = inputs.files[kind, "plain"]
        n = total = 0
        while n < len(plain) and \
                total + os.path.getsize(plain[n]) <= limit:
            total += os.path.getsize(plain[n])
            n += 1
        for codec in CODECS:
            inputs.sample[kind, codec] = inputs.files[kind, codec][:n]
        if n == 0 and plain:
            head = _cut(plain[0], os.path.join(
                work, "head-%d" % limit, "%s.%s" % (
                    kind, os.path.basename(plain[0]))), limit)
            total = os.path.getsize(head)
            for codec in CODECS:
                path = head + SUFFIX[codec]
                if not inputs.files[kind, codec]:
                    continue
                if codec != "plain" and not _pack(head, codec, path):
                    raise SystemExit("bench: cannot write " + path)
                inputs.sample[kind, codec] = [path]
        inputs.sample_bytes[kind] = total


def generated(work, generator, size, codecs):
    """A full table and a day of updates."""
    work = os.path.join(work, size.name())
    plain = os.path.join(work, "plain")
    done = os.path.join(work, "done")
    if not os.path.exists(done):
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        # the generator counts those of IPv4, and adds a tenth of IPv6
        subprocess.run([generator, "-n", str(size.prefixes * 10 // 11),
                        "-p", str(size.peers), "-m", str(size.messages),
                        "-f", str(size.files), plain], check=True)
    inputs = Inputs("generated, %d prefixes x %d peers" % (
        size.prefixes, size.peers), GENERATED_ASN)
    inputs.table = (size.prefixes, size.peers)
    for kind, folder in (("updates", "UPDATES"), ("rib", "RIBS")):
        folder = os.path.join(plain, folder)
        inputs.files[kind, "plain"] = [
            os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    _complete(inputs, work, codecs)
    with open(done, "w"):
        pass
    return inputs


def _walk(folder):
    for where, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(where, name)
            if os.path.isfile(path) and os.path.getsize(path) > 0:
                yield path


def real(folder, work, asn, codecs):
    """The sound archives of a folder."""
    inputs = Inputs("files of %s" % os.path.basename(
        os.path.abspath(folder)), asn)
    target = os.path.join(work, "plain", "all")
    os.makedirs(target, exist_ok=True)
    paths = list(_walk(folder))
    jobs = [(_unpack, (p, os.path.join(target, "%05d.%s" % (
        i, os.path.basename(p))))) for i, p in enumerate(paths)]
    sound = _in_parallel(jobs)
    for path, job, ok in zip(paths, jobs, sound):
        kind = kind_of(job[1][1]) if ok else None
        if kind is None:
            inputs.left_out.append(path)
            continue
        inputs.files.setdefault((kind, "plain"), []).append(job[1][1])
        if codec_of(path) != "plain":
            inputs.files.setdefault((kind, codec_of(path)), []).append(path)
    for kind in KINDS:
        # a codec that some of the files have is not the whole of them
        whole = len(inputs.files.get((kind, "plain"), ()))
        for codec in ("gzip", "bzip2"):
            if len(inputs.files.get((kind, codec), ())) != whole:
                inputs.files.pop((kind, codec), None)
    _complete(inputs, work, codecs)
    if inputs.asn is None:
        inputs.asn = choose_asn(inputs)
    return inputs
