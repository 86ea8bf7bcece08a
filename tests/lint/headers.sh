#!/usr/bin/env bash
# Every header compiles alone.     headers.sh COMPILER
# Exit status 77: that compiler is not here.
set -u
cd "$(dirname "$0")/../.." || exit 2
command -v "$1" >/dev/null || exit 77

failed=0
for header in include/blackout/*.h src/*/*.h; do
	# Twice, so that the include guard is tested too.
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
	    "$1" -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 \
		-Wall -Wextra -Wpedantic -Werror -Iinclude -Isrc -I. \
		-fsyntax-only -xc - || failed=1
done
exit "$failed"
