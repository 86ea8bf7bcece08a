#!/usr/bin/env bash
# Fuzz one target, or each in turn, for so many seconds:
#
#     tests/fuzz/run.sh TARGET|all SECONDS
#
# Builds by the preset "fuzz" (clang).  The corpus lies in build/fuzz/corpus and
# grows from run to run; it begins with what seeds.py makes, also of testdata
# and of $BLACKOUT_DATA, and with testdata/fuzz.  Inputs that break something
# are kept in build/fuzz/found.  Exit status 1: there are new ones; 2: wrong
# usage, or the targets cannot be built.
set -u
cd "$(dirname "$0")/../.." || exit 2
folder=build/fuzz

if [ $# -ne 2 ] || ! [[ $2 =~ ^[1-9][0-9]*$ ]]; then
	sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
seconds=$2
targets=()
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	if [ "$1" = all ] || [ "$1" = "${name#fuzz_}" ]; then
		targets+=("${name#fuzz_}")
	fi
done
if [ ${#targets[@]} -eq 0 ]; then
	echo "there is no target $1" >&2
	exit 2
fi

cmake --preset fuzz >/dev/null || exit 2
cmake --build --preset fuzz --target fuzz_targets || exit 2
python3 -B tests/fuzz/seeds.py "$folder/seeds" --cut || exit 2

# Runs until time is over or something breaks.
fuzz()
{
	local target=$1 left=$2
	local corpus=$folder/corpus/$target found=$folder/found/$target
	local inputs=("$folder/seeds/$target")

	# many targets have none of their own, and none must be made for them
	[ ! -d "testdata/fuzz/$target" ] || inputs+=("testdata/fuzz/$target")
	case $target in
	elem | lane | outages | part)
		inputs+=("$folder/seeds/mrt" testdata/fuzz/mrt)
		;;
	esac
	mkdir -p "$corpus" "$found" "$folder/seeds/$target"
	"$folder/tests/fuzz_$target" "$corpus" "${inputs[@]}" \
	    -max_total_time="$left" -max_len=8192 -timeout=20 \
	    -rss_limit_mb=2048 -artifact_prefix="$found/" \
	    -print_final_stats=1 >"$folder/log.$target" 2>&1
}

broken=0
for target in "${targets[@]}"; do
	if fuzz "$target" "$seconds"; then
		words=sound
	else
		words="BROKEN: see $folder/log.$target"
		broken=1
	fi
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
	    "$folder/log.$target")
	printf '%-8s %9s runs: %s\n' "$target" "${runs:-?}" "$words"
	grep -hE ': broken: |^SUMMARY|runtime error' "$folder/log.$target"
done
exit "$broken"
