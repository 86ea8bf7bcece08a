#!/bin/sh
# The parts of a plan as a Slurm job array, a task each.
#
#     blackout plan --asn 131279 ARCHIVE >jobs
#     mkdir parts
#     sbatch --array=1-$(wc -l <jobs) slurm.sh jobs
#     sbatch --dependency=afterok:JOB --wrap 'blackout merge parts/*.part'
#
# Exit status 1 of a part tells of damaged input, as the merge will; with any
# other one, or when its node fails, the task is put back into the queue.
#SBATCH --requeue
#SBATCH --output=/dev/null
set -u
tries=3
sed -n "${SLURM_ARRAY_TASK_ID}p" "$1" | sh
status=$?
[ $status -le 1 ] && exit 0
[ "${SLURM_RESTART_COUNT:-0}" -lt $tries ] && scontrol requeue "$SLURM_JOB_ID"
exit $status
