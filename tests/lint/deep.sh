#!/usr/bin/env bash
# What takes too long for every change: tools that look more closely at the
# code, or at it running.
#
#     tests/lint/deep.sh [clang|tsan|msan|valgrind|cppcheck|tidy|coverage]...
#
# Without arguments all of them, one after the other; those whose tool is not
# installed are skipped.  Exit status 1: one of them found something.
set -u
cd "$(dirname "$0")/../.." || exit 2
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
export MSAN_OPTIONS=abort_on_error=1 TSAN_OPTIONS=halt_on_error=1
day=testdata/north-korea-2014/route-views.lab/bgpdata/2014.12
few=("$day"/RIBS/rib.20141222.1200.bz2 "$day"/UPDATES/updates.20141222.1[5-7]*)

# build PRESET [OPTION...]
build()
{
	local log=build/log.$1

	mkdir -p build
	cmake --preset "$1" >"$log" 2>&1 &&
	    cmake --build --preset "$@" >>"$log" 2>&1 && return
	tail -n 20 "$log"
	return 1
}

# Without random addresses, which ThreadSanitizer of gcc 12 cannot always use.
run_tests()
{
	setarch -R ctest --test-dir "build/$1" -j 2 --output-on-failure "${@:2}"
}

# AddressSanitizer and UBSan of the other compiler than that of .ci/run.
deep_clang()
{
	build asan-clang && run_tests asan-clang -L 'unit|fuzz|cli'
}

# What has threads, and the program with them.
deep_tsan()
{
	build tsan && run_tests tsan -L 'unit|fuzz|cli' -LE long &&
	    run_tests tsan -R 'unit.test_source_threads'
}

# The libraries are not built for it: msan_edges.c says what they write.
deep_msan()
{
	build msan && run_tests msan -L 'unit|fuzz|cli' -LE long
}

# A sample: with and without threads.
deep_valgrind()
{
	local run=(valgrind -q --error-exitcode=9 --leak-check=full
	    --errors-for-leak-kinds=definite,indirect,possible
	    build/gcc/blackout) threads

	build gcc --target blackout || return 1
	for threads in 1 2; do
		"${run[@]}" outages --asn 131279 --format json \
		    --threads $threads "${few[@]}" >/dev/null &&
		    "${run[@]}" info --threads $threads "${few[@]}" \
			>/dev/null &&
		    "${run[@]}" dump --threads $threads "${few[@]:1}" \
			>/dev/null || return 1
	done
}

# Style is left to people.  What is suppressed, and why, is in cppcheck.txt.
deep_cppcheck()
{
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -j 2 \
	    --enable=warning,performance,portability \
	    --suppressions-list=tests/lint/cppcheck.txt \
	    -I include -I src -D_POSIX_C_SOURCE=200809L \
	    -DBLACKOUT_VERSION='""' src
}

# .clang-tidy says which checks, and why not others.  One file at a time: in the
# second, clang-tidy 14 takes every va_list for one that was not begun.
deep_tidy()
{
	build clang --target blackout || return 1
	find src -name '*.c' ! -name source_gzip_isal.c -print0 |
	    xargs -0 -n 1 -P 2 clang-tidy -p build/clang --quiet \
		>build/log.tidy 2>/dev/null
	! grep -E ': (error|warning): ' build/log.tidy | sort -u |
	    sed 's/:[0-9]*:[0-9]*: / /' |
	    grep -vFf <(grep -v '^#' tests/lint/tidy.txt)
}

# All that the ordinary tests run of src/, by folder.
deep_coverage()
{
	build coverage || return 1
	find build/coverage -name '*.gcda' -delete
	run_tests coverage -L 'unit|fuzz|cli' -LE long >build/log.ctest ||
	    tail -n 20 build/log.ctest
	python3 -B tests/lint/coverage.py build/coverage --all
}

[ $# -gt 0 ] || set -- clang tsan msan valgrind cppcheck tidy coverage
status=0
for step in "$@"; do
	case $step in
	clang | msan) tool=clang ;;
	tsan) tool=gcc ;;
	tidy) tool=clang-tidy ;;
	coverage) tool=gcov ;;
	valgrind | cppcheck) tool=$step ;;
	*)
		sed -n '5p' "$0" >&2
		exit 2
		;;
	esac
	if ! command -v $tool >/dev/null; then
		echo "== $step: there is no $tool"
		continue
	fi
	echo "== $step"
	if ! "deep_$step"; then
		echo "== $step: FAILED"
		status=1
	fi
done
exit $status
