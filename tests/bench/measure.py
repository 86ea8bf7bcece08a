"""Runs commands and measures them; says what machine this is."""

import ctypes
import ctypes.util
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import zlib

SPAWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spawn.py")
CORES = len(os.sched_getaffinity(0))


class Run:
    """One run of a command: seconds, bytes of memory, what it printed."""

    def __init__(self, wall, cpu, rss, status, digest):
        self.wall = wall
        self.cpu = cpu
        self.rss = rss
        self.status = status
        self.digest = digest


def run(argv, digested=False):
    """argv to its end.  What it prints is digested, or thrown away."""
    digest = hashlib.sha256()
    told, tell = os.pipe()
    # without site-packages, of which there may be many
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", SPAWN, str(tell), *argv],
        pass_fds=[tell], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        stdout=subprocess.PIPE if digested else subprocess.DEVNULL)
    os.close(tell)
    if digested:
        for piece in iter(lambda: child.stdout.read(1 << 16), b""):
            digest.update(piece)
        child.stdout.close()
    with open(told, "rb") as f:
        words = f.read().split()
    if child.wait() != 0 or len(words) != 4:
        raise OSError("cannot run " + argv[0])
    return Run(float(words[0]), float(words[1]), int(words[2]) * 1024,
               int(words[3]), digest.hexdigest()[:16])


def shell(text, *args):
    """A command line of sh over args, for what needs a pipe."""
    return ["sh", "-c", text, "sh", *args]


def found(*names):
    return all(shutil.which(name) for name in names)


def first_line(*argv):
    try:
        out = subprocess.run(argv, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=10).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = [line.strip() for line in out.splitlines() if line.strip()]
    return lines[0] if lines else None


def _cpu_model():
    try:
        with open("/proc/cpuinfo") as f:
            for line in f:
                if line.lower().startswith(("model name", "cpu model")):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _bzip2_version():
    name = ctypes.util.find_library("bz2")
    if name is None:
        return None
    version = ctypes.CDLL(name).BZ2_bzlibVersion
    version.restype = ctypes.c_char_p
    return version().decode()


def _linked(program, name):
    """The version in the file name of a shared library of program."""
    try:
        out = subprocess.run(["ldd", program], capture_output=True,
                             text=True).stdout
    except OSError:
        return None
    match = re.search(r"lib%s\.so\S* => (\S+)" % name, out)
    if match is None:
        return None
    tail = os.path.realpath(match.group(1)).rsplit(".so", 1)[1]
    return tail.strip(".") or "present"


def _cache(program):
    """What CMake was told, if the program lies where it was built."""
    out = {}
    try:
        with open(os.path.join(os.path.dirname(os.path.abspath(program)),
                               "CMakeCache.txt")) as f:
            for line in f:
                match = re.match(r"(\w+):\w+=(.*)", line)
                if match:
                    out[match.group(1)] = match.group(2)
    except OSError:
        pass
    return out


def busy_share(seconds=1.0):
    """The share of all cores that is at work while we are not."""
    def times():
        with open("/proc/stat") as f:
            v = [int(x) for x in f.readline().split()[1:9]]
        return sum(v), v[3] + v[4]
    try:
        all0, idle0 = times()
        time.sleep(seconds)
        all1, idle1 = times()
    except (OSError, ValueError):
        return None
    return 1 - (idle1 - idle0) / max(1, all1 - all0)


def machine(program):
    """[(what, in words)], of what the figures depend on."""
    cache = _cache(program)
    isal = _linked(program, "isal")
    rows = [
        ("processor", "%s, %d core%s" % (_cpu_model(), CORES,
                                         "" if CORES == 1 else "s")),
        ("memory", "%.0f GiB" % _memory_gib()),
        ("system", "%s %s" % (platform.system(), platform.release())),
        ("C library", " ".join(platform.libc_ver())),
        ("blackout", first_line(program, "--version")),
        ("compiler", first_line(cache.get("CMAKE_C_COMPILER", "cc"),
                                "--version")),
        ("build", cache.get("CMAKE_BUILD_TYPE")),
        ("libbz2", _bzip2_version()),
        ("zlib", zlib.ZLIB_RUNTIME_VERSION),
        ("ISA-L", isal or "not used: gzip is read by zlib"),
        ("bzip2", first_line("bzip2", "--help")),
        ("lbzip2", first_line("lbzip2", "--version")),
        ("gzip", first_line("gzip", "--version")),
        ("igzip", first_line("igzip", "--version")),
        ("bgpdump", "present" if found("bgpdump") else None),
        ("bgpgrep", first_line("bgpgrep", "--version")
         if found("bgpgrep") else None),
    ]
    return [(what, words or "absent") for what, words in rows]
