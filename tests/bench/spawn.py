"""Runs a command, and tells what it took.

Linux counts the memory of whoever started a command in the command's own peak,
so measure.run starts it from here, where there is next to nothing.

    spawn.py FD COMMAND...: writes "seconds CPU-seconds KiB status" to FD
"""

import os
import sys
import time


def main(fd, argv):
    os.set_inheritable(fd, False)
    begin = time.monotonic()
    child = os.posix_spawnp(argv[0], argv, os.environ)
    # of the child and of all it waited for
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - begin
    os.write(fd, b"%.6f %.6f %d %d" % (
        wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss,
        os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
