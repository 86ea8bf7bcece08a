#!/bin/sh
# The parts of a plan on the cores of this machine, by GNU parallel (or on the
# machines of $PARALLEL, as "--sshloginfile FILE --workdir .").
#
#     blackout plan --asn 131279 ARCHIVE >jobs
#     mkdir parts
#     parallel.sh jobs
#     blackout merge parts/*.part
#
# Run again, it goes on with what is not done.  Exit status 1 of a job tells of
# damaged input, as the merge will; all else is tried again, twice.
set -eu
jobs=${1:?the lines of blackout plan}
sed 's/$/ || test $? -eq 1/' "$jobs" |
    parallel --retries 3 --joblog "$jobs.log" --resume-failed
