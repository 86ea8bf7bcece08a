#!/bin/sh
# The parts of a plan by Spark's pipe(), as what runs in each task: lines of the
# plan come on its input, and are printed again when their parts are made.  The
# tasks have folders of their own, so that the plan must have whole paths.
#
#     blackout plan --asn 131279 --parts /shared/parts /shared/ARCHIVE >jobs
#     python3
#     >>> lines = open("jobs").read().splitlines()
#     >>> sc.parallelize(lines, len(lines)).pipe(
#     ...     "/shared/pipe.sh", env=dict(os.environ), checkCode=True).count()
#     blackout merge /shared/parts/*.part
#
# Exit status 1 of a line tells of damaged input, as the merge will; any other
# one fails the task, which Spark runs anew as often as spark.task.maxFailures
# says.  Python's pipe() needs checkCode for that, and env to find blackout.
set -u
while IFS= read -r line; do
	sh -c "$line" </dev/null >&2
	status=$?
	[ $status -le 1 ] || exit $status
	printf '%s\n' "$line"
done
