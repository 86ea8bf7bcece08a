"""A terminal of a given width for the program, and what it shows there."""

import fcntl
import os
import select
import signal
import struct
import termios
import time

ESCAPES = r"\x1b\[[0-9;]*[A-Za-z]"

# What would change the answer, if the tests happened to be run with it.
FOREIGN = ("CI", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "COLUMNS")


def environment(**changes):
    env = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    env.update(TERM="xterm", LC_ALL="C.UTF-8")
    for key, value in changes.items():
        if value is None:
            env.pop(key, None)
        else:
            env[key] = value
    return env


def run(argv, columns=80, out=True, err=False, halting=False, **changes):
    """What the program writes to the terminal.

    out, err: which of its outputs go there.  halting: stop it every few
    milliseconds, so that to it the work takes long.
    """
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ,
                struct.pack("HHHH", 40, columns, 0, 0))
    pid = os.fork()
    if pid == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(slave if out else nowhere, 1)
        os.dup2(slave if err else nowhere, 2)
        os.execve(argv[0], argv, environment(**changes))
    os.close(slave)
    text = b""
    while True:
        ready = select.select([master], [], [], 0.02 if halting else None)[0]
        if not ready:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.21)
            os.kill(pid, signal.SIGCONT)
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        text += data
    os.close(master)
    os.waitpid(pid, 0)
    return text.decode()
