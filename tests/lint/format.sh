#!/usr/bin/env bash
# The C code is as .clang-format says, which is written for release 14.
# Exit status 77: that release is not here.
set -u
cd "$(dirname "$0")/../.." || exit 2
tool=$(command -v clang-format-14 || command -v clang-format) || exit 77
"$tool" --version | grep -q 'version 14\.' || exit 77

find include src tests -name '*.[ch]' -print0 |
    xargs -0 "$tool" --dry-run --Werror || exit 1
# What clang-format leaves alone: long comments, spaces at line ends.
if grep -rnE '[[:space:]]+$' include src --include='*.[ch]'; then
	echo "spaces at line ends"
	exit 1
fi
