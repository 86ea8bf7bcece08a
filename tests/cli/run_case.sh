#!/usr/bin/env bash
# Runs one case of the command line and compares what it did with what is kept.
#
#     run_case.sh CASE_FOLDER      BLACKOUT=the program under test
#
# A case is a folder with
#     cmd           a bash script; $testdata is ../../testdata, "blackout" the
#                   program; the current folder is new and empty
#     stdout.exact  what it must print, or
#     stdout.glob   a pattern a line (*, ?): a line "..." stands for any lines
#     stderr.glob   the same for standard error; absent: it must be empty
#     exit          the exit status; absent: 0
# BLK_UPDATE_GOLDEN=1 writes stdout.exact (unless there is a stdout.glob) and
# exit anew; patterns are for people to write.  Exit status 77: skipped.
set -u

case_dir=$(cd "$1" && pwd) || exit 2
testdata=$(cd "$case_dir/../../../../testdata" && pwd) || exit 2
tools=$(cd "$case_dir/../.." && pwd) || exit 2
: "${BLACKOUT:?the program under test}"
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/cwd"
cd "$work/cwd" || exit 2
ln -s "$testdata" testdata

blackout()
{
	"$BLACKOUT" "$@"
}
export -f blackout
export BLACKOUT testdata tools case_dir
export LC_ALL=C TZ=UTC
unset NO_COLOR

bash "$case_dir/cmd" >"$work/stdout" 2>"$work/stderr" </dev/null
status=$?
[ "$status" = 77 ] && exit 77

if [ "${BLK_UPDATE_GOLDEN:-}" = 1 ]; then
	[ -e "$case_dir/stdout.glob" ] ||
	    cp "$work/stdout" "$case_dir/stdout.exact"
	rm -f "$case_dir/exit"
	[ "$status" = 0 ] || echo "$status" >"$case_dir/exit"
fi

# glob_match PATTERNS FILE: every line of FILE fits, in order.
glob_match()
{
	local -a patterns lines
	local any=0 i=0 line

	mapfile -t patterns <"$1"
	mapfile -t lines <"$2"
	for line in "${lines[@]}"; do
		while [ "${patterns[i]:-}" = "..." ]; do
			any=1
			i=$((i + 1))
		done
		# The pattern is meant to be one: no quotes.
		# shellcheck disable=SC2053
		if [ "$i" -lt "${#patterns[@]}" ] &&
		    [[ $line == ${patterns[i]} ]]; then
			any=0
			i=$((i + 1))
		elif [ "$any" = 0 ]; then
			echo "unexpected: $line"
			return 1
		fi
	done
	while [ "${patterns[i]:-}" = "..." ]; do
		i=$((i + 1))
	done
	[ "$i" -ge "${#patterns[@]}" ] && return 0
	echo "missing: ${patterns[i]}"
	return 1
}

failed=0
expected=0
[ -e "$case_dir/exit" ] && expected=$(cat "$case_dir/exit")
if [ "$status" != "$expected" ]; then
	echo "exit status $status, expected $expected"
	failed=1
fi
if [ -e "$case_dir/stdout.glob" ]; then
	glob_match "$case_dir/stdout.glob" "$work/stdout" || failed=1
else
	diff -u "$case_dir/stdout.exact" "$work/stdout" || failed=1
fi
if [ -e "$case_dir/stderr.glob" ]; then
	glob_match "$case_dir/stderr.glob" "$work/stderr" || failed=1
elif [ -s "$work/stderr" ]; then
	echo "standard error is not empty:"
	failed=1
fi
[ "$failed" = 0 ] || cat "$work/stderr"
exit "$failed"
